"""The flow told as indented lines: the terminal's picture of it, and the words that stand for the drawn graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assess.model.flow import Flow, FlowType, Role
from reports.view.shown import OutlineLine, StepView

DEEPEST = 16


def outline(flow: Flow, steps: Mapping[str, StepView]) -> tuple[OutlineLine, ...]:
    """Each visit once, in order, under the lines that say when it happens."""
    return tuple(_lines(flow, steps, 0))


def _lines(flow: Flow, steps: Mapping[str, StepView], depth: int) -> Iterator[OutlineLine]:
    if flow.visit is not None:
        if flow.visit in steps:
            step = steps[flow.visit]
            yield OutlineLine(depth, step.name, step)
        return
    if not any(visit in steps for visit in flow.visits()):
        return
    if depth > DEEPEST:
        for visit in flow.visits():
            if visit in steps:
                yield OutlineLine(depth, steps[visit].name, steps[visit])
        return
    head, alarm = _head(flow)
    inner = depth
    if head:
        yield OutlineLine(depth, head, None, alarm)
        inner += 1
    for child in flow.children:
        arm = _arm(flow, child) if any(visit in steps for visit in child.visits()) else ""
        if arm:
            yield OutlineLine(inner - 1, arm)
        yield from _lines(child, steps, inner)


def _head(flow: Flow) -> tuple[str, str]:  # noqa: PLR0911 - one return a type of node
    """What opens the lines under this node, and what is alarming about it."""
    label = flow.label or ""
    match flow.type:
        case FlowType.BRANCH:
            return f"if {label}".strip(), ""
        case FlowType.LOOP:
            endless = flow.bound is None and (label or "while").lstrip().startswith("while")
            bound = f", at most {flow.bound}" if flow.bound else ""
            return f"repeat {label}{bound}".strip(), "no bound found" if endless else ""
        case FlowType.PARALLEL if len(flow.children) == 1:
            return f"in parallel, once for each {label}".strip(), ""
        case FlowType.PARALLEL:
            return f"in parallel {label}".strip(), ""
        case FlowType.TRY if any(child.role in (Role.EXCEPT, Role.FINALLY) for child in flow.children):
            return "try", ""
        case FlowType.GRAPH:
            return f"graph {label}".strip(), ""
        case _:
            return "", ""


def _arm(parent: Flow, child: Flow) -> str:
    own = child.label if child.type is FlowType.SEQUENCE else None
    match child.role:
        case Role.ELSE:
            return "else"
        case Role.EXCEPT:
            return f"except {own or ''}".strip()
        case Role.FINALLY:
            return "finally"
        case _ if parent.type is FlowType.BRANCH and own:
            return f"case {own}"
        case _:
            return ""
