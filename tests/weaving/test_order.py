"""What can directly follow what, for every shape of flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge
from assess.usecases import assess
from assess.weaving.order import Order, order_of
from tests.checks.build import attempt, branch, flow, graph, loop, node, parallel, seq
from tests.weaving.tracing import Tracing

LINEAR = ((-1, 0, None), (0, 1, None), (1, -2, None))


def order(tree: Flow) -> Order:
    tracing = Tracing()
    return order_of(tracing.trace(tree), tracing.visit_of)


def order_edges(tree: Flow) -> tuple[Edge, ...]:
    return order(tree).edges


def edges(tree: Flow) -> str:
    found = ((e.source, e.target, e.label) for e in order_edges(tree))
    return " ".join(sorted(f"{a}{b}({label})" if label else f"{a}{b}" for a, b, label in found))


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (flow("a"), ""),
        (seq("a", "b", "c"), "ab bc"),
        (seq(seq("a"), seq(seq("b"), "c")), "ab bc"),
        (seq("a", node(FlowType.CALL, "b", "c"), "d"), "ab bc cd"),
        # one or none, one of two, one of many
        (seq("a", branch("b"), "c"), "ab ac bc"),
        (seq("a", branch("b", otherwise="c"), "d"), "ab ac bd cd"),
        (seq("a", branch("b", otherwise=branch("c")), "d"), "ab ac ad bd cd"),
        (seq(branch("a"), "b"), "ab"),
        (branch(seq("a", "b"), otherwise="c"), "ab"),
        (seq(branch("a"), branch("b"), branch("c")), "ab ac bc"),
        # the `then` arm is empty: the run may pass by
        (seq("a", node(FlowType.BRANCH, Flow(FlowType.VISIT, "app.py", 1, 1, Role.ELSE, visit="b")), "c"), "ab ac bc"),
        # loops may not run at all
        (loop("a"), "aa(again)"),
        (seq("a", loop("b", "c"), "d"), "ab ad bc cb(again) cd"),
        (seq("a", loop(branch("b"), "c")), "ab ac bc cb(again) cc(again)"),
        (seq(loop(loop("a"), "b"), "c"), "aa(again) ab ac ba(again) bb(again) bc".replace("ac ", "")),
        (loop(branch("a", otherwise="b")), "aa(again) ab(again) ba(again) bb(again)"),
        # at once: nothing between the parts
        (seq("a", parallel("b", seq("c", "d")), "e"), "ab ac be cd de"),
        (parallel(loop("a"), "b"), "aa(again)"),
        (seq(parallel("a"), parallel("b")), "ab"),
        # tries
        (seq(attempt(seq("a", "b"), "c"), "d"), "ab ac(error) bc(error) bd cd"),
        (seq(attempt("a", "b", "c"), "d"), "ab(error) ac(error) ad bd cd"),
        (seq(attempt("a", "b", last="c"), "d"), "ab(error) ac bc cd"),
        (seq(attempt(seq("a", "b"), last="c"), "d"), "ab ac(error) bc cd"),
        (attempt(attempt("a", "b"), "c"), "ab(error) bc(error)"),
        (loop(attempt("a", "b")), "aa(again) ab(error) ba(again)"),
        (seq("a", attempt(branch("b"), "c"), "d"), "ab ad bc(error) bd cd"),
        # the handler may do nothing
        (seq(attempt(seq("a", "b"), branch("c")), "d"), "ab ac(error) ad(error) bc(error) bd cd"),
        # graphs go along their arrows
        (graph("a", "b", arrows=LINEAR), "ab"),
        (seq("x", graph("a", "b", arrows=LINEAR), "y"), "ab by xa"),
        (graph("a", "b", arrows=((-1, 0, None), (0, 1, "yes"), (0, -2, "no"), (1, 0, "again"))), "ab(yes) ba(again)"),
        (graph(seq("a", "b"), "c", arrows=((-1, 1, None), (1, 0, None), (0, -2, None))), "ab ca"),
        (
            graph("a", seq(), "b", arrows=((-1, 0, None), (0, 1, None), (1, 2, None), (2, -2, None))),
            "ab",
        ),
        (graph("a", "b", "c", arrows=((-1, 0, None), (0, 1, None), (0, 2, None), (1, -2, None))), "ab ac"),
    ],
)  # fmt: skip
def test_shapes(tree: Flow, expected: str) -> None:
    assert edges(tree) == " ".join(sorted(expected.split()))


def _trees(children: st.SearchStrategy[Flow]) -> st.SearchStrategy[Flow]:
    some = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda c: seq(*c)),
        some.map(lambda c: node(FlowType.CALL, *c)),
        children.map(branch),
        st.tuples(children, children).map(lambda c: branch(c[0], otherwise=c[1])),
        some.map(lambda c: loop(*c)),
    )


def _named(tree: Flow, names: Iterator[int]) -> Flow:
    if tree.visit is not None:
        return flow(f"v{next(names)}")
    children = tuple(_named(child, names) for child in tree.children)
    renamed = [Flow(c.type, c.file, c.line, c.end_line, o.role, c.label, c.bound, c.visit, c.children)
               for c, o in zip(children, tree.children, strict=True)]  # fmt: skip
    return Flow(tree.type, tree.file, tree.line, tree.end_line, tree.role, children=tuple(renamed))


FLOWS = st.recursive(st.just(flow("?")), _trees, max_leaves=6).map(lambda t: _named(t, iter(range(99))))


@settings(max_examples=150, deadline=None)
@given(FLOWS)
def test_edges_are_what_a_machine_can_do(tree: Flow) -> None:
    """The same question put to an automaton: from the end of which visit can the start of which be reached."""
    machine = _Machine()
    done = machine.build(tree, 0)
    found = order(tree)
    assert {(e.source, e.target) for e in found.edges} == set(machine.pairs())
    assert set(found.bounds.begins) == machine.begins()
    assert set(found.bounds.ends) == machine.ends(done)


@pytest.mark.parametrize(
    ("body", "begins", "ends"),
    [
        ("first(); last()", "first", "last"),
        ("if asked: first()\n    last()", "first last", "last"),
        ("if asked: return\n    last()", "last", "last -"),
        ("first()\n    if asked: return last()\n    other()", "first", "last other"),
        ("first()\n    if asked: raise ValueError\n    last()", "first", "last"),
        ("first()\n    if asked: raise ValueError", "first", "first"),
        ("try: first()\n    except ValueError: return\n    last()", "first", "last"),
        ("for one in asked: first()", "first", "first -"),
        ("while True:\n        if first(): return\n        last()", "first", "first"),
        ("while True: first()", "first", ""),
    ],
)
def test_first_and_last_visits(tmp_path: Path, body: str, begins: str, ends: str) -> None:
    made_of = {"first": "httpx.get('http://a')", "last": "httpx.post('http://b')", "other": "httpx.put('http://c')"}
    for name, call in made_of.items():
        body = body.replace(f"{name}()", call)
    (tmp_path / "app.py").write_text(
        f"import sys\nimport httpx\n\n\ndef entry(asked):\n    {body}\n\n\nentry(sys.argv[1:])\n"
    )
    (made,) = assess(tmp_path).pipelines
    called = {call.partition("(")[0]: name for name, call in made_of.items()}
    name = {visit: called[step.call] for visit, (step, _) in made.visits().items()}
    assert sorted(name[v] for v in made.observed.bounds.begins) == begins.split()
    assert sorted(name[v] if v else "-" for v in made.observed.bounds.ends) == sorted(ends.split())


class _Machine:
    """States with silent steps between them; a visit leads from one state to another."""

    def __init__(self) -> None:
        self.silent: list[set[int]] = [set()]
        self.visits: list[tuple[str, int, int]] = []

    def build(self, tree: Flow, start: int) -> int:
        """Add what the flow can do from a state; the state in which it is done."""
        if tree.visit is not None:
            end = self._state()
            self.visits.append((tree.visit, start, end))
            return end
        if tree.type is FlowType.BRANCH:
            end = self._state()
            for child in tree.children:
                self.silent[self.build(child, start)].add(end)
            if len(tree.children) == 1:
                self.silent[start].add(end)
            return end
        begin = self._state()
        self.silent[start].add(begin)
        end = begin
        for child in tree.children:
            end = self.build(child, end)
        if tree.type is FlowType.LOOP:
            self.silent[end].add(begin)
            return begin
        return end

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Which visit can directly follow which."""
        for name, _, end in self.visits:
            reached = self._closure(end)
            yield from ((name, other) for other, start, _ in self.visits if start in reached)

    def begins(self) -> set[str]:
        """Which visit can be the first."""
        reached = self._closure(0)
        return {name for name, start, _ in self.visits if start in reached}

    def ends(self, done: int) -> set[str | None]:
        """Which visit can be the last before this state."""
        return {name for name, _, end in (*self.visits, (None, 0, 0)) if done in self._closure(end)}

    def _state(self) -> int:
        self.silent.append(set())
        return len(self.silent) - 1

    def _closure(self, state: int) -> set[int]:
        found, ahead = {state}, [state]
        while ahead:
            new = self.silent[ahead.pop()] - found
            found |= new
            ahead += new
        return found
