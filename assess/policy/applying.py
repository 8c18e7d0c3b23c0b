"""Findings and decisions to findings that carry the decisions. None is taken away; the first that fits holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from assess.model.assessment import Remark
from assess.model.finding import Finding, Severity, SuppressedBy, Suppression
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline
from assess.policy.ignores import Ignore, unused
from assess.policy.patterns import matches, meaning
from assess.policy.region import with_region
from assess.policy.values import Policy

SEVERITIES = tuple(Severity)  # the worst first
CONFIDENCES = tuple(Confidence)  # the surest first


@dataclass(frozen=True, slots=True)
class Applied:
    """The findings with suppressions, and the ignores that met none of them."""

    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


def apply(
    policy: Policy, ignores: Sequence[Ignore], findings: Sequence[Finding], pipelines: Sequence[WovenPipeline]
) -> Applied:
    """Hold every decision against every finding."""
    used: set[Ignore] = set()
    decided = _Decisions(policy, ignores, used)
    made = tuple(decided.on(finding) for finding in with_region(findings, pipelines, policy.region))
    return Applied(made, unused(ignores, used))


class _Decisions:
    def __init__(self, policy: Policy, ignores: Sequence[Ignore], used: set[Ignore]) -> None:
        self._policy = policy
        self._used = used
        self._ignores: dict[tuple[str, str], list[Ignore]] = {}
        for one in ignores:
            self._ignores.setdefault((one.comment.file, one.check), []).append(one)
        self._rules = [
            (one, None if one.pattern is None else meaning([one.pattern], policy.source)) for one in policy.ignored
        ]

    def on(self, finding: Finding) -> Finding:
        """The finding, suppressed if a decision says so."""
        found = next((s for s in (*self._comments(finding), *self._configured(finding)) if s is not None), None)
        return finding if found is None else replace(finding, suppressed=found)

    def _comments(self, finding: Finding) -> Iterator[Suppression]:
        fitting = [
            one
            for one in self._ignores.get((finding.file, finding.check), ())
            if one.covers(finding.file, finding.line, finding.cell)
        ]
        self._used.update(fitting)
        for one in sorted(fitting, key=lambda one: one.whole_file):
            yield Suppression(SuppressedBy.FILE_COMMENT if one.whole_file else SuppressedBy.COMMENT, one.reason)

    def _configured(self, finding: Finding) -> Iterator[Suppression | None]:
        policy = self._policy
        for one, rules in self._rules:
            if one.check == finding.check and (rules is None or matches(rules, finding.file)):
                by = SuppressedBy.IGNORE if rules is None else SuppressedBy.PER_FILE_IGNORES
                yield Suppression(by, one.reason)
        yield finding.suppressed
        if policy.select and finding.check not in policy.select:
            yield Suppression(SuppressedBy.SELECT, "it is not selected")
        if _below(finding.severity, policy.min_severity, SEVERITIES):
            yield Suppression(SuppressedBy.MIN_SEVERITY, f"{finding.severity} is below {policy.min_severity}")
        if _below(finding.confidence, policy.min_confidence, CONFIDENCES):
            yield Suppression(SuppressedBy.MIN_CONFIDENCE, f"{finding.confidence} is below {policy.min_confidence}")


def _below(word: str, least: str, order: Collection[str]) -> bool:
    ranks = list(order)
    return ranks.index(word) > ranks.index(least)
