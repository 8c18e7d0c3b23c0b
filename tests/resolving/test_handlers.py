"""What an error handler does, read from its body alone."""

from __future__ import annotations

import ast

import pytest

from assess.resolving.handlers import caught_names, conduct


def handler(body: str, catches: str = "Exception") -> ast.ExceptHandler:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    (statement,) = ast.parse(f"try:\n    pass\nexcept {catches}:\n{indented}").body
    assert isinstance(statement, ast.Try)
    return statement.handlers[0]


@pytest.mark.parametrize(
    ("catches", "names"),
    [
        ("", ()),
        ("Exception", ("Exception",)),
        ("Exception as e", ("Exception",)),
        ("(OSError, httpx.HTTPError)", ("OSError", "httpx.HTTPError")),
        ("ERRORS", ("ERRORS",)),
    ],
)
def test_what_is_caught(catches: str, names: tuple[str, ...]) -> None:
    assert caught_names(handler("pass", catches)) == names


@pytest.mark.parametrize(
    ("body", "raises"),
    [
        ("raise", True),
        ("raise Other() from e", True),
        ("log(e)\nraise", True),
        ("if x:\n    raise\nelse:\n    raise Other()", True),
        ("with lock:\n    raise", True),
        ("if x:\n    raise", False),
        ("if x:\n    raise\nelse:\n    pass", False),
        ("for x in y:\n    raise", False),
        ("return None\nraise", False),
        ("pass", False),
        ("def f():\n    raise", False),
    ],
)
def test_whether_the_error_goes_on_in_any_case(body: str, raises: bool) -> None:
    assert conduct(handler(body).body).raises is raises


@pytest.mark.parametrize(
    ("body", "stops"),
    [
        ("sys.exit(1)", True),
        ("log(e)\nexit()", True),
        ("raise SystemExit(1)", True),
        ("raise typer.Exit(1)", True),
        ("raise ValueError", False),
        ("if x:\n    sys.exit()", False),
        ("return", False),
    ],
)
def test_whether_the_run_stops(body: str, stops: bool) -> None:
    assert conduct(handler(body).body).stops is stops


@pytest.mark.parametrize(
    ("body", "logs"),
    [
        ("logger.exception('x')", True),
        ("print(e)", True),
        ("self.log.warning(e)", True),
        ("if x:\n    log_error(e)", True),
        ("pass", False),
        ("return None", False),
    ],
)
def test_whether_it_tells(body: str, logs: bool) -> None:
    assert conduct(handler(body).body).logs is logs


@pytest.mark.parametrize(
    ("body", "leaves"),
    [
        ("return", "None"),
        ("return []", "[]"),
        ("log(e)\nreturn {'error': str(e)}", "{'error': str(e)}"),
        ("continue", "continue"),
        ("break", "break"),
        ("pass", "pass"),
        ("result = None", "result = None"),
        ("log(e)", None),
    ],
)
def test_what_it_leaves(body: str, leaves: str | None) -> None:
    assert conduct(ast.parse(f"{body}\n").body).leaves == leaves
