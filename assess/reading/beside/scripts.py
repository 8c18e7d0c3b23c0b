"""Makefiles and shell scripts: commands that people and machines start by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assess.model.woven import TriggerKind
from assess.reading.beside.shell import targets
from assess.reading.beside.starts import Form, Start, folder_of

_GOAL = re.compile(r"^([A-Za-z][\w.-]*)(?:\s+[\w.\- ]*)?:(?!=)")


def read_makefile(file: str, text: str) -> Iterator[Start]:
    """The recipes of a Makefile, by the goal that they belong to."""
    goal = ""
    for number, line in enumerate(text.splitlines(), 1):
        found = _GOAL.match(line[:400])
        if found:
            goal = found[1]
        elif line.startswith("\t") and goal:
            yield from _lines(file, number, f"make {goal}", line)


def read_shell(file: str, text: str) -> Iterator[Start]:
    """Lines that start Python; a shell's own words and programs are nobody's entry."""
    name = file.rpartition("/")[2]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            yield from _lines(file, number, name, line)


def _lines(file: str, number: int, detail: str, command: str) -> Iterator[Start]:
    for target in targets(command.strip(), folder_of(file), ("",)):
        if target.form is not Form.COMMAND:
            yield Start(file, number, TriggerKind.CLI, detail, target)
