"""How the orchestrating function reads afterwards: its own control flow, comments and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.engines.temporal.capability import VOCABULARY
from migrate.rewriting.draft import Draft
from migrate.rewriting.orchestrating import orchestrate
from migrate.rewriting.rendering import adapter_function, workflow_functions
from tests.migrate.conftest import Migrated

Rewritten = Callable[..., Draft]
MODEL = """
from openai import OpenAI
client = OpenAI()

def ask(prompt: str) -> str:
    return client.responses.create(model="m", input=prompt).output_text

def tell(text: str) -> None:
    import httpx
    httpx.post("http://localhost:9", json={"text": text})
"""


@pytest.fixture
def rewritten(tmp_path: Path) -> Rewritten:
    def make(source: str, entry: str = "entry", extra: Mapping[str, str] | None = None) -> Draft:
        for name, text in {"app.py": MODEL.replace("    import httpx\n", "") + source, **(extra or {})}.items():
            body = "import httpx\n" + text if name == "app.py" else text
            (tmp_path / name).write_text(body, "utf-8")
        pipeline = assess(tmp_path).pipeline(entry)
        assert pipeline is not None
        return orchestrate(pipeline, tmp_path, VOCABULARY)

    return make


def body(draft: Draft) -> str:
    return re.sub(r"^    ", "", workflow_functions(draft), flags=re.MULTILINE)


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


def test_state_of_the_module_stays_in_the_original(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
count = 0

def entry(name: str) -> str:
    global count
    answer = ask(name)
    count += 1
    tell(answer)
    return answer
"""
    )
    assert [u.how for u in draft.units] == ["whole"]
    assert "state of the module" in draft.notes[0].what


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


def test_one_message_is_one_run(migrated: dict[str, Migrated]) -> None:
    text = migrated["messages"].text("workflow")
    assert "async def handle_ticket(self, ticket: Any) -> None:" in text
    assert "# Nobody reads more than that." in text
    # The end of a round is the end of the run, and acknowledging is not its business.
    assert re.search(r'"nothing to say about", ticket\["id"\]\)\n +return\n', text)
    assert "delete_message" not in text + migrated["messages"].text("adapter")
    entries = {name: migrated[name].result.plan.entry for name in ("mailbox", "rows", "stream")}
    assert {n: [p.name for p in e.parameters] for n, e in entries.items()} == {
        "mailbox": ["path"],
        "rows": ["case_id", "text"],
        "stream": ["review"],
    }
    assert entries["stream"].symbol == "Reviews.handle_review"
    assert migrated["rows"].result.plan.business_key == "case_id"


def test_a_loop_that_remembers_its_rounds_is_the_workflow(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
import queue
jobs = queue.Queue()

def entry():
    told = []
    while True:
        job = jobs.get()
        answer = ask(job)
        told.append(answer)
        tell(str(told))
"""
    )
    assert draft.entry.name == "entry"
    assert draft.left == []


def test_an_agent_that_goes_on_until_it_is_done_is_no_consumer(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
import time

def entry(name: str) -> str:
    while True:
        answer = ask(name)
        tell(answer)
        if answer == "done":
            return answer
        time.sleep(1)
"""
    )
    assert "while True:" in body(draft)


def test_a_reply_that_is_looked_for_is_a_wait_of_its_type(migrated: dict[str, Migrated]) -> None:
    text = migrated["replies"].text("workflow")
    assert 'verdict = await self.decided("confirm", question["ts"])' in text
    assert '"confirm": bool,' in text
    assert "conversations_replies" not in text + migrated["replies"].text("adapter")


def test_what_a_step_changes_in_its_arguments_comes_back(migrated: dict[str, Migrated]) -> None:
    text = migrated["agents"].text("workflow")
    assert "query = await brought_back(self.step(Activities.ask, messages), messages)" in text
    assert "return result, messages" in migrated["agents"].text("adapter")


def test_futures_are_taken_in_the_order_of_their_start(migrated: dict[str, Migrated]) -> None:
    text = migrated["agents"].text("workflow")
    assert "async with Pool(3) as pool:" in text
    assert "for future in list(waiting):" in text
    assert "found[waiting[future]] = await future" in text


def test_a_pool_takes_its_items_from_several_rows(rewritten: Rewritten) -> None:
    text = body(
        rewritten("""
from concurrent.futures import ThreadPoolExecutor

def read(key: str, number: int, page: str) -> str:
    return client.responses.create(model=key, input=page).output_text

def entry(name: str) -> str:
    pages = name.split()
    with ThreadPoolExecutor(max_workers=4) as pool:
        parts = list(pool.map(read, [name] * len(pages), range(9), pages))
    tell(str(parts))
    return name
""")
    )
    assert "self.step_for(number, Activities.read, key, number, page)" in text
    assert "for key, number, page in zip([name] * len(pages), range(9), pages)" in text


def test_a_loop_over_a_lazy_row_stays_lazy(rewritten: Rewritten) -> None:
    text = body(
        rewritten("""
def entry(name: str) -> str:
    for number, answer in enumerate(map(ask, name.split())):
        tell(f"{number} {answer}")
    return name
""")
    )
    assert "async for number, answer in numbered((await self.step_for(prompt, Activities.ask, prompt)" in text


def test_what_a_thread_does_beside_the_run_is_done_where_it_is_put(migrated: dict[str, Migrated]) -> None:
    text = migrated["beside"].text("workflow")
    assert 'await self.note(parcel_id, "read")' in text
    assert 'await self.tell({"parcel": parcel_id, "what": what})' in text
    # Nobody heard of an error of the thread.
    assert re.search(r"with contextlib.suppress\(Exception\):\n +await self.step\(Activities.tell_post, news\)", text)
    assert "Thread" not in text + migrated["beside"].text("adapter")
    assert ".put(" not in text + migrated["beside"].text("adapter")


def test_a_thread_whose_items_nobody_puts_there_is_left_alone(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
import queue, threading
jobs = queue.Queue()

def work():
    while True:
        job = jobs.get()
        tell(job)

def entry(name: str) -> str:
    threading.Thread(target=work, daemon=True).start()
    answer = ask(name)
    tell(answer)
    return answer
"""
    )
    assert not any(f.altered for m in draft.legacy.read() for f in m.every)


def test_the_code_itself_says_how_long_it_waits(migrated: dict[str, Migrated], tmp_path: Path) -> None:
    plan = migrated["polling"].result.plan
    assert [w.at_most for w in plan.waits] == ["10 minutes"]
    assert "timedelta(minutes=10)" in migrated["polling"].text("policies")
    assert any("in time?" in q.question for q in plan.questions)
    assert [w.at_most for w in migrated["replies"].result.plan.waits] == ["72 hours"]

    (tmp_path / "app.py").write_text(
        "import os, time, httpx\n"
        "from openai import OpenAI\n"
        "client = OpenAI()\n"
        'PATIENCE = float(os.environ.get("PATIENCE", "60")) * 60\n'
        "def approval(name):\n"
        '    return httpx.get(f"http://localhost:9/approvals/{name}").json()["state"]\n'
        "def entry(name: str) -> str:\n"
        '    text = client.responses.create(model="m", input=name).output_text\n'
        "    started = time.monotonic()\n"
        '    state = "open"\n'
        "    while time.monotonic() - started < PATIENCE:\n"
        "        state = approval(name)\n"
        '        if state != "open":\n'
        "            break\n"
        "        time.sleep(2)\n"
        '    httpx.post("http://localhost:9/letters", json={"text": text, "state": state})\n'
        "    return state\n",
        "utf-8",
    )
    from migrate.usecases import plan as planned  # noqa: PLC0415

    pipeline = assess(tmp_path).pipeline("entry")
    assert pipeline is not None
    assert [w.at_most for w in planned(pipeline, tmp_path).waits] == ["1 hour"]


def test_of_two_branches_a_run_takes_one(rewritten: Rewritten) -> None:
    draft = rewritten("""
def entry(name: str) -> str:
    stream = client.responses.create(model="a", input=name, stream=True)
    for part in stream:
        if part.delta == "1":
            client.responses.create(model="b", input=name)
        else:
            client.responses.create(model="c", input=name)
    tell(name)
    return name
""")
    lifted = next(u for u in draft.units if len(u.visits) == 3)
    assert lifted.heaviest[1] == 3  # the first, and one of two in a loop, which counts twice
