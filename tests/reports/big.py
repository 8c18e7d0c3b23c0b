"""An assessment that is too big: twelve pipelines of forty steps, nested deeply and fanned out widely."""

from __future__ import annotations

from assess.model.assessment import SCHEMA_VERSION, Assessment, Pipeline, Recommendation, Target, Tool
from assess.model.finding import Axis, Need, Severity
from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind, Held
from assess.model.observed import Observed
from assess.model.score import (
    Answer,
    Effort,
    Scores,
    Verdict,
)
from assess.model.step import (
    Effect,
    Kind,
    Step,
)
from assess.model.woven import Entry, Trigger, TriggerKind

from .making import answers, crash_table, finding, node, sequence, step, visit


def nest(depth: int, names: list[str]) -> Flow:
    """Loops in branches in tries, `depth` deep, with a step at each level."""
    here = visit(names.pop(0))
    if depth == 0 or not names:
        return here
    inside = sequence(here, nest(depth - 1, names), role=Role.THEN if depth % 3 == 1 else Role.BODY)
    if depth % 3 == 0:
        return node(
            FlowType.LOOP, 40 + depth, inside, label=f"for item in level_{depth}", bound="10" if depth > 3 else None
        )
    if depth % 3 == 1:
        return node(FlowType.BRANCH, 40 + depth, inside, label=f"depth > {depth}")
    handler = sequence(*([visit(names.pop(0))] if names else []), role=Role.EXCEPT, label="TimeoutError")
    last = sequence(*([visit(names.pop(0))] if names else []), role=Role.FINALLY)
    return node(FlowType.TRY, 40 + depth, inside, handler, last)


def big_flow() -> tuple[Flow, tuple[Step, ...]]:
    """Forty steps: nesting five deep, a fan-out ten wide, a graph declared by arrows, and the rest in a row."""
    kinds = list(Kind)
    steps = tuple(
        step(
            f"s{n}",
            kinds[n % len(kinds)],
            ("deep/package/with/a/long/path/module_number.py", 10 + n),
            f"do_the_thing_{n}",
            f"client.call_{n}",
            f"sdk.Client.call_{n}",
            effect=list(Effect)[n % 4],
            billed=n % 3 == 0,
        )
        for n in range(40)
    )
    names = [v.id for s in steps for v in s.visits]
    nested = nest(5, take := names[:9])
    wide = node(FlowType.BRANCH, 60, *(visit(v) for v in names[9:19]), label="kind of document")
    declared = node(
        FlowType.GRAPH,
        70,
        *(visit(v) for v in names[19:25]),
        label="StateGraph(Review)",
        arrows=(
            (-1, 0, None),
            (0, 1, None),
            (0, 2, "needs_search"),
            (1, 3, None),
            (2, 3, None),
            (3, 0, "try again"),
            (3, 4, "done"),
            (1, 5, None),
            (4, -2, None),
            (5, -2, None),
        ),
    )
    rest = [visit(v) for v in [*take, *names[25:]]]
    return sequence(nested, wide, declared, *rest), steps


def stress() -> Assessment:
    """Twelve pipelines of forty steps."""
    flow, steps = big_flow()
    order = list(flow.visits())
    table = crash_table(order, set(order[::4]), set(order[1::9]), set(order[::3]))
    verdicts = list(Verdict)
    pipelines = []
    for n in range(12):
        three = [
            Answer(verdicts[(n + k) % 4], (), "A sentence that says what the code shows of this pipeline.")
            for k in range(3)
        ]
        pipelines.append(
            Pipeline(
                f"big-{n}",
                f"Ingest and review a very long contract, variant number {n}",
                Entry("deep/package/with/a/long/path/module_number.py", 9, None, f"deep.module.run_variant_{n}"),
                (Trigger(TriggerKind.QUEUE, "contracts.incoming.high-priority"),),
                ("plain", "langgraph"),
                ai=True,
                chain=True,
                durable_engine="none",
                flow=flow,
                steps=steps,
                edges=tuple(
                    Edge(order[k], order[k + 5], EdgeKind.DATA, None, (f"value_{k}",), Held.MEMORY)
                    for k in range(0, 34, 2)
                ),
                observed=Observed(),
                answers=answers(*three),
                scores=Scores(5 * n, 4 * n, 100 - 3 * n, 99 - 7 * n),
                crash_table=table,
                effort=Effort(12.0, ("forty steps",)),
            )
        )
    found = tuple(
        finding(
            f"b{n}-{k}",
            "unkeyed-write",
            Axis.RESUMABILITY,
            list(Severity)[k % 4],
            ("deep/package/with/a/long/path/module_number.py", 10 + k),
            "A write without a key can happen twice.",
            pipeline=f"big-{n}",
            step=f"s{k}",
            needs=(Need.IDEMPOTENCY_KEY,),
        )
        for n in range(12)
        for k in range(0, 40, 3)
    )
    whole = Answer(Verdict.NO, (), "No chain goes on after a crash.")
    return Assessment(
        SCHEMA_VERSION,
        Tool("lastgood", "0.1.0"),
        Target("contracts", "abc", 310, 47000),
        tuple(pipelines),
        found,
        answers(whole, whole, whole),
        Recommendation("big-0", ("It has the highest risk.",)),
    )
