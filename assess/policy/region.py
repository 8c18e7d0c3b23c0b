"""The region that the owner chose, held against findings that know a place.

Inside of it, a place that is fixed in the code is what the owner wants. Outside of it, a place that the code or the
SDK's default decides is what the owner did not want.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assess.model.finding import Finding, Severity, SuppressedBy, Suppression
from assess.model.woven import WovenPipeline

FIXED = "fixed-endpoint"
DEFAULT = "unpinned-region"
NO_PLACE = frozenset({"any", "global", "local", "own", "unknown"})
"""Words for a jurisdiction that name none."""


def with_region(
    findings: Sequence[Finding], pipelines: Sequence[WovenPipeline], region: str | None
) -> tuple[Finding, ...]:
    """The findings as the chosen region makes them."""
    if region is None:
        return tuple(findings)
    places = {(p.id, step.id): step.region.jurisdiction for p in pipelines for step in p.steps}
    return tuple(_judged(f, places.get((f.pipeline or "", f.step or "")), region) for f in findings)


def _judged(finding: Finding, place: str | None, region: str) -> Finding:
    if finding.check not in (FIXED, DEFAULT) or not place or place.lower() in NO_PLACE:
        return finding
    if place.upper() != region:
        message = f"{finding.message} That is {place}, outside of {region}, the region that the owner chose."
        return replace(finding, severity=Severity.HIGH, message=message)
    if finding.check == FIXED and finding.suppressed is None:
        reason = f"it is fixed to {region}, the region that the owner chose"
        return replace(finding, suppressed=Suppression(SuppressedBy.REGION, reason))
    return finding
