"""The workflow, run by the project's own commands in an outside world of its own, one activity at a time."""

from __future__ import annotations

from migrate.proving.description import Case
from migrate.proving.equivalence.courses import Course, ending_in, executions
from migrate.proving.equivalence.faults import Fault
from migrate.proving.equivalence.outside import Words, read_calls
from migrate.proving.errors import ProofError
from migrate.proving.lane import Lane

NAMESPACES = ("same-workflow1", "same-workflow2", "same-workflow3")
_RUN_SECONDS = 240.0


class WorkflowSide(Lane):
    """A lane in which nothing is killed. The run's steps run one after the other, so each call has its step."""

    def course(self, case: Case, fault: Fault | None = None) -> Course:
        """One run from its start to its end, with the decisions that it waits for."""
        run = self._new_run(case)
        self._world.arrange(run, 0.0)
        if fault is not None:
            fault.order(self._world.control, run.id)
        self._application.ensure_worker(calls=self._world.control.log)
        course = self._begin(run, None)
        self._until(course, lambda history: history.closed, seconds=_RUN_SECONDS)
        history = self._histories.of(course.workflow)
        if history is None or not history.closed:
            raise ProofError(f"The workflow came to no end that could be compared ({self._application.log}).")
        if any(scheduled.ended is None for scheduled in history.scheduled):
            self._application.kill_worker()  # what nobody waits for any more is not to call into the next run
        words = Words.of(run.id, {**self._world.known(), "workflow": course.workflow})
        ending = ending_in(history, words)
        if ending is None:
            raise ProofError("The workflow's result is stored encrypted: take the key out of the environment.")
        return Course(
            run.id,
            read_calls(self._world.calls_of(run), words),
            ending,
            executions(self._application.diary(course.workflow)),
            {scheduled.activity_id: scheduled for scheduled in history.scheduled},
            tuple(course.person.decided),
        )
