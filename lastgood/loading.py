"""Assessments for commands: made from code, or read from a file that an earlier run wrote.

Says plainly when one cannot be had.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assess.checks.own import OwnCheckError
from assess.model.assessment import Assessment
from assess.model.wire import WireError, loads_assessment
from assess.policy.values import NOTHING, Policy, PolicyError
from assess.usecases import NoPythonError, Settings, TargetError, assess
from lastgood.exits import Exit
from lastgood.keeping import kept
from lastgood.problems import Problem


def load_assessment(path: Path) -> Assessment:
    """The assessment in this file. Raises Problem."""
    try:
        return loads_assessment(_read(path, "an assessment"))
    except WireError as wrong:
        raise Problem(
            f"'{path}' is not an assessment that this version can read "
            f"(make one with: lastgood assess PATH --report json={path.stem}.json):",
            mistakes=wrong.mistakes,
        ) from None


def assessment_with_code(path: Path, source: Path | None) -> tuple[Assessment, Path]:
    """The assessment in this file, and the folder with its code. Raises Problem."""
    assessment = load_assessment(path)
    return assessment, source or _beside(assessment, path)


def assess_code(path: Path, policy: Policy = NOTHING, *, thorough: bool = False, anew: bool = False) -> Assessment:
    """The assessment of this code, as its owner decided; `anew` hears no earlier reading. Raises Problem."""
    with telling():
        return assess(path, Settings(policy=policy, thorough=thorough, kept=None if anew else kept()))


@contextmanager
def telling() -> Iterator[None]:
    """Inside, what keeps code from being read becomes a Problem."""
    try:
        yield
    except (PolicyError, OwnCheckError) as wrong:
        raise Problem("Nothing was done, because this is wrong:", mistakes=wrong.mistakes) from None
    except NoPythonError as nothing:
        raise Problem(str(nothing), Exit.NOTHING) from None
    except TargetError as wrong:
        raise Problem(str(wrong)) from None


def _beside(assessment: Assessment, path: Path) -> Path:
    """Where the code of an assessment stands, if it is beside it."""
    name = assessment.target.root_name
    for folder in (path.parent / name, path.parent, Path(name), Path()):
        if assessment.target.digests and all((folder / file).is_file() for file in assessment.target.digests):
            return folder
    raise Problem(f"The code of '{path}' does not stand beside it: name its folder with --source.")


def load_mapping(path: Path, what: str) -> Mapping[str, Any]:
    """A plan or a proof, as plain values. Raises Problem."""
    try:
        value = json.loads(_read(path, what))
    except (ValueError, RecursionError) as wrong:
        raise Problem(f"'{path}' is not {what}: it is not JSON ({wrong}).") from None
    if not isinstance(value, dict):
        raise Problem(f"'{path}' is not {what}: a JSON object is expected.")
    return value


def _read(path: Path, what: str) -> str:
    if path.is_dir():
        raise Problem(f"'{path}' is a folder: name a file with {what} in it.")
    if path.exists() and not path.is_file():
        raise Problem(f"'{path}' is not a regular file: name a file with {what} in it.")
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"'{path}' does not exist: name a file with {what} in it.") from None
    except UnicodeDecodeError:
        raise Problem(f"'{path}' is not {what}: it is not UTF-8 text.") from None
    except (OSError, ValueError) as wrong:
        raise Problem(f"'{path}' cannot be read: {getattr(wrong, 'strerror', None) or wrong}.") from None
