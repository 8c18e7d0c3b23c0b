"""The values that readers give: something outside, and what of the code it starts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.woven import TriggerKind


class Form(StrEnum):
    """What a target's name is."""

    SCRIPT = "script"
    MODULE = "module"
    SYMBOL = "symbol"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Target:
    """What is started: a file, a module with `-m`, a function or object of a module or file, or a console command.

    `folders` are where a relative path or module is looked for, nearest first, relative to the root ("" is the root).
    """

    form: Form
    name: str
    symbol: str | None = None
    folders: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Start:
    """One line beside the code that starts some of it."""

    file: str
    line: int
    kind: TriggerKind
    detail: str
    target: Target
    framework: str | None = None


def folder_of(file: str) -> str:
    """The folder that a file stands in, without a slash at its end."""
    return file.rpartition("/")[0]


def joined(folder: str, path: str) -> str | None:
    """A path relative to the root; None if it leads out of it."""
    parts = [p for p in folder.split("/") if p] if not path.startswith("/") else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
