"""An assessment as one self-contained HTML file: no network, no script needed, light and dark, screen and paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assess.model.assessment import Assessment
from reports.clean import cleaned
from reports.drawing.painter import style
from reports.html import pieces
from reports.view import build
from reports.view.actions import effort_words
from reports.view.planned import plan_view
from reports.view.proved import proof_view
from reports.words import count, listed, sentence_case, steps_words

TRUTH = (
    "A finished step never repeats on a durable engine; the step in flight does. "
    "Its outside effect happens once only where the target honours an idempotency key."
)


def render_html(
    assessment: Assessment,
    *,
    plan: Mapping[str, Any] | None = None,
    proof: Mapping[str, Any] | None = None,
    following: str | None = None,
) -> str:
    """The page; plan and proof become sections of it when they are given. `following` is the next command to type."""
    view = build(assessment, following)
    sheet, script = _slim(_asset("style.css") + style()), _slim(_asset("script.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash(sheet)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html.j2")
    page = template.render(
        view=view,
        target=view.assessment.target,
        tool=view.assessment.tool,
        plan=cleaned(plan),
        proof=cleaned(proof),
        truth=TRUTH,
        policy=policy,
        style=Markup(sheet),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        opened=_opened(view.recommended.anchor if view.recommended else None, [p.anchor for p in view.pipelines]),
    )
    return _slim(page)


def _slim(text: str) -> str:
    """Without the indents and empty lines of templates and style sheets; excerpts stand in one line each."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def _opened(recommended: str | None, anchors: list[str]) -> frozenset[str]:
    """The pipelines that stand open when the page does: the recommended one, else the first."""
    return frozenset([recommended] if recommended else anchors[:1])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        bar=pieces.bar,
        level=pieces.level,
        graph=pieces.graph,
        graph_legend=pieces.graph_legend,
        replay=pieces.replay,
        count=count,
        steps_words=steps_words,
        plan_view=plan_view,
        proof_view=proof_view,
        effort_words=effort_words,
    )
    environment.filters.update(ticked=pieces.ticked, human=sentence_case, listed=listed)
    return environment


def _asset(name: str) -> str:
    return resources.files("reports.html").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
