"""Variables of modules that a run changes: the run keeps them, and code that stays with the worker finds them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assess.usecases import assess
from migrate.numbers import key_of, retry_of, timeouts_of
from migrate.rewriting.draft import Draft
from migrate.rewriting.rendering import adapter_function
from migrate.rewriting.state import alias_of
from migrate.usecases import migrate
from tests.migrate import inprocess
from tests.migrate.conftest import Rewritten, body
from tests.migrate.inprocess import World

TEMPLATE = Path(__file__).parents[2] / "migrate" / "engines" / "temporal" / "templates" / "module_state.py.j2"
CHAT = """
history = []
mode = "calm"
jobs = {}

def heard(text: str) -> str:
    history.append(text)
    return client.responses.create(model="m", input=str(history)).output_text

def begin(text: str) -> None:
    import subprocess
    process = subprocess.Popen(["run", text])
    jobs[text] = process
    tell(text)

def entry(name: str) -> str:
    global mode
    mode = "busy"
    history.append(name)
    answer = heard(name)
    direct = client.responses.create(model="m", input=f"{mode} {history}").output_text
    begin(answer)
    if mode == "busy" and len(history) > 2:
        history.clear()
    tell(direct)
    return answer
"""


def _uses(draft: Draft) -> dict[str, list[str]]:
    return {u.name: sorted(v.name for v in u.state) for u in draft.units}


def test_the_workflow_reads_and_changes_the_runs_own_values(rewritten: Rewritten) -> None:
    text = body(rewritten(CHAT))
    assert 'self.state.mode = "busy"' in text
    assert "self.state.history.append(name)" in text
    assert 'if self.state.mode == "busy" and len(self.state.history) > 2:' in text
    assert "global" not in text


def test_a_step_gets_what_the_functions_in_it_use(rewritten: Rewritten) -> None:
    draft = rewritten(CHAT)
    assert _uses(draft)["heard"] == ["history"]
    assert "await self.step_with_state(Activities.heard, name)" in body(draft)


def test_a_call_written_in_line_is_given_the_values_and_holds_nothing(rewritten: Rewritten) -> None:
    draft = rewritten(CHAT)
    lifted = next(u for u in draft.units if u.name.startswith("entry") and u.visits)
    assert not lifted.state
    assert {g.name for g in lifted.params} == {"mode", "history"}
    assert f"self.step(Activities.{lifted.name}, self.state.mode, self.state.history)" in body(draft)


def test_what_lives_in_one_process_stays_there_and_the_ledger_says_so(rewritten: Rewritten) -> None:
    draft = rewritten(CHAT)
    assert {v.name for v in draft.kept} == {"history", "mode"}
    assert not any(uses for name, uses in _uses(draft).items() if name.startswith("begin"))
    notes = [n.what for n in draft.notes]
    assert "`jobs` stays with the worker: it holds what lives in one process only" in notes


def test_a_variable_of_another_module_is_found_by_either_name(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
import memory
from memory import lines

def kept(text: str) -> str:
    memory.lines.append(text)
    return ask(text)

def entry(name: str) -> list:
    kept(name)
    lines.append("own")
    tell(str(lines))
    return lines
""",
        extra={"memory.py": "lines: list[str] = []\n\ndef add(text):\n    lines.append(text)\n"},
    )
    assert _uses(draft)["kept"] == ["lines"]
    assert 'self.state.lines.append("own")' in body(draft)


def test_a_method_that_is_known_by_its_name_only_counts(rewritten: Rewritten) -> None:
    draft = rewritten("""
seen = set()

class Helper:
    def look(self, text: str) -> str:
        seen.add(text)
        return ask(text)

def through(helper, text: str) -> str:
    return helper.look(text)

def entry(name: str) -> list:
    tell(name)
    through(Helper(), name)
    return sorted(seen)
""")
    assert [uses for name, uses in _uses(draft).items() if "through" in name or "look" in name] == [["seen"]]
    assert "return sorted(self.state.seen)" in body(draft)


def test_a_pure_function_that_reads_it_is_no_copy(rewritten: Rewritten) -> None:
    draft = rewritten("""
lines = []

def prompt(text: str) -> str:
    return text + str(len(lines))

def entry(name: str) -> str:
    lines.append(name)
    answer = ask(prompt(name))
    tell(answer)
    return answer
""")
    assert "prompt" not in draft.copied
    assert _uses(draft)["ask"] == ["lines"]


def test_what_a_lifted_piece_sets_is_the_runs(rewritten: Rewritten) -> None:
    draft = rewritten("""
import sqlite3

last = 0
rows = []

def entry(name: str) -> int:
    global last
    with sqlite3.connect("x.db") as connection:
        cursor = connection.execute("select 1")
        last = cursor.fetchone()[0]
        rows.append(last)
        connection.execute("insert into a values (?)", (last,))
    tell(name)
    return last
""")
    assert [u.name for u in draft.units if u.state] == [u.name for u in draft.units if u.is_statements]
    adapter = "".join(adapter_function(u) for u in draft.units)
    assert "app_module.last = cursor.fetchone()[0]" in adapter
    assert "app_module.rows.append(app_module.last)" in adapter
    assert "global" not in adapter


def test_a_name_that_a_comprehension_binds_too_is_told_apart_or_refused(rewritten: Rewritten) -> None:
    draft = rewritten("""
row = 0

def entry(names: list) -> int:
    global row
    tell("begin")
    row = len(names)
    found = [ask(name) for name in names]
    tell(str(found))
    return row

def other() -> None:
    print([row for row in range(3)])
""")
    assert "self.state.row = len(names)" in body(draft)


# What the worker does with it


@pytest.fixture
def holding() -> Iterator[types.ModuleType]:
    spec = importlib.util.spec_from_loader("holding_state", loader=None)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["holding_state"] = made
    exec(compile(TEMPLATE.read_text("utf-8"), str(TEMPLATE), "exec"), made.__dict__)  # noqa: S102 - our own text
    yield made
    del sys.modules["holding_state"]


def _legacy() -> Any:
    return types.SimpleNamespace(history=["first"], mode="calm")


def test_runs_at_once_do_not_see_each_others_values(holding: types.ModuleType) -> None:
    legacy = _legacy()
    places = {"history": (legacy, "history"), "mode": (legacy, "mode")}
    both = threading.Barrier(2, timeout=0.3)

    @holding.with_state(places)
    def blocking(text: str) -> int:
        legacy.history.append(text)
        legacy.mode = text
        with contextlib.suppress(threading.BrokenBarrierError):  # the other one has to wait until this one is done
            both.wait()
        assert legacy.mode == text
        return len(legacy.history)

    @holding.with_state(places)
    async def awaited(text: str) -> int:
        legacy.history.append(text)
        await asyncio.sleep(0.05)
        return len(legacy.history)

    async def run() -> list[Any]:
        return await asyncio.gather(
            asyncio.to_thread(blocking, "a", {"history": [], "mode": "x"}),
            asyncio.to_thread(blocking, "b", {"history": ["z"], "mode": "y"}),
            awaited("c", {"history": ["p", "q"]}),
        )

    held = legacy.history
    assert asyncio.run(run()) == [
        (1, {"history": ["a"]}, {"mode": "a"}),
        (2, {"history": ["z", "b"]}, {"mode": "b"}),
        (3, {"history": ["p", "q", "c"]}, {}),
    ]
    assert (legacy.history, legacy.mode) == (["first"], "calm")
    assert legacy.history is held


def test_an_error_takes_with_it_what_was_changed_before(holding: types.ModuleType) -> None:
    legacy = _legacy()

    @holding.with_state({"history": (legacy, "history"), "mode": (legacy, "mode")})
    def failing() -> None:
        legacy.history.append("begun")
        legacy.history = [*legacy.history, "anew"]
        raise ConnectionError("down")

    with pytest.raises(ConnectionError) as failed:
        failing({"history": [], "mode": "calm"})
    assert failed.value.state_left == ({}, {"history": ["begun", "anew"]})  # type: ignore[attr-defined]
    assert legacy.history == ["first"]


def test_who_holds_the_list_itself_sees_the_runs_values(holding: types.ModuleType) -> None:
    legacy = _legacy()
    imported = legacy.history

    @holding.with_state({"history": (legacy, "history")})
    def reading() -> list[str]:
        return list(imported)

    assert reading({"history": ["of the run"]})[0] == ["of the run"]
    assert imported == ["first"]


def test_an_object_that_steps_change_and_a_worker_makes_once_is_asked_about(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
class Speaker:
    def __init__(self) -> None:
        self.lines = []
        self.count = 0
        self.name = "Ann"

    def say(self, text: str) -> str:
        self.lines.append(text)
        self.count += 1
        return ask(self.name + str(self.lines))

    def talk(self, name: str) -> str:
        tell(name)
        first = self.say(name)
        return self.say(first)
""",
        entry="talk",
    )
    asked = [n.what for n in draft.notes if n.question]
    assert "May runs share what a Speaker holds in `count`, `lines`?" in asked


def test_a_step_that_takes_turns_has_time_for_it_and_is_not_local(rewritten: Rewritten) -> None:
    draft = rewritten("""
import os
lines = []

def prompt(text: str) -> str:
    return os.environ["HEAD"] + text + str(len(lines))

def entry(name: str) -> str:
    lines.append(name)
    text = prompt(name)
    answer = ask(text)
    tell(answer)
    return answer
""")
    unit = next(u for u in draft.units if u.name == "prompt")
    assert unit.state
    assert not unit.local
    assert timeouts_of([], retry_of([], key_of([]), []), key_of([]), [], takes_turns=True).start_to_close.value == 630


FAILING = """import httpx

history = []
mode = "calm"


def record(value):
    global mode
    history.append(value)
    mode = "recording"
    return httpx.post("http://localhost:9/record", json=[value, len(history)]).json()["value"]


def entry(number, rows):
    for row in rows:
        try:
            record(row)
        except ConnectionError:
            history.append("failed")
        httpx.post("http://localhost:9/tell", json=[mode, history])
    return [mode, history]
"""


@pytest.mark.parametrize("fails", [frozenset[int](), frozenset(range(0, 11, 2)), frozenset(range(11))])
def test_the_code_sees_what_a_failed_step_had_changed(tmp_path: Path, fails: frozenset[int]) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text(FAILING, "utf-8")
    result = migrate(assess(code), code, pipeline="app.entry", engine="temporal", output=tmp_path / "project")
    rows = [3, 1, 4, 1, 5]
    before = inprocess.original(code, "app", "entry", [1, rows], World([1, 2, 3], fails))
    package = result.plan.package
    after = inprocess.workflow(tmp_path / "project", package, code, [1, rows], World([1, 2, 3], fails))
    assert after == before
    assert len(before.calls) > 1


def test_first_values_are_those_of_the_module_in_the_quotes_of_formatters(rewritten: Rewritten) -> None:
    draft = rewritten("""
counts = {'in': 0, 'it\\'s': ['a', "b"]}

def entry(name: str) -> dict:
    counts['in'] += 1
    tell(ask(name))
    return counts
""")
    assert [v.initial for v in draft.kept] == ["""{"in": 0, 'it\\'s': ["a", "b"]}"""]


def test_modules_of_one_name_in_two_packages_are_told_apart() -> None:
    assert alias_of("providers.google.utils") != alias_of("providers.openai.utils")


def test_a_framework_whose_tools_use_state_runs_in_one_activity_that_has_it(rewritten: Rewritten) -> None:
    draft = rewritten("""
from agents import Agent, Runner, function_tool

asked = []

@function_tool
def look_up(order: str) -> str:
    asked.append(order)
    return httpx.get(f"http://localhost:9/{order}").text

helper = Agent(name="helper", tools=[look_up])

async def entry(text: str) -> list:
    result = await Runner.run(helper, text)
    tell(result.final_output)
    return asked
""")
    run = next(u for u in draft.units if u.framework)
    assert run.drive is None
    assert [v.name for v in run.state] == ["asked"]
    assert "variables of their module" in run.reason
    assert "self.step_with_state(Activities." in body(draft)
    assert "return self.state.asked" in body(draft)
