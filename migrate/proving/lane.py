"""One lane of a proof: a namespace and an outside world of its own, one worker, one killed run after the other.

A worker's death interrupts all that it runs, so lanes share nothing but the engine's server.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from migrate.proving.application import Application, Scene
from migrate.proving.clean import CleanRun, executions, take_apart
from migrate.proving.counts import tally
from migrate.proving.errors import ProofError
from migrate.proving.history import Histories, History
from migrate.proving.judging import Outcome, Row, Seen, judge
from migrate.proving.kills import Kill, Point
from migrate.proving.processes import Child
from migrate.proving.world import World

_REACH_SECONDS = 60.0
_FINISH_SECONDS = 120.0
_PAUSE_SECONDS = 0.15
_NOTHING_YET = History("running", (), 0)


class Lane:
    """One worker in one namespace, with services of its own."""

    def __init__(self, scene: Scene, namespace: str) -> None:
        self._scene = scene
        self._name = namespace
        folder = scene.folder / namespace
        self._folder = folder
        self._world = World(scene.description, python=scene.python, folder=folder, household=scene.household)
        self._world.start()
        self._application = Application(scene, namespace, folder, self._world.environment())
        self._histories = Histories(scene.server.http, namespace)

    def clean_run(self) -> CleanRun:
        """A run that nobody kills, one activity at a time."""
        run = self._world.new_run(self._name)
        self._application.start_worker(calls=self._world.control.log)
        workflow = self._begin(run)
        self._until(workflow, run, lambda h: h.closed, seconds=_FINISH_SECONDS)
        history = self._histories.of(workflow) or _NOTHING_YET
        self._application.stop_worker()
        if history.status != "completed":
            why = f"{history.status} {history.failure}".strip()
            raise ProofError(
                f"The run with no kill did not complete, so no kill can be judged: {why} "
                f"(the worker's log: {self._application.log})"
            )
        return take_apart(self._application.diary(workflow), self._world.control.calls(run))

    def killed_run(self, kill: Kill, clean: CleanRun) -> Row:
        """One run, killed at one place, and what came of it."""
        run = self._world.new_run(self._name)
        self._application.ensure_worker()
        reached, workflow = self._die(kill, run, clean)
        self._application.ensure_worker()
        self._until(workflow, run, lambda h: h.closed, seconds=_FINISH_SECONDS)
        row = judge(self._scene.project, clean, kill, run, self._seen(workflow, run, clean))
        if reached:
            return row
        return replace(row, outcome=Outcome.MISSED, failure="the run never came to the place of the kill")

    def stop(self) -> None:
        """End the worker and the services."""
        self._application.stop_worker()
        self._world.stop()

    def _seen(self, workflow: str, run: str, clean: CleanRun) -> Seen:
        calls = self._world.control.calls(run)
        keyed = {route for a in self._scene.project.activities if a.keyed for route in clean.routes_of(a.name)}
        bare = frozenset(c.route for c in calls if c.applied and not c.keyed and c.route in keyed)
        return Seen(self._histories.of(workflow), executions(self._application.diary(workflow)), tally(calls), bare)

    def _die(self, kill: Kill, run: str, clean: CleanRun) -> tuple[bool, str]:
        """Bring the run to the place and kill the worker there; whether it came there, and the workflow's id."""
        match kill.point:
            case Point.START | Point.END:
                return self._die_by_order(kill, run)
            case Point.MID:
                return self._die_in_call(kill, run, clean, self._application.kill_worker)
            case Point.SERVER:
                return self._die_in_call(kill, run, clean, self._kill_server)
            case Point.BOUNDARY:
                return self._die_at(run, lambda h: h.completed(kill.activity) >= kill.visit, decide=True)
            case Point.WAITING:
                return self._die_at(run, lambda h: h.idle, decide=False)
            case Point.DECIDED:
                return self._die_decided(run)

    def _die_by_order(self, kill: Kill, run: str) -> tuple[bool, str]:
        """The worker kills itself, at a place that nothing outside could hit as exactly."""
        marker = self._folder / f"{run}.killed"
        self._application.order_death(kill.activity, kill.visit, kill.point.value, marker)
        workflow = self._begin(run)
        reached = self._until(workflow, run, lambda _: marker.exists())
        self._application.kill_worker()
        self._application.withdraw_order()
        return reached, workflow

    def _die_in_call(self, kill: Kill, run: str, clean: CleanRun, strike: Callable[[], None]) -> tuple[bool, str]:
        """The service does what it is asked and holds its answer back; meanwhile the worker, or the server, dies."""
        route, nth = clean.call_to_hold(kill.activity, kill.visit)
        control = self._world.control
        control.hold(run, route, nth)
        try:
            workflow = self._begin(run)
            reached = self._until(workflow, run, lambda _: control.holds(run))
            strike()
        finally:
            control.release(route)
        return reached, workflow

    def _kill_server(self) -> None:
        """The worker lives on and finds the server again."""
        self._scene.server.kill()
        self._scene.server.restart()

    def _die_at(self, run: str, moment: Callable[[History], bool], *, decide: bool) -> tuple[bool, str]:
        workflow = self._begin(run)
        reached = self._until(workflow, run, moment, decide=decide)
        self._application.kill_worker()
        return reached, workflow

    def _die_decided(self, run: str) -> tuple[bool, str]:
        workflow = self._begin(run)
        if not self._until(workflow, run, lambda h: h.idle, decide=False):
            self._application.kill_worker()
            return False, workflow
        approving = self._approve(workflow, run, 0)
        reached = self._until(workflow, run, lambda h: h.updates > 0, decide=False)
        self._application.kill_worker()
        approving.stop()
        return reached, workflow

    def _until(
        self,
        workflow: str,
        run: str,
        reached: Callable[[History], bool],
        *,
        decide: bool = True,
        seconds: float = _REACH_SECONDS,
    ) -> bool:
        """Follow a run until it is somewhere; on the way give the decisions that it waits for."""
        end = time.monotonic() + seconds
        waits = len(self._scene.project.waits) if decide else 0
        asked = 0
        while time.monotonic() < end:
            history = self._histories.of(workflow) or _NOTHING_YET
            if reached(history):
                return True
            if history.closed:
                return False
            self._application.check_worker()
            if history.idle and history.updates < waits:
                self._ended(self._approve(workflow, run, asked))
                asked += 1
            else:
                self._scene.household.pause(_PAUSE_SECONDS)
        return False

    def _begin(self, run: str) -> str:
        """Start a run by the project's own command; the id of its workflow, which the command prints last."""
        starting = self._application.starter(self._world.arguments(run))
        self._ended(starting)
        workflow = starting.last_words()
        if not self._scene.household.wait(lambda: self._histories.of(workflow) is not None, seconds=5):
            raise ProofError(f"The starter of {self._scene.project.package} began no run: {workflow}")
        return workflow

    def _approve(self, workflow: str, run: str, nth: int) -> Child:
        """Decide; of several waits one after the other is tried, because a wait that is not open refuses."""
        waits = self._scene.project.waits
        wait = waits[nth % len(waits)].name
        return self._application.approval(workflow, self._world.decision(wait, run), wait if len(waits) > 1 else None)

    def _ended(self, child: Child) -> None:
        self._scene.household.wait(lambda: not child.running, seconds=_REACH_SECONDS)
