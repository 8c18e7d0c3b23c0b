"""Where a run begins, what it waits for, what runs at once: the same in the workflow as in the original."""

from __future__ import annotations

import re
from pathlib import Path

from assess.usecases import assess
from tests.migrate.conftest import Migrated, Rewritten, body


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


def test_what_a_handler_does_with_its_request_stays_with_it(migrated: dict[str, Migrated]) -> None:
    plan = migrated["background"].result.plan
    assert (plan.name, plan.entry.symbol) == ("Summarise", "summarise")
    assert [a.outcome.value for a in plan.ledger] == ["left as it is", "moved", "moved", "moved"]
    # An upload belongs to its connection: what is in it is read before the run begins.
    text = migrated["scan"].text("workflow")
    assert "async def file_scan(self, content: Any, case_id: str) -> dict[str, str]:" in text
    assert "# Only the beginning counts." in text
    assert "scan.read" not in text + migrated["scan"].text("adapter")


def test_a_handler_that_asks_a_model_before_it_hands_on_is_the_run(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
from fastapi import BackgroundTasks, FastAPI, Request
app = FastAPI()

def work(text: str) -> None:
    tell(ask(text))

@app.post("/{name}")
def entry(name: str, tasks: BackgroundTasks, request: Request) -> str:
    answer = ask(name)
    tasks.add_task(work, answer)
    return answer
"""
    )
    assert draft.entry.name == "entry"
    assert [name for name, _, _ in draft.parameters] == ["name"]


def test_a_task_that_is_handed_to_itself_is_started_without(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
from celery import Celery
app = Celery()

@app.task(bind=True)
def entry(self, name: str) -> None:
    tell(ask(name))
"""
    )
    assert [name for name, _, _ in draft.parameters] == ["name"]
    assert "async def entry(self, name: str)" in body(draft)


def test_what_a_decorator_of_the_code_base_wraps_is_called_by_its_own_name(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
import time

def patient(call):
    def wrapper(*args):
        for attempt in range(3):
            try:
                return call(*args)
            except httpx.ConnectError:
                time.sleep(1)
        raise RuntimeError("given up")
    return wrapper

class Desk:
    @patient
    def case(self, name: str) -> str:
        return httpx.get("http://localhost:9/" + name).text

@patient
def close(name: str) -> None:
    httpx.post("http://localhost:9/" + name)

def entry(name: str) -> None:
    desk = Desk()
    text = desk.case(name)
    answer = ask(text)
    tell(answer)
    close(name)
"""
    )
    assert [u.name for u in draft.units] == ["case", "ask", "tell", "close"]
    # The call, and the pause between two attempts, which is the decorator's own.
    assert [len(u.visits) for u in draft.units] == [2, 1, 1, 2]


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
