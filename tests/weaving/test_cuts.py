"""Whatever was not followed to its end is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import assess
from assess.weaving import entries

Tree = Callable[[Mapping[str, str | bytes]], Path]
JOB = 'import requests\n\n\ndef job():\n    requests.post("https://example.org")\n\n\njob()\n'


def skipped(code: Path) -> dict[str, str]:
    return {s.file: s.reason for s in assess(code).target.skipped}


def test_a_run_that_is_longer_than_its_budget(tree: Tree) -> None:
    # What is handed something to call is followed anew each time: twice two functions, fourteen levels deep.
    calls = "".join(f"def f{n}(g):\n    f{n + 1}(g)\n    f{n + 1}(g)\n\n\n" for n in range(14))
    last = "def f14(g):\n    g()\n    requests.get('x')\n\n\ndef g():\n    pass\n\n\nf0(g)\n"
    code = tree({"big.py": f"import requests\n\n\n{calls}{last}", "small.py": JOB})
    found = skipped(code)
    assert found.keys() == {"big.py"}
    assert found["big.py"].startswith("followed in part")


def test_a_run_that_is_deeper_than_its_budget(tree: Tree) -> None:
    calls = "".join(f"def f{n}():\n    f{n + 1}()\n\n\n" for n in range(60))
    code = tree({"deep.py": f"import requests\n\n\n{calls}def f60():\n    requests.get('x')\n\n\nf0()\n"})
    assert skipped(code)["deep.py"].startswith("followed in part")


def test_cells_that_do_not_parse(tree: Tree) -> None:
    cells = ["import requests", "x = (", "%%bash\nls", "requests.get('https://example.org')", "print 'two'"]
    made = [{"cell_type": "code", "source": c} for c in cells]
    code = tree({"a.ipynb": json.dumps({"cells": made, "metadata": {}, "nbformat": 4})})
    assessment = assess(code)
    assert [p.entry.cell for p in assessment.pipelines] == [3]
    assert [s.reason.partition(":")[0] for s in assessment.target.skipped] == [
        "cell 1 does not parse at line 1",
        "cell 4 Python 2 source",
    ]


def test_one_entry_that_is_nested_too_deeply_does_not_end_the_run(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    real = entries.run_module

    def refuse(session: object, module: object) -> object:
        if module.path == "deep.py":  # type: ignore[attr-defined]
            raise RecursionError
        return real(session, module)  # type: ignore[arg-type]

    monkeypatch.setattr(entries, "run_module", refuse)
    code = tree({"deep.py": JOB, "job.py": JOB})
    assessment = assess(code)
    assert [p.entry.file for p in assessment.pipelines] == ["job.py"]
    assert [(s.file, s.reason) for s in assessment.target.skipped] == [
        ("deep.py", "not followed from the script: nested too deeply")
    ]


def test_containers_that_hold_themselves_end(tree: Tree) -> None:
    text = (
        "import requests\n\n\ndef look(x):\n    return x\n\n\ndef job():\n    tree = {}\n    tree['up'] = tree\n"
        "    row = []\n    row.append(row)\n    row.append(tree)\n" + "    look(tree)\n    look(row)\n" * 6
        + "    requests.post('https://example.org', json=look(tree))\n\n\njob()\n"
    )  # fmt: skip
    assert skipped(tree({"a.py": text})) == {}
