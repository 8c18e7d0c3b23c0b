"""The rules of the comparison, on courses written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from migrate.proving.equivalence import outside
from migrate.proving.equivalence.comparing import Rules, What, compare
from migrate.proving.equivalence.courses import Course, Ending, Execution
from migrate.proving.equivalence.outside import KEY, Outside, Volatile, Words, canonical, made_anew, read_calls
from migrate.proving.errors import ProofError
from migrate.proving.history import Scheduled

DONE = Ending({"paid": True})
BROKEN = Ending(None, "HTTPError", "refused")


def call(number: int, route: str, body: Any = None, *, until: int | None = None, **told: Any) -> Outside:
    asked = {"body": body}
    return Outside(number, until or number, route, asked, asked, **told)


def original(*calls: Outside, ending: Ending = DONE) -> Course:
    return Course("r", calls, ending)


def workflow(
    *calls: Outside,
    ending: Ending = DONE,
    spans: Mapping[str, tuple[int, int]] | None = None,
    attempts: Mapping[int, int] | None = None,
) -> Course:
    """Each call is made by a step of its route's name; `spans` are the events between which it was asked for."""
    made = [Execution(c.route, c.route, (attempts or {}).get(c.number, 1), c.number - 1, c.number) for c in calls]
    places = spans or {c.route: (10 * c.number, 10 * c.number + 5) for c in calls}
    asked_for = {name: Scheduled(name, name, begun=begun, ended=ended) for name, (begun, ended) in places.items()}
    return Course("r", calls, ending, tuple(made), asked_for)


def rules(
    usual: Iterable[Outside] = (),
    *,
    left_out: Iterable[str] = (),
    volatile: Volatile = frozenset(),
    at_once: frozenset[frozenset[str]] = frozenset(),
    beside: frozenset[str] = frozenset(),
) -> Rules:
    return Rules(frozenset(left_out), volatile, {}, frozenset(canonical(c, volatile) for c in usual), at_once, beside)


def found(one: Course, other: Course, by: Rules | None = None) -> list[What]:
    return [difference.what for difference in compare(one, other, by or rules())]


def test_the_same_calls_in_the_same_order() -> None:
    assert found(original(call(1, "a"), call(2, "b")), workflow(call(1, "a"), call(2, "b"))) == []


def test_calls_made_at_once_may_come_in_any_order() -> None:
    at_once = original(call(1, "a", until=3), call(2, "b", until=3), call(3, "c", until=3))
    assert found(at_once, workflow(call(1, "c"), call(2, "a"), call(3, "b"))) == []


def test_what_follows_from_each_other_may_not_change_places_even_beside_others() -> None:
    chains = original(call(1, "slow", until=3), call(2, "first", until=2), call(3, "second", until=3))
    assert found(chains, workflow(call(1, "second"), call(2, "first"), call(3, "slow"))) == [What.ORDER]


def test_of_what_was_once_seen_to_be_called_at_once_the_order_is_chance() -> None:
    in_turn, swapped = original(call(1, "a"), call(2, "b")), workflow(call(1, "b"), call(2, "a"))
    overlapping = outside.at_once([call(1, "a", until=2), call(2, "b"), call(3, "c")])
    assert overlapping == {frozenset({"a", "b"})}
    assert found(in_turn, swapped) == [What.ORDER]
    assert found(in_turn, swapped, rules(at_once=overlapping)) == []
    assert found(in_turn, swapped, rules(beside=frozenset({"a"}))) == []


def test_what_comes_in_turn_may_not_be_made_at_once() -> None:
    in_turn = original(call(1, "a"), call(2, "b"))
    spans = {"a": (10, 30), "b": (11, 40)}
    assert found(in_turn, workflow(call(1, "a"), call(2, "b"), spans=spans)) == [What.AT_ONCE]


def test_a_difference_says_where_and_what() -> None:
    (told,) = compare(original(call(1, "a", {"sum": [1, 2]})), workflow(call(1, "a", {"sum": [1, 3]})), rules())
    assert (told.what, told.step, told.path, told.original, told.workflow) == (
        *(What.ARGUMENT, "a", "body.sum.1"),
        *("2", "3"),
    )


def test_long_texts_are_cut_to_where_they_part_and_secrets_are_masked() -> None:
    one, other = ("x" * 1000 + word + "y" * 1000 for word in ("left", "right"))
    (told,) = compare(original(call(1, "a", one)), workflow(call(1, "a", other)), rules())
    assert "left" in told.original
    assert "right" in told.workflow
    assert len(told.original) < 300
    (told,) = compare(original(call(1, "a", "sk-proj-abcdefghijklmnop")), workflow(call(1, "a", "none")), rules())
    assert "abcdefghijklmnop" not in told.original


def test_refused_requests_do_not_count_and_the_last_attempt_does() -> None:
    one = original(call(1, "a", refused=True), call(2, "a"))
    tried_twice = workflow(call(1, "a", "first"), call(2, "a"), attempts={2: 2})
    assert found(one, tried_twice) == []


def test_a_write_that_an_earlier_attempt_had_applied() -> None:
    twice = workflow(call(1, "a", applied=True), call(2, "a", applied=True), attempts={2: 2})
    assert found(original(call(1, "a", applied=True)), twice) == [What.TWICE]


def test_calls_beside_one_that_failed_for_good_may_be_missing_and_later_ones_may_not_follow() -> None:
    usual = [call(1, "a", 1), call(2, "a", 2), call(3, "b")]
    failed = original(call(1, "a", 1, until=2), call(2, "a", 2, until=2, refused=True), ending=BROKEN)
    assert found(failed, workflow(call(1, "a", 2, refused=True), ending=BROKEN), rules(usual)) == []
    assert found(failed, workflow(call(1, "b"), ending=BROKEN), rules(usual)) == [What.EXTRA]


def test_an_error_is_its_class_and_its_message() -> None:
    assert found(original(ending=BROKEN), workflow(ending=BROKEN)) == []
    assert found(original(ending=BROKEN), workflow(ending=Ending(None, "HTTPError", "gone"))) == [What.ERROR]
    assert found(original(ending=BROKEN), workflow()) == [What.ERROR]


def test_that_an_sdks_own_attempts_are_used_up_is_no_part_of_an_error() -> None:
    used_up = Ending(None, "ClientError", "calling the PutItem operation (reached max retries: 4): busy")
    assert (
        found(
            original(ending=used_up),
            workflow(ending=Ending(None, "ClientError", "calling the PutItem operation: busy")),
        )
        == []
    )


@pytest.mark.parametrize(("theirs", "ours", "said"), [(None, "k", []), ("k", "k", []), ("k", None, [What.KEY])])
def test_a_key_may_be_added_but_not_taken_away(theirs: str | None, ours: str | None, said: list[What]) -> None:
    assert found(original(call(1, "a", key=theirs)), workflow(call(1, "a", key=ours))) == said


def test_of_what_the_original_makes_anew_only_the_form_counts() -> None:
    twice = [call(1, "a", {"id": f"6f1c2d4e-0000-4000-8000-00000000000{n}", "sum": 1}, key=f"m{n}") for n in (1, 2)]
    anew = made_anew([twice[0]], [twice[1]])
    assert anew == {("a", ("body", "id")), ("a", KEY)}
    one = original(twice[0])
    third = call(1, "a", {"id": "11111111-0000-4000-8000-000000000003", "sum": 1}, key="m3")
    assert found(one, workflow(third), rules(volatile=anew)) == []
    assert found(one, workflow(call(1, "a", {"id": "none", "sum": 1})), rules(volatile=anew)) == [What.ARGUMENT]


def test_the_polls_of_a_wait_are_left_out_on_both_sides() -> None:
    polled = original(call(1, "ask"), call(2, "look"), call(3, "look"), call(4, "pay"))
    told = workflow(call(1, "ask"), call(2, "pay"))
    assert found(polled, told, rules(left_out={"look"})) == []
    assert found(polled, told) == [What.MISSING, What.MISSING]


@pytest.mark.parametrize("silent", ["arguments", "refused", "until"])
def test_services_that_say_too_little_are_not_taken_for_equal(silent: str) -> None:
    call = {"number": 1, "route": "a", "arguments": {}, "refused": False, "until": 1}
    del call[silent]
    with pytest.raises(ProofError, match=f"do not say '{silent}' of a call"):
        read_calls([call], Words.of("R-1", {}))


def test_ports_runs_and_the_libraries_own_headers_belong_to_one_side() -> None:
    def read(port: int, run: str) -> Outside:
        known = {"crm": f"http://127.0.0.1:{port}/crm", "crm.host": "127.0.0.1", "crm.port": str(port)}
        headers = {"host": f"127.0.0.1:{port}", "user-agent": f"x/{port}", "x-tenant": "7"}
        arguments = {"headers": headers, "body": {"back_to": f"http://127.0.0.1:{port}/crm/{run}"}}
        log = [{"number": 1, "route": "a", "refused": False, "until": 1, "arguments": arguments}]
        (one,) = read_calls(log, Words.of(run, known))
        return one

    first, second = read(4001, "R-1"), read(5002, "R-2")
    assert first.asked == second.asked == {"headers": {"x-tenant": "7"}, "body": {"back_to": "{crm}/{run}"}}
