"""What stands beside the code starts functions, files and graphs of the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.model.assessment import Assessment
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]
WORK = """
import requests


def work(event=None, unused=None):
    requests.post("https://example.org", json=event)
"""
RUN = WORK + '\n\nif __name__ == "__main__":\n    work()\n'


def triggers(assessment: Assessment) -> dict[str, list[str]]:
    """Each entry with what starts it."""
    return {
        f"{p.entry.file}:{p.entry.symbol}": [f"{t.kind.value} {t.detail}" for t in p.triggers]
        for p in assessment.pipelines
    }


def test_functions_that_nothing_else_marks_become_entries(tree: Tree) -> None:
    code = tree(
        {
            "lambdas/ask.py": WORK, "src/app/__init__.py": "", "src/app/cli.py": WORK, "other.py": RUN,
            "setup.cfg": "[options.entry_points]\nconsole_scripts =\n  ask = app.cli:work\n",
            "template.yaml": (
                "Resources:\n  Ask:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: lambdas/\n"
                "      Handler: ask.work\n      Events:\n        Api:\n          Type: Api\n"
                "          Properties: {Path: /ask, Method: post}\n"
            ),
            "Procfile": "worker: ask --loop\n",
        }
    )  # fmt: skip
    assessment = assess(code)
    assert triggers(assessment) == {
        "lambdas/ask.py:work": ["http POST /ask"],
        "src/app/cli.py:work": ["cli ask", "platform process worker"],
        "other.py:work": ["script other.py"],
    }
    assert next(p for p in assessment.pipelines if p.entry.file == "lambdas/ask.py").frameworks == ("aws_lambda",)


def test_known_entries_get_one_more_trigger(tree: Tree) -> None:
    code = tree(
        {
            "jobs/a.py": RUN, "jobs/b.py": RUN, "crontab": "0 3 * * * cd /srv/jobs && python /srv/jobs/a.py\n",
            "Dockerfile": 'WORKDIR /srv\nCMD ["python", "-m", "jobs.b"]\n',
        }
    )  # fmt: skip
    assert triggers(assess(code)) == {
        "jobs/a.py:work": ["schedule cron 0 3 * * *", "script jobs/a.py"],
        "jobs/b.py:work": ["platform container", "script jobs/b.py"],
    }


def test_setup_py_and_management_commands(tree: Tree) -> None:
    code = tree(
        {
            "setup.py": "from setuptools import setup\nsetup(entry_points={'console_scripts': ['go = app:work']})\n",
            "app.py": WORK,
            "shop/management/commands/sync.py": (
                "import requests\nfrom django.core.management.base import BaseCommand\n\n\n"
                "class Command(BaseCommand):\n"
                "    def handle(self, *args, **options):\n        requests.get('https://example.org')\n"
            ),
            "manage.py": "",
            "crontab": "@daily python manage.py sync\n",
        }
    )
    found = triggers(assess(code))
    assert found["app.py:work"] == ["cli go"]
    assert found["shop/management/commands/sync.py:Command.handle"] == ["cli Command.handle", "schedule cron @daily"]


def test_graphs_of_a_platform(tree: Tree) -> None:
    code = tree(
        {
            "langgraph.json": '{"graphs": {"ask": "./agent.py:graph"}}',
            "agent.py": (
                "import requests\nfrom langgraph.graph import START, StateGraph\n\n\ndef fetch(state):\n"
                "    return {'x': requests.get('https://example.org')}\n\n\n"
                "def send(state):\n    requests.post('https://example.org', json=state['x'])\n\n\n"
                "builder = StateGraph(dict)\nbuilder.add_node(fetch)\nbuilder.add_node(send)\n"
                "builder.add_edge(START, 'fetch')\nbuilder.add_edge('fetch', 'send')\ngraph = builder.compile()\n"
            ),
        }
    )
    (found,) = triggers(assess(code)).values()
    assert "platform graph ask" in found


@pytest.mark.parametrize(
    "file",
    ["Procfile", "Dockerfile", "docker-compose.yml", "serverless.yml", "template.yaml", "langgraph.json", "setup.cfg"],
)
@pytest.mark.parametrize(
    "text", ["", "\0\xff", "{" * 500, "a:\n- b\n c", "functions: [x]\nservices: y\nResources: z\n"]
)
def test_damaged_files_change_nothing(tree: Tree, file: str, text: str) -> None:
    code = tree({"a.py": RUN, file: text.encode("latin-1")})
    assert triggers(assess(code)) == {"a.py:work": ["script a.py"]}


def test_starts_that_lead_out_of_the_tree_or_to_tests_are_left_alone(tree: Tree) -> None:
    code = tree(
        {
            "a.py": RUN, "tests/job.py": RUN,
            "Procfile": "x: python ../../etc/a.py\ny: python tests/job.py\nz: python gone.py\nw: python -m json.tool\n",
        }
    )  # fmt: skip
    assert triggers(assess(code)) == {"a.py:work": ["script a.py"]}
