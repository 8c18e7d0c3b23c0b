"""Runs an application with an eye on every step, and can end it with SIGKILL at one of them.

    python watching.py PLAN.json

It is a program of its own and knows nothing of lastgood: the plan (see `plans.py`) says which calls in which files are
steps. They are found in the syntax tree when a file is imported or a cell is run, and get a mark before and behind
them. The files stay as they are. Each mark is one line in the journal, written at once, so it outlives the process:

    begin|end|kill TICKET VISIT,VISIT...

More than one visit stands there if the stack does not tell which one it is (work on another thread or task).
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import itertools
import json
import os
import runpy
import signal
import sys
import threading
import urllib.request
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

Place = tuple[str, int | None, int, int, str]
"""File, cell, line, column of a call, and the last name of what is called."""
_NO_FUNCTION = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"})


class Watch:
    """What the plan says, and what has been seen."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.root = Path(plan["root"]).resolve()
        self.steps: dict[Place, list[dict[str, Any]]] = {}
        for step in plan["steps"]:
            place = (step["file"], step["cell"], step["line"], step["column"], step["name"])
            self.steps.setdefault(place, []).append(step)
        self.places = list(self.steps)
        self.kill: dict[str, Any] = plan["kill"] or {"visit": None}
        self.target = 0
        self.journal = os.open(plan["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.tickets = itertools.count(1)
        self.open: dict[int, list[tuple[int, list[str]]]] = {}
        self.met = 0
        self.lock = threading.Lock()

    def begin(self, number: int) -> None:
        """A step's call begins in the frame that calls this."""
        visits = self._visits(self.places[number], sys._getframe(1))  # noqa: SLF001 - the stack tells the visit
        ticket = next(self.tickets)
        self.open.setdefault(threading.get_ident(), []).append((ticket, visits))
        how = self._how(ticket, visits)
        if how == "hang":
            self._ask_to_hang()
        self._note("begin", ticket, visits)
        if how == "begin":
            self.die(ticket, visits)
        elif how == "asked":
            sys.stdin = _Deathbed(self, ticket, visits)  # type: ignore[assignment]

    def end(self, number: int, value: Any) -> Any:
        """The call of a step came back with this."""
        marks = self.open[threading.get_ident()]
        at = next(n for n in range(len(marks) - 1, -1, -1) if self._same(marks[n][1], number))
        ticket, visits = marks.pop(at)
        last = ticket == self.target
        if not (last and self.kill["how"] == "local"):
            self._note("end", ticket, visits)
        if last and self.kill["how"] in ("end", "local"):
            self.die(ticket, visits)
        return value

    def die(self, ticket: int, visits: list[str]) -> None:
        """As suddenly as can be."""
        self._note("kill", ticket, visits)
        os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()

    def _same(self, visits: list[str], number: int) -> bool:
        return any(step["visit"] in visits for step in self.steps[self.places[number]])

    def _how(self, ticket: int, visits: list[str]) -> str | None:
        """How to die in this call, if it is the one to die in."""
        if self.kill["visit"] not in visits:
            return None
        with self.lock:
            self.met += 1
            if self.met != self.kill["nth"]:
                return None
            self.target = ticket
        return str(self.kill["how"])

    def _ask_to_hang(self) -> None:
        order = json.dumps({"route": self.kill["route"], "do": "hang"}).encode()
        urllib.request.urlopen(self.kill["control"], order, timeout=30).read()  # noqa: S310 - of the plan, on loopback

    def _note(self, what: str, ticket: int, visits: list[str]) -> None:
        os.write(self.journal, f"{what} {ticket} {','.join(visits)}\n".encode())

    def _visits(self, place: Place, frame: FrameType) -> list[str]:
        """Which of the place's visits this is: the one whose way leads through the callers on the stack."""
        callers = list(self._callers(frame))
        ways = [(step["visit"], [(v["file"], v["line"]) for v in reversed(step["via"])]) for step in self.steps[place]]
        agree = {v: _shared(way, callers) for v, way in ways if _fits(way, callers)}
        return [visit for visit, shared in agree.items() if shared == max(agree.values())]

    def _callers(self, frame: FrameType | None) -> list[tuple[str, int]]:
        """Places of the calls that led here, innermost first, up to code that is not the application's."""
        found = []
        while frame is not None and (file := self.file(frame.f_code)) is not None:
            if frame.f_code.co_name not in _NO_FUNCTION:
                found.append((file, frame.f_lineno))
            frame = frame.f_back
        return found[1:]

    def file(self, code: CodeType) -> str | None:
        """The application's file that this code stands in; a cell is named `notebook[cell]`."""
        name = code.co_filename.partition("[")[0]
        path = Path(name)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None


class _Deathbed:
    """Standard input of somebody who was asked and dies before the answer."""

    def __init__(self, watch: Watch, ticket: int, visits: list[str]) -> None:
        self._die = lambda: watch.die(ticket, visits)

    def readline(self) -> str:
        self._die()
        return ""

    def fileno(self) -> int:
        raise OSError

    def isatty(self) -> bool:
        return False

    errors = "strict"
    encoding = "utf-8"


def _fits(way: list[tuple[str, int]], callers: list[tuple[str, int]]) -> bool:
    return all(one == other for one, other in zip(way, callers, strict=False))


def _shared(way: list[tuple[str, int]], callers: list[tuple[str, int]]) -> int:
    return min(len(way), len(callers))


class Marking(ast.NodeTransformer):
    """Puts `__begin__` before and `__end__` behind the calls that are steps."""

    def __init__(self, watch: Watch, file: str, cell: int | None, source: str) -> None:
        self.watch, self.file, self.cell, self.lines = watch, file, cell, source.splitlines(keepends=True)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        number = self._number(node.value)
        self.generic_visit(node.value if number is not None else node)
        return node if number is None else self._marked(number, node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        number = self._number(node)
        self.generic_visit(node)
        return node if number is None else self._marked(number, node)

    def _number(self, node: ast.AST) -> int | None:
        if not isinstance(node, ast.Call):
            return None
        column = len(self.lines[node.lineno - 1].encode()[: node.col_offset].decode())
        # `a.b().c()` begins where `a.b()` does: the name tells them apart.
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        place = (self.file, self.cell, node.lineno, column, name)
        return self.watch.places.index(place) if place in self.watch.steps else None

    def _marked(self, number: int, node: ast.expr) -> ast.AST:
        begin = ast.Call(ast.Name("__begin__", ast.Load()), [ast.Constant(number)], [])
        both = ast.Subscript(ast.Tuple([begin, node], ast.Load()), ast.Constant(1), ast.Load())
        return ast.copy_location(ast.Call(ast.Name("__end__", ast.Load()), [ast.Constant(number), both], []), node)


def marked(watch: Watch, source: str, path: str, file: str, cell: int | None) -> CodeType:
    """The code of a file or a cell, with marks."""
    tree = Marking(watch, file, cell, source).visit(ast.parse(source))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def mark_imports(watch: Watch) -> None:
    """From now on the application's files are imported with marks."""
    plain = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        path = Path(loader.get_filename(name)).resolve()
        if not path.is_relative_to(watch.root):
            return plain(loader, name)
        return marked(watch, path.read_text("utf-8"), str(path), path.relative_to(watch.root).as_posix(), None)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]


def run_notebook(watch: Watch, notebook: Path) -> None:
    """All cells, one after the other, in one namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}
    file = notebook.relative_to(watch.root).as_posix()
    for number, cell in enumerate(json.loads(notebook.read_text("utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            exec(marked(watch, "".join(cell["source"]), f"{notebook}[{number}]", file, number), names)  # noqa: S102


def main() -> None:
    """Run what the plan says."""
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    watch = Watch(plan)
    builtins.__begin__, builtins.__end__ = watch.begin, watch.end  # type: ignore[attr-defined]
    sys.path.insert(0, str(watch.root.parent))
    sys.argv = plan["command"]
    if plan["command"][0].endswith(".ipynb"):
        run_notebook(watch, watch.root / plan["command"][0])
    else:
        mark_imports(watch)
        runpy.run_module(plan["command"][0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
