"""The original, killed at the same places and started again from the top, as a person or a supervisor does."""

from __future__ import annotations

from collections.abc import Callable

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.counts import Tally, by_step, more, tally
from migrate.proving.errors import ProofError
from migrate.proving.prediction import Prediction
from migrate.proving.processes import Child
from migrate.proving.project import Activity
from migrate.proving.proof import OriginalRow
from migrate.proving.world import World

_RUN_SECONDS = 60.0
_LANE = "original"


class Original:
    """The original application with an outside world of its own."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        folder = scene.folder / _LANE
        self._world = World(scene.description, python=scene.python, folder=folder, household=scene.household)
        self._world.start()

    def stop(self) -> None:
        """End the services."""
        self._world.stop()

    def rows(
        self, clean: CleanRun, prediction: Prediction | None, step: str | None, report: Callable[[str], None]
    ) -> tuple[OriginalRow, ...]:
        """One kill at the first call of each route that a run with no kill calls; with a step, of its routes only."""
        expected = self._run_through()
        rows = []
        for route in (r for r in expected.hits if step in (None, clean.owner(r))):
            row = self._killed(route, expected, clean, prediction)
            report(f"original killed at {row.step}: {'; '.join(_says(row)) or 'nothing repeated'}")
            rows.append(row)
        return tuple(rows)

    def _run_through(self) -> Tally:
        run = self._world.new_run(_LANE)
        child = self._world.original(run)
        self._ended(child)
        if child.code != 0:
            raise ProofError(f"The original did not run through: {child.last_words()} (its log: {child.log})")
        return tally(self._world.control.calls(run))

    def _killed(self, route: str, expected: Tally, clean: CleanRun, prediction: Prediction | None) -> OriginalRow:
        run = self._world.new_run(_LANE)
        control = self._world.control
        control.hold(run, route, 1)
        child = self._world.original(run)
        try:
            self._scene.household.wait(lambda: control.holds(run) or not child.running, seconds=_RUN_SECONDS)
            child.kill()
        finally:
            control.release(route)
        again = self._world.original(run)
        self._ended(again)
        counted = tally(control.calls(run))
        hits, effects = more(counted.hits, expected.hits), more(counted.effects, expected.effects)
        step = clean.owner(route) or route
        row = OriginalRow(
            step=step,
            run=run,
            completed=again.code == 0,
            repeated=self._named(hits, clean),
            doubled=tuple(n for n in self._named(effects, clean) if not self._asks(n)),
            asked_again=tuple(n for n in self._named(hits, clean) if self._asks(n)),
            model_calls_repeated=sum(n for r, n in hits.items() if self._billed(clean.owner(r))),
            counted=by_step(counted, expected, clean.owner),
        )
        return row if prediction is None else prediction.judged(row, countable=clean.countable())

    def _named(self, routes: dict[str, int], clean: CleanRun) -> tuple[str, ...]:
        return tuple(dict.fromkeys(clean.owner(route) or route for route in routes))

    def _asks(self, name: str) -> bool:
        activity = self._scene.project.activity(name)
        return activity is not None and activity.kind == "human"

    def _billed(self, name: str | None) -> bool:
        activity: Activity | None = self._scene.project.activity(name or "")
        return activity is not None and activity.billed

    def _ended(self, child: Child) -> None:
        self._scene.household.wait(lambda: not child.running, seconds=_RUN_SECONDS)
        child.stop()


def _says(row: OriginalRow) -> list[str]:
    said = []
    if row.repeated:
        said.append(f"repeated {', '.join(row.repeated)}")
    if row.doubled:
        said.append(f"doubled {', '.join(row.doubled)}")
    if row.asked_again:
        said.append(f"asked {', '.join(row.asked_again)} again")
    return said
