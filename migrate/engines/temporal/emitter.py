"""A plan and its drafted workflow as the files of a Temporal project. Knows text; reads and writes no files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from migrate.cutover.change import CutOver
from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.context.whole import make_context
from migrate.engines.temporal.folding import fold
from migrate.engines.temporal.words import literal, number, one_line, quoted, summary, todo, wrapped
from migrate.plan import Plan
from migrate.rewriting.draft import Draft

_PACKAGE = (
    "shared", "policies", "attributes",
    "records", "objects", "original",
    "journal", "journalled", "clock", "steps", "coordination", "workflow",
    "step", "http_keys", "own_retries", "activities", "adapter",
    "connection", "storage", "codec", "tracing", "preflight",
    "serving", "worker", "starter", "caller", "resume",
)  # fmt: skip
_TESTS = (
    "conftest", "probe", "scripted", "paths", "fakes", "lives",
    "test_paths", "test_workflow", "test_activities", "test_replay", "test_continuing", "test_payloads",
    "test_connection", "test_worker", "test_runbook", "test_determinism", "test_original",
)  # fmt: skip
_PAPERS = ("pyproject.toml", "README.md", "RUNBOOK.md", "LEDGER.md", "CUTOVER.md", "compose.yaml", ".gitignore")


def emit(plan: Plan, draft: Draft, change: CutOver) -> Mapping[str, str]:
    """Every file of the project but its manifest, by path."""
    templates = _templates()
    context: Context = make_context(plan, draft, change)

    def made(name: str) -> str:
        values: dict[str, Any] = dict(context)
        text = _tidied(templates.get_template(f"{name}.j2").render(values))
        return fold(text) if name.endswith(".py") else text

    package = plan.package
    files = {f"{package}/__init__.py": f'"""{one_line(plan.name)}, on Temporal."""\n'}
    files |= {f"{package}/{name}.py": made(f"{name}.py") for name in _PACKAGE}
    if context["loaded"]:
        files[f"{package}/definitions.py"] = made("definitions.py")
    if context["state"]:
        files |= {f"{package}/{name}.py": made(f"{name}.py") for name in ("state", "module_state")}
    if context["pool_words"]:
        files[f"{package}/pool.py"] = made("pool.py")
    if plan.runs:
        files |= {f"{package}/{name}.py": made(f"{name}.py") for name in ("driven", "runs")}
        files |= {f"{package}/{d.file}": made(f"frameworks/{d.file}") for d in context["driver_modules"]}
        files["tests/test_driven.py"] = made("tests/test_driven.py")
    if plan.waits:
        files[f"{package}/approve.py"] = made("approve.py")
    files |= {f"cutover/{c.name}": c.diff for c in change.changes}
    files["tests/__init__.py"] = ""
    files |= {f"tests/{name}.py": made(f"tests/{name}.py") for name in _TESTS}
    files["tests/determinism.py"] = context["determinism_source"]
    files |= {f"tests/exploring/{name}.py": text for name, text in context["exploring_sources"].items()}
    files["tests/flow.json"] = context["flow"]
    files |= {name: made(name) for name in _PAPERS}
    return dict(sorted(files.items()))


@cache
def _templates() -> jinja2.Environment:
    """The templates, each of which is compiled once however many projects are made."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("migrate.engines.temporal", "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the text is Python and Markdown, not HTML; what comes from code is escaped by filters
    )
    templates.filters |= {
        "wrapped": wrapped,
        "quoted": quoted,
        "literal": literal,
        "number": number,
        "summary": summary,
        "todo": todo,
        "plain": one_line,
    }
    return templates


def _tidied(text: str) -> str:
    """No spaces at line ends, never three empty lines, one line end at the end; a dict without rows on one line."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept: list[str] = []
    for line in lines:
        if line in ("}", "]") and kept and kept[-1].endswith(("{", "[")) and not kept[-1].startswith(" "):
            kept[-1] += line
        elif line or len(kept) < 2 or kept[-1] or kept[-2]:
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
