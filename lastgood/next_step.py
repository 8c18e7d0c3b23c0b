"""The command to type next, ready to be pasted into a shell."""

from __future__ import annotations

import shlex
from pathlib import Path

from assess.model.assessment import Assessment


def following(assessment: Assessment, path: Path) -> str | None:
    """The migration of the recommended pipeline, else the report, else nothing."""
    if not assessment.pipelines:
        return None
    wanted = assessment.recommendation.pipeline
    if wanted is None:
        return shlex.join(["lastgood", "assess", str(path), "--report", "html=report.html"])
    name = assessment.target.root_name or "project"
    return shlex.join(["lastgood", "migrate", str(path), "--pipeline", wanted, "--output", f"{name}-durable"])
