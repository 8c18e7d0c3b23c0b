"""What code that an engine replays must not do: read a clock, draw lots, touch the world.

Stands alone on the standard library, because its text goes into generated projects as one of their tests. It reads
names, not types: what hides behind a variable is the engine's sandbox's to find.
"""

from __future__ import annotations

import ast

PURE_MODULES = frozenset(
    {
        "__future__",
        "abc",
        "base64",
        "binascii",
        "bisect",
        "cmath",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "hmac",
        "html",
        "ipaddress",
        "itertools",
        "json",
        "math",
        "numbers",
        "operator",
        "pathlib",
        "pydantic",
        "re",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "traceback",
        "types",
        "typing",
        "typing_extensions",
        "unicodedata",
        "urllib.parse",
        "uuid",
        "zoneinfo",
    }
)
COORDINATION_MODULES = frozenset({"asyncio", "temporalio"})

_CLOCK = "reads the clock"
_LOTS = "draws lots"
_THREADS = "leaves the event loop"
_WORLD = "touches the world outside"
_ORDER = "differs between processes"
BANNED_CALLS = {
    "datetime.datetime.now": _CLOCK,
    "datetime.datetime.utcnow": _CLOCK,
    "datetime.datetime.today": _CLOCK,
    "datetime.date.today": _CLOCK,
    "uuid.uuid1": _LOTS,
    "uuid.uuid4": _LOTS,
    "uuid.uuid7": _LOTS,
    "asyncio.run": _THREADS,
    "asyncio.to_thread": _THREADS,
    "asyncio.as_completed": "takes results in an order of its own",
    "asyncio.wait": "takes results in an order of its own",
    "asyncio.open_connection": _WORLD,
    "asyncio.start_server": _WORLD,
    "asyncio.create_subprocess_exec": _WORLD,
    "asyncio.create_subprocess_shell": _WORLD,
    "pathlib.Path.cwd": _WORLD,
    "pathlib.Path.home": _WORLD,
    "open": _WORLD,
    "input": _WORLD,
    "print": _WORLD,
    "exec": "runs unknown code",
    "eval": "runs unknown code",
    "__import__": "imports while it runs",
    "breakpoint": _WORLD,
    "hash": _ORDER,
    "id": _ORDER,
}
BANNED_METHODS = {
    "run_in_executor": _THREADS,
    "open": _WORLD,
    "read_text": _WORLD,
    "read_bytes": _WORLD,
    "write_text": _WORLD,
    "write_bytes": _WORLD,
    "glob": _WORLD,
    "rglob": _WORLD,
    "iterdir": _WORLD,
    "unlink": _WORLD,
    "mkdir": _WORLD,
}


def violations(source: str) -> list[str]:
    """One line for everything in `source` that must not be in code that is replayed."""
    tree = ast.parse(source)
    found: list[tuple[int, str]] = []
    names = _imported_names(tree)
    top = {id(node) for statement in tree.body for node in _outside_functions(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [(node.lineno, f"imports {m}") for m in _foreign(node)]
            if id(node) not in top:
                found.append((node.lineno, "imports while it runs"))
        elif isinstance(node, ast.Call):
            found += [(node.lineno, why) for why in _banned(node, names)]
        elif isinstance(node, ast.Global):
            found.append((node.lineno, f"changes the module's {', '.join(node.names)}"))
        elif isinstance(node, ast.For | ast.AsyncFor) and _is_set(node.iter):
            found.append((node.lineno, "goes through a set, whose order differs between processes"))
    return [f"line {line}: {what}" for line, what in sorted(found)]


def is_pure_module(dotted: str) -> bool:
    """Whether a module holds nothing but computation."""
    parts = dotted.split(".")
    return any(".".join(parts[:n]) in PURE_MODULES for n in range(1, len(parts) + 1))


def _foreign(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        modules = [] if node.level or node.module is None else [node.module]
    else:
        modules = [alias.name for alias in node.names]
    return [m for m in modules if not is_pure_module(m) and m.partition(".")[0] not in COORDINATION_MODULES]


def _banned(node: ast.Call, names: dict[str, str]) -> list[str]:
    dotted = _dotted(node.func)
    if dotted is not None:
        head, dot, rest = dotted.partition(".")
        full = names.get(head, head) + dot + rest
        if full in BANNED_CALLS:
            return [f"{dotted}() {BANNED_CALLS[full]}"]
    if isinstance(node.func, ast.Attribute) and node.func.attr in BANNED_METHODS:
        return [f".{node.func.attr}() {BANNED_METHODS[node.func.attr]}"]
    return []


def _imported_names(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            names |= {a.asname: a.name for a in node.names if a.asname}
    return names


def _outside_functions(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return []
    return [node, *(inner for child in ast.iter_child_nodes(node) for inner in _outside_functions(child))]


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return None if head is None else f"{head}.{node.attr}"
    return None


def _is_set(node: ast.expr) -> bool:
    return isinstance(node, ast.Set | ast.SetComp) or (
        isinstance(node, ast.Call) and _dotted(node.func) in ("set", "frozenset")
    )
