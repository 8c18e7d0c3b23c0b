"""Files that nobody would write, made from files that somebody did.

A case follows from its number, from the sources of this checkout and from the folders of code that are named beside
them, so one that fails can be had again where these are the same.
"""

from __future__ import annotations

import ast
import copy
import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.literate.story import stories

HOME = Path(__file__).resolve().parents[2]
WEIRD = (
    "\x00", "\ufeff", "\u202e", "\u2028", "\x0c", "\x1c", "\r", "\t", "é", "\U0001d499", "ª", "\U0001f600", "\\", "'",
    '"""', "#", ";", ":", "(", ")", "]", "}", "{", "@", "->", ":=", "*", "**", "...", "0777", "1__0", "1e999", "lambda",
    "await", "yield", "match", "type", "print x", "f'{", "async", "%%bash", "$", "0x" + "f" * 5_000, "t'{x}'", "lazy ",
    "\ud800", "[T]", "except A, B:", "# coding: utf-16\n", "# coding: rot13\n",
)  # fmt: skip

Body = list[ast.stmt]


@cache
def seeds() -> tuple[str, ...]:
    """Code of the project itself, of its examples, and of the stories."""
    folders = ("assess", "migrate", "reports", "lastgood", "examples", "tests/migrate/shapes")
    paths = sorted(
        path for folder in folders for path in (HOME / folder).rglob("*.py") if "__pycache__" not in path.parts
    )
    told = [
        text
        for path in sorted((HOME / "tests" / "literate").glob("*.md"))
        for story in stories(path)
        for name, cells in story.cells.items()
        if name.endswith((".py", ".ipynb"))
        for _, text in cells
    ]
    return (*(path.read_text(encoding="utf-8") for path in paths), *told)


LARGEST = 40_000
"""Bytes of a file of others that is taken as a seed: most cases are to be quick."""


@cache
def found(folder: Path) -> tuple[Path, ...]:
    """The files of a folder that are taken as seeds."""
    paths = (path for pattern in ("*.py", "*.ipynb") for path in folder.rglob(pattern))
    return tuple(sorted(path for path in paths if path.is_file() and 0 < path.stat().st_size <= LARGEST))


def files(number: int, folders: tuple[Path, ...] = (), in_trees: float = 0.8) -> dict[str, bytes]:
    """The files of one case; so many of them, from 0 to 1, have their statements changed, too."""
    rng = random.Random(number)  # noqa: S311 - nothing here is secret
    made: dict[str, bytes] = {}
    for n in range(rng.choice((1, 2, 4, 8))):
        path = rng.choice(found(rng.choice(folders))) if folders and rng.random() < 0.75 else None
        if path is not None and path.suffix == ".ipynb":
            made[f"n{n}.ipynb"] = _changed(rng, _other_notebook(rng, path.read_bytes(), in_trees))
            continue
        text = _text(rng, rng.choice(seeds()) if path is None else path.read_text("utf-8", "surrogateescape"), in_trees)
        if rng.random() < 0.1:
            made[f"n{n}.ipynb"] = _notebook(rng, text)
        else:
            made[rng.choice((f"m{n}.py", f"m{n}.py", f"p/m{n}.py", "p/__init__.py"))] = _bytes(rng, text)
    return made


def _text(rng: random.Random, text: str, in_trees: float) -> str:
    if rng.random() < in_trees:
        text = _in_tree(rng, text)
    for _ in range(rng.choice((0, 0, 1, 2))):
        text = rng.choice(TEXT_CHANGES)(rng, text)
    return text


def _in_tree(rng: random.Random, text: str) -> str:
    try:
        tree = ast.parse(text)
        for _ in range(rng.choice((0, 1, 3, 8))):
            rng.choice(TREE_CHANGES)(rng, tree)
        return ast.unparse(ast.fix_missing_locations(tree))
    except (SyntaxError, ValueError, RecursionError, TypeError, AttributeError):
        return text


def _bytes(rng: random.Random, text: str) -> bytes:
    return _changed(rng, text.encode("utf-8", "surrogatepass" if rng.random() < 0.5 else "replace"))


def _changed(rng: random.Random, data: bytes) -> bytes:
    """The bytes, most often as they are: one changed, some cut off, doubled or taken out, other ends of lines."""
    if not data or rng.random() > 0.12:
        return data
    at = rng.randrange(len(data))
    match rng.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        case 2:
            return data[:at] + bytes([rng.randrange(256)]) + data[at:]
        case 3:
            return data[:at] + data[at + rng.randrange(1, 40) :]
        case 4:
            return data[:at] + data[at : at + rng.randrange(1, 400)] * 3 + data[at:]
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\x0c")))


def _notebook(rng: random.Random, text: str) -> bytes:
    parts = text.split("\n\n")
    cells = [{"cell_type": rng.choice(("code", "code", "markdown")), "source": part} for part in parts]
    return _bytes(rng, json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))


MAGICS = ("%time ", "%%time\n", "!", "x = !", "?", "%%bash\n", "await ", "%load_ext a\n", "y = %timeit -n 3 ")


def _other_notebook(rng: random.Random, data: bytes, in_trees: float) -> bytes:
    """A notebook with its cells in another order, and some of them changed."""
    try:
        notebook = json.loads(data)
        cells = notebook["cells"]
        if rng.random() < 0.5:
            rng.shuffle(cells)
        for cell in cells:
            if rng.random() < 0.3:
                text = "".join(cell["source"])
                cell["source"] = rng.choice(
                    (_text(rng, text, in_trees), rng.choice(MAGICS) + text, rng.choice(WEIRD) + text)
                )
        return json.dumps(notebook).encode()
    except (ValueError, KeyError, TypeError):
        return data


def _bodies(tree: ast.AST) -> list[Body]:
    found: list[Body] = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                found.append(body)
    return found


def _shuffle(rng: random.Random, tree: ast.Module) -> None:
    bodies = _bodies(tree)
    if bodies:
        rng.shuffle(rng.choice(bodies))


def _delete(rng: random.Random, tree: ast.Module) -> None:
    bodies = [body for body in _bodies(tree) if len(body) > 1]
    if bodies:
        body = rng.choice(bodies)
        del body[rng.randrange(len(body))]


def _repeat(rng: random.Random, tree: ast.Module) -> None:
    bodies = _bodies(tree)
    if bodies:
        source, target = rng.choice(bodies), rng.choice(bodies)
        target.insert(rng.randrange(len(target) + 1), copy.deepcopy(rng.choice(source)))


def _splice(rng: random.Random, tree: ast.Module) -> None:
    try:
        other = ast.parse(rng.choice(seeds()))
    except SyntaxError:
        return
    sources, targets = _bodies(other), _bodies(tree)
    if sources and targets:
        target = rng.choice(targets)
        target[rng.randrange(len(target) + 1) : 0] = copy.deepcopy(rng.choice(sources))


WRAPPINGS = (
    "if x:\n  pass",
    "if x:\n  return\nelse:\n  pass",
    "for x in y:\n  pass",
    "while True:\n  pass",
    "with x as y:\n  pass",
    "try:\n  pass\nexcept* E:\n  x",
    "try:\n  pass\nfinally:\n  return x",
    "try:\n  pass\nexcept:\n  raise",
    "match x:\n case {'a': [*y], **z}:\n  pass",
    "class C(C, metaclass=M):\n  pass",
    "def f(self, x=lambda: f()):\n  pass",
    "@f(g)\n@h\ndef run():\n  pass",
    "async def f(*a, **k):\n  pass",
    "async with x:\n  pass",
    "async for x in y:\n  pass",
)


def _wrap(rng: random.Random, tree: ast.Module) -> None:
    bodies = _bodies(tree)
    if not bodies:
        return
    for _ in range(rng.choice((1, 1, 2, 20))):
        body = rng.choice(bodies)
        wrapper = ast.parse(rng.choice(WRAPPINGS)).body[0]
        inside = next(inner for inner in _bodies(wrapper) if any(isinstance(s, ast.Pass) for s in inner))
        start = rng.randrange(len(body))
        inside[:] = body[start:]
        body[start:] = [wrapper]


def _rename(rng: random.Random, tree: ast.Module) -> None:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if names:
        one, other = rng.choice(names), rng.choice(names)
        for node in names:
            if node.id == one.id and rng.random() < 0.7:
                node.id = other.id


def _exchange(rng: random.Random, tree: ast.Module) -> None:
    """One expression becomes a copy of another."""
    holders = [(n, f) for n in ast.walk(tree) for f, v in ast.iter_fields(n) if isinstance(v, ast.expr)]
    if len(holders) > 1:
        (to, name), (source, other) = rng.sample(holders, 2)
        value = copy.deepcopy(getattr(source, other))
        setattr(to, name, value)


def _cut(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text) + 1)]


def _insert(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(WEIRD) * rng.choice((1, 1, 1, 300)) + text[at:]


def _lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    start = rng.randrange(len(lines))
    some = lines[start : start + rng.randrange(1, 9)]
    match rng.randrange(3):
        case 0:
            del lines[start : start + len(some)]
        case 1:
            lines[start:start] = some * 3
        case _:
            lines[start : start + len(some)] = [" " + line for line in some]
    return "\n".join(lines)


_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def _tokens(rng: random.Random, text: str) -> str:
    """Some words and signs less, or one in the place of another."""
    tokens = _TOKEN.findall(text)
    for _ in range(rng.choice((1, 1, 3)) if tokens else 0):
        at = rng.randrange(len(tokens))
        tokens[at] = rng.choice(("", "", rng.choice(tokens), rng.choice(WEIRD)))
    return "".join(tokens)


def _spliced(rng: random.Random, text: str) -> str:
    """Lines of another file between those of this one."""
    lines, others = text.split("\n"), rng.choice(seeds()).split("\n")
    start = rng.randrange(len(others))
    at = rng.randrange(len(lines) + 1)
    return "\n".join([*lines[:at], *others[start : start + rng.randrange(1, 30)], *lines[at:]])


def _deep(rng: random.Random, text: str) -> str:
    depth = rng.choice((5, 60, 150, 3_000))
    wrapped = rng.choice(
        ("f(" * depth + "x" + ")" * depth, "x" + ".f()" * depth, "not " * depth + "x", "x" + "[0]" * depth)
    )
    return f"{text}\n{wrapped}\n"


TREE_CHANGES: tuple[Callable[[random.Random, ast.Module], None], ...] = (
    _shuffle, _delete, _repeat, _splice, _wrap, _rename, _exchange,
)  # fmt: skip
TEXT_CHANGES: tuple[Callable[[random.Random, str], str], ...] = (
    _cut, _insert, _lines, _deep, _tokens, _tokens, _spliced,
)  # fmt: skip
