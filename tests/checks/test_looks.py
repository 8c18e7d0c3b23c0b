"""What each check sees and what it leaves alone, on pipelines written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assess.checks.check import Found
from assess.checks.registry import by_id
from assess.model.observed import Detached, Handler, HandlerKind, LogKind, LogLine, Poll, StatusWrite
from assess.model.source import Place
from assess.model.step import Effect, Kind, Region, Retry, RetryBy, Timeout, TimeoutFrom
from assess.model.woven import Trigger, TriggerKind, WovenPipeline
from tests.checks.build import data, model, parallel, pipeline, seq, step, write


def look(check: str, woven: WovenPipeline) -> list[Found]:
    found = by_id(check)
    assert found is not None
    return list(found.look(woven))


def severities(check: str, woven: WovenPipeline) -> list[str | None]:
    return [found.severity for found in look(check, woven)]


def handler(**fields: Any) -> Handler:
    given: dict[str, Any] = {"kind": HandlerKind.EXCEPT, "catches": ("Exception",), "guards": ("a",), "leaves": "pass"}
    return Handler(file="app.py", line=7, end_line=8, cell=None, function="app.run", **(given | fields))


def with_handler(**fields: Any) -> WovenPipeline:
    return pipeline(seq("a", "b"), handlers=(handler(**fields),))


class TestSilentDrop:
    def test_one_finding_at_the_line_of_the_except(self) -> None:
        (found,) = look("silent-drop", with_handler())
        assert (found.line, found.step) == (7, "step-a")

    @pytest.mark.parametrize(
        "fields",
        [
            {"logs": True},
            {"leaves": "None"},
            {"leaves": "continue"},
            {"leaves": "{'ok': False}"},
            {"catches": ()},
            {"kind": HandlerKind.SUPPRESS},
            {"kind": HandlerKind.FLAG},
        ],
        ids=str,
    )
    def test_logging_or_an_empty_value_still_swallows(self, fields: dict[str, Any]) -> None:
        assert look("silent-drop", with_handler(**fields))

    @pytest.mark.parametrize(
        "fields",
        [
            {"raises": True},
            {"stops": True},
            {"records": True},
            {"guards": ()},
            {"catches": ("KeyboardInterrupt",)},
            {"catches": ("asyncio.TimeoutError",)},
            {"leaves": "JSONResponse({}, status_code=502)"},
        ],
        ids=str,
    )
    def test_an_error_that_goes_on_or_is_recorded_is_no_drop(self, fields: dict[str, Any]) -> None:
        assert not look("silent-drop", with_handler(**fields))

    def test_a_handler_that_stores_the_failure_is_no_drop(self) -> None:
        store = write("b", Kind.DATABASE)
        assert not look("silent-drop", pipeline(seq("a", "b"), store, handlers=(handler(runs=("b",)),)))

    def test_a_fallback_is_told_with_low_confidence(self) -> None:
        (found,) = look("silent-drop", pipeline(seq("a", "b"), model("b"), handlers=(handler(runs=("b",)),)))
        assert (found.severity, found.confidence) == ("low", "low")

    def test_the_inside_of_a_retry_loop_is_no_drop(self) -> None:
        looped = step("a", retry=Retry(set=True, attempts=3, by=RetryBy.LOOP))
        assert not look("silent-drop", pipeline(seq("a", "b"), looped, handlers=(handler(leaves="continue"),)))
        pauses = handler(leaves=None, runs=("pause",))
        assert not look(
            "silent-drop", pipeline(seq("a", "pause"), looped, step("pause", Kind.WAIT), handlers=(pauses,))
        )
        for leaves in ("None", "pass"):
            assert look("silent-drop", pipeline(seq("a", "b"), looped, handlers=(handler(leaves=leaves),)))

    def test_a_swallowed_write_is_worse(self) -> None:
        woven = pipeline(seq("a", "b"), write("a"), handlers=(handler(),))
        assert severities("silent-drop", woven) == ["high"]

    def test_named_errors_may_be_expected_ones(self) -> None:
        (found,) = look("silent-drop", with_handler(catches=("requests.HTTPError",)))
        assert found.confidence == "medium"


class TestNoCheckpoint:
    def test_a_chain_that_keeps_nothing(self) -> None:
        (found,) = look("no-checkpoint", pipeline(seq("a", "b"), model("a")))
        assert (found.line, found.severity) == (1, None)

    def test_a_chain_that_only_reads_is_minor(self) -> None:
        assert severities("no-checkpoint", pipeline(seq("a", "b"))) == ["low"]

    def test_a_single_step_has_nothing_between(self) -> None:
        assert not look("no-checkpoint", pipeline("a", model("a")))

    @pytest.mark.parametrize("engine", ["temporal", "airflow", "langgraph_checkpointer"])
    def test_an_engine_keeps_the_state(self, engine: str) -> None:
        assert not look("no-checkpoint", pipeline(seq("a", "b"), model("a"), durable_engine=engine))

    def test_a_queue_runs_the_whole_task_again(self) -> None:
        assert look("no-checkpoint", pipeline(seq("a", "b"), model("a"), durable_engine="celery"))

    def test_a_write_that_a_repeat_overwrites_helps_if_work_follows(self) -> None:
        upsert = step("u", Kind.DATABASE, Effect.IDEMPOTENT_WRITE)
        fed = (data("a", "u", "answer"),)
        assert not look("no-checkpoint", pipeline(seq("a", "u", "b"), model("a"), upsert, edges=fed))
        assert look("no-checkpoint", pipeline(seq("a", "u"), model("a"), upsert, edges=fed)), "nothing is left to do"
        assert look("no-checkpoint", pipeline(seq("a", "u", "b"), model("a"), upsert)), "it keeps no result"

    @pytest.mark.parametrize("call", ["db.delete_collection", "db.table().delete().eq().execute", "db.create_table"])
    def test_making_room_keeps_nothing(self, call: str) -> None:
        clears = step("u", Kind.DATABASE, Effect.IDEMPOTENT_WRITE, call=call)
        assert look("no-checkpoint", pipeline(seq("a", "u", "b"), model("a"), clears, edges=(data("a", "u", "x"),)))

    def test_a_stored_state_helps(self) -> None:
        state = (StatusWrite("s", "app.py", 3, ("processing",)),)
        assert not look("no-checkpoint", pipeline(seq("s", "a"), model("a"), status_writes=state))


class TestTimeouts:
    def test_a_long_default_is_named(self) -> None:
        default = Timeout(seconds=600.0, source=TimeoutFrom.DEFAULT)
        (found,) = look("no-timeout", pipeline("a", model("a", timeout=default)))
        assert "600 s" in found.message
        assert found.severity is None

    def test_a_short_default_is_minor(self) -> None:
        default = Timeout(seconds=5.0, source=TimeoutFrom.DEFAULT)
        assert severities("no-timeout", pipeline("a", step("a", timeout=default))) == ["low"]

    def test_a_limit_is_a_limit(self) -> None:
        assert not look("no-timeout", pipeline("a", step("a", timeout=Timeout(set=True, seconds=900.0))))

    @pytest.mark.parametrize("kind", [Kind.FILE, Kind.WAIT, Kind.HUMAN, Kind.DATABASE])
    def test_calls_that_stay_near_are_left_alone(self, kind: Kind) -> None:
        assert not look("no-timeout", pipeline("a", step("a", kind)))


class TestWrites:
    def test_a_retry_that_repeats_a_write_is_high(self) -> None:
        retried = write("b", retry=Retry(set=True, attempts=3, by=RetryBy.TENACITY), idempotency_key=False)
        (found,) = look("unkeyed-write", pipeline(seq("a", "b"), retried))
        assert (found.severity, found.confidence) == ("high", "high")
        assert "3 times" in found.message

    def test_a_run_again_repeats_the_write_of_a_chain(self) -> None:
        assert severities("unkeyed-write", pipeline(seq("a", "b"), write("b"))) == [None]

    def test_a_single_write_without_retry_is_its_callers_matter(self) -> None:
        assert not look("unkeyed-write", pipeline("a", write("a")))

    @pytest.mark.parametrize("fields", [{"idempotency_key": True}, {"effect": Effect.IDEMPOTENT_WRITE}], ids=str)
    def test_a_write_that_a_repeat_does_not_double(self, fields: dict[str, Any]) -> None:
        assert not look("unkeyed-write", pipeline(seq("a", "b"), step("b", Kind.SAAS, **fields)))


class TestDeletes:
    def test_work_between_a_delete_and_its_replacement(self) -> None:
        steps = step("d", Kind.DATABASE, Effect.IDEMPOTENT_WRITE, call="db.delete"), write("w", Kind.DATABASE)
        assert [f.step for f in look("delete-before-write", pipeline(seq("d", "a", "w"), *steps))] == ["step-d"]
        for flow in (seq("d", "w"), seq("w", "a", "d")):
            assert not look("delete-before-write", pipeline(flow, *steps))
        assert not look("delete-before-write", pipeline(seq("d", "a"), steps[0]))

    def test_another_store_is_no_replacement(self) -> None:
        gone = step("d", Kind.DATABASE, Effect.IDEMPOTENT_WRITE, call="db.delete", provider="postgres")
        other = write("w", Kind.DATABASE, provider="redis")
        assert not look("delete-before-write", pipeline(seq("d", "a", "w"), gone, other))


class TestRetries:
    def test_one_try_in_a_chain(self) -> None:
        assert severities("no-retry", pipeline(seq("a", "b"))) == ["low", None]

    def test_a_write_needs_a_key_before_a_retry(self) -> None:
        keyed = write("b", idempotency_key=True)
        assert severities("no-retry", pipeline(seq("a", "b"), write("b"))) == ["low", "low"]
        assert severities("no-retry", pipeline(seq("a", "b"), keyed)) == ["low", None]

    @pytest.mark.parametrize("by", [RetryBy.SDK, RetryBy.TENACITY])
    def test_somebody_tries_again(self, by: RetryBy) -> None:
        retry = Retry(set=by is not RetryBy.SDK, by=by, attempts=3)
        assert not look("no-retry", pipeline(seq("a", "b"), step("a", retry=retry), step("b", retry=retry)))

    @pytest.mark.parametrize(
        ("stacked", "expected"), [(3, []), (6, [None]), (15, ["medium"])], ids=["one layer", "two layers", "many"]
    )
    def test_layers_multiply(self, stacked: int, expected: list[str | None]) -> None:
        retry = Retry(set=True, attempts=3, by=RetryBy.TENACITY, stacked=stacked)
        assert severities("stacked-retries", pipeline("a", step("a", retry=retry))) == expected

    def test_layers_around_a_write_are_high(self) -> None:
        retry = Retry(set=True, attempts=3, by=RetryBy.TENACITY, stacked=6)
        assert severities("stacked-retries", pipeline("a", write("a", retry=retry))) == ["high"]


class TestWaits:
    def test_a_prompt_holds_the_process(self) -> None:
        asked = step("ask", Kind.HUMAN, call="input", target="builtins.input")
        assert severities("in-process-wait", pipeline(seq("a", "ask"), asked)) == [None]
        assert look("in-process-wait", pipeline(seq("a", "ask"), asked, durable_engine="dbos"))

    def test_an_approval_on_an_engine_waits_durably(self) -> None:
        asked = step("approve", Kind.HUMAN)
        assert not look("in-process-wait", pipeline(seq("a", "approve"), asked, durable_engine="temporal"))
        assert look("in-process-wait", pipeline(seq("a", "approve"), asked))[0].confidence == "medium"

    @pytest.mark.parametrize("bounded", [True, False])
    def test_a_poll_holds_the_process_and_should_end(self, *, bounded: bool) -> None:
        poll = Poll("app.py", 3, 6, None, "app.run", "client.status", bounded, ("a",))
        woven = pipeline(seq("a", "b"), polls=(poll,))
        assert severities("in-process-wait", woven) == ["medium"]
        assert bool(look("endless-poll", woven)) is not bounded


class TestHosts:
    @pytest.mark.parametrize("kind", [TriggerKind.HTTP, TriggerKind.PLATFORM, TriggerKind.NOTEBOOK])
    def test_a_long_run_in_a_short_lived_host(self, kind: TriggerKind) -> None:
        triggers = (Trigger(kind, "x"),)
        models = [model(name) for name in "abc"]
        assert look("short-lived-host", pipeline(seq("a", "b", "c"), *models, triggers=triggers))
        assert not look("short-lived-host", pipeline(seq("a", "b"), *models[:2], triggers=triggers))

    def test_a_run_that_can_also_start_elsewhere(self) -> None:
        triggers = (Trigger(TriggerKind.HTTP, "x"), Trigger(TriggerKind.CLI, "x"))
        assert not look("short-lived-host", pipeline(seq("a", "b", "c"), *map(model, "abc"), triggers=triggers))


class TestConcurrency:
    def test_paid_siblings_can_lose_each_other(self) -> None:
        assert look("lost-siblings", pipeline(parallel("a"), model("a")))
        assert not look("lost-siblings", pipeline(parallel("a"), step("a")))
        assert not look("lost-siblings", pipeline(parallel("a"), model("a"), durable_engine="temporal"))

    def test_a_handler_in_each_sibling_keeps_the_others(self) -> None:
        assert not look("lost-siblings", pipeline(parallel("a"), model("a"), handlers=(handler(),)))
        assert look("lost-siblings", pipeline(parallel("a"), model("a"), handlers=(handler(raises=True),)))

    def test_a_flag_of_the_fan_out_keeps_the_others(self) -> None:
        assert not look(
            "lost-siblings", pipeline(parallel("a"), model("a"), handlers=(handler(kind=HandlerKind.FLAG),))
        )

    def test_detached_work_with_steps_in_it(self) -> None:
        task = Detached("app.py", 4, None, "app.run", "asyncio.create_task", ("b",))
        assert severities("detached-work", pipeline(seq("a", "b"), write("b"), detached=(task,))) == [None]
        assert severities("detached-work", pipeline(seq("a", "b"), detached=(task,))) == ["medium"]
        nothing = Detached("app.py", 4, None, "app.run", "asyncio.create_task", ())
        assert not look("detached-work", pipeline(seq("a", "b"), detached=(nothing,)))


class TestVisibility:
    def test_prints_alone(self) -> None:
        prints = tuple(LogLine(LogKind.PRINT, "app.py", n, None, "app.run") for n in (9, 4))
        (found,) = look("print-only", pipeline(seq("a", "b"), logs=prints))
        assert found.line == 4
        log = LogLine(LogKind.LOG, "app.py", 5, None, "app.run")
        assert not look("print-only", pipeline(seq("a", "b"), logs=(*prints, log)))
        assert not look("print-only", pipeline(seq("a", "b")))

    def test_no_stored_state(self) -> None:
        assert look("no-status", pipeline(seq("a", "b")))
        assert not look("no-status", pipeline("a"))
        assert not look("no-status", pipeline(seq("a", "b"), durable_engine="airflow"))
        assert severities("no-status", pipeline(seq("a", "b"), durable_engine="celery")) == ["low"]

    @pytest.mark.parametrize(
        ("words", "on_failure", "expected"),
        [(("processing", "done"), False, 1), (("processing", "FAILED"), False, 0), (("processing",), True, 0)],
    )
    def test_a_state_that_never_fails(self, words: tuple[str, ...], expected: int, *, on_failure: bool) -> None:
        states = (StatusWrite("a", "app.py", 10, words, on_failure),)
        woven = pipeline(seq("a", "b"), step("a", Kind.DATABASE), status_writes=states)
        assert len(look("status-never-failed", woven)) == expected
        assert not look("no-status", woven)


class TestRegion:
    def test_a_fixed_endpoint_shows_its_host_and_no_secret(self) -> None:
        region = Region(endpoint="https://user:hunter2@api.example.com:8443/v1?key=abc", fixed_in_code=True)
        (found,) = look("fixed-endpoint", pipeline("a", step("a", region=region)))
        assert "api.example.com:8443" in found.message
        assert not any(secret in found.message for secret in ("hunter2", "user", "abc"))

    @pytest.mark.parametrize("endpoint", ["http://localhost:6333", "127.0.0.1:80", "http://[::1]:8000/"])
    def test_this_machine_is_minor(self, endpoint: str) -> None:
        region = Region(endpoint=endpoint, fixed_in_code=True)
        assert severities("fixed-endpoint", pipeline("a", step("a", region=region))) == ["low"]

    @pytest.mark.parametrize("endpoint", ["http://[", "https://", "http://host:notaport", "\x00"])
    def test_a_broken_endpoint_is_no_failure(self, endpoint: str) -> None:
        assert look("fixed-endpoint", pipeline("a", step("a", region=Region(endpoint=endpoint, fixed_in_code=True))))

    def test_state_at_the_provider(self) -> None:
        assert look("provider-held-state", pipeline("a", model("a", region=Region(provider_state=True))))

    def test_a_model_call_without_a_choice(self) -> None:
        assert look("unpinned-region", pipeline("a", model("a")))
        assert not look("unpinned-region", pipeline("a", model("a", region=Region(setting="OPENAI_BASE_URL"))))
        assert not look("unpinned-region", pipeline("a", step("a")))
        default = Region(endpoint="api.openai.com", setting="OPENAI_BASE_URL")
        (found,) = look("unpinned-region", pipeline("a", model("a", region=default)))
        assert "only OPENAI_BASE_URL can" in found.message

    @pytest.mark.parametrize(
        ("check", "fields"), [("unpinned-region", {}), ("fixed-endpoint", {"endpoint": "eu.x", "fixed_in_code": True})]
    )
    def test_one_client_is_one_finding_where_it_is_made(self, check: str, fields: dict[str, Any]) -> None:
        made = Region(made_at=Place("clients.py", 3, 0, 5), **fields)
        (found,) = look(check, pipeline(seq("a", "b"), *(model(name, region=made) for name in "ab")))
        assert (found.file, found.line, found.end_line, found.step) == ("clients.py", 3, 5, "step-a")
        assert [stop.file for stop in found.trail] == ["clients.py", "app.py", "app.py"]

    def test_two_jurisdictions_in_one_run(self) -> None:
        eu, us, world = (Region(jurisdiction=where) for where in ("EU", "US", "global"))
        assert [f.step for f in look("several-jurisdictions", _to(eu, us))] == ["step-b"]
        assert not look("several-jurisdictions", _to(eu, eu))
        assert not look("several-jurisdictions", _to(eu, world))


def _to(first: Region, second: Region) -> WovenPipeline:
    return pipeline(seq("a", "b"), step("a", region=first), step("b", region=second))
