"""Objects between steps: what later code only reads crosses as a record; what it needs itself stays in one activity."""

from __future__ import annotations

from migrate.rewriting.draft import Draft
from migrate.rewriting.rendering import adapter_function
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
