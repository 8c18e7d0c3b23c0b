"""An assessment as one self-contained HTML file."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from assess.model.assessment import Assessment
from reports.text import render_text


def render_html(
    assessment: Assessment, *, plan: Mapping[str, Any] | None = None, proof: Mapping[str, Any] | None = None
) -> str:
    """The page; plan and proof become sections of it when they are given."""
    text = render_text(assessment, width=100)
    parts = [f"<pre>{html.escape(str(part))}</pre>" for part in (text, plan, proof) if part is not None]
    return "<!doctype html><title>lastgood</title>" + "".join(parts)
