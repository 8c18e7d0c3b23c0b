"""Trees that break readers: each file that cannot be read is named, and the rest is assessed all the same."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Tool = Callable[..., CompletedProcess[str]]
Tree = Callable[[Mapping[str, str | bytes]], Path]
Validated = Callable[[str], dict[str, Any]]

GOOD = 'import requests\n\n\ndef fetch():\n    requests.post("https://example.org")\n'

UNREADABLE: dict[str, str | bytes] = {
    "does_not_parse.py": "def broken(:\n",
    "null_bytes.py": b"x = 1\0\n",
    "python_2.py": "print 'hello'\n",
    "no_such_encoding.py": b"# coding: no-such\nx = 1\n",
    "not_utf_8.py": b"x = '\xff\xfe'\n",
    "deep_brackets.py": "x = " + "[" * 5_000 + "]" * 5_000 + "\n",
    "not_a_notebook.ipynb": "{",
    "list.ipynb": "[]",
    "generated.py": "x = 1\n" * 1_000_000,
}
READABLE: dict[str, str | bytes] = {
    "good.py": GOOD,
    "empty.py": "",
    "mark.py": b"\xef\xbb\xbfx = 1\n",
    "windows.py": GOOD.replace("\n", "\r\n"),
    "old_mac.py": "x = 1\ry = 2\r",
    "form_feed.py": "x = 1\f\ny = 2\n",
    "latin.py": b"# coding: latin-1\nx = '\xe9'\n",
    "huge_line.py": "x = '" + "a" * 1_000_000 + "'\n",
    "long_sum.py": "x = " + " + ".join(["1"] * 3_000) + "\n",
    "long_chain.py": "x = a" + ".b()" * 500 + "\n",
    "many_elifs.py": "if a:\n    pass\n" + "elif b:\n    pass\n" * 1_000,
    "deep_blocks.py": "".join("    " * n + "if a:\n" for n in range(90)) + "    " * 90 + "pass\n",
    "warns.py": "x = '\\d'\nassert (1, 2)\n1 is 1\n",
    "itself.py": "import itself\nfrom itself import *\n\n\ndef f():\n    return f()\n",
    "star/__init__.py": "from star.a import *\n",
    "star/a.py": "from star import *\nclass A(A):\n    pass\n\n\nclass B(B, A):\n    x = B().x\n",
    "surrogate.py": "x = '\\udcff'\n",
}


def test_every_odd_file_is_named_or_read(tree: Tree, tool: Tool, validated_assessment: Validated) -> None:
    code = tree({**READABLE, **UNREADABLE})
    ended = tool("assess", code, "--format", "json")
    assert (ended.returncode, ended.stderr) == (0, "")
    target = validated_assessment(ended.stdout)["target"]
    assert {row["file"] for row in target["skipped"]} == {*UNREADABLE}
    assert all(row["reason"] and "\n" not in row["reason"] for row in target["skipped"])
    assert {*READABLE} <= {*target["digests"]}
    text = tool("assess", code)
    assert (text.returncode, text.stderr) == (0, "")


def test_what_is_no_file_is_not_opened(tree: Tree, tool: Tool, validated_assessment: Validated) -> None:
    code = tree({"good.py": GOOD, "folder.py/inside.py": GOOD})
    os.mkfifo(code / "pipe.py")
    (code / "loop").symlink_to(code)
    (code / "self.py").symlink_to(code / "self.py")
    (code / "dangling.py").symlink_to("/no/such/file.py")
    (code / "device.py").symlink_to("/dev/zero")
    (code / "locked.py").write_text(GOOD)
    (code / "locked.py").chmod(0)
    ended = tool("assess", code, "--format", "json")
    assert (ended.returncode, ended.stderr) == (0, "")
    target = validated_assessment(ended.stdout)["target"]
    skipped = {row["file"] for row in target["skipped"]}
    assert {"pipe.py", "self.py", "dangling.py", "device.py"} <= skipped
    assert ("locked.py" in skipped) != ("locked.py" in target["digests"])  # root may read it
    assert {"good.py", "folder.py/inside.py"} <= {*target["digests"]}


def test_nothing_outside_the_tree_is_read(
    tree: Tree, tool: Tool, validated_assessment: Validated, tmp_path: Path
) -> None:
    """A link to a file or folder elsewhere would carry somebody's other code into a report that is handed on."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "secret.py").write_text(GOOD.replace("example.org", "secret.example.org"))
    code = tree({"good.py": GOOD})
    (code / "folder").symlink_to(secret)
    (code / "link.py").symlink_to(secret / "secret.py")
    ended = tool("assess", code, "--format", "json")
    assert ended.returncode == 0
    assert "secret.example.org" not in ended.stdout
    assert [*validated_assessment(ended.stdout)["target"]["digests"]] == ["good.py"]


def test_names_that_are_not_utf_8(tree: Tree, tool: Tool, validated_assessment: Validated, tmp_path: Path) -> None:
    code = tree({"good.py": GOOD})
    Path(os.fsdecode(os.fsencode(code) + b"/bad-\xff.py")).write_text(GOOD)
    Path(os.fsdecode(os.fsencode(code) + b"/esc-\x1b[31m\n.py")).write_text(GOOD)
    (code / "bidi-\u202e.py").write_text(GOOD)
    for form in ("json", "text"):
        ended = tool("assess", code, "--format", form, "--report", f"html={tmp_path / 'a.html'}")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "\x1b" not in ended.stdout
        page = (tmp_path / "a.html").read_bytes()
        assert b"\x1b" not in page
        assert "\u202e".encode() not in page
        page.decode()
    assert "\u202e" not in ended.stdout
    data = validated_assessment(tool("assess", code, "--format", "json").stdout)
    assert len(data["target"]["digests"]) == 4


ATTACKS = ("\x1b[31m", "\x1b]0;title\x07", "\u202e", "\u2066", "<script>alert(1)</script>", "</pre><img src=x>", "\x00")


@pytest.mark.parametrize("form", ["text", "html"])
def test_strings_of_the_code_cannot_steer_the_reader(form: str, tree: Tree, tool: Tool, tmp_path: Path) -> None:
    attack = "".join(ATTACKS[:-1])
    code = tree(
        {
            "good.py": f'''
import requests
from fastapi import FastAPI

app = FastAPI()


@app.post("/{attack}")
def handle(q):
    """{attack}"""
    try:
        requests.post("https://example.org/{attack}", json={{"{attack}": q}})  # {attack}
        requests.post(f"https://{attack}.example.org/" + q, data="{attack}")
    except Exception:  # {attack}
        pass  # {attack}
''',
            f"{attack.replace('/', '')}.py": GOOD,
        }
    )
    out = tmp_path / "out"
    ended = tool("assess", code, "--report", f"{form}={out}", env={"FORCE_COLOR": "1"})
    assert (ended.returncode, ended.stderr) == (0, "")
    colours = "\x1b["
    for text in (out.read_text(), ended.stdout):
        assert "\x1b[31m\x1b]" not in text
        assert "\x1b]" not in text
        assert "\x07" not in text
        assert "\u202e" not in text
        assert "\u2066" not in text
    if form == "html":
        assert "<script>alert" not in out.read_text()
        assert "<img src=x>" not in out.read_text()
    else:
        assert colours not in out.read_text(), "a file is never coloured"


def test_the_same_input_gives_the_same_bytes(tree: Tree, tool: Tool) -> None:
    code = tree({**READABLE, **UNREADABLE})
    runs = {tool("assess", code, "--format", "json", env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")}
    assert len(runs) == 1
    assert json.loads(runs.pop())["pipelines"]
