"""Legacy code of many shapes, migrated once for all tests of this room."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from assess.model.assessment import Assessment
from assess.usecases import assess
from migrate.engines.temporal.capability import VOCABULARY
from migrate.rewriting.draft import Draft
from migrate.rewriting.orchestrating import orchestrate
from migrate.rewriting.rendering import workflow_functions
from migrate.usecases import MigrationResult, migrate
from tests.conftest import Tree

SHAPES = Path(__file__).parent / "shapes"
FILES = [p for p in SHAPES.glob("*/**/*.*") if p.suffix in (".py", ".ipynb")]
NAMES = sorted({p.parent.relative_to(SHAPES).parts[0] for p in FILES})


@dataclass(frozen=True)
class Migrated:
    """One shape: its legacy root, its assessment, what was generated."""

    root: Path
    assessment: Assessment
    result: MigrationResult

    @property
    def folder(self) -> Path:
        """The generated project."""
        return self.result.output

    def text(self, name: str) -> str:
        """A file of the generated package."""
        return (self.folder / self.result.plan.package / f"{name}.py").read_text("utf-8")


@cache
def assessed(root: Path) -> Assessment:
    """An assessment, made once."""
    return assess(root)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Migrated]:
    """Every shape, and the example, migrated."""
    base = tmp_path_factory.mktemp("migrated")
    roots = {name: SHAPES / name for name in NAMES} | {"claims": SHAPES.parents[2] / "examples"}
    made = {}
    for name, root in roots.items():
        assessment = assessed(root)
        wanted = next((p.id for p in assessment.pipelines if p.entry.file.startswith("claims_triage/") and p.ai), None)
        result = migrate(assessment, root, pipeline=wanted, engine="temporal", output=base / name)
        made[name] = Migrated(root, assessment, result)
    return made


MODELS = """
import httpx
from openai import OpenAI
client = OpenAI()

def ask(prompt: str) -> str:
    return client.responses.create(model="m", input=prompt).output_text

def tell(text: str) -> None:
    httpx.post("http://localhost:9", json={"text": text})
"""
Rewritten = Callable[..., Draft]
Drafted = Callable[..., Draft]


@pytest.fixture
def rewritten(tree: Tree) -> Rewritten:
    """Drafts the workflow of an entry that stands in one file with the models."""

    def make(source: str, entry: str = "entry", extra: Mapping[str, str] | None = None) -> Draft:
        root = tree({"app.py": MODELS + source, **(extra or {})})
        pipeline = assess(root).pipeline(entry)
        assert pipeline is not None
        return orchestrate(pipeline, root, VOCABULARY)

    return make


@pytest.fixture
def drafted(tree: Tree) -> Drafted:
    """Drafts the workflow of the largest pipeline of an application that imports the models."""

    def make(app: str, **more: str) -> Draft:
        root = tree({"models.py": MODELS, "app.py": app, **{f"{n}.py": t for n, t in more.items()}})
        pipeline = max(assess(root).pipelines, key=lambda p: len(p.steps))
        return orchestrate(pipeline, root, VOCABULARY)

    return make


def body(draft: Draft) -> str:
    return re.sub(r"^    ", "", workflow_functions(draft), flags=re.MULTILINE)
