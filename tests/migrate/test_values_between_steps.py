"""Objects between steps: what later code only reads crosses as a record; what it needs itself stays in one activity."""

from __future__ import annotations

from pathlib import Path

from assess.model.step import Effect
from assess.usecases import assess
from migrate.engines.temporal.capability import VOCABULARY
from migrate.plan import Becomes, Outcome
from migrate.planning import make_plan
from migrate.rewriting.draft import Draft
from migrate.rewriting.orchestrating import orchestrate
from migrate.rewriting.rendering import adapter_function
from migrate.usecases import migrate
from tests.migrate.conftest import Rewritten, body

TABLES = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("sqlite:///orders.db")

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    city: Mapped[str]

def place(name: str) -> Order:
    answer = httpx.post("http://shop/orders", json=name).json()
    return Order(id=answer["id"], status="new", city=answer["city"])

def label(order: Order) -> str:
    return f"{order.city} {order.id}"

def close(order: Order) -> None:
    order.status = "closed"
    httpx.post("http://shop/closed", json=order.id)
"""


WAITING = """
import threading
import httpx

def approved(text: str) -> bool:
    httpx.post("http://shop/seen", json=text)
    return input(f"send {text}? ") == "y"

def entry(name: str) -> str:
    lock = threading.Lock()
    with open("log.txt") as log:
        known = httpx.post("http://shop/open", content=log)
        if not approved(name):
            return "no"
        for line in known.iter_lines():
            httpx.post("http://shop/line", json=line)
    return "done"
"""


def _together(draft: Draft) -> list[int]:
    return sorted(len(u.visits) for u in draft.units if u.visits)


def test_an_entity_that_is_only_read_crosses_as_a_record(rewritten: Rewritten) -> None:
    draft = rewritten(
        TABLES
        + """
def entry(name: str) -> str:
    order = place(name)
    if order.status == "new":
        tell(label(order))
    return ask(order.city)
"""
    )
    assert "order = await self.step(Activities.place, name)" in body(draft)
    assert _together(draft) == [1, 1, 1]
    assert {"city", "id", "status"} <= draft.fields_read


def test_an_entity_that_is_changed_later_stays_with_its_change(rewritten: Rewritten) -> None:
    draft = rewritten(
        TABLES
        + """
def entry(name: str) -> str:
    order = place(name)
    close(order)
    tell(name)
    return ask(name)
"""
    )
    assert _together(draft) == [1, 1, 2]
    assert "close(order)" in adapter_function(next(u for u in draft.units if len(u.visits) == 2))


def test_an_entity_leaves_its_session_as_a_record(rewritten: Rewritten) -> None:
    draft = rewritten(
        TABLES
        + """
def entry(number: int) -> str:
    with Session(engine) as session:
        order = session.get(Order, number)
    if not order:
        return "none"
    tell(order.city)
    return ask(order.city)
"""
    )
    assert _together(draft) == [1, 1, 1]
    assert "if not order:" in body(draft)


def test_an_object_that_holds_a_client_never_crosses(rewritten: Rewritten) -> None:
    draft = rewritten(
        """
class Shop:
    def __init__(self, name: str):
        self.client = httpx.Client(base_url=name)
        self.key = httpx.post("http://shop/login", json=name).json()["key"]

    def send(self, value: str) -> None:
        self.client.post("/send", json=value)

def entry(name: str) -> str:
    shop = Shop(name)
    shop.send(name)
    tell(name)
    return ask(name)
"""
    )
    assert _together(draft) == [1, 1, 2]


def test_a_plain_object_that_only_keeps_what_it_is_given_crosses(rewritten: Rewritten) -> None:
    draft = rewritten(
        """

class Note:
    def __init__(self, text: str, words: list[str] | None = None):
        self.text = text
        self.words = words or []

    def first(self):
        return self.words[0]

def write(name: str) -> Note:
    return Note(httpx.post("http://shop/notes", json=name).json()["text"])

def entry(name: str) -> str:
    note = write(name)
    tell(note.text)
    return ask(note.words)
"""
    )
    assert _together(draft) == [1, 1, 1]
    assert "note.text" in body(draft)


def test_a_person_is_never_waited_for_in_an_activity_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(WAITING, "utf-8")
    assessment = assess(tmp_path)
    pipeline = assessment.pipeline("app.entry")
    assert pipeline is not None
    plan = make_plan(pipeline, orchestrate(pipeline, tmp_path, VOCABULARY))
    asked = [account for account in plan.ledger if account.call == "input"]
    inside = [account for account in asked if account.becomes is Becomes.ACTIVITY]
    assert [account.outcome for account in inside] == [Outcome.PERSON]
    assert "a person is waited for inside the activity" in inside[0].because
    assert any("How is the wait for a person taken out of" in question.question for question in plan.questions)


MODELS = """
from pydantic import BaseModel as Base
from app_models import Loaded

class Setting:
    loaded: Loaded | None = None

SETTING = Setting()

class Letter(Base):
    by: str

    def line(self) -> str:
        return httpx.get(self.by).text

def write(letters: list[Letter], model: Loaded | None = None) -> list[Letter]:
    httpx.post("http://shop/write", json=model is None)
    return letters

def count(letters: list[Letter], model: Loaded | None = None) -> int:
    return httpx.post("http://shop/count", json=len(letters)).json()["n"]
"""


def test_an_object_that_a_branch_gets_is_got_so_by_each_activity_that_uses_it(rewritten: Rewritten) -> None:
    draft = rewritten(
        MODELS
        + """
def entry(name: str) -> str:
    model = None
    if name == "own":
        if SETTING.loaded is None:
            SETTING.loaded = Loaded(name)
        model = SETTING.loaded
    letters = write(letters=[], model=model)
    tell(count(letters=letters, model=model))
    return ask(name)
"""
    )
    assert _together(draft) == [1, 1, 1, 1]
    adapters = [adapter_function(u) for u in draft.units]
    assert [a.count("model = SETTING.loaded") for a in adapters if "model=model" in a] == [1, 1]
    assert "SETTING" not in body(draft)


def test_what_sets_up_an_object_under_a_condition_does_so_in_each_activity(rewritten: Rewritten) -> None:
    draft = rewritten(
        MODELS
        + """
def entry(name: str, style: str) -> str:
    writer = Loaded(name)
    if style:
        writer.style = style
    letters = write(letters=[], model=writer)
    return ask(str(count(letters=letters, model=writer)))
"""
    )
    assert _together(draft) == [1, 1, 1]
    assert all("if style:" in adapter_function(u) for u in draft.units if "model=writer" in adapter_function(u))
    assert "writer" not in body(draft)


MANY_WAYS = (
    """
import sys
import httpx
from openai import OpenAI

client = OpenAI()


class Store:
    def mark(self, text: str, state: str) -> None:
        self._put(text, state)

    def _put(self, text: str, state: str) -> None:
        httpx.post("http://localhost:9/mark", json=[text, state])

    def close(self, text: str) -> str:
        self.mark(text, "closed")
        return text

    def title(self, text: str) -> str:
        return text.title()


def entry(text: str) -> str:
    store = Store()
    answer = client.responses.create(model="m", input=text).output_text
"""
    + "".join(f'    store.mark(answer, "{n}")\n' for n in range(16))
    + """
    closed = store.close(answer)
    named = store.title(closed)
    client.responses.create(model="m", input=named)
    return closed


entry(sys.argv[1])
"""
)


def test_a_place_that_is_reached_on_more_ways_than_are_shown_is_a_write_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(MANY_WAYS, "utf-8")
    assessment = assess(tmp_path / "code")
    plan = migrate(assessment, tmp_path / "code", pipeline=None, engine="temporal", output=tmp_path / "made").plan
    made = {activity.name: activity for activity in plan.activities}
    hidden, shown = made["read_store_close"], made["mark"]
    assert not hidden.visits
    assert (hidden.effect, hidden.key) == (Effect.WRITE, shown.key)
    assert made["read_store_title"].effect is not Effect.WRITE


def test_a_write_on_a_way_that_is_not_shown_is_no_set_up_of_the_object_that_makes_it(tmp_path: Path) -> None:
    last = '    store.mark(answer, "15")\n'
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(MANY_WAYS.replace(last, f"{last}{last.replace('15', '16')}"), "utf-8")
    assessment = assess(tmp_path / "code")
    made = migrate(assessment, tmp_path / "code", pipeline=None, engine="temporal", output=tmp_path / "made")
    adapter = (made.output / made.plan.package / "adapter.py").read_text("utf-8")
    assert adapter.count('store.mark(answer, "16")') == 1
    assert next(a for a in made.plan.activities if a.name == "read_store_mark").effect is Effect.WRITE
