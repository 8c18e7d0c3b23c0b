"""Assesses files that nobody would write, and says which of them break the analyser.

    python tests/fuzz/campaign.py --cases 20000 [--first 0] [--seconds 20] [--sources FOLDER ...] [--page FILE]

Case by case: `assess` ends within the limit, raises nothing but its own errors, gives what the schema's reader reads,
and says the same of the same files. The cases run in a child process, so one that takes it down or hangs is a failure
and not the end; the next one gets a new child. A case that fails is named by its number; `--first NUMBER --cases 1
--keep FOLDER` writes its files down.
"""

from __future__ import annotations

import argparse
import datetime as dt
import faulthandler
import json
import platform
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME))

from assess.model.wire import dumps, loads_assessment  # noqa: E402 - found from the folder above
from assess.usecases import NoPythonError, TargetError, _with_room, assess  # noqa: E402
from tests.fuzz.mutating import files  # noqa: E402
from tests.weaving.agreeing import problems  # noqa: E402

OFTEN = 4
"""Every so many assessments are read back."""
AGAIN = 20
"""Every so many cases are assessed twice."""
MEMORY = 6 * 1024**3
"""Bytes of address space for the child; the thread that follows code takes half a gigabyte of it without using it."""
BUSY = 20
"""How many times the limit, which is of the processor, a case may take by the clock: others use the machine too."""
PAGE = HOME / "docs" / "robustness.md"


@dataclass
class Outcome:
    """What came of one case: how many files there were and were named, and what is wrong, if anything is."""

    case: int
    files: int = 0
    named: int = 0
    seconds: float = 0.0
    raised: bool = False
    fault: str | None = None


@dataclass
class Figures:
    """What came of all cases."""

    cases: int = 0
    files: int = 0
    named: int = 0
    faults: list[Outcome] = field(default_factory=list)
    raised: int = 0
    died: int = 0
    hung: int = 0
    slowest: Outcome = field(default_factory=lambda: Outcome(-1))

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.cases += 1
        self.files += outcome.files
        self.named += outcome.named
        self.raised += outcome.raised
        if outcome.fault:
            self.faults.append(outcome)
        if outcome.seconds > self.slowest.seconds:
            self.slowest = outcome


def outcome_of(number: int, root: Path, folders: tuple[Path, ...]) -> Outcome:
    """Write one case down and assess it."""
    made = files(number, folders)
    for name, data in made.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    outcome, begun = Outcome(number, len(made)), time.process_time()
    try:
        assessment = assess(root)
        outcome.seconds = time.process_time() - begun
        outcome.named = len({row.file for row in assessment.target.skipped})
        text = dumps(assessment)
        if number % OFTEN == 0 and dumps(loads_assessment(text)) != text:
            outcome.fault = "what is written is not what is read back"
        elif number % AGAIN == 0 and dumps(assess(root)) != text:
            outcome.fault = "the same files are assessed in two ways"
        else:
            outcome.fault = "\n".join(_with_room(lambda: problems(assessment, root))) or None
    except NoPythonError:
        outcome.named = len(made)
    except TargetError as problem:
        outcome.raised, outcome.fault = True, str(problem)
    except Exception:  # noqa: BLE001 - finding out is what this is for
        outcome.raised, outcome.fault = True, traceback.format_exc()
    return outcome


def work(first: int, cases: int, seconds: float, folders: tuple[Path, ...], keep: Path | None) -> None:
    """The child: one line of JSON a case."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.register(signal.SIGPROF, chain=True)
    for number in range(first, first + cases):
        with tempfile.TemporaryDirectory() as folder:
            root = keep / str(number) if keep else Path(folder) / "code"
            root.mkdir(parents=True, exist_ok=True)
            signal.setitimer(signal.ITIMER_PROF, seconds)
            outcome = outcome_of(number, root, folders)
            signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(vars(outcome)) + "\n")
        sys.stdout.flush()


def outcomes(given: argparse.Namespace, figures: Figures) -> Iterator[Outcome]:
    """What the children say, and what is to be said of those that say no more."""
    following, end = given.first, given.first + given.cases
    while following < end:
        more = ["--first", str(following), "--cases", str(end - following), "--seconds", str(given.seconds)]
        more += ["--sources", *map(str, given.sources)] if given.sources else []
        more += ["--keep", str(given.keep)] if given.keep else []
        process = subprocess.Popen([sys.executable, __file__, "--child", *more], stdout=subprocess.PIPE)
        assert process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while waiting.select(given.seconds * BUSY) and (line := process.stdout.readline()):
                yield Outcome(**json.loads(line))
                following += 1
        hangs = process.poll() is None
        process.kill()
        code = process.wait()
        hangs = hangs or code == -signal.SIGPROF
        process.stdout.close()
        if following < end:
            figures.hung += hangs
            figures.died += not hangs
            says = f"no answer within {given.seconds:g} s" if hangs else f"the process ended with {code}"
            yield Outcome(following, fault=says)
            following += 1


def page(figures: Figures, given: argparse.Namespace) -> str:
    """`docs/robustness.md`."""
    last = given.first + given.cases - 1
    others = len(figures.faults) - figures.raised - figures.died - figures.hung
    return f"""# Robustness

Measured on {dt.datetime.now(tz=dt.UTC).date()} with Python {platform.python_version()} by
`python tests/fuzz/campaign.py --cases {given.cases} --sources FOLDER ... --page`, which writes this page.

{figures.cases:,} code bases of one to eight files were assessed, cases {given.first} to {last} of the campaign: files
of this project, of applications and of libraries after changes to their statements, words, lines and bytes, notebooks
among them. Each ran under a limit of {given.seconds:g} s of the processor and {MEMORY // 1024**3} GB.

| what | how many |
| --- | ---: |
| files | {figures.files:,} |
| read | {figures.files - figures.named:,} |
| named under `skipped`, whole or in part | {figures.named:,} |
| assessments that ended in an error | {figures.raised:,} |
| processes that died | {figures.died:,} |
| no answer within the limit | {figures.hung:,} |
| assessments whose parts disagree, or differ from the second one | {others:,} |

The slowest case took {figures.slowest.seconds:.1f} s. One case in {AGAIN} was assessed twice and had to give the same
bytes. What each case holds follows from its number and from the code that it is made of.

Beside the campaign, `tests/reading/probes.py` keeps the files that break parsers, with what is expected of each, and
`tests/hostile` the trees that break readers.
"""


def main() -> int:
    """Run the campaign; 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20, help="of the processor, the limit of one case")
    parser.add_argument("--sources", type=Path, nargs="*", default=[], help="folders of code to change")
    parser.add_argument("--keep", type=Path, help="write the files of the cases here")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.relative_to(HOME)}")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        work(given.first, given.cases, given.seconds, tuple(given.sources), given.keep)
        return 0
    figures, started = Figures(), time.monotonic()
    for outcome in outcomes(given, figures):
        figures.add(outcome)
        if outcome.fault:
            sys.stdout.write(f"case {outcome.case}: {outcome.fault}\n")
            sys.stdout.flush()
    spent = time.monotonic() - started
    sys.stdout.write(
        f"{figures.cases} cases in {spent:.0f} s: {figures.files} files, {figures.named} named, "
        f"{len(figures.faults)} failed ({figures.raised} raised, {figures.died} died, {figures.hung} hung); "
        f"slowest: case {figures.slowest.case}, {figures.slowest.seconds:.1f} s\n"
    )
    if given.page:
        PAGE.write_text(page(figures, given), encoding="utf-8")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
