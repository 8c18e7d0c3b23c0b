from __future__ import annotations

from dataclasses import replace

import pytest

from assess.model.assessment import Recommendation
from assess.model.score import CrashEngine, CrashRow, Verdict, When
from assess.model.step import Kind, Retry, RetryBy, Timeout, TimeoutFrom
from reports.html import render_html
from reports.naming import named
from reports.text import render_text
from reports.view import build
from reports.view.anchors import Anchors
from reports.words import count, duration, listed, loop_words, retry_words, sentence_case, timeout_words

from . import samples


def test_steps_are_called_what_a_person_would_call_them() -> None:
    names = named(samples.claims_pipeline())
    assert names["extract@1"] == "Extract entities"  # through the wrapper `ask`, by the function that asks
    assert names["extract@2"] == "Draft letter"
    assert names["crm@1"] == "Update CRM"
    assert names["poll_reviewer@1"] == "Wait for a person"  # `wait_for_decision` holds two steps, so it names neither
    assert len(set(names.values())) == len(names)


def test_equal_names_are_numbered() -> None:
    pipeline = samples.claims_pipeline()
    twins = tuple(
        replace(s, function="triage_claim", kind=Kind.HTTP, visits=tuple(replace(v, via=()) for v in s.visits))
        for s in pipeline.steps
    )
    names = named(replace(pipeline, steps=twins))
    assert {"Send over HTTP (1)", "Send over HTTP (2)"} <= set(names.values())
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((Verdict.NO,), "A crash costs the AI pipeline in claims_triage its run."),
        ((Verdict.YES, Verdict.YES), "Both AI pipelines in claims_triage go on after a crash."),
        (
            (Verdict.NO, Verdict.PARTIAL),
            "A crash costs 1 of the 2 AI pipelines in claims_triage its run, and the other part of it.",
        ),
        (
            (Verdict.UNKNOWN,),
            "Whether the 1 AI pipeline in claims_triage would survive a crash, the code does not show.",
        ),
        ((), "No pipeline was found in claims_triage."),
    ],
)
def test_the_headline_says_the_worst_that_is_true(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    pipelines = tuple(samples.small_pipeline(f"p{n}", f"P{n}", (v, v, v), 50) for n, v in enumerate(verdicts))
    view = build(replace(samples.claims(), pipelines=pipelines, findings=(), recommendation=Recommendation(None, ())))
    assert view.headline == sentence


def test_actions_come_by_points_for_their_effort_and_are_five_at_most() -> None:
    actions = build(samples.claims()).actions
    worth = [action.points / max(action.effort, 0.25) for action in actions]
    assert worth == sorted(worth, reverse=True)
    assert len(actions) == 5
    keys = next(action for action in actions if "key" in action.title)
    assert {found.finding.id for found in keys.findings} == {"f02", "f03"}
    assert keys.points == 38


def test_the_worst_crash_is_named_with_what_it_costs() -> None:
    crash = build(samples.claims()).pipelines[0].crash
    assert crash.worst is not None
    assert crash.worst.step.name == "Archive documents"  # not the last step: after that the run is over
    assert crash.worst.today.duplicated.certain == 3
    assert crash.worst.durable.duplicated.certain == 0
    during = next(m for m in crash.moments if m.step.name == "Update CRM" and m.when == "during")
    assert during.durable.duplicated.words == "0 to 1"
    assert during.durable.repeated.names == ("Update CRM",)


def test_findings_stand_with_their_step_and_give_it_its_risk() -> None:
    steps = {step.name: step for step in build(samples.claims()).pipelines[0].steps}
    assert [found.finding.id for found in steps["Update CRM"].findings] == ["f02", "f08"]
    assert steps["Update CRM"].risk == "high"
    assert steps["Load claim"].risk == "none"


def test_the_outline_tells_the_flow() -> None:
    lines = [("  " * line.depth + line.text, line.alarm) for line in build(samples.claims()).pipelines[0].outline]
    assert ("if claim.amount > settings.review_limit", "") in lines
    assert ("  while not decision", "no bound found") in lines
    assert lines.index(("else", "")) < lines.index(("  Auto approve", ""))


def test_anchors_are_harmless_and_apart() -> None:
    anchors = Anchors()
    made = [anchors.make("f", text) for text in ("plain-1", "plain-1", "<a b>", "<a c>", "", 'x" y')]
    assert made[:2] == ["f-plain-1", "f-plain-1-2"]
    assert len(set(made)) == len(made)
    assert all(part.isalnum() or part in "-." for anchor in made for part in anchor)


def test_words() -> None:
    assert sentence_case("classifyClaim_v2") == "Classify claim v2"
    assert sentence_case("OCR_page") == "OCR page"
    assert count(1, "call") == "1 call"
    assert count(2.0, "day") == "2 days"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert duration(600) == "10 minutes"
    assert timeout_words(Timeout(set=False, seconds=600.0, source=TimeoutFrom.DEFAULT)) == "not set (SDK: 10 minutes)"
    assert timeout_words(Timeout()) == "none"
    assert loop_words("while True", None) == ("while True", "no bound found", True)
    assert loop_words("while time.time() < end", "time.time() < end") == ("while time.time() < end", "", False)
    assert retry_words(Retry(set=True, attempts=3, by=RetryBy.TENACITY, stacked=9)) == "3 tries by tenacity, 9 in all"


def test_a_crash_table_that_was_cut_says_so() -> None:
    whole = samples.claims()
    first = whole.pipelines[0]
    kept = {row.visit for row in first.crash_table[: len(first.crash_table) // 2]}
    rows = tuple(row for row in first.crash_table if row.visit in kept)
    cut = replace(whole, pipelines=(replace(first, crash_table=rows), *whole.pipelines[1:]))
    sentence = f"The crash table tells of {len(kept)} of {len(first.visits())} steps, those where most is at stake."
    assert build(cut).pipelines[0].crash.left_out == sentence
    assert build(whole).pipelines[0].crash.left_out == ""
    assert sentence in render_html(cut)
    assert sentence in " ".join(render_text(cut).split())


def test_work_that_is_never_done_is_worse_than_one_write_twice() -> None:
    assessment = samples.claims()
    pipeline = assessment.pipelines[0]
    none = CrashRow(visit="v1", when=When.DURING, engine=CrashEngine.NONE)
    first, second = list(pipeline.visits())[:2]
    dropped = tuple(pipeline.visits())[:3]
    rows = (
        replace(none, visit=first, duplicated=(first,)),
        replace(none, visit=second, may=replace(none.may, dropped=dropped)),
    )
    crash = build(replace(assessment, pipelines=(replace(pipeline, crash_table=rows),))).pipelines[0].crash
    assert crash.worst is not None
    assert crash.worst.step.visit == second
