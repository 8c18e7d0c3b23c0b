"""Assessments made by hand: one as a team would get it, a short one, one that is too big, one with nothing in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from assess.model.assessment import SCHEMA_VERSION, Assessment, Pipeline, Recommendation, Target, Tool
from assess.model.graph import Edge, EdgeKind, Held
from assess.model.observed import Handler, HandlerKind, Observed
from assess.model.score import (
    Answer,
    Effort,
    ScoreLine,
    Scores,
    Verdict,
)
from assess.model.source import Skipped, Unresolved
from assess.model.woven import Entry, Trigger, TriggerKind

from .big import stress
from .making import FILE, answers, crash_table, small_pipeline
from .triage import claims_findings, claims_flow, claims_steps


def claims_pipeline() -> Pipeline:
    flow = claims_flow()
    order = list(flow.visits())
    data = (
        ("load@1", "extract@1", "claim"),
        ("load@1", "crm@1", "claim"),
        ("extract@1", "classify@1", "entities"),
        ("classify@1", "extract@2", "category"),
        ("extract@2", "mail@1", "letter"),
        ("load@1", "archive@1", "claim"),
    )
    edges = [Edge(a, b, EdgeKind.NEXT) for a, b in pairwise(order)]
    edges += [
        Edge(a, b, EdgeKind.DATA, None, (v,), Held.MEMORY, {v: "Claim" if v == "claim" else None}) for a, b, v in data
    ]
    line = ScoreLine
    return Pipeline(
        id="triage-claim-3f2a",
        name="Triage claim",
        entry=Entry(FILE, 30, None, "claims_triage.pipeline.triage_claim"),
        triggers=(Trigger(TriggerKind.HTTP, "POST /claims"),),
        frameworks=("plain", "fastapi"),
        ai=True,
        chain=True,
        durable_engine="none",
        flow=flow,
        steps=claims_steps(),
        edges=tuple(edges),
        observed=Observed(
            handlers=(
                Handler(
                    HandlerKind.EXCEPT,
                    FILE,
                    46,
                    47,
                    None,
                    "triage_claim",
                    ("httpx.HTTPError",),
                    leaves="None",
                    guards=("fraud@1",),
                ),
            )
        ),
        answers=answers(
            Answer(
                Verdict.NO,
                ("f01", "f02", "f03"),
                "A crash starts the run again from the first step; nothing of it is stored before the end.",
            ),
            Answer(
                Verdict.PARTIAL,
                ("f04", "f05"),
                "Log lines tell most steps, but no stored record says which runs failed.",
            ),
            Answer(
                Verdict.UNKNOWN,
                ("f08", "f09"),
                "The CRM's host is fixed; where OpenAI processes the content, the code does not show.",
            ),
        ),
        scores=Scores(
            18,
            46,
            55,
            78,
            (
                line("resumability", 100, "base"),
                line("resumability", -34, "waits for a person in memory", "f01"),
                line("resumability", -20, "writes without a key", "f02"),
                line("resumability", -18, "writes without a key", "f03"),
                line("resumability", -7, "no time-out of its own", "f06"),
                line("resumability", -3, "retries multiply", "f07"),
                line("visibility", 100, "base"),
                line("visibility", -34, "swallows an error", "f04"),
                line("visibility", -20, "no stored record of a run", "f05"),
                line("region", 100, "base"),
                line("region", -30, "host fixed in code", "f08"),
                line("region", -15, "default endpoint", "f09"),
                line("risk", 24, "spans 7 systems"),
                line("risk", 20, "4 writes to other systems"),
                line("risk", 16, "2 places where a person is asked"),
                line("risk", 10, "5 paid calls"),
                line("risk", 12, "words of money or duty: claim"),
                line("risk", 12, "2 effects that cannot be taken back"),
                line("risk", -16, "likelihood 8 of 10: in-process-wait, no-timeout, silent-drop and unkeyed-write"),
            ),
        ),
        crash_table=crash_table(
            order,
            {"ask_reviewer@1", "crm@1", "row@1", "mail@1"},
            {"ask_reviewer@1", "poll_reviewer@1"},
            {"ocr@1", "extract@1", "extract@2", "classify@1"},
        ),
        effort=Effort(
            6.5, ("13 steps become activities", "one approval becomes a durable wait", "three writes need a key")
        ),
    )


def claims() -> Assessment:
    """Four pipelines of a claims team; the first is the one to move."""
    yes, partial, no, unknown = Verdict.YES, Verdict.PARTIAL, Verdict.NO, Verdict.UNKNOWN
    return Assessment(
        SCHEMA_VERSION,
        Tool("lastgood", "0.1.0"),
        Target(
            "claims_triage",
            "4a90549c0ffee",
            14,
            1312,
            {FILE: "0" * 64},
            (Skipped("legacy/old_import.py", "does not parse: line 12, Python 2 print statement"),),
            (
                Unresolved(
                    "claims_triage/fraud.py",
                    33,
                    "partner.score",
                    'looks external; add: [[call]] target = "partner.Client.score"',
                ),
            ),
        ),
        (
            claims_pipeline(),
            small_pipeline("nightly-digest-91bc", "Nightly digest", (partial, no, unknown), 41),
            small_pipeline("settle-claim-77aa", "Settle claim", (yes, yes, yes), 6, "temporal"),
            small_pipeline("ask-once-0001", "Suggest wording", (no, no, unknown), 12, chain=False),
        ),
        claims_findings(),
        answers(
            Answer(
                no,
                ("f01", "f02", "f20"),
                "One of 3 chains goes on after a crash. The others start again or lose the run.",
            ),
            Answer(partial, ("f04", "f05"), "Runs leave log lines; only one pipeline keeps a record of each run."),
            Answer(
                unknown, ("f08",), "One host is fixed in code. For two providers the code does not show the region."
            ),
        ),
        Recommendation(
            "triage-claim-3f2a",
            (
                "It has the highest risk of all chains: 78 of 100.",
                "It spans 7 systems, and a person waits in the middle of it.",
                "A crash after the CRM update writes the CRM twice and asks the reviewer again.",
            ),
        ),
    )


def small() -> Assessment:
    """Two short pipelines and one finding: enough for a golden page that a person can read."""
    whole = claims()
    kept = tuple(p for p in whole.pipelines if p.id in ("nightly-digest-91bc", "settle-claim-77aa"))
    found = tuple(f for f in whole.findings if f.pipeline == "nightly-digest-91bc")
    return replace(
        whole,
        pipelines=kept,
        findings=found,
        recommendation=Recommendation("nightly-digest-91bc", ("It is the only AI chain that is not durable yet.",)),
    )


def empty() -> Assessment:
    """A code base in which nothing leaves the process."""
    none = Answer(Verdict.UNKNOWN, (), "No pipeline was found, so there is nothing to answer for.")
    return Assessment(
        SCHEMA_VERSION,
        Tool("lastgood", "0.1.0"),
        Target("quiet", None, 3, 40),
        (),
        (),
        answers(none, none, none),
        Recommendation(None, ("No chain was found.",)),
    )


__all__ = ["claims", "claims_pipeline", "empty", "small", "small_pipeline", "stress"]
