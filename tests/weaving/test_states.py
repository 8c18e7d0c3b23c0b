"""States of a run that are stored are seen as such, however they get into the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import assess

Tree = Callable[[Mapping[str, str]], Path]

CODE = """
import requests
from sqlalchemy.orm import Session


def store(session: Session, row, **values):
    {store}
    session.commit()


def run(session: Session, row):
    requests.get("https://example.org")
    store(session, row, status="done", note="fine")
"""


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("for name, value in values.items(): setattr(row, name, value)", ("done",)),
        ("row.status = values['status']", ("done",)),
        ("setattr(row, 'status', values['status'])", ("done",)),
        ("row.note = values['note']", None),
    ],
)
def test_a_stored_state(tree: Tree, store: str, words: tuple[str, ...] | None) -> None:
    (pipeline,) = assess(tree({"job.py": CODE.format(store=store)})).pipelines
    found = [write.words for write in pipeline.observed.status_writes]
    assert found == ([words] if words else [])


CHAIN = """
import redis
import requests
from supabase import create_client

client = create_client("https://rows.example", "key")
queue = redis.Redis()


def record(name, status="ok"):
    {record}


def run(name):
    requests.get("https://example.org", timeout=3)
    record(name)
"""


@pytest.mark.parametrize(
    ("record", "words", "dated"),
    [
        ('client.table("runs").insert({"name": name, "status": status}).execute()', ("ok",), False),
        ('row = {"status": status, "started_at": 1}; client.table("runs").insert(row).execute()', ("ok",), True),
        ('pipe = queue.pipeline(); pipe.hset("runs", mapping={"state": status}); pipe.execute()', ("ok",), False),
    ],
)
def test_a_state_under_a_name(tree: Tree, record: str, words: tuple[str, ...], *, dated: bool) -> None:
    (pipeline,) = assess(tree({"job.py": CHAIN.replace("{record}", record)})).pipelines
    assert [(write.words, write.dated) for write in pipeline.observed.status_writes] == [(words, dated)]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("requests.post(CRM, json={'status': 'approved'})", []),
        ("requests.post(CRM, json={'status': 'done'})", [("done",)]),
        ("client.table('runs').update({'status': 'approved'}).execute()", [("approved",)]),
    ],
)
def test_what_another_system_is_told_of_a_decision_is_no_state_of_the_run(tree: Tree, told: str, found: object) -> None:
    code = f"""
import requests
from supabase import create_client

CRM = "https://crm.example"
client = create_client("https://rows.example", "key")


def run(name):
    requests.get("https://example.org", timeout=3)
    {told}
"""
    (pipeline,) = assess(tree({"job.py": code})).pipelines
    assert [write.words for write in pipeline.observed.status_writes] == found
