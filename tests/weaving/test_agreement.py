"""Flow, steps and flags tell the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import assess
from tests.weaving.agreeing import known_misses

Tree = Callable[[Mapping[str, str | bytes]], Path]

AGREED = {
    "map over items": """
import requests


def run(urls):
    return list(map(requests.get, urls))
""",
    "work handed over to run later": """
from fastapi import BackgroundTasks, FastAPI
import requests

app = FastAPI()


def tell():
    requests.post("https://example.org")


@app.post("/tell")
def run(background: BackgroundTasks):
    background.add_task(tell)
""",
    "a call on one of two clients": """
import openai

client = openai.OpenAI() if __debug__ else openai.AzureOpenAI()


def run(text):
    return client.embeddings.create(model="m", input=text)
""",
    "work at once, in a loop, under a condition": """
import asyncio
import httpx

client = httpx.AsyncClient()


async def run(urls):
    await asyncio.gather(*[client.get(url) for url in urls])
    for url in urls:
        if url:
            await client.post(url)
""",
}


@pytest.mark.parametrize("code", AGREED.values(), ids=[*AGREED])
def test_flags_say_what_the_flow_says(tree: Tree, code: str) -> None:
    assert known_misses(assess(tree({"job.py": code}))) == []


def test_columns_count_characters(tree: Tree) -> None:
    root = tree({"job.py": 'import requests\n\n\ndef run(url):\n    x = "é"; requests.get(url)\n'})
    ((step,),) = (p.steps for p in assess(root).pipelines)
    assert step.column == 13
