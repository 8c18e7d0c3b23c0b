"""Findings: their identity, their order, their excerpts."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from assess.checks.run import run_checks
from assess.model.finding import Finding
from assess.model.source import ExcerptLine
from assess.model.step import Kind
from assess.model.woven import WovenPipeline
from tests.checks.build import model, pipeline, seq, step, write


def excerpt(_file: str, first: int, last: int, _cell: int | None) -> tuple[ExcerptLine, ...]:
    return tuple(ExcerptLine(line, f"line {line}") for line in range(first, last + 1))


def chain(name: str = "run-1", shift: int = 0) -> WovenPipeline:
    return pipeline(
        seq("read", "ask", "post", "mail"),
        step("read", line=4 + shift),
        model("ask", line=6 + shift, end_line=20 + shift),
        write("post", line=22 + shift),
        write("mail", Kind.MESSAGE, line=23 + shift, call="client.post", target="lib.Client.post"),
        id=name,
    )


def found(*pipelines: WovenPipeline) -> tuple[Finding, ...]:
    return run_checks(pipelines, excerpt)


def test_ids_are_unique_also_over_pipelines_that_share_code() -> None:
    findings = found(chain("a"), chain("b"))
    assert len({f.id for f in findings}) == len(findings)


def test_ids_stay_when_lines_move() -> None:
    before, after = found(chain()), found(chain(shift=40))
    assert [f.id for f in before] == [f.id for f in after]
    assert [f.line for f in before] != [f.line for f in after]


def test_equal_calls_in_one_function_are_told_apart_by_their_order() -> None:
    keyless = [f for f in found(chain()) if f.check == "unkeyed-write"]
    assert [f.line for f in keyless] == [22, 23]
    assert len({f.id for f in keyless}) == 2


def test_the_order_of_pipelines_and_steps_does_not_matter() -> None:
    pipelines = [chain("a"), chain("b"), replace(chain("c"), steps=chain().steps[::-1])]
    outcomes = {found(*order) for order in permutations(pipelines)}
    assert len(outcomes) == 1


def test_sorted_by_place() -> None:
    places = [(f.file, f.line) for f in found(chain())]
    assert places == sorted(places)


def test_an_excerpt_is_short_and_starts_at_the_finding() -> None:
    (long,) = (f for f in found(chain()) if f.check == "unpinned-region")
    assert [line.line for line in long.excerpt] == [6, 7, 8, 9, 10, 11]
    assert long.end_line == 20


def test_a_finding_says_why_its_severity_differs() -> None:
    (first,) = (f for f in found(chain()) if f.check == "no-retry" and f.line == 4)
    assert first.severity == "low"
    assert "first step" in first.trail[-1].says


def test_every_finding_names_its_pipeline_and_says_something() -> None:
    for finding in found(chain()):
        assert finding.pipeline == "run-1"
        assert finding.message.endswith(".")
        assert "\n" not in finding.message
