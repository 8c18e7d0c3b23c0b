"""Findings of one check told together: a pipeline often has the same flaw at several places."""

from __future__ import annotations

from collections.abc import Iterable

from reports.view.shown import FindingGroup, FindingView


def grouped(findings: Iterable[FindingView]) -> tuple[FindingGroup, ...]:
    """Groups in the order of their most severe finding; `findings` come sorted."""
    by_check: dict[str, list[FindingView]] = {}
    for view in findings:
        by_check.setdefault(view.finding.check, []).append(view)
    return tuple(
        FindingGroup(check, views[0].title, views[0].severity, views[0].todo, views[0].page, tuple(views))
        for check, views in by_check.items()
    )
