"""Where the code of the workflow branches, and which way runs went. Also the words that stand in it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

_Sre = Any
MOST_LINES = 100_000


class Endless(BaseException):
    """The run goes on and on."""


@dataclass(frozen=True)
class Fork:
    """One place where the code goes on in one of two ways: into the body that begins at `inside`, or not."""

    first: int
    last: int
    inside: int
    text: str
    outside: bool = True


def forks_of(source: str) -> list[Fork]:
    """Every `if`, `while`, `for`, `except` and `case` of a source, in order."""
    found: list[Fork] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.If | ast.While):
            endless = isinstance(node.test, ast.Constant)
            end = node.test.end_lineno or node.lineno
            if not endless:
                found.append(Fork(node.lineno, end, node.body[0].lineno, ast.unparse(node.test)))
        elif isinstance(node, ast.For | ast.AsyncFor):
            text = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
            found.append(Fork(node.lineno, node.iter.end_lineno or node.lineno, node.body[0].lineno, text))
        elif isinstance(node, ast.ExceptHandler):
            text = f"except {ast.unparse(node.type)}" if node.type is not None else "except"
            found.append(Fork(node.lineno, node.lineno, node.body[0].lineno, text, outside=False))
        elif isinstance(node, ast.match_case):
            end = node.pattern.end_lineno or node.pattern.lineno
            found.append(Fork(node.pattern.lineno, end, node.body[0].lineno, f"case {ast.unparse(node.pattern)}"))
    return sorted(found, key=lambda f: (f.first, f.inside))


Arm = tuple[int, bool]
Told = Callable[[FrameType, BaseException], None]


class Tracing:
    """Notes which lines of one file follow each other in a run."""

    def __init__(self, file: str, forks: list[Fork], copied: str, told: Told) -> None:
        """`file` is the path of the workflow's module, `copied` that of the code it calls; `told` hears of errors."""
        self._file = file
        self._copied = copied
        self._told = told
        self._error: BaseException | None = None
        self._forks = forks
        self._arcs: set[tuple[int, int]] = set()
        self._lines = 0
        self._failed = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """While a run goes on. A tracer that is there already, of a debugger or of coverage, is left alone."""
        before = sys.gettrace()
        if before is None:
            sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename == self._copied:
            return self._watch
        if frame.f_code.co_filename != self._file:
            return None
        at = frame.f_lineno

        def line(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal at
            if event == "line":
                self._lines += 1
                if self._lines > MOST_LINES:
                    raise Endless
                self._arcs.add((at, frame.f_lineno))
                at = frame.f_lineno
            elif event == "return":
                self._arcs.add((at, -1))
            self._watch(frame, event, argument)
            return line

        return line

    def _watch(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "exception" and argument[1] is not self._error:
            self._error = argument[1]
            # So ends what is gone through, too.
            self._failed = self._failed or not isinstance(argument[1], StopIteration | StopAsyncIteration)
            self._told(frame, argument[1])
        return self._watch

    @property
    def met_error(self) -> bool:
        """Whether an error was raised in the code, be it handled or not."""
        return self._failed or any(self._forks[n].text.startswith("except") for n, _ in self.arms())

    def arms(self) -> set[Arm]:
        """The arms that were gone into: the number of the fork, and whether its body was."""
        found: set[Arm] = set()
        for number, fork in enumerate(self._forks):
            for before, after in self._arcs:
                if fork.first <= before <= fork.last:
                    if after == fork.inside:
                        found.add((number, True))
                    elif fork.outside and not fork.first <= after <= fork.last:
                        found.add((number, False))
        return found


def words_of(*sources: str) -> tuple[list[str], list[str]]:
    """Texts that the code looks things up by: keys of dicts, members of sets and of `in`; and one for each pattern."""
    found: dict[str, None] = {}
    examples: dict[str, None] = {}
    for node in (n for source in sources for n in ast.walk(ast.parse(source))):
        members: list[ast.expr] = []
        if isinstance(node, ast.Dict):
            members = [k for k in node.keys if k is not None]
        elif isinstance(node, ast.Set):
            members = node.elts
        elif isinstance(node, ast.Compare):
            members = [m for c in node.comparators for m in getattr(c, "elts", [c])]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            pattern = node.args[0]
            if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                examples.setdefault(example_of(pattern.value))
        for member in members:
            if isinstance(member, ast.Constant) and isinstance(member.value, str) and len(member.value) < 80:
                found.setdefault(member.value)
    return [w for w in found if w][:40], [e for e in examples if e][:20]


def lengths_of(*sources: str) -> list[int]:
    """The lengths that the code asks for, as in `len(lines) >= 4`, each with the next one up."""
    found: dict[int, None] = {}
    for node in (n for source in sources for n in ast.walk(ast.parse(source))):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        if any(isinstance(s, ast.Call) and ast.unparse(s.func) == "len" for s in sides):
            told = [s.value for s in sides if isinstance(s, ast.Constant) and type(s.value) is int and s.value >= 0]
            found |= dict.fromkeys(n for number in told for n in (number, number + 1))
    return [*found][:12]


_KINDS = {"list": "list", "tuple": "list", "dict": "dict", "int": "number", "float": "number", "str": "text"}


def kinds_of(*sources: str) -> list[str]:
    """The kinds of values that the code tells apart with `isinstance`."""
    found: dict[str, None] = {}
    for node in (n for source in sources for n in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance" and len(node.args) == 2:
            told = getattr(node.args[1], "elts", [node.args[1]])
            found |= dict.fromkeys(_KINDS[t.id] for t in told if isinstance(t, ast.Name) and t.id in _KINDS)
    return [*found]


def names_of(source: str) -> dict[int, str]:
    """The name that the outcome of a line's `await` goes to, by the number of the line."""
    found: dict[int, str] = {}
    for node in ast.walk(ast.parse(source)):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "iter", getattr(node, "value", None))
        if isinstance(target, ast.Name) and value is not None:
            inner = [n for n in ast.walk(value) if isinstance(n, ast.Await)]
            found |= {line: target.id for n in inner for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    return found


def example_of(pattern: str) -> str:
    """A text that a pattern finds; an empty one where none is found soon."""
    with suppress(Exception):
        text = _example(re._parser.parse(pattern))  # type: ignore[attr-defined]
        if re.search(pattern, text):
            return text
    return ""


def _example(tree: _Sre) -> str:
    return "".join(_part(str(kind), told) for kind, told in tree)


def _part(kind: str, told: _Sre) -> str:
    if kind == "LITERAL":
        return chr(int(told))
    if kind in ("NOT_LITERAL", "ANY"):
        return "e" if told == ord("t") else "t"
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = told
        return _example(inner) * max(int(least), min(1, int(most)))
    if kind == "SUBPATTERN":
        return _example(told[-1])
    if kind == "ATOMIC_GROUP":
        return _example(told)
    if kind == "BRANCH":
        return _example(told[1][0])
    if kind == "IN":
        return _member(told)
    return ""


def _member(told: _Sre) -> str:
    refused = str(told[0][0]) == "NEGATE"
    for letter in "t1 _-.,:;/<>(){}[]\"'\n\tT":
        inside = any(_is_in(letter, str(kind), value) for kind, value in told)
        if inside is not refused:
            return letter
    first = told[0][1][0] if str(told[0][0]) == "RANGE" else told[0][1]
    return "t" if refused else chr(int(first))


def _is_in(letter: str, kind: str, value: _Sre) -> bool:
    if kind == "LITERAL":
        return ord(letter) == int(value)
    if kind == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    if kind == "CATEGORY":
        name = str(value)
        tests = {"DIGIT": letter.isdigit(), "SPACE": letter.isspace(), "WORD": letter.isalnum() or letter == "_"}
        found = next((okay for word, okay in tests.items() if word in name), False)
        return found is not ("NOT_" in name)
    return False
