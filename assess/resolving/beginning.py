"""Whether a body begins with a call: whatever happens later, that call has been made."""

from __future__ import annotations

import ast

from assess.resolving.trace import Called, Event, Logged, Trace

_CALM = (
    ast.Name, ast.Attribute, ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.Dict, ast.List, ast.Tuple,
    ast.keyword, ast.expr_context,
)  # fmt: skip
"""What a call is made of that cannot fail before it: names, texts and what holds them; no index, no other call."""


def begins(body: list[ast.stmt]) -> tuple[int, int] | None:
    """The lines of the first statement (a docstring left out), if it is a call before which nothing can fail."""
    first = next((s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))), None)
    if not isinstance(first, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return):
        return None
    call = first.value.value if isinstance(first.value, ast.Await) else first.value
    if not isinstance(call, ast.Call) or not all(part is call or isinstance(part, _CALM) for part in ast.walk(call)):
        return None
    return first.lineno, first.end_lineno or first.lineno


def first_event(trace: Trace) -> Event | None:
    """The call outside that a body begins with, straight or through functions that begin with it."""
    node = next((node for node in trace.nodes if not isinstance(node, Logged)), None)
    if trace.begins is None or not isinstance(node, Event | Called):
        return None
    if not trace.begins[0] <= node.spot.line <= trace.begins[1]:
        return None
    return node if isinstance(node, Event) else first_event(node.body)
