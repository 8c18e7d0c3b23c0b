"""Whatever the flow, whatever the run: what must happen does, and what happens was foreseen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assess.crashing import crash_table
from assess.model.flow import Flow, FlowType
from assess.model.score import CrashEngine, CrashRow, When
from assess.model.step import Effect
from assess.model.woven import WovenPipeline
from tests.checks.build import attempt, branch, data, flow, graph, loop, node, parallel, pipeline, seq, step
from tests.crashing.simulator import run

LEAF = flow("?")


def _inner(children: st.SearchStrategy[Flow]) -> st.SearchStrategy[Flow]:
    some = st.lists(children, min_size=1, max_size=3)
    arrows = st.lists(
        st.tuples(st.integers(-1, 1), st.sampled_from([-2, 0, 1]), st.sampled_from(["yes", "no"])),
        max_size=4,
    )
    return st.one_of(
        some.map(lambda c: seq(*c)),
        some.map(lambda c: node(FlowType.CALL, *c)),
        some.map(lambda c: branch(*c)),
        st.tuples(children, children).map(lambda c: branch(c[0], otherwise=c[1])),
        some.map(lambda c: loop(*c)),
        some.map(lambda c: loop(*c, label="for item in items")),
        some.map(lambda c: parallel(*c)),
        st.tuples(children, children).map(lambda c: attempt(c[0], c[1])),
        st.tuples(children, children, children).map(lambda c: attempt(c[0], c[1], last=c[2])),
        st.tuples(children, children).map(lambda c: attempt(c[0], last=c[1])),
        st.tuples(children, children, arrows).map(
            lambda c: graph(c[0], c[1], arrows=((-1, 0, None), *c[2], (1, -2, "end")))
        ),
    )


def _named(tree: Flow) -> Flow:
    """The same tree with a name of its own for each visit."""
    count = iter(range(10_000))

    def name(at: Flow) -> Flow:
        visit = f"v{next(count)}" if at.visit else None
        fresh = tuple(name(child) for child in at.children)
        return Flow(
            at.type, at.file, at.line, at.end_line, at.role, at.label, visit=visit, children=fresh, arrows=at.arrows
        )

    return name(tree)


TREES = st.recursive(st.just(LEAF), _inner, max_leaves=9).map(_named)
EFFECTS = (Effect.READ, Effect.WRITE, Effect.IDEMPOTENT_WRITE, Effect.UNKNOWN)


def _pipeline(tree: Flow) -> WovenPipeline:
    names = list(tree.visits())
    steps = [step(name, effect=EFFECTS[n % 4], idempotency_key=n % 8 == 5) for n, name in enumerate(names)]
    pairs = zip(names, names[1:] + names[:1], strict=True)
    edges = tuple(data(a, b, f"{a}-{b}") for a, b in pairs if a != b)
    return pipeline(tree, *steps, edges=edges)


def _row(table: tuple[CrashRow, ...], visit: str, when: When, engine: CrashEngine) -> CrashRow:
    (row,) = (r for r in table if (r.visit, r.when, r.engine) == (visit, when, engine))
    return row


@settings(max_examples=300, deadline=None)
@given(TREES, st.data())
def test_prediction_holds_in_every_run(tree: Flow, drawn: st.DataObject) -> None:
    woven = _pipeline(tree)
    visits = run(tree, lambda low, high: drawn.draw(st.integers(low, high)))
    if not visits:
        return
    at = drawn.draw(st.integers(0, len(visits) - 1), label="crash at")
    crashed = visits[at]
    table = crash_table(woven)
    for when in When:
        ran = set(visits[: at + 1])
        doubled = {v for v in ran if _doubles(woven, v)}
        row = _row(table, crashed, when, CrashEngine.NONE)
        assert set(row.repeated) <= ran <= set(row.repeated) | set(row.may.repeated)
        assert set(row.duplicated) <= doubled <= set(row.duplicated) | set(row.may.duplicated)
        given = ran if when is When.AFTER else set(visits[:at])
        _lost(woven, row, given, set(visits[at + (when is When.AFTER) :]))


def _doubles(woven: WovenPipeline, visit: str) -> bool:
    """An unknown effect is taken for a write here: it may be one."""
    one = woven.visits()[visit][0]
    return one.effect in (Effect.WRITE, Effect.UNKNOWN) and one.idempotency_key is not True


def _lost(woven: WovenPipeline, row: CrashRow, ran: set[str], later: set[str]) -> None:
    held = {name for e in woven.edges for name in e.values if e.source in ran and e.target not in ran - {row.visit}}
    needed = {name for e in woven.edges for name in e.values if e.source in ran and e.target in later}
    assert set(row.lost) <= held
    assert needed <= set(row.lost) | set(row.may.lost)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_a_durable_engine_repeats_nothing_finished(tree: Flow) -> None:
    concurrent = any(n.type in (FlowType.PARALLEL, FlowType.GRAPH) for n in tree.walk())
    for row in crash_table(_pipeline(tree)):
        if row.engine is CrashEngine.DURABLE:
            assert row.repeated == row.duplicated == row.lost == row.asked_again == ()
            assert row.thrown_away.calls == row.thrown_away.billed == 0
            if not concurrent:
                assert row.may.repeated == ((row.visit,) if row.when is When.DURING else ())


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_four_rows_for_each_visit(tree: Flow) -> None:
    rows = [(row.visit, row.when, row.engine) for row in crash_table(_pipeline(tree))]
    assert rows == [(v, w, e) for v in tree.visits() for w in When for e in CrashEngine]


def test_a_graph_ends_where_no_arrow_leads_on() -> None:
    tree = _named(seq(LEAF, graph(LEAF, LEAF, arrows=((-1, 0, None), (-1, -2, "yes"), (1, -2, "end"))), LEAF))
    row = _row(crash_table(_pipeline(tree)), "v3", When.AFTER, CrashEngine.NONE)
    assert "v1" in row.may.repeated
