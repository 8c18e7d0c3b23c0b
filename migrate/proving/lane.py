"""One lane of a proof: a namespace and an outside world of its own, one worker, one killed run after the other.

A worker's death interrupts all that it runs, so lanes share nothing but the engine's server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.proving.application import Application, Scene
from migrate.proving.clean import CleanRun, executions, take_apart
from migrate.proving.description import Case
from migrate.proving.errors import ProofError
from migrate.proving.history import Histories, History
from migrate.proving.judging import Outcome, Row, Seen, judge
from migrate.proving.kills import Kill, Point
from migrate.proving.person import Person
from migrate.proving.processes import Child
from migrate.proving.world import Run

_REACH_SECONDS = 60.0
_FINISH_SECONDS = 120.0
_LONGEST_SECONDS = 900.0
# Between two looks at a run: the first after something has happened, and the most while nothing does.
_PAUSE_SECONDS, _LONG_PAUSE_SECONDS = 0.15, 0.6
# Here a person, or the server, is waited for, not a worker; or a new run has to begin between any two steps.
_UNTIMED = (Point.WAITING, Point.SERVER, Point.CONTINUED)
_NOTHING_YET = History("running", (), 0)


@dataclass(frozen=True, slots=True)
class _Course:
    """A run under way, and the person who decides for it."""

    run: Run
    workflow: str
    person: Person


class Lane:
    """One worker in one namespace, with services of its own."""

    def __init__(self, scene: Scene, namespace: str) -> None:
        self._scene = scene
        self._name = namespace
        folder = scene.folder / namespace
        self._folder = folder
        self._world = scene.world(folder)
        self._application = Application(scene, namespace, folder, {})
        self._histories = Histories(scene.server.http, namespace)

    @property
    def log(self) -> Path:
        """What its workers said."""
        return self._application.log

    def clean_run(self, case: Case) -> CleanRun:
        """A run that nobody kills, one activity at a time."""
        run = self._new_run(case)
        self._application.start_worker(calls=self._world.control.log)
        course = self._begin(run, None)
        self._until(course, lambda h: h.closed, seconds=_FINISH_SECONDS)
        history = self._histories.of(course.workflow) or _NOTHING_YET
        self._application.stop_worker()
        if history.status != "completed":
            why = f"{history.status} {history.failure}".strip()
            raise ProofError(
                f"The run with no kill did not complete, so no kill can be judged: {why} "
                f"(the worker's log: {self._application.log})"
            )
        diary = self._application.diary(course.workflow)
        clean = take_apart(diary, self._world.control.calls(run.id))
        return replace(clean, waits=tuple(course.person.decided), scheduled=history.scheduled)

    def killed_run(self, kill: Kill, clean: CleanRun) -> Row:
        """One run, killed at one place, and what came of it."""
        run = self._new_run(self._scene.description.case(kill.case))
        continues = kill.point is Point.CONTINUED
        self._application.ensure_worker(continues=continues)
        reached, course = self._die(kill, run, clean)
        killed_at = None if kill.point in _UNTIMED else time.time()
        self._application.ensure_worker(continues=continues)
        self._until(course, lambda h: h.closed, seconds=_FINISH_SECONDS)
        row = judge(self._scene.project, clean, kill, run.id, self._seen(course, killed_at))
        if reached:
            return row
        return replace(row, outcome=Outcome.MISSED, failure="the run never came to the place of the kill")

    def _new_run(self, case: Case) -> Run:
        self._world.ensure()
        run = self._world.new_run(self._name, case)
        self._application.lead(self._world.environment(run))
        return run

    def stop(self) -> None:
        """End the worker and the services."""
        self._application.stop_worker()
        self._world.stop()

    def _seen(self, course: _Course, killed_at: float | None) -> Seen:
        diary = self._application.diary(course.workflow)
        calls = self._world.control.calls(course.run.id)
        ready_at = None if killed_at is None else self._application.ready_after(killed_at)
        return Seen(self._histories.of(course.workflow), executions(diary), calls, killed_at, ready_at)

    def _die(self, kill: Kill, run: Run, clean: CleanRun) -> tuple[bool, _Course]:
        """Bring the run to the place and kill the worker there; whether it came there."""
        match kill.point:
            case Point.START | Point.END:
                return self._die_by_order(kill, run, clean)
            case Point.MID:
                return self._die_in_call(kill, run, clean, self._application.kill_worker)
            case Point.SERVER:
                return self._die_in_call(kill, run, clean, self._kill_server)
            case Point.BOUNDARY:
                return self._die_recorded(run, clean, lambda h: h.completed(kill.activity) >= kill.visit)
            case Point.CONTINUED:
                return self._die_recorded(run, clean, lambda h: h.carried(kill.activity) >= kill.visit)
            case Point.WAITING | Point.DECIDED:
                return self._die_waiting(kill, run, clean)

    def _die_by_order(self, kill: Kill, run: Run, clean: CleanRun) -> tuple[bool, _Course]:
        """The worker kills itself, at a place that nothing outside could hit as exactly."""
        marker = self._folder / f"{run.id}.killed"
        self._application.order_death(kill.activity, kill.visit, kill.point.value, marker)
        course = self._begin(run, clean.waits)
        reached = self._until(course, lambda _: marker.exists())
        self._application.kill_worker()
        self._application.withdraw_order()
        return reached, course

    def _die_in_call(self, kill: Kill, run: Run, clean: CleanRun, strike: Callable[[], None]) -> tuple[bool, _Course]:
        """The service does what it is asked and holds its answer back; meanwhile the worker, or the server, dies."""
        route, nth = clean.call_to_hold(kill.activity, kill.visit)
        control = self._world.control
        control.hold(run.id, route, nth)
        try:
            course = self._begin(run, clean.waits)
            reached = self._until(course, lambda _: control.holds(run.id))
            strike()
        finally:
            control.release(route)
        return reached, course

    def _kill_server(self) -> None:
        """The worker lives on and finds the server again."""
        self._scene.server.kill()
        self._scene.server.restart()

    def _die_recorded(self, run: Run, clean: CleanRun, recorded: Callable[[History], bool]) -> tuple[bool, _Course]:
        course = self._begin(run, clean.waits)
        reached = self._until(course, recorded)
        self._application.kill_worker()
        return reached, course

    def _die_waiting(self, kill: Kill, run: Run, clean: CleanRun) -> tuple[bool, _Course]:
        """While the run waits for its next decision, or as soon as the history has that decision."""
        before = clean.decided_before(kill.activity, kill.visit)
        course = self._begin(run, clean.waits)
        reached = self._until(course, lambda h: h.idle and h.updates >= before, decisions=before)
        deciding = course.person.begin(before) if reached and kill.point is Point.DECIDED else None
        if deciding is not None:
            reached = self._until(course, lambda h: h.updates > before, decisions=before)
        self._application.kill_worker()
        if deciding is not None:
            deciding.stop()
        return reached, course

    def _until(
        self,
        course: _Course,
        reached: Callable[[History], bool],
        *,
        decisions: int | None = None,
        seconds: float = _REACH_SECONDS,
    ) -> bool:
        """Follow a run until it is somewhere; on the way give the decisions that it waits for, at most so many.

        False when it has ended elsewhere, or when nothing has happened in it for so many seconds: a run that goes on
        slowly, on a busy machine, is not lost. One that goes on for a quarter of an hour does not come to an end.
        """
        end, last = time.monotonic() + seconds, time.monotonic() + _LONGEST_SECONDS
        before, pause = _NOTHING_YET, _PAUSE_SECONDS
        while time.monotonic() < min(end, last):
            history = self._histories.of(course.workflow) or _NOTHING_YET
            if history != before:
                before, pause, end = history, _PAUSE_SECONDS, time.monotonic() + seconds
            if reached(history):
                return True
            if history.closed:
                return False
            self._application.check_worker()
            wanted = history.idle and (decisions is None or history.updates < decisions)
            if not (wanted and course.person.decide(history.updates)):
                self._scene.household.pause(pause)
                pause = min(pause * 1.2, _LONG_PAUSE_SECONDS)
        return False

    def _begin(self, run: Run, waits: Sequence[str] | None) -> _Course:
        """Start a run by the project's own command, which prints the id of the workflow last. `waits`: see Person."""
        starting = self._application.starter(self._world.arguments(run), run.id)
        self._scene.household.wait(lambda: not starting.running, seconds=_REACH_SECONDS)
        workflow = starting.last_words()
        if not self._scene.household.wait(lambda: self._histories.of(workflow) is not None, seconds=5):
            raise ProofError(f"The starter of {self._scene.project.package} began no run: {workflow}")
        offered = [wait.name for wait in self._scene.project.waits]

        def tell(wait: str) -> Child:
            decision = self._world.decision(wait, run)
            return self._application.approval(workflow, decision, wait if len(offered) > 1 else None)

        return _Course(run, workflow, Person(tell, self._scene.household, offered, waits))
