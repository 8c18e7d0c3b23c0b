"""One lane of a proof: a namespace of its own with one worker, in which one run after the other is killed.

A worker's death interrupts all that it runs, so lanes share nothing but the server and the services.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.proving.clean import CleanRun, executions, read_diary, take_apart
from migrate.proving.counts import tally
from migrate.proving.history import Histories, History
from migrate.proving.household import Household
from migrate.proving.judging import Outcome, Row, Seen, judge
from migrate.proving.kills import Kill, Point
from migrate.proving.problems import ProofProblem
from migrate.proving.processes import Child
from migrate.proving.project import Project
from migrate.proving.server import TemporalServer
from migrate.proving.world import World

_RUNNER = Path(__file__).with_name("runner.py")
_REACH_SECONDS = 60.0
_FINISH_SECONDS = 120.0
_PAUSE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Scene:
    """What all lanes of a proof share."""

    project: Project
    world: World
    server: TemporalServer
    python: Path
    folder: Path
    household: Household


class Lane:
    """One worker in one namespace."""

    def __init__(self, scene: Scene, namespace: str) -> None:
        self._scene = scene
        self._namespace = namespace
        self._folder = scene.folder / namespace
        self._folder.mkdir(parents=True, exist_ok=True)
        self._orders = self._folder / "orders.json"
        self._diary = self._folder / "diary.jsonl"
        self._histories = Histories(scene.server.http, namespace)
        self._worker: Child | None = None

    def clean_run(self, run: str) -> CleanRun:
        """A run that nobody kills, one activity at a time."""
        self._start_worker("--one-at-a-time")
        workflow = self._begin(run)
        self._until(workflow, lambda h: h.closed, seconds=_FINISH_SECONDS)
        history = self._histories.of(workflow)
        self.stop()
        if history is None or history.status != "completed":
            why = "" if history is None else f"{history.status} {history.failure}".strip()
            raise ProofProblem(f"The run with no kill did not complete ({why}); the worker's log: {self.log}")
        return take_apart(read_diary(self._diary, workflow), self._scene.world.calls(run))

    def killed_run(self, kill: Kill, run: str, clean: CleanRun) -> Row:
        """One run, killed at one place, and what came of it."""
        if self._worker is None or not self._worker.running:
            self._start_worker()
        reached, workflow = self._die(kill, run, clean)
        self._start_worker()
        self._until(workflow, lambda h: h.closed, seconds=_FINISH_SECONDS)
        row = judge(self._scene.project, clean, kill, run, self._seen(workflow, run, clean))
        if reached:
            return row
        return replace(row, outcome=Outcome.MISSED, failure="the run never came to the place of the kill")

    def _seen(self, workflow: str, run: str, clean: CleanRun) -> Seen:
        calls = self._scene.world.calls(run)
        keyed = {route for a in self._scene.project.activities if a.keyed for route in clean.routes_of(a.name)}
        bare = frozenset(c.route for c in calls if c.applied and not c.keyed and c.route in keyed)
        ran = executions(read_diary(self._diary, workflow))
        return Seen(self._histories.of(workflow), ran, tally(calls), bare)

    @property
    def log(self) -> Path:
        """What the workers of this lane said."""
        return self._folder / "worker.log"

    def stop(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.stop()

    def _die(self, kill: Kill, run: str, clean: CleanRun) -> tuple[bool, str]:
        """Bring the run to the place and kill the worker there; whether it came there, and the workflow's id."""
        match kill.point:
            case Point.START | Point.END:
                return self._die_by_order(kill, run)
            case Point.MID:
                return self._die_in_call(kill, run, clean)
            case Point.BOUNDARY:
                return self._die_at(run, lambda h: h.completed(kill.activity) >= kill.visit, decide=True)
            case Point.WAITING:
                return self._die_at(run, lambda h: h.idle, decide=False)
            case Point.DECIDED:
                return self._die_decided(run)

    def _die_by_order(self, kill: Kill, run: str) -> tuple[bool, str]:
        """The worker kills itself, at a place that nothing outside could hit as exactly."""
        marker = self._folder / f"{run}.killed"
        order = {"activity": kill.activity, "visit": kill.visit, "moment": kill.point.value, "marker": str(marker)}
        spare = self._orders.with_suffix(".new")
        spare.write_text(json.dumps(order), "utf-8")
        spare.replace(self._orders)
        workflow = self._begin(run)
        reached = self._until(workflow, lambda _: marker.exists())
        self._kill_worker()
        self._orders.unlink()
        return reached, workflow

    def _die_in_call(self, kill: Kill, run: str, clean: CleanRun) -> tuple[bool, str]:
        """The service does what it is asked and holds its answer back; meanwhile the worker dies."""
        route, nth = clean.call_to_hold(kill.activity, kill.visit)
        self._scene.world.hold(run, route, nth)
        try:
            workflow = self._begin(run)
            reached = self._until(workflow, lambda _: self._scene.world.holds(run))
            self._kill_worker()
        finally:
            self._scene.world.release(run)
        return reached, workflow

    def _die_at(self, run: str, moment: Callable[[History], bool], *, decide: bool) -> tuple[bool, str]:
        workflow = self._begin(run)
        reached = self._until(workflow, moment, decide=decide)
        self._kill_worker()
        return reached, workflow

    def _die_decided(self, run: str) -> tuple[bool, str]:
        workflow = self._begin(run)
        if not self._until(workflow, lambda h: h.idle, decide=False):
            self._kill_worker()
            return False, workflow
        approving = self._approve(workflow, 0)
        reached = self._until(workflow, lambda h: h.updates > 0, decide=False)
        self._kill_worker()
        self._scene.household.wait(lambda: not approving.running, seconds=_REACH_SECONDS)
        return reached, workflow

    def _until(
        self,
        workflow: str,
        reached: Callable[[History], bool],
        *,
        decide: bool = True,
        seconds: float = _REACH_SECONDS,
    ) -> bool:
        """Follow a run until it is somewhere; on the way give the decisions that it waits for."""
        end = time.monotonic() + seconds
        waits = len(self._scene.project.waits) if decide else 0
        while time.monotonic() < end:
            history = self._histories.of(workflow) or History("running", (), 0)
            if reached(history):
                return True
            if history.closed:
                return False
            self._check_worker()
            if history.idle and history.updates < waits:
                approving = self._approve(workflow, history.updates)
                self._scene.household.wait(lambda: not approving.running, seconds=seconds)  # noqa: B023 - used at once
            else:
                self._scene.household.pause(_PAUSE_SECONDS)
        return False

    def _begin(self, run: str) -> str:
        """Start a run by the project's own command; the id of its workflow."""
        text = json.dumps(self._scene.world.arguments(run))
        before = self._histories.ids()
        starting = self._command("starter", "--input", text)
        self._scene.household.wait(lambda: not starting.running, seconds=_REACH_SECONDS)
        begun = self._histories.ids() - before
        if len(begun) != 1:
            raise ProofProblem(f"The starter of {self._scene.project.package} began no run: {starting.last_words()}")
        return begun.pop()

    def _approve(self, workflow: str, nth: int) -> Child:
        wait = self._scene.project.waits[nth]
        return self._command("approve", workflow, "--decision", json.dumps(self._scene.world.decision(wait.name)))

    def _start_worker(self, *options: str) -> None:
        asked = ["--package", self._scene.project.package, "--orders", str(self._orders), "--diary", str(self._diary)]
        command = [str(self._scene.python), str(_RUNNER), *asked, *options]
        self._worker = self._scene.household.start(
            "The worker", command, folder=self._scene.project.folder, log=self.log, env=self._environment()
        )

    def _kill_worker(self) -> None:
        if self._worker is not None:
            self._worker.kill()

    def _check_worker(self) -> None:
        """A worker that ended by itself, not by SIGKILL, is no proof of anything."""
        if self._worker is not None and self._worker.code not in (None, -signal.SIGKILL):
            raise ProofProblem(f"The worker ended by itself: {self._worker.last_words()} (its log: {self.log})")

    def _command(self, module: str, *arguments: str) -> Child:
        command = [str(self._scene.python), "-m", f"{self._scene.project.package}.{module}", *arguments]
        return self._scene.household.start(
            module, command, folder=self._scene.project.folder, log=self._folder / f"{module}.log", env=self._environment()
        )

    def _environment(self) -> dict[str, str]:
        """The application's settings, and an engine address that leads to the proof's own server and nowhere else."""
        scene = self._scene
        env = {k: v for k, v in scene.world.environment().items() if not k.startswith("TEMPORAL_")}
        paths = [str(scene.project.folder), *filter(None, [env.get("PYTHONPATH")])]
        no_profile = scene.folder / "no-profile.toml"
        no_profile.touch()
        return env | {
            "PYTHONPATH": os.pathsep.join(paths),
            "TEMPORAL_ADDRESS": scene.server.address,
            "TEMPORAL_NAMESPACE": self._namespace,
            "TEMPORAL_CONFIG_FILE": str(no_profile),
        }
