"""The order that a generated test holds the workflow to is that of the original: a workflow that departs is noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.usecases import migrate

SOURCE = """
import httpx
from openai import OpenAI

client = OpenAI()


def classify(text: str) -> str:
    return client.responses.create(model="m", input=text).output_text


def draft(text: str) -> str:
    return client.responses.create(model="m", input=f"Answer: {text}").output_text


def book(text: str) -> None:
    httpx.post("http://localhost:9/book", json={"text": text})


def send(text: str) -> None:
    httpx.post("http://localhost:9/send", json={"text": text})


def entry(text: str) -> str:
    kind = classify(text)
    if kind == "invoice":
        book(text)
    answer = draft(text)
    send(answer)
    return answer
"""
CLASSIFY = "        kind = await self.step(Activities.classify, text)\n"
BOOK = "            await self.step(Activities.book, text)\n"
DRAFT = "        answer = await self.step(Activities.draft, text)\n"
SEND = "        await self.step(Activities.send, answer)\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("order")
    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(SOURCE)
    assessment = assess(folder / "code")
    return migrate(assessment, folder / "code", pipeline=None, engine="temporal", output=folder / "made").output


def said_of(project: Path, change: Callable[[str], str]) -> str:
    """What the generated test of the order says of a workflow that was changed so; empty if it holds."""
    workflow = next(project.glob("*_workflow/workflow.py"))
    text = workflow.read_text()
    try:
        workflow.write_text(change(text))
        words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_paths.py", "-k", "follows_the_graph")
        done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode else ""
    finally:
        workflow.write_text(text)


def test_the_workflow_as_generated_follows_the_graph(project: Path) -> None:
    text = next(project.glob("*_workflow/workflow.py")).read_text()
    assert all(text.count(step) == 1 for step in (CLASSIFY, BOOK, DRAFT, SEND)), text
    assert said_of(project, lambda text: text) == ""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda text: text.replace(CLASSIFY, '        kind = "invoice"\n'), "the beginning -> book"),
        (lambda text: text.replace(SEND, ""), "draft -> the end"),
        (lambda text: text.replace(BOOK, BOOK + "            return text\n"), "book -> the end"),
        (lambda text: text.replace(CLASSIFY, '        return ""\n' + CLASSIFY), "the beginning -> the end"),
        (lambda text: text.replace(DRAFT, '        answer = ""\n'), "classify -> send"),
        (lambda text: text.replace(DRAFT + SEND, SEND.replace("answer", "kind") + DRAFT), "send -> draft"),
        (lambda text: text.replace(SEND, SEND + SEND), "send -> send"),
        (lambda text: text.replace(DRAFT, DRAFT + BOOK[4:]), "draft -> book"),
    ],
    ids=[
        "first skipped",
        "last skipped",
        "left early",
        "nothing made",
        "skipped",
        "reordered",
        "twice",
        "in another branch",
    ],
)
def test_a_departure_is_noticed(project: Path, change: Callable[[str], str], wrong: str) -> None:
    assert wrong in said_of(project, change)


HANDLED = (
    SOURCE[: SOURCE.index("def classify")]
    + """
def classify(text: str) -> str:
    return client.responses.create(model="m", input=text).output_text


def look(text: str) -> str | None:
    try:
        return client.responses.create(model="m", input=f"Look: {text}").output_text
    except Exception:
        return None


def send(text: str) -> None:
    httpx.post("http://localhost:9/send", json={"text": text})


def tell(text: str) -> None:
    httpx.post("http://localhost:9/tell", json={"text": text})


def entry(text: str) -> str | None:
    try:
        kind = classify(text)
    except Exception:
        tell(text)
        return None
    found = look(kind)
    if found is None:
        return None
    send(found)
    return found
"""
)


@pytest.fixture(scope="module")
def handling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handling")
    (folder / "code").mkdir()
    (folder / "code" / "app.py").write_text(HANDLED)
    assessment = assess(folder / "code")
    return migrate(assessment, folder / "code", pipeline=None, engine="temporal", output=folder / "made").output


def test_an_activity_may_have_handled_an_error_that_nobody_sees(handling: Path) -> None:
    assert json.loads((handling / "tests" / "flow.json").read_text())["handling"] == ["look"]
    assert said_of(handling, lambda text: text) == ""


@pytest.mark.parametrize(
    ("line", "instead", "wrong"),
    [
        ("found = await self.step(Activities.look, kind)", "return kind", "classify -> the end"),
        ("await self.step(Activities.send, found)", "await self.step(Activities.tell, found)", "look -> tell"),
        ("kind = await self.step(Activities.classify, text)", "kind = text", "the beginning -> look"),
        ("kind = await self.step(Activities.classify, text)", "return await self.step(Activities.tell, text)",
         "the beginning -> tell"),
    ],
    ids=["left early", "the handler's step", "first skipped", "the handler's step alone"],
)  # fmt: skip
def test_what_only_an_error_allows_is_noticed_without_one(handling: Path, line: str, instead: str, wrong: str) -> None:
    workflow = next(handling.glob("*_workflow/workflow.py")).read_text()
    assert workflow.count(line) == 1, workflow
    assert wrong in said_of(handling, lambda text: text.replace(line, instead))
