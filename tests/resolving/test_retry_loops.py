"""Which loops are retries: they try, leave on success, and go round again on an error."""

from __future__ import annotations

import ast

import pytest

from assess.model.step import RetryBy
from assess.resolving.layers import retry_of_loop

TRY_AGAIN = "try:\n    return call()\nexcept OSError:\n    {handler}"


def loop(head: str, body: str) -> ast.For | ast.While:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    (statement,) = ast.parse(f"{head}:\n{indented}").body
    assert isinstance(statement, ast.For | ast.While)
    return statement


@pytest.mark.parametrize(
    ("head", "attempts"),
    [
        ("for attempt in range(3)", 3),
        ("for attempt in range(0, 3)", 3),
        ("for attempt in range(limit)", None),
        ("for attempt in range(retries + 1)", None),
        ("while True", None),
        ("while attempt < 5", None),
    ],
)
@pytest.mark.parametrize("handler", ["continue", "pass", "time.sleep(1)", "log(attempt)"])
def test_retries(head: str, attempts: int | None, handler: str) -> None:
    found = retry_of_loop(loop(head, TRY_AGAIN.format(handler=handler)))
    assert found is not None
    assert (found.set, found.by) == (True, RetryBy.LOOP)
    assert found.attempts == attempts


def test_a_range_that_starts_at_one() -> None:
    found = retry_of_loop(loop("for attempt in range(1, 4)", TRY_AGAIN.format(handler="continue")))
    assert found is not None
    assert found.attempts == 3


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("for attempt in range(3)", TRY_AGAIN.format(handler="raise")),
        ("for attempt in range(3)", TRY_AGAIN.format(handler="return None")),
        ("for attempt in range(3)", TRY_AGAIN.format(handler="break")),
        ("for attempt in range(3)", "call()"),
        ("for attempt in range(3)", "try:\n    call()\nexcept OSError:\n    continue"),
        ("for url in urls", TRY_AGAIN.format(handler="continue")),
        ("while queue", "item = queue.pop()\ncall(item)"),
    ],
)
def test_other_loops(head: str, body: str) -> None:
    """Going on with the next item is no retry, and neither is a handler that gives up."""
    assert retry_of_loop(loop(head, body)) is None
