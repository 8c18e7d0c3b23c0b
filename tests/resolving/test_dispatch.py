"""What is chosen at run time: factories asked often, providers that are only asked, budgets that run out."""

from __future__ import annotations

from pathlib import Path

from assess.model.assessment import Pipeline
from assess.model.step import Confidence, Kind
from assess.usecases import assess

PROVIDERS = """
from abc import ABC, abstractmethod
import openai, anthropic

class Model(ABC):
    @abstractmethod
    def ask(self, text): ...

class Gpt(Model):
    def ask(self, text):
        return openai.OpenAI(timeout=5).chat.completions.create(model="m", messages=[text])

class Claude(Model):
    def ask(self, text):
        return anthropic.Anthropic(timeout=5).messages.create(model="m", max_tokens=9, messages=[text])
"""


def _pipeline(folder: Path, symbol: str, **files: str) -> Pipeline:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return next(p for p in assess(folder).pipelines if p.entry.symbol == symbol)


def test_a_factory_gives_what_it_is_asked_for_however_often(tmp_path: Path) -> None:
    asked = "\n".join(f"    make('{name}').{call}" for name, call in CALLS.items())
    made = ", ".join(f"'{name}': {client}" for name, client in CLIENTS.items())
    code = f"import boto3, openai, redis\n\ndef make(kind):\n    return {{{made}}}[kind]\n\ndef run(text):\n{asked}\n"
    steps = _pipeline(tmp_path, "run", job=code).steps
    assert [str(s.target).partition(".")[0] for s in steps] == ["openai", "redis", "boto3", "boto3"]
    assert steps[3].target == "boto3.client(sqs).send_message"


CLIENTS = {
    "a": "openai.OpenAI()",
    "b": "redis.Redis()",
    "c": "boto3.client('s3')",
    "d": "boto3.client('sqs')",
}
CALLS = {
    "a": "embeddings.create(model='m', input=text)",
    "b": "get(text)",
    "c": "get_object(Bucket=text, Key=text)",
    "d": "send_message(QueueUrl=text, MessageBody=text)",
}


def test_asking_the_providers_leaves_nothing_behind(tmp_path: Path) -> None:
    code = "from llm import Model\n\ndef run(model: Model, text):\n    model.ask(text)\n    return model.ask(text)\n"
    pipeline = _pipeline(tmp_path, "run", llm=PROVIDERS, job=code)
    assert [(s.file, s.line) for s in pipeline.steps] == [("job.py", 4), ("job.py", 5)]
    assert [v for s in pipeline.steps for v in s.visits if v.conditional] == []


def test_a_joined_step_says_what_all_its_providers_do_and_is_less_sure(tmp_path: Path) -> None:
    code = "from llm import Model\n\ndef run(model: Model, text):\n    return model.ask(text)\n"
    (step,) = _pipeline(tmp_path, "run", llm=PROVIDERS, job=code).steps
    assert (step.provider, step.billed, step.confidence) == (None, True, Confidence.MEDIUM)
    assert (step.timeout.set, step.timeout.seconds) == (True, 5.0)


def test_an_interface_met_when_no_budget_is_left_is_still_known_later(tmp_path: Path) -> None:
    deep = "\n".join(f"def f{n}(text):\n    f{n + 1}(text)\n    f{n + 1}(text)\n" for n in range(12))
    last = "def f12(text):\n    requests.get(text)\n"
    busy = "import requests\nfrom llm import Model\n" + deep + last
    busy += "\ndef first(model: Model, text):\n    f0(text)\n    return model.ask(text)\n"
    code = "from llm import Model\n\ndef run(model: Model, text):\n    return model.ask(text)\n"
    (step,) = _pipeline(tmp_path, "run", llm=PROVIDERS, a_busy=busy, job=code).steps
    assert step.kind is Kind.MODEL
