"""Small programs that hypothesis writes: calls outside in every nesting of statements, and what their runs did.

A call outside is `requests.get("a")`; each has a letter of its own. Everything else a program asks of a coin.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Self

from hypothesis import strategies as st

HEAD = "import requests\nfrom coins import coin, few\n\n\n"


@dataclass
class Program:
    """The text of `run` and of what it calls, and the letter of each line with a call."""

    lines: list[str] = field(default_factory=list)
    letters: dict[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole file."""
        return HEAD + "\n".join(self.lines) + "\n"

    def add(self, depth: int, line: str) -> None:
        """One more line."""
        self.lines.append("    " * depth + line)

    def call(self, depth: int) -> None:
        """One more call outside, on a line of its own."""
        letter = f"c{len(self.letters)}"
        self.letters[HEAD.count("\n") + len(self.lines) + 1] = letter
        self.add(depth, f'requests.get("{letter}")')


Shape = tuple[str, tuple["Shape", ...]]
"""What a statement is, and the blocks inside it."""

LEAF: Shape = ("call", ())


def _wider(inner: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    block = st.lists(inner, min_size=1, max_size=3).map(lambda parts: ("block", tuple(parts)))
    one = st.tuples(st.sampled_from(("if", "for", "while", "with", "return")), st.tuples(block))
    two = st.tuples(st.sampled_from(("either",)), st.tuples(block, block))
    return st.one_of(block, one, two)


SHAPES = st.recursive(st.just(LEAF), _wider, max_leaves=7)


def written(shape: Shape) -> Program:
    """The program of this shape."""
    program = Program()
    program.add(0, "def run():")
    _write(program, shape, 1, looping=False)
    return program


def _write(program: Program, shape: Shape, depth: int, *, looping: bool) -> None:
    kind, parts = shape
    match kind:
        case "call":
            program.call(depth)
        case "block":
            for part in parts:
                _write(program, part, depth, looping=looping)
        case "either":
            program.add(depth, "if coin():")
            _write(program, parts[0], depth + 1, looping=looping)
            program.add(depth, "else:")
            _write(program, parts[1], depth + 1, looping=looping)
        case "else":
            program.add(depth, "if coin():")
            program.add(depth + 1, "pass")
            program.add(depth, "else:")
            _write(program, parts[0], depth + 1, looping=looping)
        case "return" | "continue" | "break":
            program.add(depth, "if coin():")
            _write(program, parts[0], depth + 1, looping=looping)
            if looping == (kind != "return"):
                program.add(depth + 1, kind)
        case _:
            heads = {"if": "if coin():", "for": "for item in few():", "while": "while coin():", "with": "with few():"}
            program.add(depth, heads[kind])
            _write(program, parts[0], depth + 1, looping=looping or kind in ("for", "while"))


class _Few(list[int]):
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def runs(program: Program, times: int) -> list[list[str]]:
    """What each of some runs called, in order. The program is our own; it is run with stand-ins for all it knows."""
    rng = random.Random(program.text)  # noqa: S311 - nothing here is secret
    done: list[list[str]] = []
    for _ in range(times):
        calls: list[str] = []
        modules = {
            "requests": SimpleNamespace(get=_keeping(calls)),
            "coins": SimpleNamespace(coin=lambda: rng.random() < 0.5, few=lambda: _Few(range(rng.randrange(3)))),
        }
        names: dict[str, object] = {"__builtins__": {**vars(builtins), "__import__": _importing(modules)}}
        exec(compile(program.text, "program", "exec"), names)  # noqa: S102 - the program is our own
        run = names["run"]
        assert callable(run)
        run()
        done.append(calls)
    return done


def _keeping(calls: list[str]) -> Callable[[str], str]:
    def get(letter: str) -> str:
        calls.append(letter)
        return letter

    return get


def _importing(modules: dict[str, SimpleNamespace]) -> Callable[..., SimpleNamespace]:
    def find(name: str, *_: object) -> SimpleNamespace:
        return modules[name]

    return find
