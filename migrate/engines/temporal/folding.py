"""Long lines of generated code, folded at their brackets as formatters fold them.

Knows brackets and strings of one line, nothing else: a line that it cannot fold stays as it is.
"""

from __future__ import annotations

import re

_WIDTH = 120
_OPEN = "([{"
_CLOSE = ")]}"
_MARKS = re.compile("\"\"\"|'''|[\"'#]")


def fold(text: str) -> str:
    """The text with every statement that is too long put on several lines. Strings over several lines stay."""
    made: list[str] = []
    inside: str | None = None
    for line in text.split("\n"):
        before = inside
        inside = _still_inside(line, inside)
        if before is None and inside is None and len(line) > _WIDTH and not line.lstrip().startswith("#"):
            made += _import(line) if line.lstrip().startswith("from ") else _folded(line)
        else:
            made.append(line)
    return "\n".join(made)


def _import(line: str) -> list[str]:
    head, found, names = line.partition(" import ")
    if not found or "(" in names:
        return _folded(line)
    indent = " " * (len(line) - len(line.lstrip()))
    return [f"{head} import (", *(f"{indent}    {name.strip()}," for name in names.split(",")), f"{indent})"]


def _still_inside(line: str, inside: str | None) -> str | None:
    """The quotes of the string that goes on after this line, if one does."""
    at = 0
    while at < len(line):
        if inside is not None:
            end = line.find(inside, at)
            if end < 0:
                return inside
            at, inside = end + 3, None
            continue
        found = _MARKS.search(line, at)
        if found is None or found[0] == "#":
            return None
        if len(found[0]) > 1:
            inside, at = found[0], found.end()
        else:
            at = _string_end(line, found.start())
    return inside


def _string_end(line: str, at: int) -> int:
    quote = line[at]
    at += 1
    while at < len(line) and line[at] != quote:
        at += 2 if line[at] == "\\" else 1
    return at + 1


def _folded(line: str) -> list[str]:
    # Of a function its parameters, not what it gives.
    given = line.find(") -> ") + 1 if line.lstrip().startswith(("def ", "async def ")) else 0
    span = _last_bracket(line[:given] if given else line)
    if span is None:
        return [line]
    start, end = span
    indent = " " * (len(line) - len(line.lstrip()))
    head, inner, tail = line[: start + 1], line[start + 1 : end].strip(), indent + line[end:]
    if not inner:
        return [line]
    one = f"{indent}    {inner}"
    clauses = _clauses(inner)
    if len(clauses) > 1:
        if len(one) <= _WIDTH:
            return [head, one, tail]
        lines = [f"{indent}    {clause}" for clause in clauses]
        return [head, *(new for old in lines for new in (_folded(old) if len(old) > _WIDTH else [old])), tail]
    parts = _parts(inner)
    if len(one) <= _WIDTH and not (len(parts) > 1 and inner.endswith(",")):
        return [head, one, tail]
    if len(parts) == 1:
        return [head, *_folded(one), tail] if _last_bracket(one) else [line]
    made = [head]
    for part in parts:
        item = f"{indent}    {part},"
        made += _folded(item) if len(item) > _WIDTH else [item]
    return [*made, tail]


def _clauses(inner: str) -> list[str]:
    """The clauses of a comprehension: what is made, each `for`, each `if`."""
    starts = [0]
    depth = at = 0
    while at < len(inner):
        if inner[at] in "\"'":
            at = _string_end(inner, at)
            continue
        depth += (inner[at] in _OPEN) - (inner[at] in _CLOSE)
        words = (" for ", " async for ") if len(starts) == 1 else (" for ", " async for ", " if ")
        word = next((w for w in words if inner.startswith(w, at)), None) if not depth else None
        if word is not None:
            starts.append(at + 1)
            at += len(word) - 1
            continue
        at += 1
    return [inner[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]


def _last_bracket(line: str) -> tuple[int, int] | None:
    """The outermost bracket that closes last in the line, if it holds anything."""
    stack: list[int] = []
    found: tuple[int, int] | None = None
    at = 0
    while at < len(line):
        if line[at] in "\"'":
            at = _string_end(line, at)
            continue
        if line[at] in _OPEN:
            stack.append(at)
        elif line[at] in _CLOSE and stack:
            start = stack.pop()
            if not stack and at - start > 1:
                found = (start, at)
        at += 1
    return None if stack else found


def _parts(inner: str) -> list[str]:
    """What stands between the commas of this bracket."""
    parts: list[str] = []
    depth = start = at = 0
    while at < len(inner):
        if inner[at] in "\"'":
            at = _string_end(inner, at)
            continue
        if inner[at] in _OPEN:
            depth += 1
        elif inner[at] in _CLOSE:
            depth -= 1
        elif inner[at] == "," and not depth:
            parts.append(inner[start:at].strip())
            start = at + 1
        at += 1
    rest = inner[start:].strip()
    if rest:
        parts.append(rest)
    return parts
