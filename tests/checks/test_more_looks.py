"""What the checks of orders, states and places see and leave alone, on pipelines written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assess.model.observed import (
    Checkpointer,
    Chosen,
    ChosenBy,
    Connection,
    Decides,
    Handler,
    HandlerKind,
    LogKind,
    LogLine,
    StatusWrite,
    Traced,
)
from assess.model.step import Effect, Kind, Retry, RetryBy
from assess.model.woven import WovenPipeline
from tests.checks.build import branch, data, follows, loop, model, parallel, pipeline, seq, step, write
from tests.checks.test_looks import look, severities

MAIL = write("mail", Kind.MESSAGE)
THRICE = Retry(set=True, attempts=3, by=RetryBy.TENACITY)


def swallowing(*guards: str, **fields: Any) -> Handler:
    given: dict[str, Any] = {"catches": ("Exception",), "leaves": "None", "guards": guards}
    return Handler(HandlerKind.EXCEPT, "app.py", 7, 8, None, "app.load", **(given | fields))


class TestWhatIsSwallowed:
    def test_a_local_file_that_cannot_be_read_is_no_step_that_failed(self) -> None:
        local = step("a", Kind.FILE)
        assert not look("silent-drop", pipeline(seq("a", "b"), local, handlers=(swallowing("a"),)))

    def test_content_of_a_step_that_work_in_the_process_loses(self) -> None:
        lost = swallowing(works=("pdf.open",), leaves='""')
        (found,) = look("silent-drop", pipeline(seq("a", "b"), handlers=(lost,)))
        assert "pdf.open" in found.message
        told = replace(lost, leaves="{'error': str(e)}")
        assert not look("silent-drop", pipeline(seq("a", "b"), handlers=(told,)))

    def test_doing_it_all_again_is_no_record_of_the_failure(self) -> None:
        again = swallowing("a", runs=("a",), leaves=None)
        assert look("silent-drop", pipeline(seq("a", "b"), write("a"), handlers=(again,)))

    @pytest.mark.parametrize("step", [MAIL, write("mail", Kind.DATABASE, function="app.log_run")], ids=["mail", "log"])
    def test_a_courtesy_is_less_than_a_write(self, step: Any) -> None:
        woven = pipeline(seq("mail", "b"), step, handlers=(swallowing("mail"),))
        assert severities("silent-drop", woven) == ["low"]

    def test_success_that_is_stored_after_a_swallowed_error(self) -> None:
        done = StatusWrite("s", "app.py", 9, ("done",))
        before = pipeline(seq("a", "s"), status_writes=(done,), handlers=(swallowing("a"),))
        after = pipeline(seq("s", "a"), status_writes=(done,), handlers=(swallowing("a"),))
        assert [found.line for found in look("always-success", before)] == [9]
        assert not look("always-success", after)
        assert not look("always-success", replace(before, observed=replace(before.observed, handlers=())))

    def test_a_model_that_gets_nothing_in_the_place_of_a_failure(self) -> None:
        fed = (data("a", "m", "text"),)
        woven = pipeline(seq("a", "m"), model("m"), edges=fed, handlers=(swallowing("a"),))
        assert [found.step for found in look("looks-empty", woven)] == ["step-m"]
        told = replace(woven, observed=replace(woven.observed, handlers=(swallowing("a", leaves="'failed'"),)))
        assert not look("looks-empty", told)


class TestOrders:
    def test_an_effect_before_what_can_fail(self) -> None:
        assert look("early-effect", pipeline(seq("mail", "b"), MAIL))
        assert not look("early-effect", pipeline(seq("b", "mail"), MAIL))

    def test_arms_of_one_choice_do_not_follow_each_other(self) -> None:
        assert not look("early-effect", pipeline(branch("mail", otherwise="b"), MAIL))

    def test_a_run_that_ends_behind_it_comes_to_nothing_else(self) -> None:
        flow = seq(branch("mail"), "b")
        assert look("early-effect", pipeline(flow, MAIL, edges=(follows("a", "mail"), follows("mail", "b"))))
        assert not look("early-effect", pipeline(flow, MAIL, edges=(follows("a", "mail"), follows("a", "b"))))

    def test_a_key_or_an_engine_makes_it_good(self) -> None:
        keyed = write("mail", Kind.MESSAGE, idempotency_key=True)
        assert not look("early-effect", pipeline(seq("mail", "b"), keyed))
        assert not look("early-effect", pipeline(seq("mail", "b"), MAIL, durable_engine="temporal"))

    def test_one_retry_around_two_steps(self) -> None:
        both = (model("m", retry=THRICE), step("b", retry=THRICE))
        (found,) = look("retry-around-chain", pipeline(seq("m", "b"), *both))
        assert "up to 3 times" in found.message
        apart = (both[0], step("b", retry=THRICE, function="app.other"))
        assert not look("retry-around-chain", pipeline(seq("m", "b"), *apart))

    def test_a_message_that_is_gone_before_its_work(self) -> None:
        pop = step("pop", Kind.DATABASE, Effect.WRITE, target="redis.Redis.blpop")
        assert look("taken-before-done", pipeline(seq("pop", "m"), pop, model("m")))
        assert not look("taken-before-done", pipeline(seq("m", "pop"), pop, model("m")))

    @pytest.mark.parametrize(("late", "count"), [(False, 1), (True, 0), (None, 0)])
    def test_a_task_that_is_acknowledged_at_its_start(self, late: bool | None, count: int) -> None:
        woven = pipeline(seq("a", "b"), acks_late=late, durable_engine="celery")
        assert len(look("taken-before-done", woven)) == count

    @pytest.mark.parametrize(
        ("label", "count"),
        [("for x in rows", 1), ("for n in range(3)", 0), ("for part in stream", 0), ("while True", 0)],
    )
    def test_a_batch_that_keeps_nothing(self, label: str, count: int) -> None:
        woven = pipeline(seq("a", loop("m", label=label, bound="rows")), model("m"))
        assert len(look("batch-without-cursor", woven)) == count

    def test_a_batch_that_stores_each_item(self) -> None:
        kept = step("k", Kind.DATABASE, Effect.IDEMPOTENT_WRITE)
        fed = (data("m", "k", "text"),)
        woven = pipeline(loop("m", "k", label="for x in rows"), model("m"), kept, edges=fed)
        assert not look("batch-without-cursor", woven)

    def test_a_fan_out_that_nothing_limits(self) -> None:
        assert look("unthrottled-fan-out", pipeline(parallel("m"), model("m"), unthrottled=("m",)))
        assert not look("unthrottled-fan-out", pipeline(parallel("m"), model("m")))

    def test_a_retry_without_an_end(self) -> None:
        endless = Retry(set=True, by=RetryBy.TENACITY, endless=True)
        assert severities("unlimited-retry", pipeline("a", step("a", retry=endless))) == [None]
        assert severities("unlimited-retry", pipeline("a", write("a", retry=endless))) == ["high"]
        assert not look("unlimited-retry", pipeline("a", step("a", retry=THRICE)))


class TestStates:
    def test_a_state_of_work_without_a_time(self) -> None:
        writes = StatusWrite("a", "app.py", 3, ("processing",)), StatusWrite("b", "app.py", 5, ("done",))
        assert len(look("stuck-run", pipeline(seq("a", "b"), status_writes=writes))) == 1
        dated = (writes[0], replace(writes[1], dated=True))
        assert not look("stuck-run", pipeline(seq("a", "b"), status_writes=dated))

    def test_log_lines_without_an_id(self) -> None:
        lines = tuple(LogLine(LogKind.LOG, "app.py", n, None, "app.run") for n in (3, 5))
        assert [found.line for found in look("no-run-id", pipeline(seq("a", "b"), logs=lines))] == [3]
        keyed = (lines[0], replace(lines[1], keyed=True))
        assert not look("no-run-id", pipeline(seq("a", "b"), logs=keyed))

    @pytest.mark.parametrize(("lasting", "count"), [(False, 1), (True, 0)])
    def test_a_checkpointer_in_memory(self, lasting: bool, count: int) -> None:
        keeper = Checkpointer("app.py", 4, 4, None, "Saver", lasting)
        assert len(look("memory-checkpointer", pipeline("a", checkpointers=(keeper,)))) == count


def chosen(by: ChosenBy, says: str, decides: Decides = Decides.PLACE, **fields: Any) -> WovenPipeline:
    one = Chosen(decides, by, says, "conf.py", 3, 3, None, steps=("step-m",), **fields)
    return pipeline("m", model("m"), chosen=(one,))


class TestPlaces:
    @pytest.mark.parametrize(
        ("woven", "check", "severity"),
        [
            (chosen(ChosenBy.LITERAL, "https://us.models.example/v1"), "fixed-endpoint", None),
            (chosen(ChosenBy.LITERAL, "http://localhost:8000"), "fixed-endpoint", "low"),
            (chosen(ChosenBy.DEFAULT, "https://us.models.example", setting="URL"), "default-endpoint", None),
            (chosen(ChosenBy.DEFAULT, "redis://localhost:6379/0", setting="URL"), "default-endpoint", "note"),
            (chosen(ChosenBy.VARIABLE, "MODELS_URL"), "chosen-elsewhere", None),
            (chosen(ChosenBy.ENTRY, "global.location"), "chosen-elsewhere", None),
            (chosen(ChosenBy.LITERAL, "gpt-4.1", Decides.MODEL), "fixed-model", None),
            (chosen(ChosenBy.LITERAL, "eu.amazon.nova-pro-v1:0", Decides.MODEL), "cross-region-profile", "low"),
            (chosen(ChosenBy.LITERAL, "global"), "cross-region-profile", None),
        ],
        ids=str,
    )
    def test_what_decides_is_pointed_at(self, woven: WovenPipeline, check: str, severity: str | None) -> None:
        (found,) = look(check, woven)
        assert (found.file, found.line, found.severity) == ("conf.py", 3, severity)

    def test_no_user_or_password_is_told(self) -> None:
        (found,) = look("fixed-endpoint", chosen(ChosenBy.LITERAL, "postgresql://anna:secret@db.example:5432/x"))
        told = found.message + found.target + "".join(stop.says for stop in found.trail)
        assert "db.example:5432" in told
        assert "anna" not in told
        assert "secret" not in told

    @pytest.mark.parametrize(
        ("address", "by", "encoded", "expected"),
        [
            ("localhost:7233", ChosenBy.LITERAL, False, ["note"]),
            ("TEMPORAL_ADDRESS", ChosenBy.VARIABLE, False, [None]),
            ("TEMPORAL_ADDRESS", ChosenBy.VARIABLE, True, []),
        ],
    )
    def test_payloads_without_a_codec(self, address: str, by: ChosenBy, encoded: bool, expected: list[Any]) -> None:
        there = Connection("worker.py", 9, 9, None, address, by, encoded)
        assert severities("clear-payloads", pipeline("a", connections=(there,), durable_engine="temporal")) == expected

    @pytest.mark.parametrize(
        ("host", "by", "expected"),
        [
            ("api.smith.langchain.com", None, [None]),
            ("http://localhost:4318/v1/traces", ChosenBy.LITERAL, ["note"]),
            ("LANGFUSE_HOST", ChosenBy.VARIABLE, ["note"]),
        ],
    )
    def test_tracing(self, host: str, by: ChosenBy | None, expected: list[Any]) -> None:
        there = Traced("langsmith", "app.py", 2, 2, None, host, by)
        assert severities("tracing-elsewhere", pipeline("m", model("m"), traced=(there,))) == expected
