from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind
from reports.drawing.fitting import fit, fit_end, width_of
from reports.drawing.painter import painted, standalone
from reports.drawing.picture import Picture, arranged
from reports.drawing.shapes import CARD_HEIGHT, CARD_WIDTH, Card, CardText, Frame, Risk, WireKind
from reports.drawing.structured import Sheet
from reports.svg import render_svg

from . import samples

INNER = [kind for kind in FlowType if kind is not FlowType.VISIT]
ROLES: list[Role | None] = [None, *Role]


def flow(kind: FlowType, children: tuple[Flow, ...] = (), **more: Any) -> Flow:
    return Flow(kind, "a.py", 1, 9, children=children, **more)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any tree of any kinds and roles; every visit has a name of its own."""
    number = iter(range(10_000))

    def grow(depth: int) -> Flow:
        if depth == 0 or draw(st.integers(0, 3)) == 0:
            return flow(FlowType.VISIT, visit=f"v{next(number)}", role=draw(st.sampled_from(ROLES)))
        kind = draw(st.sampled_from(INNER))
        children = tuple(grow(depth - 1) for _ in range(draw(st.integers(0, 4))))
        arrows = ()
        if kind is FlowType.GRAPH:
            ends = st.integers(-3, len(children))
            arrows = tuple(draw(st.lists(st.tuples(ends, ends, st.sampled_from([None, "yes"])), max_size=6)))
        return flow(
            kind,
            children,
            role=draw(st.sampled_from(ROLES)),
            label=draw(st.sampled_from([None, "x > 1", "a very long condition " * 6])),
            bound=draw(st.sampled_from([None, "5"])),
            arrows=arrows,
        )

    return grow(draw(st.integers(0, 4)))


def drawn(tree: Flow, edges: tuple[Edge, ...] = ()) -> Picture:
    cards = {
        visit: CardText(visit, f"Step {visit}", "a.py:1", "model", Risk.LOW, "writes", visit, f"s-{visit}")
        for visit in tree.visits()
    }
    return arranged(tree, Sheet(cards), edges)


def boxes(picture: Picture) -> Iterator[tuple[float, float, float, float]]:
    return ((card.x, card.y, card.x + CARD_WIDTH, card.y + CARD_HEIGHT) for card in picture.cards)


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def inside(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def box(frame: Frame) -> tuple[float, float, float, float]:
    return frame.x, frame.y, frame.x + frame.width, frame.y + frame.height


@settings(deadline=None, max_examples=150)
@given(flows())
def test_every_visit_is_drawn_once_and_no_two_cards_touch(tree: Flow) -> None:
    picture = drawn(tree)
    assert sorted(card.text.visit for card in picture.cards) == sorted(tree.visits())
    assert all(apart(one, other) for one, other in combinations(boxes(picture), 2))
    whole = (0.0, 0.0, picture.width, picture.height)
    assert all(inside(one, whole) for one in boxes(picture))
    frames = [box(frame) for frame in picture.frames]
    assert all(inside(one, whole) for one in frames)
    assert all(apart(a, b) or inside(a, b) or inside(b, a) for a, b in combinations(frames, 2))
    assert all(apart(card, frame) or inside(card, frame) for card in boxes(picture) for frame in frames)


@settings(deadline=None, max_examples=50)
@given(flows(), st.data())
def test_any_tree_and_any_data_paint_as_xml(tree: Flow, data: st.DataObject) -> None:
    visits = [*tree.visits(), "gone"]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(visits), st.sampled_from(visits)), max_size=12))
    edges = tuple(Edge(a, b, EdgeKind.DATA, None, ("claim", "<x>")) for a, b in pairs)
    picture = drawn(tree, edges)
    again = standalone(drawn(tree, edges), "A & <b>")
    assert standalone(picture, "A & <b>") == again
    ET.fromstring(again)  # noqa: S314 - our own text
    assert "nan" not in again


def test_order_on_the_picture_is_the_order_in_the_file() -> None:
    picture = drawn(flow(FlowType.SEQUENCE, tuple(flow(FlowType.VISIT, visit=f"v{n}") for n in range(5))))
    assert [card.text.visit for card in sorted(picture.cards, key=lambda card: card.y)] == [f"v{n}" for n in range(5)]
    assert len({card.x for card in picture.cards}) == 1  # a straight spine


def test_a_call_draws_a_frame_only_around_several_steps() -> None:
    one = flow(FlowType.CALL, (flow(FlowType.VISIT, visit="a"),), label="load")
    two = flow(FlowType.CALL, (flow(FlowType.VISIT, visit="b"), flow(FlowType.VISIT, visit="c")), label="settle")
    assert [frame.label for frame in drawn(flow(FlowType.SEQUENCE, (one, two))).frames] == ["settle()"]


def test_a_wide_fan_out_wraps() -> None:
    wide = flow(FlowType.PARALLEL, tuple(flow(FlowType.VISIT, visit=f"v{n}") for n in range(10)))
    picture = drawn(wide)
    assert len({card.y for card in picture.cards}) == 3
    assert picture.width < 1200


@pytest.mark.parametrize(
    ("label", "bound", "note"),
    [
        ("while not done", None, "no bound found"),
        ("while tries < 5", "5", "at most 5"),
        ("for page in pages", None, ""),
    ],
)
def test_a_loop_says_its_bound(label: str, bound: str | None, note: str) -> None:
    loop = flow(FlowType.LOOP, (flow(FlowType.VISIT, visit="a"),), label=label, bound=bound)
    (frame,) = drawn(loop).frames
    assert (frame.note, frame.alarm) == (note, note == "no bound found")


def test_a_branch_that_may_be_skipped_shows_the_way_past_it() -> None:
    then = flow(FlowType.SEQUENCE, (flow(FlowType.VISIT, visit="a"),), role=Role.THEN)
    other = flow(FlowType.SEQUENCE, (flow(FlowType.VISIT, visit="b"),), role=Role.ELSE)
    assert ">no</text>" in painted(drawn(flow(FlowType.BRANCH, (then,), label="x")), "x")
    both = painted(drawn(flow(FlowType.BRANCH, (then, other), label="x")), "x")
    assert both.count("yes</text>") == both.count("no</text>") == 1


def test_a_swallowed_error_is_seen_on_the_picture() -> None:
    assert "goes on with None" in render_svg(samples.claims())


def test_data_used_by_the_next_step_is_not_drawn_again() -> None:
    tree = flow(FlowType.SEQUENCE, tuple(flow(FlowType.VISIT, visit=f"v{n}") for n in range(4)))
    near, far = (Edge("v0", target, EdgeKind.DATA, None, ("claim",)) for target in ("v1", "v3"))
    assert not _data(drawn(tree, (near,)))
    assert len(_data(drawn(tree, (near, far)))) == 1


def test_many_values_are_counted_not_drawn() -> None:
    tree = flow(FlowType.SEQUENCE, tuple(flow(FlowType.VISIT, visit=f"v{n}") for n in range(20)))
    edges = tuple(Edge(f"v{n}", f"v{n + 4}", EdgeKind.DATA, None, ("x",)) for n in range(9))
    picture = drawn(tree, edges)
    assert len(_data(picture)) == 5
    assert picture.left_out == 4


def _data(picture: Picture) -> list[object]:
    return [shape for shape in picture.shapes if getattr(shape, "kind", None) is WireKind.DATA]


def test_text_is_cut_early_with_the_end_of_a_path_kept() -> None:
    assert width_of(fit("W" * 100, 120.0, 13.0), 13.0) <= 120.0
    assert fit("short", 120.0, 13.0) == "short"
    assert fit_end("a/very/long/path/to/module.py:12", 100.0, 10.5).endswith("module.py:12"[-8:])
    assert width_of("日本", 10.0) == 20.0


def test_a_declared_graph_stands_in_layers_with_its_way_back() -> None:
    steps = tuple(flow(FlowType.VISIT, visit=f"v{n}") for n in range(3))
    picture = drawn(
        flow(FlowType.GRAPH, steps, arrows=((-1, 0, None), (0, 1, None), (1, 2, "ok"), (1, 0, "again"), (2, -2, None)))
    )
    assert [card.text.visit for card in sorted(picture.cards, key=lambda card: card.y)] == ["v0", "v1", "v2"]
    assert any(getattr(shape, "kind", None) is WireKind.REPEAT for shape in picture.shapes)
    assert isinstance(picture.cards[0], Card)


def test_the_big_one_draws_every_step() -> None:
    assert render_svg(samples.stress()).count('class="card"') == 40
