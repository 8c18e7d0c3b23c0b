"""The part of YAML that deployment files are written in: blocks, lists, quoted and flow values, with their lines.

Not a YAML processor: tags are dropped, anchors are not followed (so nothing can grow out of a small file), and what
does not parse ends the reading without an error. Values stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_LINES = 20_000
LONGEST_LINE = 4_000
DEEPEST = 40
LONGEST_FLOW = 200
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?=\s|$)""")
_TAG = re.compile(r"^[!&][^\s,\]}]*\s*")
_BLOCK = re.compile(r"^[|>][+\-\d]*$")


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list or a mapping, and the line that it starts on."""

    line: int
    text: str | None = None
    items: tuple[Node, ...] = ()
    keys: dict[str, Node] = field(default_factory=dict)

    def get(self, *names: str) -> Node:
        """The value under these keys, one inside the other; an empty one if there is none."""
        node = self
        for name in names:
            node = node.keys.get(name, Node(node.line))
        return node

    def texts(self) -> list[str]:
        """Its own text, or those of its items."""
        return [self.text] if self.text is not None else [i.text for i in self.items if i.text is not None]

    def __bool__(self) -> bool:
        return self.text is not None or bool(self.items) or bool(self.keys)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str
    raw: str


def documents(text: str) -> Iterator[Node]:
    """The documents of a file, as far as they can be read."""
    part: list[tuple[int, str]] = []
    for number, whole in enumerate(text.splitlines()[:MOST_LINES], 1):
        line = whole[:LONGEST_LINE]
        if line.startswith(("---", "...")):
            yield _Reader(part).read()
            part = []
            rest = line[3:].strip()
            part += [(number, rest)] if rest else []
        else:
            part.append((number, line))
    yield _Reader(part).read()


class _Reader:
    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self._lines = [_line(number, raw) for number, raw in lines]
        self._at = 0

    def read(self) -> Node:
        """The whole document."""
        first = self._next()
        return self._block(first.indent, 0) if first is not None else Node(1)

    def _next(self) -> _Line | None:
        """The next line that says something."""
        while self._at < len(self._lines) and not self._lines[self._at].text:
            self._at += 1
        return self._lines[self._at] if self._at < len(self._lines) else None

    def _block(self, indent: int, depth: int) -> Node:
        line = self._next()
        if line is None or depth > DEEPEST:
            self._at = len(self._lines) if depth > DEEPEST else self._at
            return Node(line.number if line else 1)
        if _is_item(line.text):
            return self._list(indent, depth)
        if _key(line.text) is not None:
            return self._mapping(indent, depth)
        self._at += 1
        return self._value(line.text, line, indent - 1, depth)

    def _list(self, indent: int, depth: int) -> Node:
        items: list[Node] = []
        start = self._lines[self._at].number
        while (line := self._next()) is not None and line.indent == indent and _is_item(line.text):
            rest = line.text[1:].lstrip()
            if not rest:
                self._at += 1
                items.append(self._under(line, indent, depth))
                continue
            # What follows the dash is a block of its own, further in.
            inner = line.indent + len(line.text) - len(rest)
            self._lines[self._at] = _Line(line.number, inner, rest, line.raw)
            if _key(rest) is not None or _is_item(rest):
                items.append(self._block(inner, depth + 1))
            else:
                self._at += 1
                items.append(self._value(rest, line, indent, depth))
        return Node(start, items=tuple(items))

    def _mapping(self, indent: int, depth: int) -> Node:
        keys: dict[str, Node] = {}
        start = self._lines[self._at].number
        while (line := self._next()) is not None and line.indent == indent and (key := _key(line.text)):
            self._at += 1
            name, rest = key
            keys[name] = self._value(rest, line, indent, depth) if rest else self._under(line, indent, depth)
        return Node(start, keys=keys)

    def _under(self, line: _Line, indent: int, depth: int) -> Node:
        """What stands below a key or a dash, if it is further in; a list may stand as far out as its key."""
        after = self._next()
        if after is None or after.indent < indent or (after.indent == indent and not _is_item(after.text)):
            return Node(line.number)
        if after.indent == indent and _is_item(line.text):
            return Node(line.number)
        return self._block(after.indent, depth + 1)

    def _value(self, rest: str, line: _Line, indent: int, depth: int) -> Node:
        rest = _TAG.sub("", rest)
        if not rest:
            return self._under(line, indent, depth)
        if _BLOCK.match(rest):
            return Node(line.number, self._literal(indent, folded=rest[0] == ">"))
        if rest[0] in "[{":
            return self._flow(rest, line)
        if rest[0] in "\"'":
            return Node(line.number, _unquoted(rest))
        return Node(line.number, self._plain(rest, indent))

    def _literal(self, indent: int, *, folded: bool) -> str:
        found: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            spaces = len(line.raw) - len(line.raw.lstrip(" "))
            if line.raw.strip() and spaces <= indent:
                break
            found.append(line.raw.strip())
            self._at += 1
        return (" " if folded else "\n").join(found).strip()

    def _plain(self, rest: str, indent: int) -> str:
        parts = [rest]
        while (line := self._next()) is not None and line.indent > indent and not _key(line.text) is not None:
            if _is_item(line.text):
                break
            parts.append(line.text)
            self._at += 1
        return " ".join(parts)

    def _flow(self, rest: str, line: _Line) -> Node:
        text = rest
        for _ in range(LONGEST_FLOW):
            if _closed(text) or self._at >= len(self._lines):
                break
            text += " " + self._lines[self._at].text
            self._at += 1
        return _Flow(text, line.number).value(0)


class _Flow:
    """Values in brackets, all taken to stand on one line."""

    def __init__(self, text: str, line: int) -> None:
        self._tokens = re.findall(
            r"""[\[\]{},]|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|:(?=\s|$)|(?:[^\[\]{},:\s]|:(?!\s|$))(?:[^\[\]{},:]|:(?!\s|$))*""",
            text,
        )
        self._at = 0
        self._line = line

    def value(self, depth: int) -> Node:
        """The value that starts at the next token."""
        mark = self._take()
        if depth > DEEPEST:
            self._at = len(self._tokens)
        if mark == "[":
            items: list[Node] = []
            while (ahead := self._peek()) is not None and ahead != "]":
                if ahead in (",", ":", "}"):
                    self._take()
                else:
                    items.append(self.value(depth + 1))
            self._take()
            return Node(self._line, items=tuple(items))
        if mark == "{":
            return self._mapping(depth)
        return Node(self._line, _unquoted(_TAG.sub("", mark or "")))

    def _mapping(self, depth: int) -> Node:
        keys: dict[str, Node] = {}
        while (ahead := self._peek()) is not None and ahead != "}":
            if ahead in (",", ":", "]"):
                self._take()
                continue
            name = self.value(depth + 1).text or ""
            if self._peek() == ":":
                self._take()
                keys[name] = self.value(depth + 1) if self._peek() not in (",", "}", None) else Node(self._line)
        self._take()
        return Node(self._line, keys=keys)

    def _peek(self) -> str | None:
        while self._at < len(self._tokens) and not self._tokens[self._at].strip():
            self._at += 1
        return self._tokens[self._at].strip() if self._at < len(self._tokens) else None

    def _take(self) -> str | None:
        token = self._peek()
        self._at += 1
        return token


def _line(number: int, raw: str) -> _Line:
    expanded = raw.rstrip().replace("\t", "  ")
    text = _without_comment(expanded.lstrip(" "))
    return _Line(number, len(expanded) - len(expanded.lstrip(" ")), text, expanded)


def _without_comment(text: str) -> str:
    quote = ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (at == 0 or text[at - 1] in " [{,:"):
            quote = char
        elif char == "#" and (at == 0 or text[at - 1] == " "):
            return text[:at].rstrip()
    return text


def _closed(text: str) -> bool:
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", "", text)
    return bare.count("[") + bare.count("{") <= bare.count("]") + bare.count("}")


def _key(text: str) -> tuple[str, str] | None:
    """The key that a line starts with, and what stands behind its colon."""
    if text[0] in "\"'":
        quoted = _QUOTED.match(text)
        return (_unquoted(quoted[1]), text[quoted.end() :].strip()) if quoted else None
    if text[0] in "[]{},#&*!|>%@`":
        return None
    end = text.find(": ")
    end = len(text) - 1 if end < 0 and text.endswith(":") else end
    return (text[:end].rstrip(), text[end + 1 :].strip()) if end > 0 else None


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text[1:-1])
    return text
