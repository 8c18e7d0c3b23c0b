"""A check, as a value read from its file, and what its `look` yields.

The file name is the id, the docstring is the page, constants say how much it matters, `BAD` and `GOOD` are its
examples and its tests. Loading knows the form of a check file; it does not know which files there are (`registry`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar, cast

from assess.model.finding import Axis, Category, Need, Severity
from assess.model.source import TrailStop
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

T = TypeVar("T")

HEADINGS = ("What it does", "Why it matters", "When it is fine", "What to do", "What it cannot see")


class CheckFileError(TypeError):
    """A check file is not of the form that every check has; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place that a check points at.

    `symbol` is the function it stands in; `target` what the call resolves to or the callee's last name. A severity or
    confidence here replaces the check's own, and `reason` says why.
    """

    file: str
    line: int
    end_line: int
    cell: int | None
    symbol: str
    target: str
    message: str
    step: str | None = None
    trail: tuple[TrailStop, ...] = ()
    severity: Severity | None = None
    confidence: Confidence | None = None
    reason: str = ""


Look = Callable[[WovenPipeline], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `page` maps each of HEADINGS to its text; `bad` and `good` are example sources."""

    id: str
    title: str
    page: tuple[tuple[str, str], ...]
    axis: Axis
    severity: Severity
    confidence: Confidence
    category: Category
    effort: float
    needs: tuple[Need, ...]
    bad: str
    good: str
    look: Look

    def marked_lines(self) -> tuple[int, ...]:
        """The lines of `bad` that this check must point at."""
        mark = f"# finding: {self.id}"
        return tuple(n for n, line in enumerate(self.bad.splitlines(), start=1) if line.rstrip().endswith(mark))

    def help(self) -> str:
        """The page as Markdown, with its examples."""
        sections = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in self.page)
        return f"# {self.title}\n\n{sections}\n\n## Bad\n\n{_block(self.bad)}\n\n## Good\n\n{_block(self.good)}\n"


def load(module: ModuleType) -> Check:
    """Read a check file's module. Raises CheckFileError."""
    name = module.__name__.rpartition(".")[2]
    title, page = _page(name, module.__doc__ or "")
    return Check(
        id=name.replace("_", "-"),
        title=title,
        page=page,
        axis=_constant(module, "AXIS", Axis),
        severity=_constant(module, "SEVERITY", Severity),
        confidence=_constant(module, "CONFIDENCE", Confidence),
        category=_constant(module, "CATEGORY", Category),
        effort=_constant(module, "EFFORT", float),
        needs=tuple(Need(need) for need in _constant(module, "NEEDS", tuple)),
        bad=_constant(module, "BAD", str).lstrip("\n"),
        good=_constant(module, "GOOD", str).lstrip("\n"),
        look=cast("Look", _constant(module, "look", object)),
    )


def _constant(module: ModuleType, name: str, kind: type[T]) -> T:
    value = getattr(module, name, None)
    if not isinstance(value, kind):
        raise CheckFileError(f"check file {module.__name__}: {name} must be a {kind.__name__}")
    return value


def _page(name: str, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    head, *rest = re.split(r"^## +(.+?) *$", text, flags=re.MULTILINE)
    sections = {heading: body.strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)}
    missing = [heading for heading in HEADINGS if not sections.get(heading)]
    if not head.strip() or missing:
        raise CheckFileError(f"check file {name}: its page lacks {', '.join(missing) or 'a title'}")
    return head.strip().removesuffix("."), tuple((heading, sections[heading]) for heading in HEADINGS)


def _block(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```"
