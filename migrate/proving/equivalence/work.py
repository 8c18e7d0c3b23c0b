"""Runs both sides: every kind of run as it is, then with every step failing, and compares what they did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from migrate.proving.application import Scene
from migrate.proving.description import Case
from migrate.proving.equivalence.comparing import Difference, Rules, compare, results_made_anew, shown
from migrate.proving.equivalence.courses import Course
from migrate.proving.equivalence.faults import Fault, possible
from migrate.proving.equivalence.judged import Compared, Equivalence, LeftOut
from migrate.proving.equivalence.original import OriginalSide
from migrate.proving.equivalence.outside import Outside, at_once, canonical, made_anew
from migrate.proving.equivalence.workflow import NAMESPACES, WorkflowSide
from migrate.proving.errors import ProofError

_WAIT_SECONDS = 1200.0
_MOST_DIFFERENCES = 5
Key = tuple[str, Fault | None]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of run when nothing fails: what both did, what that says about comparing, and what can be made to fail."""

    original: Course
    workflow: Course
    rules: Rules
    left_out: tuple[LeftOut, ...]
    faults: tuple[Fault, ...]


class Comparison:
    """`jobs` run beside each other, each in a thread of its own; `judged` when all are done."""

    def __init__(self, scene: Scene, report: Callable[[str], None]) -> None:
        self._scene = scene
        self._report = report
        self._originals: dict[Key, Course] = {}
        self._again: dict[str, Course] = {}
        self._workflows: dict[Key, Course] = {}
        self._kinds: dict[str, _Kind] = {}
        self._learning = threading.Lock()
        self._taking = threading.Lock()
        self._faults: list[tuple[Case, Fault]] | None = None
        self._taken = 0

    @property
    def jobs(self) -> Sequence[Callable[[], None]]:
        """The runs of the original, one after the other, and those of the workflow, several at once."""
        first, *others = NAMESPACES
        return self._all_originals, partial(self._calm_first, first), *(partial(self._faulty, name) for name in others)

    def _all_originals(self) -> None:
        """Every run of the original; two of each kind with no fault show what the code makes anew each time."""
        side = OriginalSide(self._scene)
        for case in self._cases:
            self._originals[case.name, None] = side.course(case)
            self._again[case.name] = side.course(case)
        for case in self._cases:
            for fault in self._kind(case).faults:
                if not fault.passes:
                    self._originals[case.name, fault] = side.course(case, fault)
        for case in self._cases:
            for fault in self._kind(case).faults:
                if fault.passes and not self._overcome(case, fault):
                    self._originals[case.name, fault] = side.course(case, fault)
        side.stop()

    def _calm_first(self, namespace: str) -> None:
        """Every kind of run of the workflow in which nothing fails, and then some of the others."""
        side = WorkflowSide(self._scene, namespace)
        for case in self._cases:
            self._workflows[case.name, None] = side.course(case)
        self._run_faulty(side)

    def _faulty(self, namespace: str) -> None:
        self._run_faulty(WorkflowSide(self._scene, namespace))

    def _run_faulty(self, side: WorkflowSide) -> None:
        """Runs of the workflow with a fault, as long as there are any."""
        while (taken := self._next()) is not None:
            number, case, fault = taken
            self._workflows[case.name, fault] = side.course(case, fault)
            self._report(f"workflow run {number}, to be compared with the original: {fault}{_named(case)}")
        side.stop()

    def _next(self) -> tuple[str, Case, Fault] | None:
        """Which of all runs with a fault it is, the kind of run, and the fault; None: all are taken."""
        with self._taking:
            if self._faults is None:
                self._faults = [(case, fault) for case in self._cases for fault in self._kind(case).faults]
            if self._taken == len(self._faults):
                return None
            self._taken += 1
            return f"{self._taken}/{len(self._faults)}", *self._faults[self._taken - 1]

    def judged(self) -> Equivalence:
        """What came of it."""
        kinds = [(case.name, self._kind(case)) for case in self._cases]
        rows = [self._row(name, kind, fault) for name, kind in kinds for fault in (None, *kind.faults)]
        walked = {e.activity for c in self._workflows.values() for e in c.executions}
        walked |= {wait for c in self._workflows.values() for wait in c.decided}
        seen = {e.activity for c in self._workflows.values() for call in c.calls if (e := c.execution(call))}
        names = [a.name for a in self._scene.project.activities] + [w.name for w in self._scene.project.waits]
        waits = {w.name for w in self._scene.project.waits}
        anew = {f"{route}: {'.'.join(path)}" for _, kind in kinds for route, path in kind.rules.volatile}
        return Equivalence(
            rows=tuple(rows),
            left_out=tuple(told for _, kind in kinds for told in kind.left_out),
            walked=tuple(name for name in names if name in walked),
            unseen=tuple(name for name in names if name not in walked),
            silent=tuple(name for name in names if name in walked - seen - waits),
            made_anew=tuple(sorted(anew)),
        )

    def _overcome(self, case: Case, fault: Fault) -> bool:
        """Whether the workflow did what the original does when nothing fails: then nothing is left to be compared."""
        key = (case.name, fault)
        self._await(lambda: key in self._workflows)
        kind = self._kind(case)
        return not compare(kind.original, self._workflows[key], kind.rules)

    def _await(self, done: Callable[[], bool]) -> None:
        if not self._scene.household.wait(done, seconds=_WAIT_SECONDS):
            raise ProofError("The original or the workflow did not come to its end, so they cannot be compared.")

    @property
    def _cases(self) -> tuple[Case, ...]:
        return self._scene.description.cases

    def _kind(self, case: Case) -> _Kind:
        """Known as soon as both have run it with no fault."""
        key = (case.name, None)
        self._await(lambda: case.name in self._again and key in self._workflows)
        with self._learning:
            if case.name not in self._kinds:
                self._kinds[case.name] = self._learnt(case)
            return self._kinds[case.name]

    def _learnt(self, case: Case) -> _Kind:
        original, again = self._originals[case.name, None], self._again[case.name]
        workflow = self._workflows[case.name, None]
        left_out = self._replaced(case, original, workflow)
        volatile = made_anew(original.calls, again.calls) | results_made_anew(original.ending, again.ending)
        owners = {c.route: e.activity for c in reversed(workflow.calls) if (e := workflow.execution(c))}
        rules = Rules(
            left_out=frozenset(told.route for told in left_out),
            volatile=volatile,
            owners=owners,
            usual=frozenset(canonical(c, volatile) for c in original.calls),
            at_once=at_once(original.calls) | at_once(again.calls),
            beside=frozenset(route for route, step in owners.items() if self._is_beside(step)),
        )
        earlier = {fault.place for kind in self._kinds.values() for fault in kind.faults}
        faults = possible(original.calls, rules.left_out, original.run, volatile)
        return _Kind(original, workflow, rules, left_out, tuple(f for f in faults if f.place not in earlier))

    def _replaced(self, case: Case, original: Course, workflow: Course) -> tuple[LeftOut, ...]:
        """The reads of a poll: of a route that the workflow never calls, always the same one, and changing nothing.

        At most one route for each place at which the original asks for what is decided in this run.
        """
        waits = [w for w in self._scene.project.waits if w.name in workflow.decided and w.polls]
        called = {c.route for c in workflow.calls}
        gone = [r for r in dict.fromkeys(c.route for c in original.calls) if r not in called]
        asked = {r: [c for c in original.calls if c.route == r] for r in gone}
        polls = [r for r in gone if _is_poll(asked[r])]
        if len(polls) > len({place for wait in waits for place in wait.polls}):
            return ()
        names = ", ".join(w.name for w in waits)
        places = tuple(dict.fromkeys(place for wait in waits for place in wait.polls))
        return tuple(LeftOut(case.name, r, len(asked[r]), names, places) for r in polls)

    def _row(self, name: str, kind: _Kind, fault: Fault | None) -> Compared:
        workflow = self._workflows[name, fault]
        against, original, differences = self._nearest(name, kind, fault, workflow)
        return Compared(
            case=name,
            fault="" if fault is None else str(fault),
            trouble="" if fault is None else fault.trouble.value,
            step="" if fault is None else kind.rules.owners.get(fault.route, ""),
            against=against,
            original=shown(str(original.ending)),
            workflow=shown(str(workflow.ending)),
            calls=len([c for c in original.calls if c.route not in kind.rules.left_out]),
            differences=tuple(replace(d, place=self._place(d.step)) for d in differences[:_MOST_DIFFERENCES]),
        )

    def _is_beside(self, step: str) -> bool:
        activity = self._scene.project.activity(step)
        return activity is not None and activity.beside

    def _place(self, step: str) -> str:
        activity = self._scene.project.activity(step)
        return activity.place if activity is not None else ""

    def _nearest(
        self, name: str, kind: _Kind, fault: Fault | None, workflow: Course
    ) -> tuple[str, Course, tuple[Difference, ...]]:
        """The run of the original that this one equals: the one with no fault or the one with the same."""
        without = compare(kind.original, workflow, kind.rules)
        if fault is None or (fault.passes and not without):
            return "no fault", kind.original, without
        same_fault = self._originals[name, fault]
        found = compare(same_fault, workflow, kind.rules)
        if found and fault.passes and workflow.ending.error is None:
            return "no fault", kind.original, without
        return "the same fault", same_fault, found


def _is_poll(calls: Sequence[Outside]) -> bool:
    return not any(c.applied for c in calls) and all(c.asked == calls[0].asked for c in calls)


def _named(case: Case) -> str:
    return f" in the kind {case.name!r}" if case.name else ""
