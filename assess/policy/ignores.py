"""`# lastgood: ignore[check] reason` and `# lastgood: ignore-file[check] reason`, read from comments.

Comments stand in code of strangers: what is wrong in them is told, and never stops the work unless the configuration
asks for reasons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assess.model.assessment import Remark, RemarkKind
from assess.policy.hints import meant, shown
from assess.reading.comments import Comment

_FORM = re.compile(r"(ignore|ignore-file)\s*\[([^\]]*)\]\s*[:,-]*\s*(.*)", re.IGNORECASE | re.DOTALL)


MOST = 500
"""Comments that are told one by one if they are not understood; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """One check that one comment ignores, in the lines that it governs or in its whole file."""

    comment: Comment
    check: str
    reason: str
    whole_file: bool

    def covers(self, file: str, line: int, cell: int | None) -> bool:
        """Whether a finding that starts here is meant."""
        if self.comment.file != file:
            return False
        return self.whole_file or (self.comment.cell == cell and self.comment.first <= line <= self.comment.last)


@dataclass(frozen=True, slots=True)
class Ignores:
    """All comments, read: what they ignore, what the owner should know, and those that lack a reason."""

    ignores: tuple[Ignore, ...]
    remarks: tuple[Remark, ...]
    bare: tuple[str, ...]


def read_ignores(comments: Iterable[Comment], known: Collection[str]) -> Ignores:
    """What the comments say; `known` are the names of the checks."""
    ignores: list[Ignore] = []
    wrong: list[tuple[Comment, str | None]] = []
    bare: list[str] = []
    for comment in comments:
        form = _FORM.fullmatch(comment.text)
        names = [name.strip().lower() for name in form[2].split(",")] if form is not None else []
        if form is None or not all(names):
            wrong.append((comment, None))
            continue
        reason = " ".join(form[3].split())
        if not reason:
            bare.append(f"{place(comment)}: ignore[{', '.join(names)}] gives no reason, and require-reason is on")
        for name in dict.fromkeys(names):
            if name in known:
                ignores.append(Ignore(comment, name, reason, form[1].lower() == "ignore-file"))
            else:
                wrong.append((comment, name))
    return Ignores(tuple(ignores), tuple(_told(wrong, known)), tuple(bare))


def _told(wrong: Sequence[tuple[Comment, str | None]], known: Collection[str]) -> Iterator[Remark]:
    """What is wrong with each comment: it is not of the form, or it names a check that does not exist."""
    for comment, name in wrong[:MOST]:
        if name is None:
            form = "write ignore[check] reason, or ignore-file[check] reason"
            yield _remark(comment, f"{shown(comment.text)} is not understood: {form}")
        else:
            yield _remark(comment, f"there is no check {shown(name)}{meant(name, known)}")
    if len(wrong) > MOST:
        yield _remark(wrong[MOST][0], f"this and {len(wrong) - MOST - 1} more are not understood either")


def unused(ignores: Iterable[Ignore], used: Collection[Ignore]) -> tuple[Remark, ...]:
    """A remark for each ignore that met no finding."""
    return tuple(
        Remark(
            RemarkKind.UNUSED_IGNORE,
            one.comment.file,
            one.comment.line,
            one.comment.cell,
            f"ignore[{one.check}] meets no finding: take it away",
        )
        for one in ignores
        if one not in used
    )


def place(comment: Comment) -> str:
    """`file:line`, in a notebook `file[cell]:line`."""
    cell = "" if comment.cell is None else f"[{comment.cell}]"
    return f"{comment.file}{cell}:{comment.line}"


def _remark(comment: Comment, says: str) -> Remark:
    return Remark(RemarkKind.UNKNOWN_CHECK, comment.file, comment.line, comment.cell, says)
