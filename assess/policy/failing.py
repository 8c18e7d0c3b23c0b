"""Why a run ends with 1: pure judgement, said in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from assess.model.assessment import Assessment, Pipeline
from assess.model.finding import Finding, Severity
from assess.policy.applying import SEVERITIES
from assess.policy.values import Policy

NAMED = 3
"""So many findings are named; the rest is counted."""


def failures(assessment: Assessment, policy: Policy) -> tuple[str, ...]:
    """One sentence for each bar that is not met; empty if the run ends with 0."""
    return (*_too_severe(assessment, policy.fail_on), *_too_low(assessment, policy.fail_under))


def open_findings(assessment: Assessment) -> tuple[Finding, ...]:
    """The findings that can fail a run: not suppressed and not in the baseline, the worst first."""
    found = [f for f in assessment.findings if f.suppressed is None and f.baseline != "known"]
    return tuple(sorted(found, key=lambda f: SEVERITIES.index(f.severity)))


def _too_severe(assessment: Assessment, bar: Severity | None) -> Iterator[str]:
    if bar is None:
        return
    counted = SEVERITIES[: SEVERITIES.index(bar) + 1]
    found = [f for f in open_findings(assessment) if f.severity in counted]
    if found:
        known = sum(f.baseline == "known" for f in assessment.findings)
        beside = f" that {'is' if len(found) == 1 else 'are'} not in the baseline" if known else ""
        named = ", ".join(f"{f.check} at {place(f)}" for f in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        yield f"{_many(len(found), 'finding')} at or above {bar} (--fail-on){beside}: {named}{more}."


def _too_low(assessment: Assessment, bar: int | None) -> Iterator[str]:
    if bar is None:
        return
    chains = [p for p in assessment.pipelines if p.chain] or list(assessment.pipelines)
    low = [(score, axis, p) for p in chains for axis, score in _scores(p) if score < bar]
    if low:
        score, axis, worst = min(low, key=lambda one: (one[0], one[2].id))
        others = len(low) - 1
        more = f", and {_many(others, 'more score')} under it" if others else ""
        yield f"{worst.name} scores {score} in {axis}, under {bar} (--fail-under){more}."


def _scores(pipeline: Pipeline) -> tuple[tuple[str, int], ...]:
    scores = pipeline.scores
    return ("resumability", scores.resumability), ("visibility", scores.visibility), ("region", scores.region)


def place(finding: Finding) -> str:
    """`file:line`, in a notebook `file[cell]:line`."""
    cell = "" if finding.cell is None else f"[{finding.cell}]"
    return f"{finding.file}{cell}:{finding.line}"


def _many(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"
