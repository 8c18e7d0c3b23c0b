"""Small measurements on the running project: faults at a service, a worker asked to stop, a run started twice."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun, Entry
from migrate.proving.description import Case
from migrate.proving.errors import ProofError
from migrate.proving.lane import Lane
from migrate.proving.points.evidence import Evidence
from migrate.proving.points.listening import Listener
from migrate.proving.project import Activity

_PROBE = Path(__file__).with_name("probe.py")
_RETRY_AFTER = 4
_FINISH_SECONDS = 120.0
_LEAVE_SECONDS = 40.0
_STEPS = 20
_THREADS_SECONDS = 2.0
_WORTH = 16  # characters: shorter lines may stand anywhere


class Bench(Lane):
    """A lane whose runs are not killed but measured; `found` has the evidence by point."""

    def __init__(self, scene: Scene, namespace: str, cleans: Mapping[str, CleanRun]) -> None:
        super().__init__(scene, namespace)
        self._cleans = cleans
        self.found: dict[int, tuple[Evidence, ...]] = {}

    def work(self) -> None:
        """Measure everything; what cannot be measured speaks against its points."""
        measures = {
            self._imports: (7,),
            self._profiles: (32,),
            self._faults: (15, 16),
            self._asked_to_stop: (21,),
            self._started_twice: (33, 30),
        }
        for measure, numbers in measures.items():
            self._measured(measure, numbers)
        self.stop()

    def alone(self) -> None:
        """What says nothing while other parts keep the machine busy."""
        self._measured(self._threads, (22,))
        self.stop()

    def _measured(self, measure: Callable[[], None], numbers: Sequence[int]) -> None:
        try:
            measure()
        except ProofError as problem:
            for number in numbers:
                self._say(number, f"not measured: {problem}", holds=False)

    def _say(self, number: int, says: str, *, holds: bool) -> None:
        self.found[number] = (*self.found.get(number, ()), Evidence(holds, says))

    def _imports(self) -> None:
        project = self._scene.project
        said = self._probe("imports", project.package, str(project.legacy_root), bare=True)
        loaded = said.get("original")
        if loaded is None:
            self._say(7, f"not imported: {said['trouble']}", holds=False)
        elif loaded:
            self._say(7, f"workflow and starter load {', '.join(loaded[:3])} of the original", holds=False)
        else:
            says = "in an empty environment workflow and starter import, and load no module of the original"
            self._say(7, says, holds=True)

    def _profiles(self) -> None:
        """One profile is the proof's server, the other a port that only listens: both are reached."""
        file = self._folder / "profiles.toml"
        with Listener() as other:
            file.write_text(
                f'[profile.one]\naddress = "{self._scene.server.address}"\nnamespace = "{self._name}"\n'
                f'[profile.two]\naddress = "{other.address}"\n',
                "utf-8",
            )
            ways = {
                name: self._probe(
                    "profiles",
                    self._scene.project.package,
                    bare=True,
                    TEMPORAL_CONFIG_FILE=str(file),
                    TEMPORAL_PROFILE=name,
                )
                for name in ("one", "two")
            }
            reached = other.reached
        both = ways["one"].get("said") == "connected" and reached
        said = "the server of one was reached, and the address of the other" if both else f"{ways}, reached: {reached}"
        self._say(32, f"two profiles of TEMPORAL_CONFIG_FILE: {said}", holds=both)

    def _threads(self) -> None:
        self._new_run(next(iter(self._cases())))  # for the application's settings
        said = self._probe("threads", self._scene.project.package)
        if "trouble" in said:
            self._say(22, f"not measured: {said['trouble']}", holds=False)
            return
        threads, most = said["threads"], said["most"]
        fits = threads is None or (most is not None and most <= threads)
        says = (
            f"{said['steps']} steps of 0.5 s in the worker's own pool: {said['seconds']:.2f} s; at most {most} "
            f"steps on {threads} threads"
        )
        self._say(22, says, holds=fits and said["steps"] == _STEPS and said["seconds"] < _THREADS_SECONDS)

    def _faults(self) -> None:
        """A model that is busy once, and others that fail once: every repeat is the engine's."""
        case = next((c for c in self._cases() if self._asked(self._cleans[c.name])), None)
        if case is None:
            return
        clean = self._cleans[case.name]
        routes = self._asked(clean)
        run = self._new_run(case)
        self._application.ensure_worker()
        busy, *failing = routes
        self._world.control.busy(run.id, busy, _RETRY_AFTER)
        for route in failing:
            self._world.control.fault(run.id, route, "fail", 1, {})
        course = self._begin(run, clean.waits)
        ended = self._until(course, lambda h: h.closed, seconds=_FINISH_SECONDS)
        diary = self._application.diary(course.workflow)
        calls = Counter(c.route for c in self._world.control.calls(run.id))
        for route, activity in routes.items():
            more, again = calls[route] - clean.tally.hits[route], _repeats(diary, activity.name)
            says = f"{activity.name} failed once: {again} more attempt, {more} more request"
            self._say(16, says, holds=ended and more == again == 1)
        gap = _gap(diary, routes[busy].name)
        came = "never" if gap is None else f"after {gap:.1f} s"
        says = f"{routes[busy].name} got 429 with Retry-After: {_RETRY_AFTER}; the next attempt came {came}"
        self._say(15, says, holds=gap is not None and gap >= _RETRY_AFTER)

    def _asked(self, clean: CleanRun) -> dict[str, Activity]:
        """Routes of models whose step may be tried again."""
        found: dict[str, Activity] = {}
        for route in clean.tally.hits:
            activity = self._scene.project.activity(clean.owner(route) or "")
            if activity is not None and activity.billed and activity.attempts != 1:
                found[route] = activity
        return found

    def _asked_to_stop(self) -> None:
        """SIGTERM while a call is held back; it is answered a second later."""
        case = next(iter(self._cases()))
        clean = self._cleans[case.name]
        held = next((m for m in clean.made if m.routes), None)
        if held is None:
            self._say(21, "no step makes a call that could be held back", holds=False)
            return
        route, nth = clean.call_to_hold(held.activity, 1)
        run = self._new_run(case)
        self._application.ensure_worker()
        self._world.control.hold(run.id, route, nth)
        course = self._begin(run, clean.waits)
        reached = self._until(course, lambda _: self._world.control.holds(run.id))
        asked = time.monotonic()
        self._application.ask_worker_to_stop()
        self._scene.household.pause(1.0)
        self._world.control.release(route)
        self._scene.household.wait(lambda: not self._application.works, seconds=_LEAVE_SECONDS)
        left, code = time.monotonic() - asked, self._application.worker_code
        self._application.ensure_worker()
        ended = self._until(course, lambda h: h.closed, seconds=_FINISH_SECONDS)
        again = _repeats(self._application.diary(course.workflow), held.activity)
        says = (
            f"SIGTERM inside {held.activity}: it ran {again + 1} time{'s' * (again > 0)}, and the worker left after "
            f"{left:.1f} s with {code}"
        )
        self._say(21, says, holds=reached and ended and code == 0 and again == 0)

    def _started_twice(self) -> None:
        """Two starts at once and one afterwards; and what of the documents is to be seen outside payloads."""
        case = next(iter(self._cases()))
        clean = self._cleans[case.name]
        run = self._new_run(case)
        self._application.ensure_worker()
        other = self._application.starter(self._world.arguments(run), run.id)
        course = self._begin(run, clean.waits)
        self._scene.household.wait(lambda: not other.running, seconds=30)
        ended = self._until(course, lambda h: h.closed, seconds=_FINISH_SECONDS)
        late = self._application.starter(self._world.arguments(run), run.id)
        self._scene.household.wait(lambda: not late.running, seconds=30)
        calls = Counter(c.route for c in self._world.control.calls(run.id))
        same = dict(calls) == dict(clean.tally.hits)
        says = (
            f"{course.workflow}, started twice at once: {'every call counted once' if same else 'calls repeated'}; "
            f"started again afterwards: {late.last_words()[:60]}"
        )
        self._say(33, says, holds=ended and same and late.code != 0)
        self._leaks(course.workflow, case)

    def _leaks(self, workflow: str, case: Case) -> None:
        lines = {line.strip() for copied in case.copies for line in _lines(copied.source)}
        telling = sorted(line for line in lines if len(line) >= _WORTH)
        if not telling:
            return
        shown = self._histories.labels(workflow) + self._application.log.read_text("utf-8", "replace")
        leaked = [line for line in telling if line in shown]
        says = f"{len(telling)} lines of the run's documents: {len(leaked)} in ids, memo, attributes, summaries or logs"
        self._say(30, says, holds=not leaked)

    def _cases(self) -> tuple[Case, ...]:
        return self._scene.description.cases

    def _probe(self, *words: str, bare: bool = False, **settings: str) -> dict[str, Any]:
        child = self._application.script(_PROBE, *words, bare=bare, settings=settings)
        self._scene.household.wait(lambda: not child.running, seconds=60)
        try:
            told = json.loads(child.last_line())
        except ValueError:
            told = None
        return told if isinstance(told, dict) else {"trouble": child.last_words()}


def _repeats(diary: tuple[Entry, ...], activity: str) -> int:
    """How many executions of this activity were not the first of their id."""
    entered = Counter(e.activity_id for e in diary if e.what == "enter" and e.activity == activity)
    return sum(entered.values()) - len(entered)


def _gap(diary: tuple[Entry, ...], activity: str) -> float | None:
    """Seconds between the error of an attempt and the beginning of the next one."""
    failed: dict[str, float] = {}
    for entry in diary:
        if entry.activity == activity and entry.what == "error":
            failed[entry.activity_id] = entry.at
        if entry.activity == activity and entry.what == "enter" and entry.activity_id in failed:
            return entry.at - failed[entry.activity_id]
    return None


def _lines(source: Path) -> Iterator[str]:
    for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if file.is_file():
            yield from file.read_text("utf-8", "replace").splitlines()
