"""All that one proof runs, as much of it at once as shares nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from migrate.proving.application import Scene
from migrate.proving.clean import CleanRun
from migrate.proving.equivalence.judged import Equivalence
from migrate.proving.equivalence.work import Comparison
from migrate.proving.equivalence.workflow import NAMESPACES as SAME
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.kills import Kill, Point, chosen, possible, spread
from migrate.proving.lane import Lane
from migrate.proving.matrix import Matrix
from migrate.proving.original import Original
from migrate.proving.points.again import Again
from migrate.proving.points.bench import Bench
from migrate.proving.points.checklist import shown
from migrate.proving.points.evidence import Shown
from migrate.proving.points.ground import Ground
from migrate.proving.points.suite import Suite
from migrate.proving.prediction import Prediction
from migrate.proving.project import Project
from migrate.proving.proof import Proof, totals

_LANES = 6
_BENCH = "bench"
NAMESPACES = (*(f"lane{n}" for n in range(1, _LANES + 1)), _BENCH, *SAME)


class Part(StrEnum):
    """A part of a proof."""

    KILLS = "kills"
    ORIGINAL = "original"
    EQUIVALENCE = "equivalence"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for: which parts, at which moments, at which step, and how many kills at most."""

    parts: Collection[Part]
    points: Collection[Point]
    step: str | None = None
    kills: int | None = None


class Campaign:
    """One proof being made. `run` once, then `proof`."""

    def __init__(
        self, scene: Scene, wishes: Wishes, prediction: Prediction | None, report: Callable[[str], None]
    ) -> None:
        self._scene = scene
        self._wishes = wishes
        self._report = report
        self._cleans: dict[str, CleanRun] = {}
        self._matrices: list[Matrix] = []
        self._lanes = [Lane(scene, NAMESPACES[0])]
        project, python, folder, household = scene.project, scene.python, scene.folder, scene.household
        self._original = Original(scene, self._cleans, prediction, wishes.step, report)
        self._suite = Suite(project, python, folder, household)
        self._again = Again(project, python, folder, household)
        self._comparison = Comparison(scene, report)
        self._bench = Bench(scene, _BENCH, self._cleans)

    def run(self) -> None:
        """The undisturbed runs first: what they show decides where is killed. The server dies alone, at the end."""
        if set(self._wishes.parts) != {Part.EQUIVALENCE}:
            self._report(f"runs of {self._scene.project.package} with no kill, to see what each step calls")
            self._at_once([self._undisturbed, *self._of(Part.POINTS, self._suite.work)])
        taken = self._kills() if Part.KILLS in self._wishes.parts else ()
        self._lanes += [Lane(self._scene, name) for name in NAMESPACES[1 : min(len(taken), _LANES)]]
        matrix = self._matrix(k for k in taken if k.point is not Point.SERVER)
        if taken:
            self._report(f"{len(taken)} kill{'s' * (len(taken) != 1)} of the worker, {len(self._lanes)} at a time")
        self._at_once(
            [
                *(partial(matrix.work, lane) for lane in self._lanes),
                *self._of(Part.ORIGINAL, self._original.work),
                *self._of(Part.EQUIVALENCE, *self._comparison.jobs),
                *self._of(Part.POINTS, self._bench.work, self._again.work),
            ]
        )
        self._matrix(k for k in taken if k.point is Point.SERVER).work(self._lanes[0])
        for last in self._of(Part.POINTS, self._bench.alone):
            last()

    def proof(self, date: str | None) -> Proof:
        """What was seen."""
        rows = tuple(row for matrix in self._matrices for row in matrix.rows)
        project = self._scene.project
        equivalence = self._comparison.judged() if Part.EQUIVALENCE in self._wishes.parts else None
        return Proof(
            project=project.package,
            engine=project.engine,
            pipeline=project.pipeline,
            points=tuple(p.value for p in Point if p in self._wishes.points),
            totals=totals(rows),
            rows=rows,
            original=self._original.rows,
            equivalence=equivalence,
            checklist=self._checklist(equivalence) if Part.POINTS in self._wishes.parts else (),
            date=date,
        )

    def _checklist(self, equivalence: Equivalence | None) -> tuple[Shown, ...]:
        return shown(
            Ground(
                project=self._scene.project,
                suite=self._suite,
                original=self._again.original,
                cleans=self._cleans,
                rows=tuple(row for matrix in self._matrices for row in matrix.rows),
                measured=self._bench.found | {38: self._again.evidence},
                logs=tuple(lane.log for lane in self._lanes),
                equivalence=equivalence,
            )
        )

    def _undisturbed(self) -> None:
        for case in self._scene.description.cases:
            self._cleans[case.name] = self._lanes[0].clean_run(case)

    def _of(self, part: Part, *jobs: Callable[[], None]) -> Sequence[Callable[[], None]]:
        described = part is not Part.ORIGINAL or self._scene.description.original is not None
        return jobs if part in self._wishes.parts and described else ()

    def _matrix(self, kills: Iterable[Kill]) -> Matrix:
        self._matrices.append(Matrix(kills, self._cleans, self._report))
        return self._matrices[-1]

    def _kills(self) -> tuple[Kill, ...]:
        offered = _offered(self._scene.project, self._cleans, self._wishes)
        return chosen(offered, self._wishes.kills)

    def _at_once(self, jobs: Sequence[Callable[[], None]]) -> None:
        at_once(jobs, self._scene.household)


def at_once(jobs: Sequence[Callable[[], None]], household: Household) -> None:
    """Run all jobs; the first that fails, or Ctrl-C, ends every process, and with them the other jobs."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            running = [pool.submit(job) for job in jobs]
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            for job in done:
                job.result()
        except BaseException:
            household.close()
            raise


def _offered(project: Project, cleans: Mapping[str, CleanRun], wishes: Wishes) -> tuple[Kill, ...]:
    points = {p for p in wishes.points if p is not Point.CONTINUED or project.continue_after}
    offered = spread([possible(clean, case, points, wishes.step) for case, clean in cleans.items()])
    if not offered:
        where = f"at {wishes.step}" if wishes.step else f"in {project.package}"
        words = ", ".join(p.value for p in Point if p in wishes.points)
        raise ProofError(f"A run with no kill comes by no place {where} to kill at; the points asked for: {words}.")
    return offered
