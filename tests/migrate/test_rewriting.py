"""How the orchestrating function reads afterwards: its own control flow, comments and names."""

from __future__ import annotations

import re
from pathlib import Path

from assess.usecases import assess
from migrate.rewriting.rendering import adapter_function
from tests.migrate.conftest import Migrated, Rewritten, body


def test_comments_names_and_control_flow_stay(migrated: dict[str, Migrated]) -> None:
    text = migrated["claims"].text("workflow")
    assert '"""Ask the review board and wait until somebody has decided."""' in text
    assert 'while approval["status"] == "pending":' in text
    assert "record_id = await self.step(Activities.update_crm, claim, decision)" in text
    assert "# Short, because editors read it on a phone." in migrated["sequence"].text("workflow")


def test_clock_lots_sleep_and_log_are_the_engines(rewritten: Rewritten) -> None:
    text = body(
        rewritten("""
import logging, random, time, uuid
from datetime import UTC, datetime
log = logging.getLogger(__name__)

def entry(name: str) -> str:
    started = datetime.now(UTC)
    key = str(uuid.uuid4())
    log.info("start %s", name)
    answer = ask(name)
    time.sleep(random.randint(1, 3))
    print("done", started)
    tell(answer + key)
    return f"{time.time()}"
""")
    )
    assert "started = self.now()" in text
    assert "key = str(self.uuid4())" in text
    assert 'self.logger.info("start %s", name)' in text
    assert "await self.sleep(self.random().randint(1, 3))" in text
    assert 'self.logger.info("%s %s", "done", started)' in text
    assert 'return f"{self.time()}"' in text


def test_environment_and_files_are_read_by_activities(rewritten: Rewritten) -> None:
    draft = rewritten("""
import os
from pathlib import Path

def entry(name: str) -> str:
    limit = int(os.environ["LIMIT"])
    text = Path(name).read_text()
    answer = ask(text[:limit])
    tell(answer)
    return answer
""")
    text = body(draft)
    assert "os.environ" not in text
    assert "read_text" not in text.replace("read_text(", "") or "Activities" in text
    adapter = "".join(adapter_function(u) for u in draft.units)
    assert 'os.environ["LIMIT"]' in adapter
    assert "Path(name).read_text()" in adapter


def test_a_database_session_is_one_activity(rewritten: Rewritten) -> None:
    draft = rewritten("""
import sqlite3

def keep(name: str, answer: str) -> None:
    with sqlite3.connect("x.db") as connection:
        connection.execute("insert into a values (?)", (name,))
        connection.execute("insert into b values (?)", (answer,))
        connection.commit()

def entry(name: str) -> str:
    answer = ask(name)
    keep(name, answer)
    tell(answer)
    return answer
""")
    assert [u.name for u in draft.units] == ["ask", "keep", "tell"]


def test_an_answer_of_an_sdk_crosses_as_a_record(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    answer = client.responses.create(model="m", input=name)
    for item in answer.output:
        tell(item.text)
    second = client.responses.create(model="m", input=answer.output)
    return second.output_text
""")
    text = body(draft)
    assert "answer = await self.step(" in text
    assert "for item in answer.output:" in text
    assert [len(u.visits) for u in draft.units if u.visits] == [1, 1, 1]


def test_a_stream_never_crosses(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    parts = client.responses.create(model="m", input=name, stream=True)
    text = "".join(part.delta for part in parts)
    tell(text)
    return text
""")
    assert "parts" not in body(draft)
    assert "for part in parts" in adapter_function(next(u for u in draft.units if u.visits))


def test_an_early_return_of_a_group_ends_the_workflow_too(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    for part in range(3):
        stream = client.responses.create(model="m", input=name, stream=True)
        text = "".join(p.delta for p in stream)
        if not text:
            break
        if text == "stop":
            return "stopped"
        stream.close()
    tell(name)
    return "done"
""")
    text = body(draft)
    assert 'if left == "break":' in text
    assert "return returned" in text
    lifted = adapter_function(next(u for u in draft.units if u.how == "lifted"))
    assert 'return "return", "stopped"' in lifted
    assert 'return "break", None' in lifted


def test_what_a_loop_sets_is_not_asked_for_before(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    stream = client.responses.create(model="m", input=name, stream=True)
    found = []
    for part in stream:
        piece = part.delta
        found.append(piece)
    tell(str(found))
    return name
""")
    lifted = next(u for u in draft.units if u.how == "lifted")
    assert [g.name for g in lifted.params] == ["name"]
    assert lifted.leaves == ("found",)


def test_what_a_group_changes_comes_back(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    rows = [name]
    stream = client.responses.create(model="m", input=name, stream=True)
    for part in stream:
        rows.append(part.delta)
    tell(str(rows))
    return name
""")
    lifted = next(u for u in draft.units if u.how == "lifted")
    assert "rows" in [g.name for g in lifted.params]
    assert lifted.changes == ("rows",)


def test_what_cannot_be_followed_is_one_activity_and_the_ledger_says_so(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(names: list[str]):
    for name in names:
        answer = ask(name)
        tell(answer)
        yield answer
""")
    assert [u.how for u in draft.units] == ["whole"]
    assert "generator" in draft.notes[0].what


def test_a_caller_that_only_hands_on_is_left_out(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
from fastapi import FastAPI
app = FastAPI()

def work(name: str) -> str:
    answer = ask(name)
    tell(answer)
    return answer

@app.post("/names/{name}")
def handle(name: str) -> dict:
    return {"answer": work(name)}
""",
        entry="handle",
    )
    assert draft.entry.name == "work"
    assert "async def work(self, name: str) -> str:" in body(draft)


def test_a_handler_catches_what_the_original_caught(migrated: dict[str, Migrated]) -> None:
    text = migrated["handlers"].text("workflow")
    assert "except (APIConnectionError, ValueError) as error:" in text
    assert "except HTTPStatusError:" in text
    assert '"httpx.HTTPStatusError": HTTPStatusError,' in text
    assert '"builtins.ValueError": ValueError,' in text
    failures = re.search(r"failure_exception_types=\[(.*?)\]", text, re.DOTALL)
    assert failures is not None
    assert {"Exception", "BaseException"}.isdisjoint(re.findall(r"\w+", failures.group(1)))
    assert "NoStockError" in failures.group(1)


def test_fan_out_keeps_its_limit(migrated: dict[str, Migrated]) -> None:
    limits = {f.activity: f.limit.value for f in migrated["threads"].result.plan.fan_outs}
    assert limits == {"download": 4, "digest": 4}
    text = migrated["threads"].text("workflow")
    assert "async with Pool(4) as pool:" in text
    assert "async for item in pool.map(self.step_for(url, Activities.download, url) for url in urls)" in text


def test_retries_that_the_code_sets_are_taken_over(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("""
import httpx
from openai import OpenAI
from tenacity import retry, stop_after_attempt, wait_exponential

client = OpenAI(timeout=20)

@retry(stop=stop_after_attempt(6), wait=wait_exponential(multiplier=2, max=40))
def ask(prompt: str) -> str:
    return client.responses.create(model="m", input=prompt).output_text

def entry(name: str) -> str:
    answer = ask(name)
    httpx.post("http://localhost:9", json={"text": answer})
    return answer
""", "utf-8")  # fmt: skip
    from migrate.usecases import plan  # noqa: PLC0415

    pipeline = assess(tmp_path).pipeline("entry")
    assert pipeline is not None
    asked = plan(pipeline, tmp_path).activity("ask")
    assert asked.retry.attempts.value == 6
    assert "taken over" in asked.retry.attempts.because
    assert asked.timeouts.start_to_close.value == 40


def test_a_function_that_reads_the_clock_is_not_copied(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
from datetime import datetime

def stamp(text: str) -> str:
    return f"{datetime.now()} {text}"

def entry(name: str) -> str:
    answer = ask(name)
    stamped = stamp(answer)
    tell(stamped)
    return answer
"""
    )
    assert "stamp" not in draft.copied
    assert "self.step(Activities.stamp, answer)" in body(draft)


def test_a_bare_handler_lets_cancelling_through(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
def entry(name: str) -> str:
    try:
        answer = ask(name)
    except:
        answer = ""
    tell(answer)
    return answer
"""
    )
    assert "except Exception:" in body(draft)
    assert any("handler of everything" in note.what for note in draft.notes)


def test_a_client_that_is_put_into_the_module_stays_in_the_original(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
speaker = None

def entry(name: str) -> str:
    global speaker
    speaker = OpenAI()
    answer = ask(name)
    tell(answer)
    return answer
"""
    )
    assert [u.how for u in draft.units] == ["whole"]
    assert any("state of the module" in n.what for n in draft.notes)


def test_a_generator_that_stays_whole_gives_its_items_as_a_list(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
from typing import AsyncIterator

async def entry(name: str) -> AsyncIterator[str]:
    answer = ask(name)
    yield answer
    tell(answer)
"""
    )
    assert "return [item async for item in entry(name)]" in adapter_function(draft.units[0])
    assert draft.returns.text == "Any"
    assert any(n.question and "all at once" in n.what for n in draft.notes)


def test_scripts_with_names_that_no_import_can_write(tmp_path: Path) -> None:
    from migrate.usecases import migrate  # noqa: PLC0415

    root = tmp_path / "code"
    root.mkdir()
    source = (Path(__file__).parent / "shapes" / "terminal" / "letters.py").read_text("utf-8")
    (root / "2-letters.py").write_text(source, "utf-8")
    result = migrate(assess(root), root, pipeline=None, engine="temporal", output=tmp_path / "out")
    adapter = (tmp_path / "out" / result.plan.package / "adapter.py").read_text("utf-8")
    compile(adapter, "adapter.py", "exec")
    assert 'mail = importlib.import_module("2-letters").mail' in adapter


def test_where_the_original_ends_its_process_the_run_ends(rewritten: Rewritten) -> None:
    text = body(
        rewritten("""
import sys

def entry(name: str) -> None:
    if not name:
        sys.exit(2)
    answer = ask(name)
    if not answer:
        raise SystemExit("no answer")
    tell(answer)
""")
    )
    assert "self.exit(2)" in text
    assert 'raise self.exit("no answer")' in text
    assert "sys.exit" not in text


def test_an_object_that_is_called_is_not_set_up_by_that(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    sql = client.responses.create(model="m", input=name).output_text
    try:
        Code = __import__("IPython.display", fromlist=["Code"]).Code
        display(Code(sql))
    except Exception:
        print(sql)
    rows = httpx.post("http://localhost:9/marks", json={"sql": sql}).json()
    try:
        display = __import__("IPython.display", fromlist=["display"]).display
        display(rows)
    except Exception:
        print(rows)
    return sql
""")
    text = body(draft)
    assert "display: Any\n" in text  # read before it is bound: the original stops there too
    assert text.count("await self.step(Activities.read_display, rows)") == 1
