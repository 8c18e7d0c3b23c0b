"""Assesses files that nobody would write, and says which of them break the analyser.

    python tests/fuzz/campaign.py --cases 6000 --read 6000 [--first 0] [--seconds 20] [--minutes 60]
        [--sources FOLDER ...] [--page]

Case by case: `assess` ends within the limit, raises nothing but its own errors, gives what the schema's reader reads,
and says the same of the same files. The cases run in a child process, so one that takes it down or hangs is a failure
and not the end; the next one gets a new child. Before the cases that are assessed come those that are only read,
which takes a tenth of the time. A case that fails is named by its number; `--first NUMBER --cases 1
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
from assess.reading.parse import UnreadableError, parse  # noqa: E402
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
    assessed: bool = True
    fault: str | None = None


@dataclass
class Figures:
    """What came of all cases."""

    cases: int = 0
    files: list[int] = field(default_factory=lambda: [0, 0])
    named: list[int] = field(default_factory=lambda: [0, 0])
    faults: list[Outcome] = field(default_factory=list)
    raised: int = 0
    died: int = 0
    hung: int = 0
    slowest: Outcome = field(default_factory=lambda: Outcome(-1))

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self.cases += outcome.assessed
        self.files[outcome.assessed] += outcome.files
        self.named[outcome.assessed] += outcome.named
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


def reading_of(number: int, folders: tuple[Path, ...]) -> Outcome:
    """Read the files of one case, and no more."""
    made = files(number, folders, in_trees=0.1)
    outcome, begun = Outcome(number, len(made), assessed=False), time.process_time()
    try:
        outcome.named = sum(_with_room(lambda: [_is_named(name, data) for name, data in made.items()]))
    except Exception:  # noqa: BLE001 - finding out is what this is for
        outcome.raised, outcome.fault = True, traceback.format_exc()
    outcome.seconds = time.process_time() - begun
    return outcome


def _is_named(name: str, data: bytes) -> bool:
    try:
        return bool(parse(name, data).problems)
    except UnreadableError:
        return True


def work(given: argparse.Namespace) -> None:
    """The child: one line of JSON a case."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.register(signal.SIGPROF, chain=True)
    folders = tuple(given.sources)
    for number in range(given.first, given.first + given.cases + given.read):
        with tempfile.TemporaryDirectory() as folder:
            root = given.keep / str(number) if given.keep else Path(folder) / "code"
            root.mkdir(parents=True, exist_ok=True)
            signal.setitimer(signal.ITIMER_PROF, given.seconds)
            assessed = number >= given.first + given.read
            outcome = outcome_of(number, root, folders) if assessed else reading_of(number, folders)
            signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(json.dumps(vars(outcome)) + "\n")
        sys.stdout.flush()


def outcomes(given: argparse.Namespace, figures: Figures) -> Iterator[Outcome]:
    """What the children say, and what is to be said of those that say no more."""
    following, middle = given.first, given.first + given.read
    end = middle + given.cases
    while following < end:
        read = max(0, middle - following)
        more = ["--first", str(following), "--read", str(read), "--cases", str(end - following - read)]
        more += ["--seconds", str(given.seconds), "--sources", *map(str, given.sources)]
        more += ["--keep", str(given.keep)] if given.keep else []
        process = subprocess.Popen([sys.executable, __file__, "--child", *more], stdout=subprocess.PIPE)
        try:
            for outcome in _said(process, given.seconds * BUSY):
                yield outcome
                following += 1
            hangs = process.poll() is None
        finally:
            process.kill()
            code = process.wait()
        if following < end:
            hangs = hangs or code == -signal.SIGPROF
            figures.hung += hangs
            figures.died += not hangs
            says = f"no answer within {given.seconds:g} s" if hangs else f"the process ended with {code}"
            yield Outcome(following, assessed=following >= middle, fault=says)
            following += 1


def _said(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Outcome]:
    """What a child says, until it says no more or nothing for so long."""
    assert process.stdout is not None
    with process.stdout as pipe, selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while waiting.select(seconds) and (line := pipe.readline()):
            yield Outcome(**json.loads(line))


def page(figures: Figures, given: argparse.Namespace) -> str:
    """`docs/robustness.md`."""
    others = len(figures.faults) - figures.raised - figures.died - figures.hung
    (only, files), (named, whole) = figures.files, figures.named
    return f"""# Robustness

Measured on {dt.datetime.now(tz=dt.UTC).date()} with Python {platform.python_version()} by
`python tests/fuzz/campaign.py --read {given.read} --cases {given.cases} --minutes {given.minutes:g} --page
--sources FOLDER ...`, which writes this page.

{only + files:,} files were made from those of this project, of applications and of libraries, with changes to their
statements, words, lines and bytes, notebooks among them. {only:,} were read and no more; {files:,} were assessed, as
{figures.cases:,} code bases of one to eight files. Each case ran under a limit of {given.seconds:g} s of the processor
and {MEMORY // 1024**3} GB.

| what | only read | assessed |
| --- | ---: | ---: |
| files | {only:,} | {files:,} |
| read | {only - named:,} | {files - whole:,} |
| named under `skipped`, whole or in part | {named:,} | {whole:,} |

| what | how many |
| --- | ---: |
| cases that ended in an error | {figures.raised:,} |
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
    parser.add_argument("--read", type=int, default=0, help="how many more cases are only read")
    parser.add_argument("--minutes", type=float, default=1e9, help="what is not done by then is left")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20, help="of the processor, the limit of one case")
    parser.add_argument("--sources", type=Path, nargs="*", default=[], help="folders of code to change")
    parser.add_argument("--keep", type=Path, help="write the files of the cases here")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.relative_to(HOME)}")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        work(given)
        return 0
    figures, started = Figures(), time.monotonic()
    for outcome in outcomes(given, figures):
        figures.add(outcome)
        if time.monotonic() - started > given.minutes * 60:
            break
        if outcome.fault:
            sys.stdout.write(f"case {outcome.case}: {outcome.fault}\n")
            sys.stdout.flush()
    spent = time.monotonic() - started
    sys.stdout.write(
        f"{figures.cases} cases in {spent:.0f} s: {sum(figures.files)} files, {sum(figures.named)} named, "
        f"{len(figures.faults)} failed ({figures.raised} raised, {figures.died} died, {figures.hung} hung); "
        f"slowest: case {figures.slowest.case}, {figures.slowest.seconds:.1f} s\n"
    )
    if given.page:
        PAGE.write_text(page(figures, given), encoding="utf-8")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
