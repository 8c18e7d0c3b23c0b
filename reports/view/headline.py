"""The verdict in one sentence, and the numbers under it."""

from __future__ import annotations

from collections.abc import Sequence

from assess.model.assessment import Assessment
from assess.model.score import Verdict
from reports.view.shown import PipelineView
from reports.words import count


def headline(assessment: Assessment, pipelines: Sequence[PipelineView]) -> str:
    """What a person should remember of the assessment."""
    root = assessment.target.root_name
    chains = [view for view in pipelines if view.pipeline.ai and view.pipeline.chain]
    kind = "AI pipeline"
    if not chains:
        chains, kind = [view for view in pipelines if view.pipeline.chain], "pipeline"
    if not pipelines:
        return f"No pipeline was found in {root}."
    if not chains:
        return f"{root} has {count(len(pipelines), 'single call')} to the outside, and no chain of them."
    verdicts = [view.pipeline.answers.resume.verdict for view in chains]
    good = verdicts.count(Verdict.YES)
    if good == len(chains):
        return f"{_all(len(chains), kind)} in {root} {'goes' if good == 1 else 'go'} on after a crash."
    if Verdict.NO in verdicts or Verdict.PARTIAL in verdicts:
        lost, part = verdicts.count(Verdict.NO), verdicts.count(Verdict.PARTIAL)
        return _bad(root, kind, len(chains), lost, part)
    return f"Whether the {count(len(chains), kind)} in {root} would survive a crash, the code does not show."


def _all(number: int, kind: str) -> str:
    return f"The {kind}" if number == 1 else f"Both {kind}s" if number == 2 else f"All {number} {kind}s"


def _bad(root: str, kind: str, chains: int, lost: int, part: int) -> str:
    some = lost or part
    whole = "" if lost else "part of "
    if chains == 1:
        return f"A crash costs the {kind} in {root} {whole}its run."
    if some == chains:
        return f"A crash costs {'both' if chains == 2 else f'all {chains}'} {kind}s in {root} {whole}their run."
    others = "another" if part == 1 else f"{part} others"
    if lost + part == chains and part == 1:
        others = "the other"
    rest = f", and {others} part of it" if lost and part else ""
    return f"A crash costs {some} of the {chains} {kind}s in {root} {whole}{'its' if some == 1 else 'their'} run{rest}."


def facts(assessment: Assessment, pipelines: Sequence[PipelineView]) -> tuple[tuple[str, str], ...]:
    """Number and noun, for the strip under the verdict."""
    target = assessment.target
    chains = sum(view.pipeline.chain and view.pipeline.ai for view in pipelines)
    places = {(s.file, s.line, s.column, s.cell): s.ai for view in pipelines for s in view.pipeline.steps}
    found = [
        (f"{target.files:,}", "file read" if target.files == 1 else "files read"),
        (f"{target.lines:,}", "line" if target.lines == 1 else "lines"),
        (str(len(pipelines)), "pipeline" if len(pipelines) == 1 else "pipelines"),
        (str(chains), "AI chain" if chains == 1 else "AI chains"),
        (str(len(places)), "place with a step" if len(places) == 1 else "places with steps"),
        (str(sum(places.values())), "model call" if sum(places.values()) == 1 else "model calls"),
        (str(len(target.skipped)), "file not read" if len(target.skipped) == 1 else "files not read"),
        (str(len(target.unresolved)), "call not known" if len(target.unresolved) == 1 else "calls not known"),
    ]
    return tuple((number, noun) for number, noun in found if number != "0" or noun in ("pipelines", "AI chains"))
