"""Objects, files and functions that only one process has: a workflow with them does what the original did."""

from __future__ import annotations

from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.usecases import migrate
from tests.migrate import inprocess
from tests.migrate.inprocess import World

HEAD = """
import io
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx

API = "http://localhost:9"


def ask(value):
    return httpx.post(f"{API}/ask", json=value).json()["value"]


def tell(value):
    httpx.post(f"{API}/tell", json=value)


class Turn:
    def __init__(self, asked, told):
        self.asked = asked
        self.told = told


class Handler:
    def turned(self, turn):
        httpx.post(f"{API}/turned", json=turn.told)


class Base:
    def __init__(self, rows, by=1):
        self.rows = rows
        self.by = by


class Extractor(Base):
    def extract(self):
        found = ask(sum(self.rows))
        tell(found * self.by)
        return found


class Writer:
    def __init__(self, name):
        self.name = name
        self.factor = 1
        self.lines = []

    def add(self, line):
        self.lines.append(line)

    def send(self, value):
        return httpx.post(f"{API}/send", json=[self.factor * value, *self.lines]).json()["value"]


class Tree:
    def __init__(self, top):
        self.parts = [top]

    def grow(self, part):
        self.parts.append(part)

    def total(self):
        return sum(self.parts)


def plant(top) -> Tree:
    return Tree(ask(top))


class Named:
    def __init__(self, name):
        self.name = name

    def send(self, value):
        return httpx.post(f"{API}/named", json=[self.name, value]).json()["value"]


class Chat:
    def __init__(self):
        self.history = []

    def send(self, text):
        answer = httpx.post(f"{API}/chat", json=[*self.history, text]).json()["value"]
        self.history += [text, answer]
        return answer


class Shop:
    def __init__(self, name):
        self.name = name
        self.client = httpx.Client()

    def send(self, value):
        return httpx.post(f"{API}/send", json=[self.name, value]).json()["value"]


def use(shop, value):
    return shop.send(value)


class Article:
    def __init__(self, title):
        self.title = title
        self.parts = []

    def add(self, part):
        self.parts.append(part)

    def text(self):
        return f"{self.title}: {self.parts}"


class Model:
    def start_chat(self):
        return Chat()


def talk(chat, row):
    found = chat.send(row)
    tell(found)
    return found
"""

PROGRAMS = {
    "what an object was built of is given another value": """
def entry(number, rows):
    number = number + 1
    named = Named(number)
    first = named.send(1)
    number = ask(first)
    tell(number)
    return [first, named.send(number)]
""",
    "what an object was built of is given another value in a loop": """
def entry(number, rows):
    named = Named(number)
    for row in rows:
        number = named.send(row)
        tell(number)
    return number
""",
    "what an object holds is changed": """
def entry(number, rows):
    tell(number)
    named = Named(rows)
    for each in [1, 2]:
        rows.append(named.send(each))
        tell(each)
    return named.send(3)
""",
    "a function gives an object that holds a client": """
def opened(number):
    return Shop(ask(number))


def entry(number, rows):
    shop = opened(number)
    tell(number)
    return use(shop, number)
""",
    "a function with several steps gives an object that holds a client": """
def opened(number):
    first = ask(number)
    tell(first)
    shop = Shop(first)
    return first, shop


def entry(number, rows):
    tell(number)
    first, shop = opened(number)
    tell(number)
    return use(shop, first)
""",
    "a function says that it gives an object that holds a client": """
def opened(number) -> Shop:
    first = ask(number)
    tell(first)
    return Shop(first)


def entry(number, rows):
    shop = opened(number)
    tell(number)
    return use(shop, number)
""",
    "a method has the name of one of a set": """
def write(number) -> Article:
    first = ask(number)
    tell(first)
    article = Article(first)
    article.add(first)
    return article


def polish(article: Article, value) -> Article:
    tell(article.text())
    article.add(ask(value))
    return article


def entry(number, rows):
    article = write(number)
    tell(number)
    article = polish(article, number)
    tell(article.title)
    return article.parts
""",
    "a method of what a step gives has the name of one of a set": """
def write(number):
    return Article(ask(number))


def entry(number, rows):
    article = write(number)
    tell(number)
    article.add(number)
    tell(article.text())
    return article.parts
""",
    "an object is set up in a loop after steps, in a handler": """
def entry(number, rows):
    try:
        first = ask(number)
        tell(first)
        writer = Writer("a")
        kept = ask(first)
        for row in rows:
            writer.add(row + kept)
        found = writer.send(first)
        return found
    except ValueError as error:
        return str(error)
""",
    "an object that is set up under a condition is put into a list": """
def collected(rows):
    found = []
    first = ask(1)
    for row in rows:
        turn = Writer(row)
        if turn.factor:
            turn.add(first)
            found.append(turn)
    return found


def entry(number, rows):
    tell(number)
    return [turn.send(number) for turn in collected(rows)]
""",
    "a conversation is kept by the client": """
def entry(number, rows):
    tell(number)
    model = Model()
    chat = model.start_chat()
    found = []
    for row in rows:
        found.append(chat.send(row))
        tell(row)
    return found
""",
    "a conversation is handed to a function": """
def entry(number, rows):
    chat = Model().start_chat()
    return [talk(chat, row) for row in rows]
""",
    "what is made of an object is appended to a list": """
def entry(number, rows):
    history = []
    for row in rows:
        answer = ask(row)
        turn = Turn(row, answer)
        history.append(turn)
    tell(number)
    return [turn.told for turn in history]
""",
    "a handler is handed on to functions with steps": """
class Talk:
    def __init__(self):
        self.most = 3

    def talk(self, rows, handler):
        history = []
        for row in rows:
            answer = ask(row)
            turn = Turn(row, answer)
            handler.turned(turn)
            history.append(turn)
        tell(len(history))
        return [turn.told for turn in history]


def entry(number, rows, handler=Handler()):
    talk = Talk()
    tell(number)
    return talk.talk(rows, handler)
""",
    "a function with steps in it is handed to threads in a way that cannot be followed": """
def entry(number, rows):
    found = []

    def one(row):
        return ask(row)

    tell(number)
    with ThreadPoolExecutor(max_workers=1) as pool:
        begun = {pool.submit(one, row): row for row in rows}
        for thread in pool._threads:
            thread.name = "worker"
        for each in list(begun):
            found.append([begun[each], each.result()])
    tell(len(found))
    return found
""",
    "an object is made from values of the run, and its class takes them from above": """
def entry(number, rows):
    joined = [number, *rows]
    Extractor_ = Extractor(joined, 3)
    first = ask(number)
    return [first, Extractor_.extract()]
""",
    "a local has the name of the class": """
import shop


def entry(number, rows):
    tell(number)
    Extractor = shop.Extractor([number, *rows], by=2)
    return Extractor.extract()
""",
    "an object is made where its method is called": """
def entry(number, rows):
    tell(number)
    return Extractor([number, *rows], by=2).extract()
""",
    "an object is set up in a loop": """
def entry(number, rows):
    writer = Writer("a")
    for row in rows:
        writer.add(row)
    first = writer.send(number)
    return [first, writer.send(first)]
""",
    "an object is set up where something may fail": """
def entry(number, rows):
    writer = Writer("a")
    try:
        writer.factor = 10 // number
    except ZeroDivisionError:
        tell("zero")
    first = writer.send(number)
    return [first, writer.send(first)]
""",
    "an object is set up under a condition, by a call": """
def entry(number, rows):
    writer = Writer("a")
    if number > 2:
        writer.add(number)
    first = writer.send(number)
    return [first, writer.send(first)]
""",
    "each arm has its own object": """
def entry(number, rows):
    if number > 2:
        writer = Writer("a")
        writer.factor = 2
        found = writer.send(number)
        tell(found)
    else:
        writer = Writer("b")
        found = writer.send(number)
    return found
""",
    "a method of a record is called": """
def entry(number, rows):
    tree = plant(number)
    tell(tree.total())
    return grown(tree, rows)


def grown(tree, rows):
    first = ask(1)
    tree.grow(first)
    tell(tree.total())
    return tree.total()
""",
    "steps go on in one buffer": """
def entry(number, rows):
    buffer = io.StringIO()
    for row in rows:
        buffer.write(str(ask(row)))
    tell(number)
    return buffer.getvalue()
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("fails", [frozenset[int](), frozenset({1})], ids=["all well", "one fails"])
def test_the_workflow_does_what_the_original_does(tmp_path: Path, name: str, fails: frozenset[int]) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "shop.py").write_text(HEAD, "utf-8")
    (code / "app.py").write_text(HEAD + PROGRAMS[name], "utf-8")
    assessment = assess(code)
    pipeline = assessment.pipeline("app.entry")
    assert pipeline is not None
    result = migrate(assessment, code, pipeline=pipeline.id, engine="temporal", output=tmp_path / "project")
    for number in (0, 5):
        before = inprocess.original(code, "app", "entry", [number, [4, 2, 7]], World([3, 1, 6], fails))
        given, world = [number, [4, 2, 7]], World([3, 1, 6], fails)
        after = inprocess.workflow(tmp_path / "project", result.plan.package, code, given, world)
        assert after.error == before.error
        assert after.result == before.result
        assert after.calls == before.calls
