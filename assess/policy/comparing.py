"""Two assessments of one code base, and everything that is different between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assess.model.assessment import SCHEMA_VERSION, Assessment, Pipeline
from assess.model.change import SUPPRESSED, Change, ChangedFinding, ChangedPipeline, Difference, Side, Went
from assess.model.finding import Finding
from assess.model.score import Answers
from assess.policy.applying import SEVERITIES
from assess.policy.fingerprints import kin
from assess.policy.matching import matched

_ORDER = (Went.NEW, Went.CHANGED, Went.GONE)


def compare(old: Assessment, new: Assessment) -> Change:
    """What is new, gone and changed; a finding that only moved is none of these."""
    return Change(
        schema_version=SCHEMA_VERSION,
        old=_side(old),
        new=_side(new),
        differences=tuple(_of_code_base(old, new)),
        pipelines=tuple(_pipelines(old.pipelines, new.pipelines)),
        findings=tuple(_findings(old.findings, new.findings)),
    )


def _side(one: Assessment) -> Side:
    open_ones = sum(finding.suppressed is None for finding in one.findings)
    return Side(one.target.root_name, one.target.commit, one.tool, len(one.pipelines), open_ones)


def _of_code_base(old: Assessment, new: Assessment) -> Iterator[Difference]:
    yield from _answers(old.answers, new.answers)
    first = (old.recommendation.pipeline or "nothing", new.recommendation.pipeline or "nothing")
    yield from _different("first to migrate", *first)


def _answers(old: Answers, new: Answers) -> Iterator[Difference]:
    for name in ("resume", "visible", "region"):
        yield from _different(name, getattr(old, name).verdict.value, getattr(new, name).verdict.value)


def _different(of: str, old: object, new: object) -> Iterator[Difference]:
    if old != new:
        yield Difference(of, str(old), str(new))


def _pipelines(old: Sequence[Pipeline], new: Sequence[Pipeline]) -> Iterator[ChangedPipeline]:
    before, after = {p.id: p for p in old}, {p.id: p for p in new}
    for pipeline in new:
        if pipeline.id not in before:
            yield _changed(Went.NEW, pipeline)
    for pipeline in new:
        differences = tuple(_of_pipeline(before[pipeline.id], pipeline)) if pipeline.id in before else ()
        if differences:
            yield _changed(Went.CHANGED, pipeline, differences)
    for pipeline in old:
        if pipeline.id not in after:
            yield _changed(Went.GONE, pipeline)


def _changed(went: Went, pipeline: Pipeline, differences: tuple[Difference, ...] = ()) -> ChangedPipeline:
    return ChangedPipeline(went, pipeline.id, pipeline.name, pipeline.entry.place, differences)


def _of_pipeline(old: Pipeline, new: Pipeline) -> Iterator[Difference]:
    yield from _answers(old.answers, new.answers)
    for name in ("resumability", "visibility", "region", "risk"):
        yield from _different(f"{name} score", getattr(old.scores, name), getattr(new.scores, name))
    yield from _different("steps", sum(len(s.visits) for s in old.steps), sum(len(s.visits) for s in new.steps))
    yield from _different("durable engine", old.durable_engine, new.durable_engine)


def _findings(old: Sequence[Finding], new: Sequence[Finding]) -> Iterator[ChangedFinding]:
    pairs = matched(old, new, kin, kin)
    same_old, same_new = {one.id for one, _ in pairs}, {other.id for _, other in pairs}
    found = [ChangedFinding(Went.NEW, f) for f in new if f.id not in same_new]
    found += [ChangedFinding(Went.GONE, f) for f in old if f.id not in same_old]
    found += [ChangedFinding(Went.CHANGED, b, tuple(differ)) for a, b in pairs if (differ := [*_of_finding(a, b)])]
    return iter(sorted(found, key=_worst_first))


def _of_finding(old: Finding, new: Finding) -> Iterator[Difference]:
    yield from _different("severity", old.severity.value, new.severity.value)
    yield from _different("confidence", old.confidence.value, new.confidence.value)
    yield from _different(SUPPRESSED, _suppressed(old), _suppressed(new))
    yield from _different("file", old.file, new.file)


def _suppressed(finding: Finding) -> str:
    return "no" if finding.suppressed is None else f"by {finding.suppressed.by}"


def _worst_first(changed: ChangedFinding) -> tuple[object, ...]:
    f = changed.finding
    return _ORDER.index(changed.went), SEVERITIES.index(f.severity), f.file, f.cell or 0, f.line, f.check, f.id
