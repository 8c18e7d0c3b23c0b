"""Runs a flow tree with every choice drawn from outside, as slowly and plainly as possible.

It shares no code with the crash table: it makes the list of visits of one run, in the order in which they happen.
"""

from __future__ import annotations

from collections.abc import Callable

from assess.model.flow import Flow, FlowType, Role

Choose = Callable[[int, int], int]
"""Lowest and highest -> a choice."""

ERROR = "!"
"""Stands at the end of a list of visits when an error left the flow."""


def run(flow: Flow, choose: Choose) -> list[str]:
    """The visits of one run; an error that nobody catches only ends it."""
    return [visit for visit in _run(flow, choose) if visit != ERROR]


def _run(flow: Flow, choose: Choose) -> list[str]:
    if flow.visit is not None:
        return [flow.visit]
    if flow.type is FlowType.BRANCH:
        total = {child.role for child in flow.children} == {Role.THEN, Role.ELSE} and len(flow.children) == 2
        arm = choose(0 if total else -1, len(flow.children) - 1)
        return [] if arm < 0 else _run(flow.children[arm], choose)
    if flow.type is FlowType.LOOP:
        least = 1 if (flow.label or "").startswith("for ") else 0
        return _in_order([child for _ in range(choose(least, 3)) for child in flow.children], choose)
    if flow.type is FlowType.PARALLEL:
        fan_out = len(flow.children) == 1
        children = flow.children * choose(1, 3) if fan_out else flow.children
        return _shuffled([_run(child, choose) for child in children], choose)
    if flow.type is FlowType.TRY:
        return _tried(flow, choose)
    if flow.type is FlowType.GRAPH:
        return _along_arrows(flow, choose)
    return _in_order(list(flow.children), choose)


def _in_order(children: list[Flow], choose: Choose) -> list[str]:
    done: list[str] = []
    for child in children:
        done += _run(child, choose)
        if ERROR in done:
            break
    return done


def _shuffled(rows: list[list[str]], choose: Choose) -> list[str]:
    done = []
    while any(rows):
        row = [row for row in rows if row][choose(0, sum(bool(row) for row in rows) - 1)]
        done.append(row.pop(0))
        if done[-1] == ERROR:
            break
    return done


def _tried(flow: Flow, choose: Choose) -> list[str]:
    arms = [child for child in flow.children if child.role is Role.EXCEPT]
    last = [child for child in flow.children if child.role is Role.FINALLY]
    done = _in_order([child for child in flow.children if child.role is Role.BODY], choose)
    if choose(0, 1):
        done = [*done[: choose(0, len(done))], ERROR]
    if ERROR in done and arms and choose(0, 3):
        done.remove(ERROR)
        done += _run(arms[choose(0, len(arms) - 1)], choose)
    failed = ERROR in done
    after = _in_order(last, choose)
    return [*(visit for visit in done if visit != ERROR), *after, *([ERROR] if failed and ERROR not in after else [])]


def _along_arrows(flow: Flow, choose: Choose) -> list[str]:
    here, done = -1, []
    for _ in range(12):
        ways = [target for source, target, _ in flow.arrows if source == here]
        here = ways[choose(0, len(ways) - 1)] if ways else -2
        if here == -2:
            return done
        done += _run(flow.children[here], choose)
        if ERROR in done:
            return done
    return [*done, ERROR]
