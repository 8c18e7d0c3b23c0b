"""A flow tree to a picture's shapes: measure the parts, then place them in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assess.model.flow import Flow, FlowType, Role
from assess.model.observed import Handler
from reports.drawing.frames import NOTHING, card, fanned, framed, looped, stacked
from reports.drawing.guarded import Caught, guarded
from reports.drawing.layered import layered
from reports.drawing.shapes import Block, CardText, FrameKind
from reports.words import handler_words, loop_words, own_handlers, parallel_words

DEEPEST = 16
"""Under this many frames the rest is drawn as a plain row of cards; nobody reads deeper."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the picture says beside the tree: the cards by visit, and the error handlers."""

    cards: Mapping[str, CardText]
    handlers: tuple[Handler, ...] = ()

    def handler(self, flow: Flow) -> Handler | None:
        """The handler that an `except` child stands for."""
        lines = range(flow.line, max(flow.line, flow.end_line) + 1)
        return next((h for h in self.handlers if h.file == flow.file and h.line in lines), None)


def measured(flow: Flow, sheet: Sheet, depth: int = 0) -> Block:
    """The block of this node; without shapes if no visit stands under it."""
    if flow.visit is not None:
        return card(sheet.cards[flow.visit]) if flow.visit in sheet.cards else NOTHING
    if depth > DEEPEST:
        return stacked([card(sheet.cards[visit]) for visit in flow.visits() if visit in sheet.cards])
    if flow.type is FlowType.TRY:
        return _try(flow, sheet, depth)
    children = [measured(child, sheet, depth + 1) for child in flow.children]
    full = [(child, block) for child, block in zip(flow.children, children, strict=True) if block.shapes]
    if not full:
        return NOTHING
    match flow.type:
        case FlowType.BRANCH:
            return _branch(flow, full)
        case FlowType.PARALLEL:
            return _parallel(flow, full)
        case FlowType.LOOP:
            return _loop(flow, [block for _, block in full])
        case FlowType.CALL:
            return _call(flow, [block for _, block in full])
        case FlowType.GRAPH:
            return framed(layered(children, flow.arrows), FrameKind.GRAPH, _labelled("graph", flow.label))
        case _:
            return stacked([block for _, block in full])


def _labelled(word: str, label: str | None) -> str:
    return f"{word}: {label}" if label else word


def _branch(flow: Flow, lanes: list[tuple[Flow, Block]]) -> Block:
    roles = {child.role for child, _ in lanes}
    two = len(flow.children) <= 2
    words = {Role.THEN: "yes", Role.ELSE: "no" if two else "otherwise"}
    # An arm without a step in it is still a way for the run to go.
    skip = "" if len(lanes) == len(flow.children) and Role.ELSE in roles else "no" if two else "none of them"
    if two and len(lanes) == 1 and Role.ELSE in roles:
        skip = "yes"
    named = [(_case(child) or words.get(child.role or Role.BODY, ""), block) for child, block in lanes]
    return fanned(named, FrameKind.BRANCH, _labelled("if", flow.label), skip=skip)


def _parallel(flow: Flow, lanes: list[tuple[Flow, Block]]) -> Block:
    words = parallel_words(flow.label, len(flow.children))
    note = f"at most {flow.bound}" if flow.bound else ""
    if len(flow.children) == 1:
        return framed(lanes[0][1], FrameKind.EACH, words, note=note)
    named = [(_case(child), block) for child, block in lanes]
    return fanned(named, FrameKind.PARALLEL, words, note=note)


def _case(child: Flow) -> str:
    """The words of an arm itself; the label of a call or a loop belongs to its own frame."""
    return (child.label or "") if child.type is FlowType.SEQUENCE else ""


def _loop(flow: Flow, blocks: list[Block]) -> Block:
    label, note, endless = loop_words(flow.label, flow.bound)
    return looped(stacked(blocks), label, note=note, alarm=endless)


def _call(flow: Flow, blocks: list[Block]) -> Block:
    inside = stacked(blocks)
    if sum(1 for _ in flow.visits()) < 2:
        return inside
    only = flow.children[0] if len(flow.children) == 1 else None
    if only is not None and only.type is FlowType.CALL:
        return inside
    return framed(inside, FrameKind.CALL, f"{flow.label or 'call'}()")


def _try(flow: Flow, sheet: Sheet, depth: int) -> Block:
    body = stacked([measured(c, sheet, depth + 1) for c in flow.children if c.role not in (Role.EXCEPT, Role.FINALLY)])
    last = stacked([measured(c, sheet, depth + 1) for c in flow.children if c.role is Role.FINALLY])
    if last.shapes:
        last = framed(last, FrameKind.FINALLY, "finally")
    caught = [_caught(child, sheet, depth) for child in flow.children if child.role is Role.EXCEPT]
    caught += [Caught(NOTHING, *handler_words(handler)) for handler in own_handlers(flow, sheet.handlers)]
    if not body.shapes:
        # No step in the body: what is left are the steps that an error leads to.
        lanes = [(one.label, one.inside) for one in caught if one.inside.shapes]
        return stacked([fanned(lanes, FrameKind.TRY, "on an error", skip="no error") if lanes else body, last])
    return stacked([guarded(body, caught) if caught else body, last])


def _caught(child: Flow, sheet: Sheet, depth: int) -> Caught:
    handler = sheet.handler(child)
    _, note, goes_on = handler_words(handler) if handler is not None else ("", "", True)
    label = f"except {child.label}" if child.label else "except"
    return Caught(measured(child, sheet, depth + 1), label, note, goes_on)
