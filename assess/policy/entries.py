"""Entries that are none, because the owner says so."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from assess.model.assessment import Remark, RemarkKind
from assess.model.woven import WovenPipeline
from assess.policy.patterns import matches, meaning
from assess.policy.values import Policy


def without_ignored(
    pipelines: Sequence[WovenPipeline], policy: Policy
) -> tuple[tuple[WovenPipeline, ...], tuple[Remark, ...]]:
    """The pipelines that stay, and a remark for each that was left out."""
    rules = []
    for pattern in policy.entries_ignore:
        files, _, symbol = pattern.rpartition(":") if ":" in pattern else (pattern, "", "*")
        rules.append((meaning([files or "*"], policy.source), symbol))
    left, remarks = [], []
    for pipeline in pipelines:
        entry = pipeline.entry
        if any(matches(files, entry.file) and fnmatchcase(entry.symbol, symbol) for files, symbol in rules):
            says = f"the pipeline {pipeline.id} is left out, as entries.ignore says"
            remarks.append(Remark(RemarkKind.CONFIGURATION, entry.file, entry.line, entry.cell, says))
        else:
            left.append(pipeline)
    return tuple(left), tuple(remarks)
