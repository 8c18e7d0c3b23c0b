"""What looks external and is in no catalogue is listed with the row to add, and what is plain work is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.resolving.unresolved import looks_external
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]
HEAD = "import newsdk\nfrom newsdk import Client\n\n\ndef run(thing, data):\n"


def listed(tree: Tree, *lines: str) -> dict[str, str]:
    code = HEAD + "".join(f"    {line}\n" for line in lines)
    return {row.call: row.reason for row in assess(tree({"a.py": code})).target.unresolved}


@pytest.mark.parametrize(
    ("line", "call", "row"),
    [
        ("newsdk.publish(data)", "newsdk.publish", "newsdk.publish"),
        ("Client().messages.create(data)", "Client().messages.create", "newsdk.Client.messages.create"),
        ("Client().synthesize_speech(data)", "Client().synthesize_speech", "newsdk.Client.synthesize_speech"),
        ("Client().frobnicate(data)", "Client().frobnicate", "newsdk.Client.frobnicate"),
        ("newsdk.connect().get(data)", "newsdk.connect().get", "newsdk.connect.get"),
        ("newsdk.sendInvoice(data)", "newsdk.sendInvoice", "newsdk.sendInvoice"),
        ("thing.get('https://example.org/a')", "thing.get", "PACKAGE.CLASS.get"),
    ],
)
def test_calls_that_look_external_are_listed(line: str, call: str, row: str, tree: Tree) -> None:
    found = listed(tree, line)
    assert [*found] == [call]
    assert f'calls."{row}" = {{ kind = "http"' in found[call]
    assert "\n" not in found[call]


@pytest.mark.parametrize(
    "line",
    [
        "newsdk.parse(data).get('a')",
        "newsdk.parse(data).strip().split()",
        "newsdk.Options(data)",
        "thing.get('a')",
        "data.update(thing)",
        "newsdk.helper(data)",
        "'https://example.org'.format(thing)",
        "import numpy; numpy.fft.fetch(data)",
        "import json; json.loads(data).get('a')",
    ],
)
def test_plain_work_is_not(line: str, tree: Tree) -> None:
    assert listed(tree, line) == {}


def test_what_looks_external_is_told_by_names() -> None:
    assert looks_external("newsdk.Client.frobnicate", "newsdk.Client")
    assert not looks_external("newsdk.Client.a.b.c.frobnicate", "newsdk.Client")
    assert not looks_external("os.path.get")
    assert looks_external("http.client.HTTPConnection.putrequest", "http.client.HTTPConnection")


def test_every_such_call_is_accounted_for(tree: Tree, home: Path) -> None:
    """The command that holds this for the labelled code bases, on a small one."""
    code = tree({"a.py": HEAD + "    Client().frobnicate(data)\n    import requests\n    requests.get(data)\n"})
    command = [sys.executable, home / "tests" / "corpus" / "accounting.py", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.split()[-8:] == ["code", "2", "1", "0", "1", "0", "0", "0"]
