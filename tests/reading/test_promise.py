"""What a file promises is told from its bytes."""

from __future__ import annotations

import pytest

from assess.reading.promise import Promise, promises

MODELS = frozenset({"openai", "anthropic"})
OUTSIDE = frozenset({"openai", "anthropic", "requests", "sqlalchemy"})


def promise(text: str, path: str = "a.py") -> Promise:
    return promises({path: text.encode()}, MODELS, OUTSIDE)[path]


@pytest.mark.parametrize(
    "text",
    [
        "import openai\n",
        "import os, openai as o\n",
        "    from openai.types import Completion\n",
        'httpx.post("https://api.mistral.ai/v1/chat/completions")\n',
        "importlib.import_module(name)\n",
    ],
)
def test_a_file_that_names_a_model(text: str) -> None:
    assert promise(text) is Promise.MODEL


@pytest.mark.parametrize(
    "text", ["import requests\n", "from sqlalchemy import select\n", "open(path)\n", "db.commit()\n"]
)
def test_a_file_that_reaches_out(text: str) -> None:
    assert promise(text) is Promise.OUTSIDE


@pytest.mark.parametrize(
    "text", ["", "def f():\n    return 1\n", "from sympy import openai_like\n", '"""import openai"""\n']
)
def test_a_file_that_promises_nothing(text: str) -> None:
    assert promise(text) is Promise.NOTHING


def test_a_notebook_is_looked_at_line_by_line() -> None:
    text = '{"cells": [{"cell_type": "code", "source": ["import anthropic\\n", "x = 1"]}]}'
    assert promise(text, "a.ipynb") is Promise.MODEL


def test_files_near_one_that_names_a_model() -> None:
    data = {
        "app/llm.py": b"import openai\n",
        "app/chain.py": b"from app.llm import ask\n",
        "app/view.py": b"from .chain import run\n",
        "app/sums.py": b"import math\n",
    }
    assert promises(data, MODELS, OUTSIDE) == {
        "app/llm.py": Promise.MODEL,
        "app/chain.py": Promise.NEAR,
        "app/view.py": Promise.NOTHING,
        "app/sums.py": Promise.NOTHING,
    }
