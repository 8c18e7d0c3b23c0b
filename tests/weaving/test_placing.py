"""Where content goes: each literal, variable and entry with its own line, through the names that stand for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assess.model.observed import ChosenBy, Decides
from assess.usecases import assess

CALL = "\n\ndef run(text):\n    return requests.post(URL, json={'text': text}, timeout=3)\n"


def chosen(folder: Path, code: str) -> list[tuple[str, str, int, str | None]]:
    (folder / "app.py").write_text(code, encoding="utf-8")
    found = (c for p in assess(folder).pipelines for c in p.observed.chosen if c.decides is Decides.PLACE)
    return sorted({(c.by.value, c.says, c.line, c.setting) for c in found})


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("URL = 'https://a.example/v1'", [("literal", "https://a.example/v1", 3, None)]),
        ("HOST = 'https://a.example'\nURL = f'{HOST}/v1'", [("literal", "https://a.example/v1", 3, None)]),
        ("HOST = 'https://a.example'\nURL = HOST + '/v1'", [("literal", "https://a.example/v1", 3, None)]),
        ("URL = os.environ['SERVICE']", []),
        ("URL = os.environ['SERVICE_URL']", [("variable", "SERVICE_URL", 3, None)]),
        ("URL = f\"{os.environ['SERVICE_URL']}/v1\"", [("variable", "SERVICE_URL", 3, None)]),
        (
            "URL = os.getenv('SERVICE_URL', 'https://a.example')",
            [("default", "https://a.example", 3, "SERVICE_URL"), ("variable", "SERVICE_URL", 3, None)],
        ),
        (
            "URL = os.getenv('SERVICE_URL') or 'https://a.example'",
            [("default", "https://a.example", 3, "SERVICE_URL"), ("variable", "SERVICE_URL", 3, None)],
        ),
        (
            "with open('c.toml', 'rb') as f:\n    conf = tomllib.load(f)\nURL = conf['service']['url']",
            [("entry", "service.url", 3, None)],
        ),
        ("PLACE = 'somewhere'\nURL = f'https://{PLACE.lower()}/v1'", []),
    ],
)
def test_what_decides_a_url(head: str, expected: list[object], tmp_path: Path) -> None:
    assert chosen(tmp_path, f"import os, tomllib\nimport requests\n{head}{CALL}") == expected


def test_a_field_of_a_settings_class_is_a_variable_with_a_default(tmp_path: Path) -> None:
    code = """
import requests
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    service_url: str = "https://a.example"


settings = Settings()


def run(text):
    return requests.post(settings.service_url, json={"text": text}, timeout=3)
"""
    assert chosen(tmp_path, code) == [
        ("default", "https://a.example", 7, "SERVICE_URL"),
        ("variable", "SERVICE_URL", 7, None),
    ]


def test_every_client_that_a_call_may_be_made_on(tmp_path: Path) -> None:
    code = """
from openai import OpenAI


def client_for(name):
    if name == "near":
        return OpenAI(base_url="https://near.example/v1")
    return OpenAI(base_url="https://far.example/v1")


def ask(name, text):
    return client_for(name).chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
"""
    assert [says for _, says, _, _ in chosen(tmp_path, code)] == ["https://far.example/v1", "https://near.example/v1"]


def test_a_set_up_call_decides_for_later_clients(tmp_path: Path) -> None:
    code = """
import vertexai
from vertexai.generative_models import GenerativeModel

vertexai.init(project="p", location="europe-west3")
model = GenerativeModel("gemini")


def ask(text):
    return model.generate_content(text)
"""
    assert chosen(tmp_path, code) == [("literal", "europe-west3", 5, None)]


def test_a_model_is_no_place(tmp_path: Path) -> None:
    code = "import instructor\nclient = instructor.from_provider('openai/gpt-3.5')\n\n\ndef ask(text):\n"
    code += "    return client.chat.completions.create(model='gpt-3.5-turbo', response_model=str, messages=[])\n"
    assert ChosenBy.LITERAL.value not in {by for by, says, _, _ in chosen(tmp_path, code) if says == "gpt-3.5-turbo"}
