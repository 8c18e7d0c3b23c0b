"""Help, version and schema come at once: what they do not need is not imported."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

HEAVY = {"libcst", "networkx", "jinja2", "temporalio", "yaml", "google"}
START = """
import json, sys
sys.argv = ["lastgood", *sys.argv[1:]]
from lastgood.__main__ import main
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["schema"], ["schema", "--help"]])
def test_light_commands_import_nothing_heavy(words: list[str], tool: Callable[..., CompletedProcess[str]]) -> None:
    ended = tool(*words, by=(sys.executable, "-c", START))
    assert ended.returncode == 0
    assert HEAVY & {*json.loads(ended.stderr)} == set()
