"""Answers of SDKs between steps: what a generated project keeps of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.migrate.conftest import Migrated

ASKED = """\
import json
from typing import Any
from slack_sdk.web.slack_response import SlackResponse
from temporalio.testing import ActivityEnvironment
from {package}.objects import restored
from {package}.step import stored as kept

answer = SlackResponse(
    client=None, http_verb="POST", api_url="https://slack.example",
    req_args={{"headers": {{"Authorization": "s3cret"}}}},
    data={{"ok": True, "ts": "17.5", "message": {{"text": "hello"}}}}, headers={{}}, status_code=200,
)
stored = ActivityEnvironment().run(lambda: kept(answer, Any))
again = restored(stored)
print(json.dumps([stored, again["ts"], again.get("message")]))
"""


def test_an_answer_that_is_read_by_its_keys_keeps_them_and_nothing_of_the_request(
    migrated: dict[str, Migrated],
) -> None:
    project = migrated["claims"]
    package = json.loads((project.folder / "lastgood.json").read_text("utf-8"))["package"]
    ended = subprocess.run(
        [sys.executable, "-c", ASKED.format(package=package)],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    stored, ts, message = json.loads(ended.stdout)
    assert (ts, message) == ("17.5", {"text": "hello"})
    assert "s3cret" not in json.dumps(stored)


TABLES = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    note: Mapped[str | None]
    lines: Mapped[list["Line"]] = relationship(back_populates="order")

    @property
    def title(self) -> str:
        return f"{self.id}: {self.status}"


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
"""
ENTITIES = """\
import json
from sqlalchemy import create_engine, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import DetachedInstanceError
from tables import Base, Line, Order
from {package} import objects

objects.READ = frozenset({{"lines", "order", "title"}})
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Order(id=7, status="new", note="n", lines=[Line(name="a"), Line(name="b")]))
    session.commit()
    order = session.get(Order, 7)
    session.commit()  # what it held is let go
    stored = objects.packed(order)
again = objects.restored(stored)
told = [again.id, again.status, again.title, [line.name for line in again.lines], isinstance(again, Order)]
with Session(engine) as session:
    session.add(again)
    again.status = "paid"
    session.commit()
    told.append([row.status for row in session.query(Order).all()])
del stored["value"]["note"]
try:
    objects.restored(stored).note
except DetachedInstanceError:
    told.append("detached")
print(json.dumps(told))
"""


def test_an_entity_crosses_with_its_columns_and_what_is_read_of_it(
    migrated: dict[str, Migrated], tmp_path: Path
) -> None:
    project = migrated["claims"]
    package = json.loads((project.folder / "lastgood.json").read_text("utf-8"))["package"]
    (tmp_path / "tables.py").write_text(TABLES, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", ENTITIES.format(package=package)],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [7, "new", "7: new", ["a", "b"], True, ["paid"], "detached"]
