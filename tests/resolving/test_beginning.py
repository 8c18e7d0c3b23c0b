"""What a body begins with has been called, whatever it does afterwards."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from assess.resolving.beginning import begins
from assess.usecases import assess


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("get(url)", (1, 1)),
        ("answer = client.get(f'{base}/{number}', params={'a': x.id})", (1, 1)),
        ('"""What it does."""\nreturn get(\n    url,\n)', (2, 4)),
        ("answer = await get(url)", (1, 1)),
        ("get(json.loads(text))", None),
        ("get(row['id'])", None),
        ("get(a + b)", None),
        ("url = make()\nget(url)", (1, 1)),
        ("if url:\n    get(url)", None),
        ("x = 1\nget(url)", None),
    ],
)
def test_a_call_before_which_nothing_can_fail(body: str, lines: tuple[int, int] | None) -> None:
    function = ast.parse(f"async def f():\n{textwrap.indent(body, '    ')}").body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    found = begins(function.body)
    assert (found and (found[0] - 1, found[1] - 1)) == lines


CODE = """\
import httpx

def fetch(url):
    return httpx.get(url)

def look(number):
    try:
        return {body}
    except Exception:
        return None

def main(number):
    look(number)
    httpx.post("https://crm.example/records", json={{}})

if __name__ == "__main__":
    main("7")
"""


@pytest.mark.parametrize(
    ("body", "certain"),
    [
        ('httpx.get(f"https://crm.example/{number}")', True),
        ('fetch(f"https://crm.example/{number}")', True),
        ("fetch(NUMBERS[number])", False),
    ],
)
def test_a_caught_failure_is_a_call_too(tmp_path: Path, body: str, certain: bool) -> None:
    (tmp_path / "app.py").write_text(CODE.format(body=body))
    (pipeline,) = assess(tmp_path).pipelines
    row = next(r for r in pipeline.crash_table if (r.visit, r.when, r.engine) == ("v2", "after", "none"))
    assert (row.repeated, row.may.repeated) == ((("v1", "v2"), ()) if certain else (("v2",), ("v1",)))


LEAVING = """\
import httpx

def look(number):
    try:
        found = httpx.get(f"https://crm.example/{number}")
    except Exception:
        HANDLED
    httpx.post("https://crm.example/seen", json={})

def main(number):
    look(number)
    httpx.post("https://crm.example/records", json={})

if __name__ == "__main__":
    main("7")
"""


@pytest.mark.parametrize(("handled", "certain"), [("return None", False), ("found = None", True)])
def test_a_handler_that_returns_passes_by_what_follows(tmp_path: Path, handled: str, certain: bool) -> None:
    (tmp_path / "app.py").write_text(LEAVING.replace("HANDLED", handled))
    (pipeline,) = assess(tmp_path).pipelines
    row = next(r for r in pipeline.crash_table if (r.visit, r.when, r.engine) == ("v3", "after", "none"))
    assert row.repeated == (("v1", "v2", "v3") if certain else ("v1", "v3"))
