"""What stands beside the code: which lines start what, and that nothing in there stops the reading."""

from __future__ import annotations

import pytest
import yaml as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.reading.beside.names import tells_starts
from assess.reading.beside.reader import read_starts
from assess.reading.beside.shell import targets
from assess.reading.beside.yaml import Node, documents


def lines(file: str, text: str) -> list[str]:
    """Each start as one line: place, kind, detail, form, name."""
    return [
        f"{s.line} {s.kind} {s.detail} | {s.target.form} {s.target.name}"
        + (f":{s.target.symbol}" if s.target.symbol else "")
        for s in read_starts(file, text.encode())
    ]


def plain(node: Node) -> object:
    if node.keys:
        return {k: plain(v) for k, v in node.keys.items()}
    return [plain(i) for i in node.items] if node.items else node.text


COMMANDS = {
    "python job.py": "script job.py",
    "python3.12 -u -X dev ./jobs/job.py --all": "script ./jobs/job.py",
    "python -m app.jobs.run --x": "module app.jobs.run",
    "exec env A=1 B='x y' python job.py": "script job.py",
    "uv run --with httpx python job.py": "script job.py",
    "uv run job.py": "script job.py",
    "poetry run worker --queue a": "command worker",
    "/usr/bin/env python3 job.py": "script job.py",
    "./job.py": "script ./job.py",
    "cd jobs && python job.py": "script job.py",
    "streamlit run --server.port 80 app.py": "script app.py",
    "sh -c 'python job.py'": "script job.py",
    "python manage.py sync --all": "script manage.py:sync",
    "pip install x; python job.py > log 2>&1": "script job.py",
    "python -m pytest tests": None,
    "python -c 'import x; x.run()'": None,
    "python $SCRIPT": None,
    "python": None,
    "": None,
    "'unclosed python job.py": None,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_command_lines(command: str) -> None:
    found = [f"{t.form} {t.name}" + (f":{t.symbol}" if t.symbol else "") for t in targets(command)]
    wanted = COMMANDS[command]
    assert [f for f in found if not f.startswith("command") or f == wanted] == ([wanted] if wanted else [])


def test_a_folder_that_is_left_for_another_is_followed() -> None:
    (target,) = targets("cd jobs/daily && cd .. && python a.py", "app")
    assert target.folders[0] == "app/jobs"
    assert list(targets("cd $HOME && python a.py")) == []


STORIES: dict[str, tuple[str, list[str]]] = {
    "Procfile": (
        "web: gunicorn app:app\nworker: python worker.py\n",
        ["1 platform process web | command gunicorn", "2 platform process worker | script worker.py"],
    ),
    "deploy/Dockerfile": (
        'FROM a AS b\nCMD ["x"]\nFROM c\nWORKDIR /app\nENTRYPOINT ["python", "-m"]\nCMD ["app.main"]\n',
        ["6 platform container | module app.main"],
    ),
    "Dockerfile.worker": ("FROM c\nCMD python \\\n  worker.py\n", ["2 platform container | script worker.py"]),
    "docker-compose.yml": (
        ("services:\n  a:\n    build: {context: ./a}\n    command: [python, a.py]\n  b:\n    command: >\n      python\n"
        "      b.py\n  c:\n    image: redis\n"),
        ["4 platform service a | script a.py", "6 platform service b | script b.py"],
    ),
    "crontab": (
        "# m h\nMAILTO=x\n0 3 * * 1-5 cd /app && python job.py\n@daily root /usr/bin/python3 /app/b.py\n* * broken\n",
        ["3 schedule cron 0 3 * * 1-5 | script job.py", "4 schedule cron @daily | script /app/b.py"],
    ),
    "serverless.yml": (
        ("service: x\nprovider:\n  name: aws\nfunctions:\n  ask:\n    handler: src/ask.handler\n    events:\n"
        "      - httpApi: 'POST /ask'\n      - schedule: rate(1 hour)\n      - sqs:\n          arn: !GetAtt Q.Arn\n"
        "  bare:\n    handler: src.bare.run\n"),
        [
            "6 http POST /ask | symbol src/ask:handler", "6 schedule rate(1 hour) | symbol src/ask:handler",
            "6 queue sqs Q | symbol src/ask:handler", "13 platform function bare | symbol src/bare:run",
        ],
    ),
    "template.yaml": (
        ("Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n"
        "      Events:\n        Up:\n          Type: S3\n          Properties:\n            Bucket: !Ref In\n"
        "  T:\n    Type: AWS::DynamoDB::Table\n"),
        ["5 platform s3 In | symbol app:handler"],
    ),
    ".github/workflows/nightly.yml": (
        ("on:\n  push:\n  schedule:\n  - cron: '0 3 * * *'\njobs:\n  a:\n    steps:\n    - run: |\n"
        "        pip install .\n        python nightly.py\n      working-directory: jobs\n"),
        ["8 schedule cron 0 3 * * * | command pip", "8 schedule cron 0 3 * * * | script nightly.py"],
    ),
    ".github/workflows/ci.yml": ("on: push\njobs:\n  a:\n    steps:\n    - run: python build.py\n", []),
    "k8s/cronjob.yaml": (
        ("kind: CronJob\nspec:\n  schedule: '*/5 * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
        "          containers:\n          - name: a\n            command: [python]\n"
        "            args: [-m, app.sync]\n"),
        ["9 schedule cron */5 * * * * | module app.sync"],
    ),
    "langgraph.json": (
        '{"graphs": {\n "a": "./src/a.py:graph",\n "b": {"path": "pkg.b:make"}, "c": 1, "d": "../../x.py:g"}}',
        ["2 platform graph a | symbol src/a.py:graph", "3 platform graph b | symbol pkg.b:make"],
    ),
    "pyproject.toml": (
        ('[project.scripts]\ngo = "app.cli:main"\n[tool.poetry.scripts]\ngone = "app.cli:other"\n[tool.poe.tasks]\n'
        'sync = "python sync.py"\n'),
        ["2 cli go | symbol app.cli:main", "4 cli gone | symbol app.cli:other", "6 cli sync | script sync.py"],
    ),
    "setup.cfg": (
        "[options.entry_points]\nconsole_scripts =\n    go = app.cli:main [extra]\n",
        ["3 cli go | symbol app.cli:main"],
    ),
    "Makefile": (
        "PY := python\nrun: deps ## start\n\tpython -m app\n\t@echo done\ndeps:\n\t$(PY) x.py\n",
        ["3 cli make run | module app"],
    ),
    "bin/start.sh": ('#!/bin/sh\n# python no.py\nset -e\nexec python app.py "$@"\n',
        ["4 cli start.sh | script app.py"]),
}  # fmt: skip


@pytest.mark.parametrize("file", STORIES)
def test_each_file_says_what_it_starts(file: str) -> None:
    text, wanted = STORIES[file]
    assert tells_starts(file.rpartition("/")[0] + "/" if "/" in file else "", file.rpartition("/")[2])
    assert lines(file, text) == wanted
    assert lines(file, text.replace("\n", "\r\n")) == wanted


@pytest.mark.parametrize("name", ["main.py", "README.md", "values.yaml", "Dockerfiles", "cron.txt", "template.html"])
def test_other_files_are_not_looked_at(name: str) -> None:
    assert not tells_starts("", name)


YAML = """
# a comment
name: "quoted # not a comment"   # a comment
other: 'it''s'
empty:
list:
- one
- two: 2
  three: [a, "b, c", {d: e}]
-
  - nested
deep:
    er:
        - - x
          - y
url: http://example.org:80/x
text: |
  first
  second: not a key

  third
after: value
long: word
  and more
flow: {a: [1, 2], b: {c: d},
  e: f}
"""


def test_yaml_is_read_as_others_read_it() -> None:
    (found,) = documents(YAML)
    wanted = reference.load(YAML, Loader=reference.BaseLoader)  # noqa: S506 - texts only, and our own
    read = plain(found)
    assert isinstance(read, dict)
    assert {k: v or "" for k, v in read.items()} == {
        k: v.strip() if isinstance(v, str) else v for k, v in wanted.items()
    }


def test_yaml_keeps_lines_and_documents() -> None:
    first, second = documents("a: 1\n---\n- b:\n    c: 2\n")
    assert (first.get("a").line, second.items[0].get("b", "c").line) == (1, 4)
    assert not second.items[0].get("nothing", "there")


def test_small_files_cannot_make_much_work() -> None:
    bombs = [
        "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n" * 500, "[" * 100_000, "- " * 100_000, "{a: " * 50_000,
        "\n".join(" " * n + "a:" for n in range(3_000)), "a" + " " * 200_000, '"' + "\\" * 100_000, "? " * 50_000,
        "x: |\n" * 10_000, "a: [\n" * 10_000, ":" * 100_000, "\t- " * 20_000,
    ]  # fmt: skip
    for bomb in bombs:
        assert list(documents(bomb))
        for file in ("Procfile", "Dockerfile", "crontab", "serverless.yml", "Makefile"):
            read_starts(file, bomb.encode()[:50_000])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_read_as_far_as_they_go(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(STORIES)))
    raw = bytearray(STORIES[file][0].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 8))] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"\n", b": ", b"- ", b"[", b'"', b"  "])
        )
    for start in read_starts(file, bytes(raw)):
        assert start.line >= 1
