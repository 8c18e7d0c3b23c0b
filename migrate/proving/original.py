"""The original, killed at the same places and started again from the top, as a person or a supervisor does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.counts import Tally, by_step, more, tally
from migrate.proving.description import Case
from migrate.proving.errors import ProofError
from migrate.proving.prediction import Prediction
from migrate.proving.processes import Child
from migrate.proving.project import Activity
from migrate.proving.proof import OriginalRow

_RUN_SECONDS = 60.0
_LANE = "original"


class Original:
    """The original application with an outside world of its own, killed once at every route that its runs call."""

    def __init__(
        self,
        scene: Scene,
        cleans: Mapping[str, CleanRun],
        prediction: Prediction | None,
        step: str | None,
        report: Callable[[str], None],
    ) -> None:
        self._scene = scene
        self._cleans = cleans
        self._prediction = prediction
        self._step = step
        self._report = report
        folder = scene.folder / _LANE
        self._world = scene.world(folder)
        self.rows: tuple[OriginalRow, ...] = ()

    def work(self) -> None:
        """Fill `rows`: one kill at the first call of each route, in the first kind of run that calls it.

        With a step, of its routes only.
        """
        self._world.start()
        killed: dict[str, OriginalRow] = {}
        for case in self._scene.description.cases:
            clean = self._cleans[case.name]
            expected = self._run_through(case)
            for route in (r for r in expected.hits if r not in killed and self._step in (None, clean.owner(r))):
                row = killed[route] = self._killed(case, route, expected, clean)
                self._report(f"original killed at {row.step}: {'; '.join(_says(row)) or 'nothing repeated'}")
        self.rows = tuple(killed.values())

    def _run_through(self, case: Case) -> Tally:
        run = self._world.new_run(_LANE, case)
        child = self._world.original(run)
        self._ended(child)
        if child.code != 0:
            raise ProofError(f"The original did not run through: {child.last_words()} (its log: {child.log})")
        return tally(self._world.control.calls(run.id))

    def _killed(self, case: Case, route: str, expected: Tally, clean: CleanRun) -> OriginalRow:
        run = self._world.new_run(_LANE, case)
        control = self._world.control
        control.hold(run.id, route, 1)
        child = self._world.original(run)
        try:
            self._scene.household.wait(lambda: control.holds(run.id) or not child.running, seconds=_RUN_SECONDS)
            child.kill()
        finally:
            control.release(route)
        again = self._world.original(run)
        self._ended(again)
        counted = tally(control.calls(run.id))
        hits, effects = more(counted.hits, expected.hits), more(counted.effects, expected.effects)
        step = clean.owner(route) or route
        row = OriginalRow(
            step=step,
            run=run.id,
            completed=again.code == 0,
            repeated=self._named(hits, clean),
            doubled=tuple(n for n in self._named(effects, clean) if not self._asks(n)),
            asked_again=tuple(n for n in self._named(hits, clean) if self._asks(n)),
            model_calls_repeated=sum(n for r, n in hits.items() if self._billed(clean.owner(r))),
            counted=by_step(counted, expected, clean.owner),
        )
        if self._prediction is None:
            return row
        return self._prediction.judged(row, countable=clean.countable())

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
