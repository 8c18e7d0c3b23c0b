"""Where names live while code is followed: one scope a module, class body, function call or comprehension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assess.resolving.values import Deferred, Value, join

if TYPE_CHECKING:
    from assess.resolving.program import FunctionInfo, ModuleInfo
    from assess.resolving.trace import Site


class Scope:
    """Names and their values; `parent` is the enclosing scope that names are looked up in next."""

    __slots__ = (
        "came",
        "cell",
        "cls",
        "function",
        "module",
        "names",
        "outer",
        "parent",
        "returned",
        "self_value",
        "yielded",
    )

    def __init__(self, module: ModuleInfo, parent: Scope | None, function: FunctionInfo | None = None) -> None:
        self.module = module
        self.parent = parent
        self.function = function
        self.names: dict[str, Value] = {}
        self.came: dict[str, Site] = {}
        """The calls that names of this scope got their values from last."""
        self.outer: set[str] = set()
        self.returned: list[Value] = []
        self.yielded: list[Value] = []
        self.cls: object = None
        self.self_value: Value | None = None
        self.cell: int | None = parent.cell if parent else None

    def find(self, name: str) -> Value | None:
        """The value of a name here or in an enclosing scope (class bodies are no enclosing scope of functions)."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if (first or not scope.is_class_body) and name in scope.names:
                return scope.own(name)
            first = False
            scope = scope.parent
        return None

    def own(self, name: str) -> Value | None:
        """The value of a name of this scope itself."""
        value = self.names.get(name)
        if type(value) is Deferred:
            value = self.names[name] = value.known()
        return value

    @property
    def is_class_body(self) -> bool:
        """Whether this is the body of a class."""
        return self.cls is not None and self.function is None

    def bind(self, name: str, value: Value) -> None:
        """Give a name its value, in the scope that `global` or `nonlocal` says."""
        self.came.pop(name, None)
        if name in self.outer:
            scope = self.parent
            while scope is not None and name not in scope.names and scope.parent is not None:
                scope = scope.parent
            if scope is not None:
                known = scope.names.get(name)
                scope.names[name] = join([known, value]) if known is not None else value
                return
        self.names[name] = value

    @property
    def qualified_name(self) -> str:
        """The name of the function (or `<module>`) that code in this scope stands in."""
        scope: Scope | None = self
        while scope is not None:
            if scope.function is not None:
                return scope.function.qualified_name
            scope = scope.parent
        return "<module>"


def merged(states: list[dict[str, Value]]) -> dict[str, Value]:
    """The names after several branches: each name may have any of its values."""
    if len(states) == 1:
        return states[0]
    result = {}
    for name in dict.fromkeys(n for state in states for n in state):
        values = [state[name] for state in states if name in state]
        first = values[0]
        result[name] = first if all(v is first for v in values) else join(values)
    return result
