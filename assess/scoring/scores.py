"""Scores with their arithmetic: a base, one line for each thing that changes it, and the sum cut off at 0 and 100.

The base is what the answer to the axis's question leaves, so a score never looks better than its answer.

Cutting off is a line of its own, so the lines always add up to the score, to the last point.
"""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.finding import Axis, Finding, Severity
from assess.model.score import Answers, ScoreLine, Scores, Verdict
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline
from assess.scoring.risk import risk_lines

POINTS = {Severity.HIGH: 25, Severity.MEDIUM: 12, Severity.LOW: 5, Severity.NOTE: 0}
SHARE = {Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}
BASE = {Verdict.YES: 100, Verdict.PARTIAL: 70, Verdict.UNKNOWN: 50, Verdict.NO: 40}
"""What is left before findings are taken off."""
REPEAT = 0.5
"""The second finding of one check takes half of the first's points, the third half of that: the flaw is the same."""
FADE = 0.8
"""Each further kind of flaw takes four fifths of what it would alone: of two bad pipelines one is still worse."""


def scores_of(
    pipeline: WovenPipeline, findings: Sequence[Finding], answers: Answers, elsewhere: frozenset[str] = frozenset()
) -> Scores:
    """The scores of one pipeline; `findings` and `answers` are its own, `elsewhere` visits that other entries run."""
    verdicts = {
        Axis.RESUMABILITY: answers.resume.verdict,
        Axis.VISIBILITY: answers.visible.verdict,
        Axis.REGION: answers.region.verdict,
    }
    lines = [line for axis in Axis for line in _cut(axis.value, _axis_lines(axis, findings, verdicts[axis]))]
    lines += _cut("risk", risk_lines(pipeline, findings, elsewhere))
    total = {score: sum(line.points for line in lines if line.score == score) for score in (*Axis, "risk")}
    return Scores(
        resumability=total[Axis.RESUMABILITY],
        visibility=total[Axis.VISIBILITY],
        region=total[Axis.REGION],
        risk=total["risk"],
        arithmetic=tuple(lines),
    )


def _axis_lines(axis: Axis, findings: Sequence[Finding], verdict: Verdict) -> list[ScoreLine]:
    lines = [ScoreLine(axis.value, BASE[verdict], f"the answer is {verdict.value}")]
    seen: dict[str, int] = {}
    for finding in sorted((f for f in findings if f.axis is axis), key=_heaviest_first):
        before = seen.get(finding.check, 0)
        seen[finding.check] = before + 1
        others = list(seen).index(finding.check)
        points = round(POINTS[finding.severity] * SHARE[finding.confidence] * REPEAT**before * FADE**others)
        if points:
            again = ", again" if before else ""
            lines.append(ScoreLine(axis.value, -points, f"{finding.check} at {_place(finding)}{again}", finding.id))
    return lines


def _heaviest_first(finding: Finding) -> tuple[object, ...]:
    weight = POINTS[finding.severity] * SHARE[finding.confidence]
    return -weight, finding.check, finding.file, finding.cell or 0, finding.line, finding.id


def _place(finding: Finding) -> str:
    cell = "" if finding.cell is None else f"[{finding.cell}]"
    return f"{finding.file}{cell}:{finding.line}"


def _cut(score: str, lines: Sequence[ScoreLine]) -> list[ScoreLine]:
    total = sum(line.points for line in lines)
    wanted = max(0, min(100, total))
    if wanted == total:
        return list(lines)
    side = "not below 0" if total < 0 else "not above 100"
    return [*lines, ScoreLine(score, wanted - total, side)]
