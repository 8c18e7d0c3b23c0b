"""Parts that hand-made assessments are put together from."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from assess.model.assessment import Pipeline
from assess.model.finding import Axis, Category, Finding, Severity
from assess.model.flow import Flow, FlowType
from assess.model.graph import Edge, EdgeKind
from assess.model.observed import Observed
from assess.model.score import (
    Answer,
    Answers,
    CrashCost,
    CrashEngine,
    CrashRow,
    Effort,
    Scores,
    ThrownAway,
    Verdict,
    When,
)
from assess.model.source import ExcerptLine
from assess.model.step import (
    Confidence,
    Effect,
    Kind,
    Step,
    Via,
    Visit,
)
from assess.model.woven import Entry, Trigger, TriggerKind

FILE = "claims_triage/pipeline.py"


def step(
    name: str, kind: Kind, place: tuple[str, int], function: str, call: str, target: str | None, **more: Any
) -> Step:
    """A step with one visit, unless `visits` are given."""
    via = (Via(FILE, 30, "triage_claim"),)
    more.setdefault("visits", (Visit(f"{name}@1", via, conditional=more.get("conditional", False)),))
    return Step(
        id=name,
        file=place[0],
        line=place[1],
        column=8,
        end_line=place[1] + 3,
        cell=None,
        function=function,
        call=call,
        target=target,
        kind=kind,
        **more,
    )


def node(kind: FlowType, line: int, *children: Flow, end: int = 0, **more: Any) -> Flow:
    """A node of the flow in the pipeline's own file."""
    return Flow(kind, FILE, line, end or line + 5, children=children, **more)


def visit(name: str, line: int = 30) -> Flow:
    return Flow(FlowType.VISIT, FILE, line, line, visit=name)


def call(label: str, *children: Flow, **more: Any) -> Flow:
    return node(FlowType.CALL, 30, *children, label=label, **more)


def sequence(*children: Flow, **more: Any) -> Flow:
    return node(FlowType.SEQUENCE, 30, *children, **more)


def finding(
    name: str, check: str, axis: Axis, severity: Severity, place: tuple[str, int], message: str, **more: Any
) -> Finding:
    more.setdefault("confidence", Confidence.HIGH)
    more.setdefault("category", Category.MANDATORY)
    more.setdefault("effort", 1.0)
    more.setdefault("needs", ())
    more.setdefault("step", None)
    more.setdefault("end_line", place[1])
    more.setdefault("pipeline", "triage-claim-3f2a")
    return Finding(
        id=name,
        check=check,
        axis=axis,
        severity=severity,
        file=place[0],
        line=place[1],
        cell=None,
        message=message,
        **more,
    )


def lines(first: int, *texts: str) -> tuple[ExcerptLine, ...]:
    return tuple(ExcerptLine(first + number, text) for number, text in enumerate(texts))


def crash_table(order: list[str], writes: set[str], people: set[str], billed: set[str]) -> tuple[CrashRow, ...]:
    """What the real table would say of a run in which nothing is stored before the end."""
    rows: list[CrashRow] = []
    for number, at in enumerate(order):
        for when in (When.DURING, When.AFTER):
            done = order[: number + (when is When.AFTER)]
            flight = (at,) if when is When.DURING and at in writes else ()
            rows.append(
                CrashRow(
                    at,
                    when,
                    CrashEngine.NONE,
                    repeated=tuple(done),
                    duplicated=tuple(v for v in done if v in writes),
                    lost=("decision",) if "poll_reviewer@1" in done else (),
                    asked_again=tuple(v for v in done if v in people),
                    thrown_away=ThrownAway(
                        len(done), sum(v in billed for v in done), 30.0 if "sleep@1" in done else None
                    ),
                    may=CrashCost(duplicated=flight),
                )
            )
            rows.append(
                CrashRow(
                    at,
                    when,
                    CrashEngine.DURABLE,
                    repeated=(at,) if when is When.DURING else (),
                    thrown_away=ThrownAway(int(when is When.DURING), int(when is When.DURING and at in billed), 0.0),
                    may=CrashCost(duplicated=flight),
                )
            )
    return tuple(rows)


def answers(resume: Answer, visible: Answer, region: Answer) -> Answers:
    return Answers(resume=resume, visible=visible, region=region)


def small_pipeline(
    number: str,
    name: str,
    verdicts: tuple[Verdict, Verdict, Verdict],
    risk: int,
    engine: str = "none",
    *,
    chain: bool = True,
) -> Pipeline:
    """A pipeline of one or two steps."""
    steps = [
        step(
            "summarise",
            Kind.MODEL,
            ("claims_triage/digest.py", 22),
            "summarise_day",
            "client.chat.complete",
            "mistralai.Mistral.chat.complete",
            provider="mistral",
            effect=Effect.READ,
            billed=True,
        )
    ]
    if chain:
        steps.append(
            step(
                "post",
                Kind.MESSAGE,
                ("claims_triage/digest.py", 35),
                "post_to_slack",
                "slack.chat_postMessage",
                "slack_sdk.WebClient.chat_postMessage",
                provider="slack",
                effect=Effect.WRITE,
            )
        )
    resume, visible, region = (
        Answer(verdict, (), f"The code shows this much: {verdict.value}.") for verdict in verdicts
    )
    order = [v.id for s in steps for v in s.visits]
    return Pipeline(
        id=number,
        name=name,
        entry=Entry("claims_triage/digest.py", 15, None, "claims_triage.digest.main"),
        triggers=(Trigger(TriggerKind.SCHEDULE, "0 2 * * *"),),
        frameworks=("plain",),
        ai=True,
        chain=chain,
        durable_engine=engine,
        flow=sequence(*(visit(v) for v in order)),
        steps=tuple(steps),
        edges=tuple(Edge(a, b, EdgeKind.NEXT) for a, b in pairwise(order)),
        observed=Observed(),
        answers=answers(resume, visible, region),
        scores=Scores(60 if engine == "none" else 95, 40, 80, risk),
        crash_table=crash_table(order, {"post@1"}, set(), {"summarise@1"}),
        effort=Effort(1.5, ("two steps become activities",)),
    )
