from __future__ import annotations

from dataclasses import replace

from migrate.proving.judging import Outcome, Row
from migrate.proving.kills import Kill, Point
from migrate.proving.proof import Foretold, OriginalRow, Predicted, Proof, totals
from migrate.proving.rendering import render_proof

ROWS = (
    Row(Kill(Point.START, "read"), "R-1", Outcome.COMPLETED, in_flight_repeated=("read",)),
    Row(Kill(Point.BOUNDARY, "read"), "R-2", Outcome.COMPLETED),
    Row(Kill(Point.MID, "mail"), "R-3", Outcome.NEEDS_PERSON),
)
REPEATS = Foretold(("mail",), ("read",), ("read", "mail"))
SAID = Predicted(REPEATS, Foretold(("mail",), (), ("mail",)), Foretold())
ORIGINAL = (OriginalRow("mail", "R-4", completed=True, repeated=("read", "mail"), doubled=("mail",), predicted=SAID),)


def proof(rows: tuple[Row, ...] = ROWS, original: tuple[OriginalRow, ...] = ORIGINAL) -> Proof:
    return Proof("claims_durable", "temporal", "p", ("start",), totals(rows), rows, original)


def test_the_table_shows_each_step_at_each_moment() -> None:
    text = render_proof(proof())
    lines = [line.split() for line in text.splitlines()]
    assert ["before", "inside", "recorded"] in lines
    assert ["read", "ok,", "again", "-", "ok"] in lines
    assert ["mail", "-", "person", "-"] in lines
    assert ["finished", "steps", "repeated", "1", "0"] in lines
    assert "mail  1 to 2 said, 2 seen  1 said, 1 seen  0 said, 0 seen" in text
    assert "The proof holds. The crash table of the original held at 1 of 1 places." in text


def test_no_line_is_wider_than_the_terminal() -> None:
    text = render_proof(proof(), width=80)
    assert max(len(line) for line in text.splitlines()) <= 80


def test_without_the_original_there_is_no_column_for_it() -> None:
    text = render_proof(proof(original=()))
    assert "the original" not in text
    assert "finished steps repeated" in text


def test_what_broke_is_named_and_cannot_steer_the_terminal() -> None:
    bad = Row(Kill(Point.END, "sa\x1b[31mve"), "R", Outcome.LOST, failure="no \x07 answer", keyed_off=("save",))
    broken = proof((*ROWS, bad))
    text = render_proof(broken)
    assert broken.exit_code == 1
    assert "BROKEN" in text
    words = " ".join(text.split())
    assert "not applied exactly once: save" in words
    assert "the run was lost. no \\x07 answer" in words
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_wrong_prediction_fails_the_proof() -> None:
    off = replace(ORIGINAL[0], predicted=replace(SAID, repeated=replace(REPEATS, may=())))
    wrong = proof(original=(off,))
    assert wrong.exit_code == 1
    assert "was not said to repeat read, and did" in " ".join(render_proof(wrong).split())


def test_a_proof_without_a_kill_is_none() -> None:
    assert proof(rows=(), original=()).exit_code == 1
