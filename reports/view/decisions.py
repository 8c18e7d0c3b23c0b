"""What was decided about findings, in sentences: suppressed and known ones counted, and remarks with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assess.model.assessment import Assessment, Remark
from assess.model.finding import SuppressedBy
from reports.words import count

WORDS = {
    SuppressedBy.COMMENT: "by comments",
    SuppressedBy.FILE_COMMENT: "by comments for a whole file",
    SuppressedBy.PER_FILE_IGNORES: "by per-file-ignores",
    SuppressedBy.IGNORE: "by ignore",
    SuppressedBy.REGION: "because the region is the chosen one",
    SuppressedBy.SELECT: "because their checks are not selected",
    SuppressedBy.MIN_SEVERITY: "below the least severity",
    SuppressedBy.MIN_CONFIDENCE: "below the least confidence",
}


def decisions(assessment: Assessment) -> tuple[str, ...]:
    """One sentence for each kind of decision and for each remark; empty if nothing was decided."""
    return (*_counted(assessment), *map(_remarked, assessment.remarks))


def _counted(assessment: Assessment) -> Iterator[str]:
    hidden = Counter(f.suppressed.by for f in assessment.findings if f.suppressed is not None)
    if hidden:
        parts = ", ".join(f"{number} {WORDS[by]}" for by, number in sorted(hidden.items()))
        bare = sum(f.suppressed is not None and f.counts for f in assessment.findings)
        costs = f"; the scores still count {bare} of them" if bare else ""
        yield f"{count(hidden.total(), 'finding is', 'findings are')} suppressed: {parts}{costs}."
    known = Counter(f.baseline for f in assessment.findings if f.suppressed is None)
    if known["known"] or known["new"]:
        yield f"{count(known['known'], 'finding is', 'findings are')} in the baseline, {known['new']} new."


def _remarked(remark: Remark) -> str:
    cell = "" if remark.cell is None else f"[{remark.cell}]"
    line = f":{remark.line}" if remark.line else ""
    stop = "" if remark.says.endswith("?") else "."
    return f"{remark.file}{cell}{line}: {remark.says}{stop}"
