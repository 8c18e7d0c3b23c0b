"""Scores, effort, order and recommendation."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from assess.checks.registry import all_checks
from assess.checks.run import run_checks
from assess.crashing import crash_table
from assess.model.finding import Axis, Category, Finding, Severity, SuppressedBy, Suppression
from assess.model.step import Confidence, Effect, Kind, Step, Via, Visit
from assess.model.woven import Entry, WovenPipeline
from assess.scoring import Judged, finish, judge
from assess.scoring.money import money_words
from tests.checks.build import graph, model, pipeline, seq, step, write

CHECKS = all_checks()
FINDINGS = st.lists(
    st.builds(
        lambda check, severity, confidence, line: Finding(
            id=f"{check.id}-{line}",
            check=check.id,
            axis=check.axis,
            severity=severity,
            confidence=confidence,
            category=Category.MANDATORY,
            effort=check.effort,
            needs=check.needs,
            file="app.py",
            line=line,
            end_line=line,
            cell=None,
            pipeline="run-1",
            step=None,
            message="So it is.",
        ),
        st.sampled_from(CHECKS),
        st.sampled_from(Severity),
        st.sampled_from(Confidence),
        st.integers(1, 999),
    ),
    max_size=25,
    unique_by=lambda f: f.id,
)
STEPS = st.lists(
    st.builds(
        lambda kind, writes, provider: (kind, writes, provider),
        st.sampled_from(Kind),
        st.booleans(),
        st.sampled_from([None, "openai", "stripe", "slack", "salesforce"]),
    ),
    min_size=1,
    max_size=9,
)


def _woven(kinds: list[tuple[Kind, bool, str | None]], **fields: object) -> WovenPipeline:
    steps: list[Step] = []
    for n, (kind, writes, provider) in enumerate(kinds):
        make = write if writes else step
        steps.append(make(f"s{n}", kind, provider=provider, billed=kind is Kind.MODEL))
    return pipeline(seq(*(f"s{n}" for n in range(len(steps)))), *steps, **fields)


@settings(deadline=None, max_examples=40)
@given(STEPS, FINDINGS)
def test_arithmetic_adds_up_to_the_last_point(kinds: list[tuple[Kind, bool, str | None]], found: list[Finding]) -> None:
    (judged,) = judge([_woven(kinds)], found).pipelines
    scores = judged.scores
    for name in ("resumability", "visibility", "region", "risk"):
        lines = [line for line in scores.arithmetic if line.score == name]
        assert sum(line.points for line in lines) == getattr(scores, name)
        assert 0 <= getattr(scores, name) <= 100
        assert all(line.reason for line in lines)
    known = {f.id for f in found}
    assert {line.finding for line in scores.arithmetic if line.finding} <= known


@settings(deadline=None, max_examples=40)
@given(STEPS, FINDINGS, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(
    kinds: list[tuple[Kind, bool, str | None]], found: list[Finding], random: st.DrawFn
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge([_woven(kinds)], found) == judge([_woven(kinds)], shuffled)


@settings(deadline=None, max_examples=40)
@given(STEPS, FINDINGS)
def test_effort_is_the_sum_of_its_reasons(kinds: list[tuple[Kind, bool, str | None]], found: list[Finding]) -> None:
    (judged,) = judge([_woven(kinds)], found).pipelines
    assert sum(float(why.partition(":")[0]) for why in judged.effort.because) == judged.effort.points
    assert judged.effort.points * 2 == int(judged.effort.points * 2)


def test_further_flaws_cost_less_and_still_cost() -> None:
    found = run_checks([CHAT], lambda *_: ())
    kinds = sorted({f.check for f in found if f.axis is Axis.RESUMABILITY})
    scores = [judge([CHAT], [f for f in found if f.check in kinds[:n]]).pipelines[0].scores for n in range(len(kinds))]
    lost = [a.resumability - b.resumability for a, b in pairwise(scores)]
    assert len(lost) > 1
    assert all(points >= 0 for points in lost)
    assert scores[-1].resumability > 0


def entry(line: int) -> Entry:
    return Entry("app.py", line, None, f"app.run{line}")


CLAIMS = pipeline(
    seq("read", "extract", "approve", "update", "mail"),
    step("read", Kind.DATABASE, provider="postgres"),
    model("extract"),
    step("approve", Kind.HUMAN),
    write("update", provider="salesforce"),
    write("mail", Kind.MESSAGE, provider="smtp"),
    id="claims",
    name="claims triage",
    entry=entry(50),
)
CHAT = pipeline(seq("a", "b"), model("a"), model("b"), id="chat", name="chat", entry=entry(40))
SYNC = pipeline(
    seq("a", "b", "c"),
    *(write(n, provider=f"system-{n}") for n in "abc"),
    id="sync",
    name="invoice sync",
    entry=entry(30),
)
ONE = pipeline("a", model("a"), id="one", name="one", entry=entry(20))
DURABLE = pipeline(seq("a", "b"), model("a"), id="durable", name="durable", entry=entry(10), durable_engine="temporal")
ALL = (ONE, SYNC, CHAT, DURABLE, CLAIMS)


def judged(*pipelines: WovenPipeline) -> Judged:
    return judge(pipelines, run_checks(pipelines, lambda *_: ()))


def test_ai_chains_by_risk_then_other_chains_then_single_steps() -> None:
    assert [v.pipeline.id for v in judged(*ALL).pipelines] == ["claims", "chat", "durable", "sync", "one"]


def test_the_order_of_pipelines_does_not_matter() -> None:
    assert len({judged(*order) for order in permutations(ALL)}) == 1


def test_what_spans_systems_writes_and_asks_people_is_the_greater_risk() -> None:
    risk = {v.pipeline.id: v.scores.risk for v in judged(*ALL).pipelines}
    assert risk["claims"] > risk["chat"] > risk["durable"]


def test_work_that_is_sent_through_a_queue_counts_where_it_runs() -> None:
    sent = step("send", Kind.QUEUE, Effect.WRITE, function="app.start", line=7)
    way = (Visit("ask", via=(Via("app.py", 7, "app.start"),)), Visit("book", via=(Via("app.py", 7, "app.start"),)))
    work = (model("ask", visits=way[:1]), write("book", provider="crm", visits=way[1:]))
    starter = pipeline(seq("send", "ask", "book"), sent, *work, id="starter", name="starter", entry=entry(60))
    worker = pipeline(seq("ask", "book"), *work, id="worker", name="worker", entry=entry(70))
    risk = {v.pipeline.id: v.scores.risk for v in judged(starter, worker).pipelines}
    assert risk["worker"] > risk["starter"]


def test_a_graph_that_is_an_entry_of_its_own_counts_there() -> None:
    inner = replace(graph("ask", "book", arrows=((-1, 0, None), (0, 1, None), (1, -2, None))), line=80)
    work = (model("ask"), write("book", provider="crm"))
    handler = pipeline(seq("look", inner), *work, id="handler", name="handler", entry=entry(90))
    alone = pipeline(inner, *work, id="graph", name="graph", entry=entry(80))
    risk = {v.pipeline.id: v.scores.risk for v in judged(handler, alone).pipelines}
    assert risk["graph"] > risk["handler"]
    assert judged(handler).pipelines[0].scores.risk > risk["handler"]


def test_the_riskiest_ai_chain_is_recommended_with_reasons() -> None:
    recommendation = judged(*ALL).recommendation
    assert recommendation.pipeline == "claims"
    assert 2 <= len(recommendation.because) <= 4
    assert all(sentence.endswith(".") for sentence in recommendation.because)
    assert "4 systems" in " ".join(recommendation.because)


def test_what_is_durable_or_no_ai_chain_is_not_recommended() -> None:
    for pipelines in ((DURABLE,), (SYNC, ONE), ()):
        recommendation = judged(*pipelines).recommendation
        assert recommendation.pipeline is None
        assert len(recommendation.because) == 1


def test_words_of_money_come_from_names_and_not_from_calls() -> None:
    named = pipeline(
        "a", step("a", function="billing.charge_card", call="rows.order", provider="stripe"), name="nightly"
    )
    assert money_words(named) == ["billing", "charge", "stripe"]


def test_a_suppressed_finding_costs_nothing() -> None:
    found = run_checks([CHAT], lambda *_: ())
    ignored = [f if f.check != "no-checkpoint" else _ignored(f) for f in found]
    before, after = judge([CHAT], found), judge([CHAT], ignored)
    assert after.pipelines[0].scores.resumability > before.pipelines[0].scores.resumability


def _ignored(finding: Finding) -> Finding:
    fields = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
    return Finding(**(fields | {"suppressed": Suppression(SuppressedBy.COMMENT, "a demo")}))


def test_finish_keeps_what_was_woven_and_adds_what_is_said() -> None:
    found = run_checks(ALL, lambda *_: ())
    pipelines, answers, recommendation = finish(ALL, found, crash_table)
    assert [p.id for p in pipelines] == ["claims", "chat", "durable", "sync", "one"]
    assert pipelines[0].flow == CLAIMS.flow
    assert len(pipelines[0].crash_table) == 4 * 5
    assert recommendation.pipeline == "claims"
    assert answers.resume.verdict == "no"
    assert {axis.value for axis in Axis} <= {line.score for line in pipelines[0].scores.arithmetic}
