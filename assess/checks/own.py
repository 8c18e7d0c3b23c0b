"""Checks of the user's own: files of the same form as the built-in ones.

They are code that is run here, in this process. So a caller hands over only files that the person who runs lastgood
has named; a scanned tree names none.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from assess.checks.check import Check, CheckFileError, Found, Look, load
from assess.checks.registry import by_id
from assess.model.woven import WovenPipeline

ROOM = "lastgood_own_checks"
"""The package that such a file believes to be in; nothing is imported from it."""


class OwnCheckError(ValueError):
    """Files with checks of the user's own are wrong; `mistakes` holds one sentence for each."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def load_own(files: Iterable[Path]) -> tuple[Check, ...]:
    """The checks in these files, by name. Runs the files. Raises OwnCheckError."""
    checks: dict[str, Check] = {}
    mistakes: list[str] = []
    for file in files:
        try:
            check = _load(file)
        except OwnCheckError as wrong:
            mistakes += wrong.mistakes
            continue
        if check.id in checks:
            mistakes.append(f"{file}: there are two files for the check '{check.id}': give them different names")
        checks[check.id] = check
    if mistakes:
        raise OwnCheckError(mistakes)
    return tuple(checks[name] for name in sorted(checks))


def _load(file: Path) -> Check:
    name = file.stem
    if file.suffix != ".py" or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise OwnCheckError([f"{file}: a check's file is called like the check, such as no_print_in_jobs.py"])
    if by_id(name.replace("_", "-")) is not None:
        raise OwnCheckError([f"{file}: there is a built-in check of this name: rename the file"])
    spec = importlib.util.spec_from_file_location(f"{ROOM}.{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        check = load(module)
    except CheckFileError as wrong:
        raise OwnCheckError([f"{file}: {str(wrong).partition(': ')[2]}"]) from None
    except (Exception, SystemExit) as wrong:  # noqa: BLE001 - whatever it is, it is the file's
        raise OwnCheckError([f"{file}: {_words(wrong)}"]) from None
    if not callable(check.look):
        raise OwnCheckError([f"{file}: look must be a function"])
    return replace(check, look=_guarded(check.look, file))


def _guarded(look: Look, file: Path) -> Look:
    """The same, but a failure names its file and pipeline."""

    def guarded(pipeline: WovenPipeline) -> Iterator[Found]:
        try:
            found = list(look(pipeline))
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is the file's
            raise OwnCheckError([f"{file}: look() failed on the pipeline {pipeline.id}: {_words(wrong)}"]) from None
        if not all(isinstance(one, Found) for one in found):
            raise OwnCheckError([f"{file}: look() yields something that is no Found"])
        yield from found

    return guarded


def _words(wrong: BaseException) -> str:
    line = getattr(wrong, "lineno", None)
    at = f" at line {line}" if line else ""
    said = getattr(wrong, "msg", None) or wrong
    return f"{type(wrong).__name__}{at}: {' '.join(str(said).split())}"[:300]
