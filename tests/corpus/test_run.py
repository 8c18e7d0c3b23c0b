"""The corpus harness on a tiny corpus: what is there is measured, what is missing or breaks is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("run.py")

# Lays out a folder for each label, except the one that needs a clone.
SOURCES = """
import pathlib, sys
out, *rest = sys.argv[1:]
folders = rest[:rest.index("--git")] if "--git" in rest else rest
for label in sorted(f for folder in folders for f in pathlib.Path(folder).glob("*.yaml")):
    if "clone" in label.stem and "--git" not in rest:
        print(f"{label.stem}: needs a clone of the public repository a/b at 0123")
        continue
    place = pathlib.Path(out) / label.stem
    place.mkdir(parents=True, exist_ok=True)
    (place / "a.py").write_text("import requests\\ndef f():\\n    requests.get('https://example.org')\\n")
    (place / ".complete").touch()
"""
# Says how many of the labels have an assessment.
SCORE = """
import json, pathlib, sys
labels, assessments = map(pathlib.Path, sys.argv[1:3])
names = sorted(label.stem for label in labels.glob("*.yaml"))
hit = sum((assessments / f"{name}.json").exists() for name in names)
if "--json" in sys.argv:
    print(json.dumps({"assessed": {"hit": hit, "of": len(names), "percent": 100 * hit / len(names)},
                      "step_precision": {"hit": 0, "of": 0, "percent": None}}))
else:
    print("details of", names)
"""
# An assessment of nothing, a crash, a hang, and one that takes all the memory there is.
TOOL = """
import sys, time
if "crash" in sys.argv[1]: sys.exit("it broke here")
if "hang" in sys.argv[1]: time.sleep(600)
if "greedy" in sys.argv[1]: x = b"x" * (8 << 30)
print('{"pipelines": [], "findings": []}')
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "the corpus"
    labels = ("labels/lib", "labels/crash", "app-labels/app", "more-labels/clone", "labels/greedy")
    for label in labels:
        path = folder / f"{label}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("repo: a/b\n")
    (folder / "sources.py").write_text(SOURCES)
    (folder / "score.py").write_text(SCORE)
    (folder / "tool.py").write_text(TOOL)
    return folder


def _run(corpus: Path, *options: str) -> tuple[str, Path]:
    tool = corpus.parent / "tool"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{corpus / "tool.py"}" "$@"\n')
    tool.chmod(0o755)
    page = corpus.parent / "accuracy.md"
    places = ["--corpus", str(corpus), "--out", str(corpus.parent / "out"), "--page", str(page)]
    limits = ["--seconds", "5", "--megabytes", "1024", "--tool", str(tool)]
    command = [sys.executable, str(DRIVER), *places, *limits, *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout, page


def test_what_is_there_is_measured_and_the_rest_is_said(corpus: Path) -> None:
    (corpus / "more-labels" / "hang.yaml").write_text("repo: a/b\n")
    said, page = _run(corpus)
    assert "5 assessed, 3 of them failed, 1 missing" in said
    assert "exit 1: it broke here" in said
    assert "stopped after 5 s" in said
    assert "MemoryError" in said
    written = page.read_text()
    assert "| assessed | 50.0 % (1/2) | 33.3 % (1/3) | 40.0 % (2/5) |" in written
    assert "| step precision | - | - | - |" in written
    assert "- clone: needs a clone" in written
    assert "- crash: exit 1: it broke here" in written
    assert "details of" in (corpus.parent / "out" / "detail-all.txt").read_text()


def test_clones_bring_the_rest(corpus: Path) -> None:
    said, page = _run(corpus, "--git", str(corpus.parent))
    assert "5 assessed, 2 of them failed, 0 missing" in said
    assert "every labelled code base was there" in page.read_text()


def test_a_run_over_some_writes_no_page(corpus: Path) -> None:
    said, page = _run(corpus, "--only", "lib,app")
    assert "2 assessed, 0 of them failed" in said
    assert not page.exists()


def test_an_assessment_of_yesterday_is_not_counted(corpus: Path) -> None:
    old = corpus.parent / "out" / "assessments" / "crash.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    _run(corpus, "--only", "crash")
    assert not old.exists()


def test_no_corpus_is_no_failure(tmp_path: Path) -> None:
    said, _ = _run(tmp_path / "nowhere")
    assert "make corpus CORPUS=DIR" in said


def test_our_own_command_line_is_what_is_measured(corpus: Path) -> None:
    options = ["--corpus", str(corpus), "--out", str(corpus.parent / "out"), "--only", "lib"]
    ended = subprocess.run([sys.executable, str(DRIVER), *options], capture_output=True, text=True, check=False)
    assert "1 pipelines, 0 chains" in ended.stdout, ended.stderr
