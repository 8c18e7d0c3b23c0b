"""Names and texts that have to get into generated code: the project parses, or one sentence refuses the pipeline."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.errors import MigrationError
from migrate.usecases import migrate

Tree = Callable[[Mapping[str, str]], Path]

HEAD = "import openai, requests\nclient = openai.OpenAI()\n\n"
PLAIN = """
def main(text):
    answer = client.responses.create(model="m", input=text).output_text
    requests.post("https://crm.example.org/x", json={"answer": answer})
"""
ODD = {
    "unicode": PLAIN.replace("main", "prüfe_größe").replace("text", "текст"),
    "long": PLAIN.replace("main", "long_" * 60 + "name"),
    "reserved": PLAIN.replace("main", "run").replace("text", "match"),
    "words of the workflow": PLAIN.replace("main", "workflow").replace("answer", "activity"),
    "texts": PLAIN.replace("main(text):", 'main(text):\n    """\\"\\"\\" {{ x }} {% raw %} */ \\\\ """').replace(
        '"m"', 'f"{text} {{% x %}} \\n \\x1b \'\\" {{{{ y }}}}"'
    ),
    "by name": PLAIN.replace("requests.post(", 'getattr(requests, "post")('),
    "recursion": PLAIN.replace("main(text)", "main(text, depth=0)")
    + "    for part in text:\n        main(part, depth + 1)\n",
    "dispatch": PLAIN.replace("main", "ask")
    + "\nSTEPS = {'ask': ask}\n\ndef main(name, text):\n    STEPS[name](text)\n",
    "no storable value": PLAIN.replace(".output_text", "")
    + "    lock = __import__('threading').Lock()\n    return lock, answer\n",
}


@pytest.mark.parametrize("name", ODD)
def test_the_project_parses(name: str, tree: Tree, tmp_path: Path) -> None:
    root = tree({"app.py": HEAD + ODD[name]})
    assessment = assess(root)
    done = migrate(assessment, root, pipeline=assessment.pipelines[0].id, engine="temporal", output=tmp_path / "out")
    assert len(done.plan.ledger) == len(assessment.pipelines[0].visits())
    for file in (tmp_path / "out").rglob("*.py"):
        ast.parse(file.read_text("utf-8"))
        assert len(file.name) < 200


@pytest.mark.parametrize(
    "file", ["new\nline.py", 'quo"te.py', "back\\slash.py", "bell\x07.py", "a{{b}}.py", "tick`.py"]
)
def test_a_file_whose_name_cannot_be_written_is_refused(file: str, tree: Tree, tmp_path: Path) -> None:
    root = tree({file: HEAD + PLAIN})
    assessment = assess(root)
    with pytest.raises(MigrationError, match=r"in its name, which cannot be written .* rename it"):
        migrate(assessment, root, pipeline=assessment.pipelines[0].id, engine="temporal", output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("file", ["class/while.py", "with space/näme.py", "da-sh/1.py"])
def test_a_file_whose_name_is_only_unusual_is_moved(file: str, tree: Tree, tmp_path: Path) -> None:
    root = tree({file: HEAD + PLAIN})
    assessment = assess(root)
    migrate(assessment, root, pipeline=assessment.pipelines[0].id, engine="temporal", output=tmp_path / "out")
    for made in (tmp_path / "out").rglob("*.py"):
        ast.parse(made.read_text("utf-8"))


def test_code_that_changes_while_it_is_read_is_refused(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from migrate import usecases  # noqa: PLC0415

    root = tree({"app.py": HEAD + PLAIN})
    assessment = assess(root)
    drafted = usecases._drafted  # noqa: SLF001 - the moment between the two looks at the files

    def meanwhile(*given: object) -> object:
        made = drafted(*given)  # type: ignore[arg-type]
        (root / "app.py").write_text(HEAD + PLAIN + "\n# another line\n")
        return made

    monkeypatch.setattr(usecases, "_drafted", meanwhile)
    with pytest.raises(MigrationError, match=r"app.py has changed since the assessment"):
        migrate(assessment, root, pipeline=assessment.pipelines[0].id, engine="temporal", output=tmp_path / "out")
    assert not (tmp_path / "out").exists()
