"""The crash table, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assess.crashing import crash_table
from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Held
from assess.model.observed import Detached, Handler, HandlerKind, Poll
from assess.model.score import CrashEngine, CrashRow, When
from assess.model.step import Effect, Kind, Retry, RetryBy, Timeout, Via, Visit
from assess.model.woven import WovenPipeline
from tests.checks.build import attempt, branch, data, graph, loop, model, node, parallel, pipeline, seq, step, write

CLAIMS = pipeline(
    seq("read", "extract", "approve", "update", "mail"),
    step("read", Kind.DATABASE),
    model("extract"),
    step("approve", Kind.HUMAN),
    write("update", idempotency_key=True),
    write("mail", Kind.MESSAGE),
    edges=(data("read", "extract", "claim"), data("extract", "update", "entities"), data("approve", "update", "ok")),
)


def row(woven: WovenPipeline, visit: str, when: str = "during", engine: str = "none") -> CrashRow:
    wanted = (visit, When(when), CrashEngine(engine))
    (found,) = (r for r in crash_table(woven) if (r.visit, r.when, r.engine) == wanted)
    return found


def before(flow: Flow, visit: str) -> tuple[str, str]:
    """What a crash during a visit repeats for certain, and perhaps, besides the visit itself."""
    found = row(pipeline(flow), visit)
    assert visit in found.repeated, "the call had reached the other side"
    return " ".join(v for v in found.repeated if v != visit), " ".join(found.may.repeated)


def test_a_crash_right_after_a_step_repeats_it_and_all_before() -> None:
    found = row(CLAIMS, "update", "after")
    assert found.repeated == ("read", "extract", "approve", "update")
    assert found.asked_again == ("approve",)
    assert found.duplicated == (), "the write carries a key"
    assert found.may.repeated == ()


def test_during_a_call_its_effect_is_there_and_its_answer_is_not() -> None:
    found = row(CLAIMS, "mail")
    assert found.repeated == ("read", "extract", "approve", "update", "mail")
    assert (found.duplicated, found.may.duplicated) == (("mail",), ())
    assert found.may.repeated == ()
    assert row(CLAIMS, "approve").asked_again == ("approve",), "the question was there; the answer was not"


def test_values_in_memory_between_what_ran_and_what_comes_are_lost() -> None:
    assert row(CLAIMS, "approve").lost == ("entities",)
    assert row(CLAIMS, "update").lost == ("entities", "ok")
    assert row(CLAIMS, "update", "after").lost == row(CLAIMS, "update", "after").may.lost == ()


def test_a_value_in_a_store_is_not_lost() -> None:
    kept = pipeline(seq("a", "b"), edges=(data("a", "b", "row", held=Held.STORE),))
    assert row(kept, "b").lost == row(kept, "b").may.lost == ()


def test_work_thrown_away_counts_calls_and_bills() -> None:
    thrown = row(CLAIMS, "mail").thrown_away
    assert (thrown.calls, thrown.billed) == (5, 1)
    assert row(CLAIMS, "extract").thrown_away.billed == 1, "a model call that was interrupted is paid again"
    assert thrown.seconds is None, "how long a person takes is not declared"


def test_declared_waiting_is_added_up() -> None:
    waits = [
        step(name, Kind.WAIT, timeout=Timeout(set=True, seconds=seconds))
        for name, seconds in (("w1", 5.0), ("w2", 2.5))
    ]
    thrown = row(pipeline(seq("w1", "a", "w2", "b"), *waits), "b").thrown_away
    assert (thrown.calls, thrown.seconds) == (2, 7.5)


def test_on_a_durable_engine_only_the_step_in_flight_may_repeat() -> None:
    during, after = row(CLAIMS, "mail", engine="durable"), row(CLAIMS, "mail", "after", "durable")
    assert (during.repeated, during.may.repeated, during.may.duplicated) == ((), ("mail",), ("mail",))
    assert (after.repeated, after.may.repeated, after.lost) == ((), (), ())
    keyed = row(CLAIMS, "update", engine="durable")
    assert (keyed.may.repeated, keyed.may.duplicated) == (("update",), ())


@pytest.mark.parametrize("engine", ["temporal", "dbos", "restate"])
def test_what_already_is_durable_keeps_its_steps_today(engine: str) -> None:
    durable = pipeline(seq("a", "b"), durable_engine=engine)
    assert row(durable, "b", "after").repeated == ()


def test_an_engine_that_records_tasks_promises_neither() -> None:
    airflow = pipeline(seq("a", "b"), durable_engine="airflow")
    assert (row(airflow, "b", "after").repeated, row(airflow, "b", "after").may.repeated) == ((), ("a", "b"))


def test_the_other_arm_is_not_repeated() -> None:
    flow = seq("a", branch("b", otherwise="c"), "d")
    assert before(flow, "b") == ("a", "")
    assert before(flow, "d") == ("a", "b c")


def test_an_else_without_a_then_has_a_way_around_it() -> None:
    flow = seq("a", node(FlowType.BRANCH, replace(seq("b"), role=Role.ELSE)), "c")
    assert before(flow, "c") == ("a", "b")


def test_a_third_arm_may_stand_in_the_code_and_not_in_the_tree() -> None:
    assert before(seq(branch(seq("a", "b"), seq("a", "c"), otherwise="a"), "d"), "d")[0] == ""


def test_an_arm_that_can_be_skipped_is_only_possible() -> None:
    assert before(seq("a", branch("b"), "c"), "c") == ("a", "b")


def test_what_both_arms_do_first_is_certain_on_each() -> None:
    assert before(seq(branch(seq("a", "b"), otherwise="c"), "d"), "b") == ("a", "")


def test_earlier_rounds_of_a_loop_are_possible() -> None:
    flow = seq("a", loop("b", "c"), "d")
    assert before(flow, "b") == ("a", "c")
    assert before(flow, "c") == ("a b", "")
    assert before(flow, "d") == ("a", "b c")


def test_siblings_may_have_run_and_have_all_run_afterwards() -> None:
    flow = seq("a", parallel("b", "c"), "d")
    assert before(flow, "b") == ("a", "c")
    assert before(flow, "d") == ("a b c", "")
    assert row(pipeline(flow), "b", engine="durable").may.repeated == ("b", "c")


def test_a_fan_out_has_something_to_go_over() -> None:
    assert before(seq("a", parallel(seq("b", "c")), "d"), "d") == ("a b c", "")
    assert row(pipeline(seq("a", parallel(seq("b", "c")))), "c").may.repeated == ()


def test_a_loop_over_items_too_but_its_other_rounds_are_possible() -> None:
    flow = seq("a", loop("b", branch("c"), label="for item in items"), "d")
    assert before(flow, "d") == ("a b", "c")
    assert before(flow, "b") == ("a", "c")


def test_a_body_that_failed_may_have_failed_anywhere() -> None:
    flow = attempt(seq("a", "b"), "c", last="d")
    assert before(flow, "b") == ("a", "")
    assert before(flow, "c") == ("", "a b")
    assert before(flow, "d") == ("", "a b c")


def test_without_a_handler_the_body_has_run() -> None:
    assert before(seq(attempt(seq("a", "b"), last="c"), "d"), "d") == ("a b c", "")


def test_behind_a_handler_that_swallows_the_body_is_only_possible() -> None:
    woven = pipeline(seq("a", "b", "c"), handlers=(_handler(),))
    assert row(woven, "c").repeated == ("a", "c")
    assert row(woven, "c").may.repeated == ("b",)


def test_what_a_swallowed_body_begins_with_was_called_with_or_without_success() -> None:
    handler = replace(_handler(guards=("a", "b")), begun=("a",))
    found = row(pipeline(seq("a", "b", "c"), handlers=(handler,)), "c")
    assert (found.repeated, found.may.repeated) == (("a", "c"), ("b",))


def test_what_follows_a_handler_that_leaves_its_function_is_certain_only_inside() -> None:
    handler = replace(_handler(guards=("b",)), begun=("b",), leaving=True)
    called = node(FlowType.CALL, attempt("b"), "c", label="fetch")
    woven = pipeline(seq("a", called, "d"), handlers=(handler,))
    assert row(woven, "c").repeated == ("a", "b", "c")
    assert (row(woven, "d").repeated, row(woven, "d").may.repeated) == (("a", "b", "d"), ("c",))
    rounds = pipeline(seq(loop(attempt("b"), "c", label="for x in xs"), "d"), handlers=(handler,))
    assert (row(rounds, "d").repeated, row(rounds, "d").may.repeated) == (("b", "d"), ("c",))


def test_behind_a_handler_that_raises_the_body_is_certain() -> None:
    assert row(pipeline(seq("a", "b", "c"), handlers=(_handler(raises=True),)), "c").repeated == ("a", "b", "c")


def test_nothing_follows_a_handler_that_raises() -> None:
    flow = seq(attempt(seq("a", "b"), "c"), "d")
    swallowing, raising = (_handler(raises=raises, runs=("c",), guards=("a", "b")) for raises in (False, True))
    assert row(pipeline(flow, handlers=(swallowing,)), "d").repeated == ("d",)
    assert row(pipeline(flow, handlers=(raising,)), "d").repeated == ("a", "b", "d")


def _handler(*, raises: bool = False, guards: tuple[str, ...] = ("b",), runs: tuple[str, ...] = ()) -> Handler:
    return Handler(HandlerKind.EXCEPT, "app.py", 5, 6, None, "app.run", raises=raises, guards=guards, runs=runs)


def test_detached_work_may_have_run_and_may_be_running() -> None:
    detached = Detached("app.py", 3, None, "app.run", "asyncio.create_task", ("b",))
    woven = pipeline(seq("a", "b", "c"), detached=(detached,))
    assert row(woven, "c").repeated == ("a", "c")
    assert row(woven, "c").may.repeated == ("b",)
    assert row(woven, "c", engine="durable").may.repeated == ("b", "c")


def test_work_beside_is_run_again_only_if_its_caller_is() -> None:
    detached = Detached("app.py", 3, None, "app.run", "threading.Thread", ("b",))
    found = row(pipeline(seq("a", "b", "c"), write("b"), detached=(detached,)), "b", "after")
    assert (found.repeated, found.duplicated, found.thrown_away.calls) == ((), (), 0), "its caller may have ended"
    assert (found.may.repeated, found.may.duplicated, found.may.dropped) == (("a", "b", "c"), ("b",), ("b",))


def test_work_beside_may_be_dropped_by_any_crash_after_its_start() -> None:
    detached = Detached("app.py", 3, None, "app.run", "threading.Thread", ("b",))
    woven = pipeline(seq("a", "b", "c"), detached=(detached,))
    assert row(woven, "a").may.dropped == ()
    assert row(woven, "c", "after").may.dropped == ("b",)
    assert row(woven, "c", "after", "durable").may.dropped == ()


TAKE = step("take", Kind.QUEUE, call="sqs.receive_message")
DONE = step("done", Kind.QUEUE, Effect.IDEMPOTENT_WRITE, call="sqs.delete_message")


def worker(*body: str) -> WovenPipeline:
    """Takes messages for ever, and does this for each of them."""
    rounds = loop("take", loop(*body, label="for message in messages"), label="while True")
    return pipeline(rounds, TAKE, DONE, write("pay"))


def test_a_message_that_is_not_acknowledged_is_delivered_again_and_no_other() -> None:
    woven = worker("read", "pay", "done")
    assert row(woven, "pay", "after").repeated == ("take", "read", "pay")
    assert row(woven, "pay", "after").duplicated == ("pay",)
    for visit in ("take", "read", "pay", "done"):
        assert row(woven, visit).may.repeated == (), "earlier messages are done with"


def test_after_the_receipt_nothing_of_the_message_comes_again() -> None:
    found = row(worker("read", "pay", "done"), "done")
    assert (found.repeated, found.duplicated) == (("take",), ())


def test_what_an_early_receipt_promised_is_dropped() -> None:
    found = row(worker("done", "read", "pay"), "read")
    assert found.repeated == ("take",)
    assert found.may.dropped == ("pay",)


def test_a_receipt_that_may_not_have_been_given_promises_nothing() -> None:
    found = row(worker("read", branch("done"), "pay"), "pay")
    assert found.repeated == ("take",)
    assert found.may.repeated == ("read", "done", "pay")


def test_the_message_that_leads_to_a_poll_asks_again() -> None:
    poll = Poll("app.py", 5, 7, None, "app.ask", "decision", bounded=False, visits=("look",))
    mail, news = (write(name, Kind.MESSAGE, function="app.send") for name in ("mail", "news"))
    asked = tuple(Via("app.py", n, function) for n, function in enumerate(("app.run", "app.ask")))
    mail = replace(mail, visits=(Visit("mail", asked),))
    woven = pipeline(seq("news", "mail", loop("look"), "pay"), mail, news, step("look", Kind.HUMAN), polls=(poll,))
    assert row(woven, "pay").asked_again == ("mail",), "the news went to somebody who is asked nothing"
    assert row(woven, "pay").may.asked_again == ("look",)


def test_an_earlier_attempt_of_a_retried_stretch_may_have_come_further() -> None:
    retry = Retry(set=True, attempts=3, by=RetryBy.TENACITY)
    woven = pipeline(seq("a", "b", "c"), step("a", retry=retry), step("b", retry=retry))
    assert (row(woven, "a").repeated, row(woven, "a").may.repeated) == (("a",), ("b",))


def test_an_sdk_tries_its_own_call_again_and_nothing_else() -> None:
    retry = Retry(set=True, attempts=3, by=RetryBy.SDK)
    woven = pipeline(seq("a", "b"), step("a", retry=retry), step("b", retry=retry))
    assert row(woven, "a").may.repeated == ()


def test_arrows_with_a_way_back() -> None:
    flow = graph("a", "b", "c", arrows=((-1, 0, None), (0, 1, None), (1, 0, "again"), (1, 2, "done"), (2, -2, None)))
    assert before(flow, "a") == ("", "b")
    assert before(flow, "c") == ("a b", "")


def test_an_arrow_past_everything() -> None:
    flow = seq(graph("a", arrows=((-1, 0, "yes"), (-1, -2, "no"), (0, -2, None))), "b")
    assert before(flow, "b") == ("", "a")


def test_arrows_without_condition_start_both() -> None:
    arrows = ((-1, 0, None), (0, 1, None), (0, 2, None), (1, 3, None), (2, 3, None), (3, -2, None))
    flow = graph("a", "b", "c", "d", arrows=arrows)
    assert before(flow, "b") == ("a", "c d"), "arrows do not say whether d waits for both"
    assert before(flow, "d")[0] == "a"


def test_an_unknown_effect_may_double_and_never_must() -> None:
    found = row(pipeline(seq("a", "b"), step("a", effect=Effect.UNKNOWN)), "b")
    assert (found.duplicated, found.may.duplicated) == ((), ("a",))
