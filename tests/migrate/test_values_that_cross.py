"""Values that go from step to step through the workflow arrive as the original handed them on, in their types too."""

from __future__ import annotations

from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.usecases import migrate
from tests.migrate import inprocess
from tests.migrate.inprocess import World

HEAD = """
import collections
import datetime as dt
import enum
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from pydantic import BaseModel

API = "http://localhost:9"


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Word(str, enum.Enum):
    YES = "yes"
    NO = "no"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Place(NamedTuple):
    x: int
    y: int


@dataclass
class Line:
    name: str
    parts: Any = None


@dataclass(frozen=True)
class Key:
    name: str


class Answer(BaseModel):
    text: str
    scores: dict[int, float] = {}
    lines: list[Line] = []
    other: Any = None


class Box:
    def __init__(self, size=1, rows=None):
        self.size = size
        self.rows = rows or {}

    def __repr__(self):
        return f"Box({self.size!r}, {self.rows!r})"


def show(value):
    if isinstance(value, (set, frozenset)):
        return [type(value).__name__, sorted(map(str, map(show, value)))]
    if isinstance(value, dict):
        return [type(value).__name__, [[show(k), show(v)] for k, v in value.items()]]
    if isinstance(value, (list, tuple, deque)):
        return [type(value).__name__, [show(v) for v in value]]
    if hasattr(value, "__dict__") and not isinstance(value, enum.Enum):
        return [type(value).__name__, show({k: v for k, v in vars(value).items() if not k.startswith("_")})]
    if isinstance(value, dt.datetime):
        return [type(value).__name__, value.isoformat()]
    return [type(value).__name__, repr(value)]


def tell(value):
    httpx.post(f"{API}/tell", json=show(value))


def ask(number):
    return httpx.post(f"{API}/ask", json=number).json()["value"]
"""

VALUES = {
    "int keys": ("dict[int, str]", "{1: 'a', 2: 'b'}"),
    "int keys, said to be text": ("dict[str, str]", "{1: 'a', 2: 'b'}"),
    "int keys inside": ("dict[str, Any]", "{'a': {1: {2: (3, 4)}}}"),
    "int keys of anything": ("dict[int, Any]", "{1: (1, 2), 2: {'a'}}"),
    "keys of several types": ("dict", "{1: 'a', '1': 'b', None: 'c', 2.5: 'd', True and 'x': 'e'}"),
    "tuple keys": ("dict[tuple[int, int], str]", "{(1, 2): 'a'}"),
    "tuple keys inside": ("dict", "{'a': {(1, (2, 3)): [1]}}"),
    "date keys": ("dict[dt.date, int]", "{dt.date(2024, 2, 29): 1}"),
    "enum keys": ("dict[Colour, int]", "{Colour.RED: 1, Colour.BLUE: 2}"),
    "keys that are text of an enum": ("dict[Word, int]", "{Word.YES: 1}"),
    "keys of a frozen class": ("dict[Key, int]", "{Key('a'): 1}"),
    "a key that looks like ours": ("dict[str, Any]", "{'__record__': ['tuple'], 'value': [1, 2]}"),
    "tuple": ("tuple[int, str]", "(1, 'a')"),
    "tuple of anything": ("tuple[Any, ...]", "(1, (2, {3: 4}))"),
    "tuple, said to be a list": ("list[int]", "(1, 2)"),
    "list of tuples": ("list[tuple[int, str]]", "[(1, 'a'), (2, 'b')]"),
    "set": ("set[int]", "{1, 2}"),
    "set of tuples": ("set", "{(1, 2), (3, 4)}"),
    "frozenset": ("frozenset[str]", "frozenset({'a'})"),
    "frozensets in a set": ("set[frozenset[int]]", "{frozenset({1, 2}), frozenset()}"),
    "bytes": ("bytes", "b'\\xff\\x00'"),
    "bytes inside": ("list[bytes]", "[b'\\xff\\x00', bytearray(b'a')]"),
    "datetime": ("dt.datetime", "dt.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=dt.timezone.utc)"),
    "datetime without zone": ("dt.datetime", "dt.datetime(2024, 2, 29)"),
    "date": ("dt.date", "dt.date(2024, 2, 29)"),
    "time": ("dt.time", "dt.time(1, 2, 3)"),
    "timedelta": ("dt.timedelta", "dt.timedelta(days=-1, microseconds=7)"),
    "Decimal": ("Decimal", "Decimal('1.10')"),
    "UUID": ("UUID", "UUID(int=7)"),
    "Path": ("Path", "Path('a') / 'b.txt'"),
    "complex": ("complex", "complex(1, -2)"),
    "numbers": ("list", "[1, 1.0, True, float('inf'), 2 ** 70]"),
    "number, said to be whole": ("int", "1.5"),
    "number, said to be text": ("str", "7"),
    "text, said to be a number": ("int", "'7'"),
    "whole number, said to be a fraction": ("float", "3"),
    "nothing, said to be text": ("str", "None"),
    "Enum": ("Colour", "Colour.BLUE"),
    "Enum of text": ("Word", "Word.NO"),
    "Enum of numbers": ("Level", "Level.HIGH"),
    "Enums in a list": ("list", "[Colour.RED, Word.YES, Level.LOW]"),
    "dataclass": ("Line", "Line('a', None)"),
    "dataclass with more": ("list[Line]", "[Line('a', [Line('b', (1, 2))])]"),
    "pydantic": ("Answer", "Answer(text='a', scores={1: 0.5}, lines=[Line('a')])"),
    "pydantic in a dict": ("dict[int, Answer]", "{1: Answer(text='a', other={1: (2, 3)})}"),
    "NamedTuple": ("Place", "Place(1, 2)"),
    "NamedTuples as keys": ("dict[Place, str]", "{Place(1, 2): 'a'}"),
    "NamedTuples": ("list[Place]", "[Place(1, 2), Place(3, 4)]"),
    "Counter": ("Counter", "Counter('abca')"),
    "defaultdict": ("defaultdict", "defaultdict(list, {1: [2]})"),
    "OrderedDict": ("OrderedDict", "OrderedDict([('b', 1), ('a', (2,))])"),
    "deque": ("deque", "deque([1, (2, 3)], maxlen=5)"),
    "plain object": ("Box", "Box(2, {1: 'a'})"),
}

NOTHING_SAID = """
def make{n}(number):
    ask(number)
    return {value}
"""
SAID = """
def make{n}(number) -> {kind}:
    ask(number)
    return {value}
"""
TAKEN = """
def take{n}(value: {kind}):
    httpx.post(f"{{API}}/take", json=[{n}, show(value)])
"""
KEPT = {name: said for name, said in VALUES.items() if "said" not in name}


@pytest.mark.parametrize(
    ("texts", "taker", "values"),
    [([NOTHING_SAID], "tell", VALUES), ([SAID], "tell", VALUES), ([SAID, TAKEN], "take{n}", KEPT)],
    ids=["nothing is said", "the result's type is said", "the argument's type is said"],
)
def test_values_arrive_as_they_were(
    tmp_path: Path, texts: list[str], taker: str, values: dict[str, tuple[str, str]]
) -> None:
    program, lines = "", ["def entry(number, rows):"]
    for n, (kind, value) in enumerate(values.values()):
        program += "".join(text.format(n=n, kind=kind, value=value) for text in texts)
        lines += [f"    value{n} = make{n}(number)", f"    {taker.format(n=n)}(value{n})"]
    same(tmp_path, "\n".join([program, *lines, "    return ask(number + 1)\n"]))


READ = """
def colour(number):
    ask(number)
    return Colour.RED if number else Word.YES


def word(number):
    ask(number)
    return Word.YES


def place(number):
    ask(number)
    return Place(number, 2)


def scores(number):
    ask(number)
    return {number: "a", Place(1, 2): defaultdict(list)}


def entry(number, rows):
    first = colour(number)
    second = word(number)
    x, y = place(number)
    found = scores(number)
    found[(1, 2)]["new"].append(x)
    tell([first == Colour.RED, second == "yes", second.value, second is Word.NO, x + y, found[number]])
    return [f"{second}", 1 in found, found[(1, 2)]["new"]]
"""


def test_the_workflow_reads_it_as_the_original_does(tmp_path: Path) -> None:
    same(tmp_path, READ)


def same(tmp_path: Path, program: str) -> None:
    """The workflow of a program does what the program does."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(HEAD + program, "utf-8")
    assessment = assess(code)
    pipeline = assessment.pipeline("app.entry")
    assert pipeline is not None
    result = migrate(assessment, code, pipeline=pipeline.id, engine="temporal", output=tmp_path / "project")
    before = inprocess.original(code, "app", "entry", [1, [2]], World([3, 1, 6]))
    after = inprocess.workflow(tmp_path / "project", result.plan.package, code, [1, [2]], World([3, 1, 6]))
    assert (after.error, after.calls, after.result) == (before.error, before.calls, before.result)
