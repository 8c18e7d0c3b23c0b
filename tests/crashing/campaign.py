"""Kills the examples during and right after every step, runs them again, and holds the crash table against what came.

    python tests/crashing/campaign.py [--only NAME ...] [--jobs 2] [--page FILE]

Ends with 0 only if every prediction held. With `--page` it writes the figures down.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import queue
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME))

from assess.model.assessment import Pipeline  # noqa: E402 - found from the folder above
from assess.usecases import assess  # noqa: E402
from tests.crashing.judging import Verdict, judge  # noqa: E402
from tests.crashing.lanes import Lane  # noqa: E402
from tests.crashing.page import page  # noqa: E402
from tests.crashing.trials import Death, EndedFirst, Seen, Stage, deaths  # noqa: E402
from tests.crashing.worlds import WORLDS, World  # noqa: E402


@dataclass(frozen=True, slots=True)
class Act:
    """One world with its pipeline, its clean run and all that was killed in it."""

    world: World
    pipeline: Pipeline
    clean: Seen
    verdicts: tuple[Verdict, ...]


def pipeline_of(world: World) -> Pipeline:
    """The pipeline of the example that starts at the world's entry."""
    assessment = assess(HOME / "examples" / world.example)
    (found,) = (p for p in assessment.pipelines if p.entry.file == world.entry)
    return found


def play(world: World, pipeline: Pipeline, lanes: Sequence[Lane], chosen: Sequence[Death] | None = None) -> Act:
    """A clean run, then one killed run and one after it for each death (all of them, unless some are chosen)."""
    free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
    for lane in lanes:
        free.put(lane)
    with tempfile.TemporaryDirectory(prefix="crashing-") as room, ThreadPoolExecutor(len(lanes)) as pool:
        clean = Stage(world, pipeline, _folder(room, "clean"), lanes[0]).clean()

        def kill(number: int, death: Death) -> Verdict | None:
            lane = free.get()
            try:
                first, again = Stage(world, pipeline, _folder(room, str(number)), lane).killed(death)
            except EndedFirst:
                return None
            finally:
                free.put(lane)
            return judge(world, pipeline, death, clean, first, again)

        planned = deaths(clean, pipeline) if chosen is None else chosen
        verdicts = pool.map(kill, range(len(planned)), planned)
        return Act(world, pipeline, clean, tuple(verdict for verdict in verdicts if verdict is not None))


def _folder(room: str, name: str) -> Path:
    folder = Path(room) / name
    folder.mkdir()
    return folder


def _acts(only: Sequence[str], lanes: Sequence[Lane]) -> Iterator[Act]:
    pipelines: dict[str, Pipeline] = {}
    for world in WORLDS:
        if only and not any(word in world.name or word == world.example for word in only):
            continue
        if world.example not in pipelines:
            pipelines[world.example] = pipeline_of(world)
        begun = time.monotonic()
        act = play(world, pipelines[world.example], lanes)
        wrong = [verdict for verdict in act.verdicts if verdict.faults]
        took = f"{time.monotonic() - begun:.0f} s"
        _say(f"{world.example}: {world.name}: {len(act.verdicts)} kills, {len(wrong)} wrong, {took}")
        for verdict in wrong:
            _say(f"  {verdict.death}: {'; '.join(verdict.faults)}")
        yield act


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """The whole campaign, or a part of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="examples, or parts of a run's name")
    parser.add_argument("--jobs", type=int, default=2, help="kills at once (default: 2)")
    parser.add_argument("--page", type=Path, help="write the figures into this file")
    args = parser.parse_args()
    begun = time.monotonic()
    with ExitStack() as running:
        lanes = [running.enter_context(Lane()) for _ in range(max(1, args.jobs))]
        acts = list(_acts(args.only, lanes))
    minutes = (time.monotonic() - begun) / 60
    if args.page:
        today = dt.datetime.now(dt.UTC).date().isoformat()
        args.page.write_text(page(acts, today, f"Python {platform.python_version()}", minutes), "utf-8")
    kills = sum(len(act.verdicts) for act in acts)
    wrong = sum(bool(verdict.faults) for act in acts for verdict in act.verdicts)
    _say(f"{kills} kills, {wrong} of them not as the table said, {minutes:.1f} minutes")
    return 1 if wrong or not kills else 0


if __name__ == "__main__":
    sys.exit(main())
