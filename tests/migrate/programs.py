"""Small legacy programs, put together at random: branches, loops, handlers, pools, closures around requests."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

HEAD = """import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

import httpx

API = "http://localhost:9"


def ask(value):
    return httpx.post(f"{API}/ask", json=value).json()["value"]


def tell(value):
    httpx.post(f"{API}/tell", json=value)


def pair(first, second=0):
    return httpx.post(f"{API}/pair", json=[first, second]).json()["value"]


def note(rows, value):
    rows.append(pair(value))
    return value


def fill(table, value):
    found = table.setdefault("found", [])
    keep(found, ask(value))


def keep(found, value):
    found.append(value)


class Row:
    def __init__(self, value: int, parts: list[int]):
        self.value = value
        self.parts = parts

    def twice(self):
        return self.value * 2


def made(value) -> Row:
    return Row(ask(value), [value])


def bump(row: Row):
    row.value += 1
    row.parts.append(pair(row.value))


async def fetch(value):
    return httpx.get(f"{API}/fetch", json=value).json()["value"]
"""
STATE = """

HISTORY = []
COUNTS = {"asked": 0, "by": {}}
SEEN = set()
mode = "calm"


def record(value):
    HISTORY.append(value)
    COUNTS["asked"] += 1
    found = httpx.post(f"{API}/record", json=[value, mode, len(HISTORY)]).json()["value"]
    COUNTS["by"][str(found)] = COUNTS["by"].get(str(found), 0) + 1
    SEEN.add(found)
    return found


def switch(value):
    global mode
    mode = "waiting"
    found = ask(value)
    mode = "busy" if found % 2 else "calm"
    return found


def clear():
    global HISTORY
    HISTORY = []
    tell("clear")


def recall():
    return sum(HISTORY) + COUNTS["asked"] + len(mode)


def several(value):
    found = record(value) + record(value + 1)
    if mode == "busy":
        HISTORY.pop()
    SEEN.discard(found)
    return found
"""


@dataclass(frozen=True)
class Scope:
    """What may be written at a place: the names that have a value, whether a loop or a coroutine is around."""

    numbers: tuple[str, ...]
    rows: tuple[str, ...] = ("rows",)
    loop: bool = False
    coroutine: bool = False
    depth: int = 0
    functions: tuple[str, ...] = ()
    closed: bool = False
    state: bool = False


@dataclass
class Writer:
    """Draws a program, line by line."""

    lots: random.Random
    count: int = 0
    parallel: bool = False

    def one_of(self, *options: str) -> str:
        """One of these texts."""
        return self.lots.choice(options)

    def flag(self) -> bool:
        """Yes or no."""
        return self.lots.random() < 0.5

    def number(self, scope: Scope) -> str:
        """An expression that is a number."""
        name = self.one_of(*scope.numbers)
        return self.one_of(name, name, f"{name} + {self.lots.randint(1, 9)}", f"len({self.one_of(*scope.rows)})")

    def step(self, scope: Scope, value: str) -> str:
        """An expression that makes one request and is a number."""
        options = [f"ask({value})", f"pair({value}, second=2)", f"pair({value})"]
        options += [f'httpx.post(f"{{API}}/direct", json={value}).json()["value"]']
        options += [f"{f}({value}, {self.one_of(*scope.rows)})" for f in scope.functions]
        options += [f"await fetch({value})"] if scope.coroutine else []
        if scope.state:
            options += [f"record({value})", f"switch({value})", f"several({value})", f"ask(recall() + {value})"]
            options += [f'httpx.post(f"{{API}}/direct", json=[{value}, HISTORY, mode]).json()["value"]']
        return self.one_of(*options)

    def new(self, prefix: str) -> str:
        """A name that is free."""
        self.count += 1
        return f"{prefix}{self.count}"

    def block(self, scope: Scope, most: int = 4) -> list[str]:
        """Some statements; the numbers that the first ones set may be read by those after."""
        lines: list[str] = []
        for _ in range(self.lots.randint(1, most)):
            made, scope = self.statement(scope)
            lines += made
        return lines

    def statement(self, scope: Scope) -> tuple[list[str], Scope]:
        """One statement and what has a value after it."""
        simple = [self._assign, self._tell, self._append, self._add, self._answer, self._pick, self._both]
        simple += [self._note, self._fill, self._object]
        simple += [self._keep, self._keep, self._keep] if scope.state else []
        several = [self._listed, self._mapped, self._pooled, self._submitted, self._completed, self._each, self._once]
        several += [self._gathered, self._threaded] if scope.coroutine else []
        deep = [self._if, self._for, self._while, self._try, self._leave, self._closure, self._match]
        makers = [*simple, *simple, *several, *(deep * 2 if scope.depth < 3 else [])]
        return self.lots.choice(makers)(scope)

    # One request, or none

    def _assign(self, scope: Scope) -> tuple[list[str], Scope]:
        name = self.new("n")
        line = f"{name} = {self.step(scope, self.number(scope))}"
        return [line], replace(scope, numbers=(*scope.numbers, name))

    def _tell(self, scope: Scope) -> tuple[list[str], Scope]:
        return [f"tell({self.number(scope)})"], scope

    def _append(self, scope: Scope) -> tuple[list[str], Scope]:
        return [f"{self.one_of(*scope.rows)}.append({self.step(scope, self.number(scope))})"], scope

    def _add(self, scope: Scope) -> tuple[list[str], Scope]:
        return [f"total += {self.step(scope, self.number(scope))}"] if not scope.closed else ["pass"], scope

    def _answer(self, scope: Scope) -> tuple[list[str], Scope]:
        name, answer = self.new("n"), self.new("answer")
        value = self.number(scope)
        lines = [f'{answer} = httpx.post(f"{{API}}/answer", json={value})', f'{name} = {answer}.json()["value"]']
        if self.flag():
            lines.insert(1, f"tell({self.number(scope)})")
        return lines, replace(scope, numbers=(*scope.numbers, name))

    def _pick(self, scope: Scope) -> tuple[list[str], Scope]:
        name = self.new("n")
        value = self.number(scope)
        line = f"{name} = {self.step(scope, value)} if {value} % 2 else {self.number(scope)}"
        return [line], replace(scope, numbers=(*scope.numbers, name))

    def _both(self, scope: Scope) -> tuple[list[str], Scope]:
        name = self.new("n")
        word = self.one_of("and", "or", "+", ">")
        line = f"{name} = {self.number(scope)} % 2 {word} {self.step(scope, self.number(scope))}"
        return [line], replace(scope, numbers=(*scope.numbers, name))

    def _object(self, scope: Scope) -> tuple[list[str], Scope]:
        name, row = self.new("n"), self.new("row")
        lines = [f"{row} = made({self.number(scope)})"]
        lines += self.one_of("", f"bump({row})", f"tell({row}.value)", f"{row}.value += 2").splitlines()
        read = self.one_of(f"{row}.twice()", f"{row}.value + len({row}.parts)", f"sum({row}.parts)")
        return [*lines, f"{name} = {read}"], replace(scope, numbers=(*scope.numbers, name))

    def _note(self, scope: Scope) -> tuple[list[str], Scope]:
        name = self.new("n")
        rows = self.one_of(*scope.rows)
        form = self.one_of("{n} = note({r}, {v})", "{n} = note({r}, {v}) + len({r})", "{n} = note(value={v}, rows={r})")
        return [form.format(n=name, r=rows, v=self.number(scope))], replace(scope, numbers=(*scope.numbers, name))

    def _fill(self, scope: Scope) -> tuple[list[str], Scope]:
        name, table = self.new("rows"), self.new("table")
        lines = [f"{table} = {{}}", f"fill({table}, {self.number(scope)})", f'{name} = {table}["found"]']
        return lines, replace(scope, rows=(*scope.rows, name))

    def _keep(self, scope: Scope) -> tuple[list[str], Scope]:
        """State of the module is read or changed."""
        value, name = self.number(scope), self.new("n")
        lines = [f"HISTORY.append({value})", "clear()", f"tell([mode, len(HISTORY), {value}])", f"SEEN.add({value})"]
        lines += [f'COUNTS["asked"] += {value}', f"rows.append(recall() + {value})", "if HISTORY: HISTORY.pop()"]
        lines += [f"{name} = COUNTS", "for x in sorted(SEEN): tell(x)", 'if mode == "busy": tell(mode)']
        if not scope.closed:
            lines += ['mode = "own"', f"mode = str({self.step(scope, value)})"]
        return [self.one_of(*lines)], scope

    # Several

    def _listed(self, scope: Scope) -> tuple[list[str], Scope]:
        name, rows = self.new("rows"), self.one_of(*scope.rows)
        form = self.one_of("[{} for x in {} if x % 2]", "list({} for x in {})", "sorted({} for x in {})")
        line = f"{name} = {form.format(self.step(replace(scope, numbers=('x',)), 'x'), f'{rows}[:3]')}"
        return [line], replace(scope, rows=(*scope.rows, name))

    def _mapped(self, scope: Scope) -> tuple[list[str], Scope]:
        rows, name = self.one_of(*scope.rows), self.new("rows")
        form = self.one_of(
            "list(map(ask, {0}[:3]))", "sorted(map(pair, {0}[:2], {0}))", "[x + 1 for x in map(ask, {0}[:3])]"
        )
        return [f"{name} = {form.format(rows)}"], replace(scope, rows=(*scope.rows, name))

    def _each(self, scope: Scope) -> tuple[list[str], Scope]:
        rows = self.one_of(*scope.rows)
        x = self.new("x")
        head = self.one_of(
            f"for {x} in map(ask, {rows}[:3]):",
            f"for {x} in (ask(y) for y in {rows}[:3]):",
            f"for {x}, _ in zip(map(ask, {rows}[:3]), {rows}):",
            f"for _, {x} in enumerate(map(ask, {rows}[:3])):",
        )
        inner = replace(scope, numbers=(*scope.numbers, x), loop=True, depth=scope.depth + 1)
        return [head, *_in(self.block(inner, 2))], scope

    def _pooled(self, scope: Scope) -> tuple[list[str], Scope]:
        self.parallel = True
        rows, name = self.one_of(*scope.rows), self.new("rows")
        work = self.one_of(
            "ask, {0}[:3]", "pair, {0}[:3], {0}", "partial(pair, 5), {0}[:3]", "lambda v: ask(v), {0}[:3]"
        )
        lines = [f"{name} = []", f"with ThreadPoolExecutor({self.one_of('', '1', 'max_workers=2')}) as pool:"]
        work = f"pool.map({work.format(rows)})"
        kind = self.one_of("list", "loop", "name")
        if kind == "list":
            lines.append(f"    {name} = list({work})")
        elif kind == "loop":
            lines += [f"    for found in {work}:", f"        {name}.append(found)", "        tell(found)"]
        else:
            lines += [f"    found = {work}", f"{name} = [x + 1 for x in found]"]
        return lines, replace(scope, rows=(*scope.rows, name))

    def _submitted(self, scope: Scope) -> tuple[list[str], Scope]:
        self.parallel = True
        rows, name = self.one_of(*scope.rows), self.new("rows")
        work = self.one_of("ask, x", "pair, x, second=3", "pair, x, x")
        lines = [f"with ThreadPoolExecutor({self.one_of('', '2')}) as pool:"]
        lines += [f"    waiting = [pool.submit({work}) for x in {rows}[:3]]"]
        lines += [f"    pool.submit(tell, {self.number(scope)})"] if self.flag() else []
        indent = self.one_of("", "    ")
        return [*lines, f"{indent}{name} = [f.result() for f in waiting]"], replace(scope, rows=(*scope.rows, name))

    def _completed(self, scope: Scope) -> tuple[list[str], Scope]:
        self.parallel = True
        rows, name = self.one_of(*scope.rows), self.new("rows")
        lines = [f"{name} = []", "with ThreadPoolExecutor() as pool:"]
        lines += [f"    waiting = {{pool.submit(ask, x): x for x in {rows}[:3]}}"]
        lines += ["    for future in as_completed(waiting):"]
        lines += ["        try:", f"            {name}.append(future.result() + waiting[future])"]
        lines += ["        except ConnectionError:", f"            {name}.append(waiting[future])"]
        return [*lines, f"{name}.sort()"], replace(scope, rows=(*scope.rows, name))

    def _gathered(self, scope: Scope) -> tuple[list[str], Scope]:
        self.parallel = True
        rows, name = self.one_of(*scope.rows), self.new("rows")
        form = self.one_of(
            "await asyncio.gather(*(fetch(x) for x in {0}[:3]))",
            "await asyncio.gather(*[asyncio.to_thread(ask, x) for x in {0}[:3]])",
            "list(await asyncio.gather(fetch(len({0})), fetch(2)))",
        )
        return [f"{name} = {form.format(rows)}"], replace(scope, rows=(*scope.rows, name))

    def _threaded(self, scope: Scope) -> tuple[list[str], Scope]:
        name = self.new("n")
        form = self.one_of(
            "await asyncio.to_thread(ask, {0})",
            "await asyncio.get_running_loop().run_in_executor(None, ask, {0})",
            "await asyncio.get_running_loop().run_in_executor(None, partial(pair, {0}, second=4))",
            "await asyncio.to_thread(lambda: ask({0}))",
        )
        return [f"{name} = {form.format(self.number(scope))}"], replace(scope, numbers=(*scope.numbers, name))

    def _once(self, scope: Scope) -> tuple[list[str], Scope]:
        name, rows = self.new("n"), self.one_of(*scope.rows)
        form = self.one_of(
            "any(ask(x) % 3 == 0 for x in {0}[:3])",
            "next((x for x in map(ask, {0}) if x), 0)",
            "sum(map(ask, {0}[:2]))",
        )
        return [f"{name} = {form.format(rows)}"], replace(scope, numbers=(*scope.numbers, name))

    # Statements around statements

    def _inner(self, scope: Scope, *names: str, loop: bool | None = None) -> list[str]:
        inside = replace(scope, numbers=(*scope.numbers, *names), depth=scope.depth + 1)
        return _in(self.block(inside if loop is None else replace(inside, loop=loop), 3))

    def _if(self, scope: Scope) -> tuple[list[str], Scope]:
        test = self.one_of(f"{self.number(scope)} % 2", f"{self.step(scope, self.number(scope))} > 2")
        lines = [f"if {test}:", *self._inner(scope)]
        if self.flag():
            lines += [f"elif {self.step(scope, self.number(scope))} % 3:", *self._inner(scope)]
        if self.flag():
            lines += ["else:", *self._inner(scope)]
        return lines, scope

    def _for(self, scope: Scope) -> tuple[list[str], Scope]:
        x = self.new("x")
        lines = [f"for {x} in {self.one_of(*scope.rows)}[:3]:", *self._inner(scope, x, loop=True)]
        if self.flag():
            lines += ["else:", *self._inner(scope)]
        return lines, scope

    def _while(self, scope: Scope) -> tuple[list[str], Scope]:
        n = self.new("left")
        test = self.one_of(f"{n} > 0", f"{n} > 0 and ask({n}) % 4")
        return [f"{n} = 3", f"while {test}:", f"    {n} -= 1", *self._inner(scope, n, loop=True)], scope

    def _try(self, scope: Scope) -> tuple[list[str], Scope]:
        lines = ["try:", *self._inner(scope)]
        kind = self.one_of("ConnectionError", "ConnectionError as error", "(ConnectionError, ValueError)", "Exception")
        lines += [f"except {kind}:", *self._inner(scope)]
        lines += ["    tell(str(error))"] if kind.endswith("as error") else []
        if self.flag():
            lines += ["else:", *self._inner(scope)]
        if self.flag():
            lines += ["finally:", f"    tell({self.number(scope)})"]
        return lines, scope

    def _leave(self, scope: Scope) -> tuple[list[str], Scope]:
        ways = [f"return {self.number(scope)}", f'raise ValueError(f"no {{{self.number(scope)}}}")']
        ways += ["break", "continue"] if scope.loop else []
        return [f"if {self.number(scope)} % 3 == 0:", f"    {self.one_of(*ways)}"], scope

    def _closure(self, scope: Scope) -> tuple[list[str], Scope]:
        name, result = self.new("inner"), self.new("n")
        value = self.new("value")
        inside = replace(scope, numbers=(*scope.numbers, value), loop=False, coroutine=False, closed=True)
        inside = replace(inside, depth=scope.depth + 1)
        lines = [f"def {name}({value}):", *_in([*self.block(inside, 3), f"return {self.step(inside, value)}"])]
        return [*lines, f"{result} = {name}({self.number(scope)})"], replace(scope, numbers=(*scope.numbers, result))

    def _match(self, scope: Scope) -> tuple[list[str], Scope]:
        lines = [f"match {self.step(scope, self.number(scope))} % 3:", "    case 0:", *_in(self._inner(scope))]
        return [*lines, "    case _:", *_in(self._inner(scope))], scope

    def function(self, name: str, scope: Scope) -> list[str]:
        """A function of the module, whose arguments are a number and rows."""
        word = "async def" if scope.coroutine else "def"
        kept = ", HISTORY, COUNTS, mode, sorted(SEEN)" if scope.state else ""
        body = [
            *(["global mode"] if scope.state else []),
            "total = 0",
            *self.block(scope),
            *(["tell(total)", f"return [total, rows{kept}]"] if name == "entry" else ["return total"]),
        ]
        return [f"{word} {name}(number, rows):", *_in(body), "", ""]


def _in(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@dataclass(frozen=True)
class Program:
    """Its text, and whether the order of its requests is open."""

    text: str
    parallel: bool


def program(seed: int) -> Program:
    """A module with an `entry(number, rows)` and functions that it calls; the same seed gives the same text."""
    writer = Writer(random.Random(seed))  # noqa: S311 - no secret
    state = seed % 3 == 2
    lines: list[str] = []
    functions: tuple[str, ...] = ()
    for name in ("helper", "other")[: writer.lots.randint(0, 2)]:
        lines += writer.function(name, Scope(("number", "total"), functions=functions, depth=1, state=state))
        functions = (*functions, name)
    entry = Scope(("number", "total"), functions=functions, coroutine=writer.flag(), state=state)
    lines += writer.function("entry", entry)
    return Program(HEAD + (STATE if state else "") + "\n\n" + "\n".join(lines).rstrip() + "\n", writer.parallel)
