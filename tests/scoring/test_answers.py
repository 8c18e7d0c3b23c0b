"""The three answers, by the rubric."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assess.checks.run import run_checks
from assess.model.finding import Finding
from assess.model.observed import Handler, HandlerKind, LogKind, LogLine, StatusWrite
from assess.model.score import Answer, Answers, Verdict
from assess.model.step import Effect, Kind, Region, Retry, RetryBy, Step
from assess.model.woven import Trigger, TriggerKind, WovenPipeline
from assess.scoring import judge
from assess.scoring.answers import of_code_base
from tests.checks.build import data, loop, model, pipeline, seq, step, write

FED = (data("a", "u", "answer"),)
RETRIES = Retry(set=True, attempts=3, by=RetryBy.ENGINE)


def findings(*pipelines: WovenPipeline) -> tuple[Finding, ...]:
    return run_checks(pipelines, lambda *_: ())


def answers(woven: WovenPipeline) -> Answers:
    (judged,) = judge([woven], findings(woven)).pipelines
    return judged.answers


def resume(woven: WovenPipeline) -> Verdict:
    return answers(woven).resume.verdict


def visible(woven: WovenPipeline) -> Verdict:
    return answers(woven).visible.verdict


def region(*regions: Region, **fields: object) -> Verdict:
    steps = [step(f"s{n}", region=one) for n, one in enumerate(regions)]
    return answers(pipeline(seq(*(f"s{n}" for n in range(len(regions)))), *steps, **fields)).region.verdict


def upsert(name: str = "u") -> Step:
    return step(name, Kind.DATABASE, Effect.IDEMPOTENT_WRITE)


class TestResume:
    def test_nothing_stored_is_no_and_rests_on_the_finding(self) -> None:
        woven = pipeline(seq("a", "b"), model("a"))
        answer = answers(woven).resume
        assert answer.verdict is Verdict.NO
        assert {f.check for f in findings(woven) if f.id in answer.because} == {"no-checkpoint"}

    @pytest.mark.parametrize("engine", ["temporal", "dbos", "restate", "hatchet", "inngest", "aws_durable"])
    def test_an_engine_that_replays_is_yes(self, engine: str) -> None:
        assert resume(pipeline(seq("a", "b"), model("a"), durable_engine=engine)) is Verdict.YES

    def test_a_prompt_inside_a_durable_run_is_partial(self) -> None:
        asked = step("ask", Kind.HUMAN, call="input", target="builtins.input")
        assert resume(pipeline(seq("ask", "a"), asked, durable_engine="dbos")) is Verdict.PARTIAL

    def test_recorded_tasks_need_retries_to_go_on_by_themselves(self) -> None:
        assert resume(pipeline(seq("a", "b"), durable_engine="airflow")) is Verdict.PARTIAL
        retried = [step(name, retry=RETRIES) for name in "ab"]
        assert resume(pipeline(seq("a", "b"), *retried, durable_engine="airflow")) is Verdict.YES

    @pytest.mark.parametrize("engine", ["celery", "langgraph_checkpointer", "prefect"])
    def test_other_engines_are_partial(self, engine: str) -> None:
        assert resume(pipeline(seq("a", "b"), model("a"), durable_engine=engine)) is Verdict.PARTIAL

    def test_a_stored_state_on_the_way_is_partial(self) -> None:
        states = (StatusWrite("s", "app.py", 3, ("processing",)),)
        assert resume(pipeline(seq("s", "a"), model("a"), status_writes=states)) is Verdict.PARTIAL

    def test_an_upsert_in_the_middle_or_in_a_loop_is_partial(self) -> None:
        for flow in (seq("a", "u", "b"), loop("a", "u")):
            assert resume(pipeline(flow, model("a"), upsert(), edges=FED)) is Verdict.PARTIAL

    def test_an_upsert_at_the_very_end_saves_nothing_of_the_run(self) -> None:
        assert resume(pipeline(seq("a", "u"), model("a"), upsert(), edges=FED)) is Verdict.NO

    def test_a_file_with_paid_content_in_the_middle_is_partial(self) -> None:
        file = step("f", Kind.FILE, Effect.IDEMPOTENT_WRITE)
        steps, fed = (model("a"), file, model("b")), (data("a", "f", "x"),)
        assert resume(pipeline(seq("a", "f", "b"), *steps, edges=fed)) is Verdict.PARTIAL
        assert resume(pipeline(seq("a", "f", "b"), *steps)) is Verdict.NO, "nothing paid is in it"
        assert resume(pipeline(seq("b", "a", "f"), *steps, edges=fed)) is Verdict.NO, "nothing paid is left to do"
        assert resume(pipeline(loop("b", "a", "f"), *steps, edges=fed)) is Verdict.NO, "a result of each round"

    @pytest.mark.parametrize("kind", [TriggerKind.QUEUE, TriggerKind.SCHEDULE])
    def test_work_that_is_started_again_is_partial(self, kind: TriggerKind) -> None:
        assert resume(pipeline(seq("a", "b"), model("a"), triggers=(Trigger(kind, "x"),))) is Verdict.PARTIAL

    def test_a_request_is_nobodys_to_start_again(self) -> None:
        assert resume(pipeline(seq("a", "b"), triggers=(Trigger(TriggerKind.HTTP, "POST /x"),))) is Verdict.NO


class TestVisible:
    @pytest.mark.parametrize("engine", ["temporal", "dbos", "airflow", "prefect"])
    def test_an_engines_history_is_yes(self, engine: str) -> None:
        assert visible(pipeline(seq("a", "b"), durable_engine=engine)) is Verdict.YES

    def test_a_checkpointer_stores_threads_and_a_platform_stores_runs(self) -> None:
        graph = {"durable_engine": "langgraph_checkpointer"}
        assert visible(pipeline(seq("a", "b"), **graph)) is Verdict.PARTIAL
        served = ("langgraph", "langgraph_platform")
        assert visible(pipeline(seq("a", "b"), frameworks=served, **graph)) is Verdict.YES

    def test_an_engines_history_does_not_know_what_ends_in_a_handler(self) -> None:
        around_all = Handler(HandlerKind.EXCEPT, "app.py", 9, 9, None, "app.run", guards=("a", "b"))
        one_of_two = replace(around_all, guards=("a",))
        assert visible(pipeline(seq("a", "b"), durable_engine="temporal", handlers=(around_all,))) is Verdict.PARTIAL
        assert visible(pipeline(seq("a", "b"), durable_engine="temporal", handlers=(one_of_two,))) is Verdict.YES

    @pytest.mark.parametrize(
        ("words", "expected"), [(("processing", "failed"), Verdict.YES), (("processing", "done"), Verdict.PARTIAL)]
    )
    def test_a_stored_state_is_yes_only_with_its_failure(self, words: tuple[str, ...], expected: Verdict) -> None:
        assert visible(pipeline(seq("a", "b"), status_writes=(StatusWrite("a", "app.py", 3, words),))) is expected

    @pytest.mark.parametrize("kind", [LogKind.LOG, LogKind.SPAN])
    def test_a_line_at_most_steps_is_partial(self, kind: LogKind) -> None:
        lines = tuple(LogLine(kind, "app.py", n, None, "elsewhere", near) for n, near in ((50, "a"), (51, "b")))
        assert visible(pipeline(seq("a", "b", "c"), logs=lines)) is Verdict.PARTIAL
        assert visible(pipeline(seq("a", "b", "c"), logs=lines[:1])) is Verdict.NO, "one of three is not most"

    def test_a_line_in_an_error_handler_shows_no_progress(self) -> None:
        handler = Handler(HandlerKind.EXCEPT, "app.py", 49, 52, None, "elsewhere", guards=("a",))
        line = LogLine(LogKind.LOG, "app.py", 50, None, "elsewhere", "a")
        assert visible(pipeline(seq("a", "b"), logs=(line,), handlers=(handler,))) is Verdict.NO

    def test_what_a_page_shows_is_no_progress(self) -> None:
        line = LogLine(LogKind.PROGRESS, "app.py", 50, None, "app.run")
        assert visible(pipeline(seq("a", "b"), logs=(line,), frameworks=("streamlit",))) is Verdict.NO

    def test_progress_that_only_the_caller_sees_is_partial(self) -> None:
        line = LogLine(LogKind.PROGRESS, "app.py", 50, None, "app.run")
        assert visible(pipeline(seq("a", "b"), logs=(line,))) is Verdict.PARTIAL

    def test_print_alone_is_no(self) -> None:
        lines = tuple(LogLine(LogKind.PRINT, "app.py", n, None, "app.run", v) for n, v in ((50, "a"), (51, "b")))
        assert visible(pipeline(seq("a", "b"), logs=lines)) is Verdict.NO

    def test_silence_is_no(self) -> None:
        assert visible(pipeline(seq("a", "b"))) is Verdict.NO


class TestRegion:
    def test_every_endpoint_chosen_is_yes(self) -> None:
        assert region(Region(setting="A"), Region(setting="B")) is Verdict.YES

    def test_some_chosen_is_partial(self) -> None:
        assert region(Region(setting="A"), Region()) is Verdict.PARTIAL

    def test_none_chosen_is_unknown_and_never_good(self) -> None:
        assert region(Region(), Region()) is Verdict.UNKNOWN

    def test_an_sdks_default_is_nobodys_choice(self) -> None:
        assert region(Region(endpoint="api.openai.com", setting="OPENAI_BASE_URL")) is Verdict.UNKNOWN

    @pytest.mark.parametrize("against", [Region(fixed_in_code=True), Region(setting="A", provider_state=True)])
    def test_one_fixed_or_held_is_no(self, against: Region) -> None:
        assert region(Region(setting="A"), against) is Verdict.NO

    def test_orchestration_at_a_model_provider_is_no(self) -> None:
        assert region(Region(setting="A"), durable_engine="mistral_workflows") is Verdict.NO


class TestCodeBase:
    def test_nothing_found_is_unknown_with_its_reason(self) -> None:
        for answer in (of_code_base([]).resume, of_code_base([]).visible, of_code_base([]).region):
            assert answer.verdict is Verdict.UNKNOWN
            assert answer.sentence.startswith("Nothing found")

    def test_it_is_as_good_as_its_worst_chain(self) -> None:
        good = pipeline(seq("a", "b"), model("a"), id="good", durable_engine="temporal")
        bad = pipeline(seq("a", "b"), model("a"), id="bad", name="bad")
        judged = judge([good, bad], findings(good, bad))
        assert judged.answers.resume.verdict is Verdict.NO
        assert judged.answers.resume.sentence.startswith("1 of 2 chains go on by themselves")
        assert "bad" in judged.answers.resume.sentence

    def test_single_steps_count_only_where_there_is_no_chain(self) -> None:
        chain = pipeline(seq("a", "b"), model("a"), id="chain", durable_engine="temporal")
        single = pipeline("a", model("a"), id="single")
        assert judge([chain, single], ()).answers.resume.verdict is Verdict.YES
        assert judge([single], ()).answers.resume.verdict is Verdict.NO

    def test_unknown_outweighs_partial(self) -> None:
        judged = [(pipeline(seq("a", "b")), _all(v)) for v in (Verdict.YES, Verdict.PARTIAL, Verdict.UNKNOWN)]
        assert of_code_base(judged).region.verdict is Verdict.UNKNOWN


def _all(verdict: Verdict) -> Answers:
    answer = Answer(verdict, (), "so it is.")
    return Answers(answer, answer, answer)


def test_sentences_name_steps_and_end() -> None:
    for woven in (pipeline(seq("a", "b"), model("a"), write("b")), pipeline(seq("a", "u", "b"), upsert())):
        said = answers(woven)
        for answer in (said.resume, said.visible, said.region):
            assert answer.sentence.endswith(".")
            assert "\n" not in answer.sentence
        assert "app.py:10" in said.resume.sentence
