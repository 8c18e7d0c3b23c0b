"""Assesses files that nobody would write, and says which of them break the analyser.

    python tests/fuzz/campaign.py --cases 20000 [--first 0] [--seconds 60]

Case by case: `assess` ends within the limit, raises nothing but its own errors, gives what the schema's reader reads,
and says the same of the same files. A case that fails is named by its number; `--first NUMBER --cases 1 --keep FOLDER`
writes its files down.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import tempfile
import time
import traceback
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME))

from assess.model.wire import dumps, loads_assessment  # noqa: E402 - found from the folder above
from assess.usecases import TargetError, assess  # noqa: E402
from tests.fuzz.mutating import files  # noqa: E402
from tests.weaving.agreeing import problems  # noqa: E402

AGAIN = 20
"""Every so many cases are assessed twice."""


def fault(number: int, root: Path) -> str | None:
    """What is wrong with the assessment of one case, or None."""
    for name, data in files(number).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    try:
        assessment = assess(root)
    except TargetError:
        return None
    except Exception:  # noqa: BLE001 - finding out is what this is for
        return traceback.format_exc()
    text = dumps(assessment)
    if dumps(loads_assessment(text)) != text:
        return "what is written is not what is read back"
    if number % AGAIN == 0 and dumps(assess(root)) != text:
        return "the same files are assessed in two ways"
    return "\n".join(problems(assessment, root)) or None


def main() -> int:
    """Run the campaign; 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60, help="the limit of one case")
    parser.add_argument("--keep", type=Path, help="write the files of the cases here")
    given = parser.parse_args()
    failed, slowest, started = [], (0.0, 0), time.monotonic()
    for number in range(given.first, given.first + given.cases):
        with tempfile.TemporaryDirectory() as folder:
            root = given.keep / str(number) if given.keep else Path(folder) / "code"
            root.mkdir(parents=True, exist_ok=True)
            faulthandler.dump_traceback_later(given.seconds, exit=True)
            begun = time.monotonic()
            found = fault(number, root)
            slowest = max(slowest, (time.monotonic() - begun, number))
            faulthandler.cancel_dump_traceback_later()
        if found:
            failed.append(number)
            sys.stdout.write(f"case {number}: {found}\n")
            sys.stdout.flush()
    spent = time.monotonic() - started
    says = f"{given.cases} cases in {spent:.0f} s, {len(failed)} failed; slowest: case {slowest[1]}, {slowest[0]:.1f} s"
    sys.stdout.write(f"{says}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
