"""The flow told as indented lines: the terminal's picture of it, and the words that stand for the drawn graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assess.model.flow import Flow, FlowType, Role
from assess.model.observed import Handler
from reports.view.shown import OutlineLine, StepView
from reports.words import handler_words, loop_words, own_handlers, parallel_words

DEEPEST = 16


def outline(flow: Flow, steps: Mapping[str, StepView], handlers: Sequence[Handler] = ()) -> tuple[OutlineLine, ...]:
    """Each visit once, in order, under the lines that say when it happens."""
    return tuple(_lines(flow, steps, handlers, 0))


def _lines(flow: Flow, steps: Mapping[str, StepView], handlers: Sequence[Handler], depth: int) -> Iterator[OutlineLine]:
    known = [visit for visit in flow.visits() if visit in steps]
    if flow.visit is not None or depth > DEEPEST:
        yield from (OutlineLine(depth, steps[visit].name, steps[visit]) for visit in known)
        return
    if not known:
        return
    caught = own_handlers(flow, handlers) if flow.type is FlowType.TRY else []
    head, alarm = ("try", "") if caught else _head(flow)
    if head:
        yield OutlineLine(depth, head, None, alarm)
    inner = depth + 1 if head else depth
    for child in flow.children:
        arm = _arm(flow, child)
        if arm and any(visit in steps for visit in child.visits()):
            yield OutlineLine(inner - 1, arm)
        yield from _lines(child, steps, handlers, inner)
    for handler in caught:
        words, note, silent = handler_words(handler)
        yield OutlineLine(depth, words, None, note if silent else "")


def _head(flow: Flow) -> tuple[str, str]:
    """What opens the lines under this node, and what is alarming about it."""
    label = flow.label or ""
    match flow.type:
        case FlowType.BRANCH:
            return f"if {label}".strip(), ""
        case FlowType.LOOP:
            words, note, endless = loop_words(flow.label, flow.bound)
            return (words, note) if endless or not note else (f"{words}, {note}", "")
        case FlowType.PARALLEL:
            return parallel_words(flow.label, len(flow.children)), ""
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
