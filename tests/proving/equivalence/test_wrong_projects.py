"""The miniature project with one mistake for each kind of run: each is found, and the kind without one is the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from migrate.proving.equivalence.comparing import What
from migrate.proving.equivalence.judged import Compared, Equivalence
from tests.proving.conftest import FIXTURE, edit, still_running
from tests.proving.equivalence.comparison import compared

KINDS = ("swallowed", "right", "swapped", "argument", "twice", "result")
MISTAKES = {
    '        text = await self.step("read", ticket)\n        await self.step("ask", ticket)\n': """\
        steps = ["ask", "read"] if "swapped" in ticket else ["read", "ask"]
        text = [await self.step(name, ticket) for name in steps][steps.index("read")]
""",
    '        await self.step("record", ticket, text)\n': """\
        await self.step("record", ticket, text.upper() if "argument" in ticket else text)
        if "twice" in ticket:
            await self.step("read", ticket, id="again")
""",
    '        return await self.step("notify", ticket, policy=ONCE)\n': """\
        try:
            told = await self.step("notify", ticket, policy=ONCE)
        except Exception:
            if "swallowed" not in ticket:
                raise
            return "mail.send done"
        return told + "!" if "result" in ticket else told
""",
    "policy: RetryPolicy = PATIENT)": "policy: RetryPolicy = PATIENT, id: str | None = None)",
    "activity_id=name,": "activity_id=id or name,",
}


@pytest.fixture(scope="module")
def equivalence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Equivalence]:
    place = tmp_path_factory.mktemp("a b") / "project"
    shutil.copytree(FIXTURE, place, ignore=shutil.ignore_patterns("__pycache__", ".ruff_cache"))
    for old, new in MISTAKES.items():
        edit(place / "durable/intake_durable/workflow.py", old, new)
    with (place / "legacy/lastgood-proof.toml").open("a", encoding="utf-8") as description:
        for kind in KINDS:
            description.write(f'\n[[runs]]\nname = "{kind}"\nid = "T-{kind}-{{number}}"\n')
    yield compared(place / "durable", place / "logs")
    assert still_running(place) == []


def rows(equivalence: Equivalence, kind: str) -> list[Compared]:
    return [row for row in equivalence.rows if row.case == kind]


def plain(equivalence: Equivalence, kind: str) -> Compared:
    (found,) = (row for row in rows(equivalence, kind) if not row.fault)
    return found


def test_what_is_right_is_the_same(equivalence: Equivalence) -> None:
    assert plain(equivalence, "right").differences == ()
    assert plain(equivalence, "right").calls == 4
    assert not equivalence.holds


def test_a_swapped_step_is_found(equivalence: Equivalence) -> None:
    (found,) = plain(equivalence, "swapped").differences
    assert (found.what, found.step) == (What.ORDER, "ask")
    assert (found.original, found.workflow) == (
        "model.read (read), then person.ask (ask)",
        "person.ask (ask), then model.read (read)",
    )


def test_a_changed_argument_is_found(equivalence: Equivalence) -> None:
    (found,) = plain(equivalence, "argument").differences
    assert (found.what, found.route, found.step, found.path) == (What.ARGUMENT, "desk.record", "record", "body.text")
    assert (found.original, found.workflow) == ("model.read done", "MODEL.READ DONE")


def test_a_step_that_is_made_twice_is_found(equivalence: Equivalence) -> None:
    (found,) = plain(equivalence, "twice").differences
    assert (found.what, found.route, found.step) == (What.EXTRA, "model.read", "read")


def test_another_result_is_found(equivalence: Equivalence) -> None:
    (found,) = plain(equivalence, "result").differences
    assert (found.what, found.original, found.workflow) == (What.RESULT, "mail.send done", "mail.send done!")


def test_a_swallowed_error_is_found_and_nothing_else(equivalence: Equivalence) -> None:
    wrong = [row for row in rows(equivalence, "swallowed") if not row.same]
    assert {row.step for row in wrong} == {"notify"}
    assert {row.fault.partition(" ")[2] for row in wrong} == {"fails again and again", "is refused", "fails once"}
    refused = next(row for row in wrong if row.fault == "mail.send is refused")
    (found,) = refused.differences
    assert found.what is What.ERROR
    assert found.original == "HTTPError: HTTP Error 422: Unprocessable Entity"
    assert found.workflow == 'returned "mail.send done"'


def test_a_fault_of_each_step_is_overcome_where_it_passes(equivalence: Equivalence) -> None:
    passing = {row.step: row for row in equivalence.rows if row.fault.endswith("fails once")}
    assert set(passing) == {"read", "ask", "record", "notify"}
    assert {row.against for step, row in passing.items() if step != "notify"} == {"no fault"}
    assert equivalence.unseen == ()
