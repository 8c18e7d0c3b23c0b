"""What is made from the code is as fresh as the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_generated_pages_are_fresh(home: Path) -> None:
    spec = importlib.util.spec_from_file_location("docs_generate", home / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    made = generate.pages()
    stale = [path.name for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: make docs"
    assert {*(home / "docs" / "checks").glob("*.md")} <= {*made}, "a page of a check that is gone: run make docs"
