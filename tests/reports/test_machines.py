"""GitHub annotations, Mermaid and CSV: what scanned code can put into them stays inside of a value."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise

from assess.model.assessment import Assessment
from assess.model.finding import SuppressedBy, Suppression
from assess.model.flow import FlowType
from assess.model.graph import Edge, EdgeKind
from assess.model.step import Kind, Visit
from reports.github import render_github
from reports.mermaid import MOST_ARROWS, MOST_PIPELINES, entities, render_mermaid
from reports.sheet import HEADS, render_csv
from tests.reports.making import node, step, visit
from tests.reports.samples import claims, empty

HOSTILE = "100%: a,b\r\n::error file=x::evil\x1b[31m"


def long(length: int) -> Assessment:
    """One pipeline of so many steps in a row."""
    sample = claims()
    names = [f"s{n}" for n in range(length)]
    steps = tuple(step(n, Kind.HTTP, ("a.py", 1), "run", "client.get", None, visits=(Visit(n),)) for n in names)
    edges = tuple(Edge(a, b, EdgeKind.NEXT) for a, b in pairwise(names))
    flow = node(FlowType.SEQUENCE, 1, *(visit(name) for name in names))
    pipeline = replace(sample.pipelines[0], flow=flow, steps=steps, edges=edges, crash_table=())
    return replace(sample, pipelines=(pipeline,))


def hostile() -> Assessment:
    sample = claims()
    finding = replace(sample.findings[0], message=HOSTILE, file="a,b:c%.py")
    return replace(sample, findings=(finding,))


def test_annotations_are_one_line_each_and_escaped() -> None:
    (line,) = render_github(hostile()).splitlines()
    command, _, message = line.removeprefix("::").partition("::")
    assert "file=a%2Cb%3Ac%25.py," in command
    assert message.startswith("100%25: a,b  ::error file=x::evil")
    assert "\x1b" not in line


def test_annotations_come_with_the_worst_first_and_only_what_is_open() -> None:
    sample = claims()
    levels = [line.split()[0] for line in render_github(sample).splitlines()]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)
    first, second, *rest = sample.findings
    closed = (
        replace(first, suppressed=Suppression(SuppressedBy.COMMENT, "so be it")),
        replace(second, baseline="known"),
    )
    assert len(render_github(replace(sample, findings=(*closed, *rest))).splitlines()) == len(levels) - 2


def test_a_chart_has_each_step_once_and_no_arrow_into_nothing() -> None:
    chart = render_mermaid(claims())
    nodes = re.findall(r"^ +(p\d+s\d+)[\[(]", chart, re.MULTILINE)
    assert len(nodes) == len({*nodes}) == sum(len(p.visits()) for p in claims().pipelines if p.chain)
    arrows = re.findall(r"^ +(\w+) -->(?:\|.*?\|)? (\w+)$", chart, re.MULTILINE)
    assert arrows
    assert {end for arrow in arrows for end in arrow} <= {*nodes, *re.findall(r"(p\d+start)\(", chart)}
    assert chart.count("subgraph") == len(re.findall(r"^  end$", chart, re.MULTILINE))


def test_nothing_in_a_name_means_anything_to_the_chart() -> None:
    assert entities('a"]; click b href "javascript:x" %%{init}%% <b>#') == (
        "a#34;#93;#59; click b href #34;javascript:x#34; #37;#37;#123;init#125;#37;#37; #60;b#62;#35;"
    )
    sample = claims()
    named = replace(sample.pipelines[0], name='x"]\nend\nclick p1s1 "evil"')
    chart = render_mermaid(replace(sample, pipelines=(named, *sample.pipelines[1:])))
    assert chart.count("\n") == render_mermaid(sample).count("\n")


def test_a_chart_stays_small_enough_to_be_drawn() -> None:
    sample = claims()
    many = tuple(replace(p, id=f"{p.id}{n}", name=f"{p.name} {n}") for n in range(60) for p in sample.pipelines)
    chart = render_mermaid(replace(sample, pipelines=many))
    assert chart.count("subgraph") == MOST_PIPELINES
    assert re.search(r"%% \d+ more pipelines left out", chart)
    for large in (long(600), long(1500)):
        chart = render_mermaid(large)
        assert chart.count(" -->") <= MOST_ARROWS
        assert len(chart) < 50_000
        assert re.search(r"%% [\d,]+ more steps left out", chart)


def test_a_chart_of_nothing_says_so() -> None:
    assert "no pipeline was found" in render_mermaid(empty())


def test_the_table_reads_back_and_holds_no_formula() -> None:
    sample = claims()
    formula = replace(sample.findings[0], message="=HYPERLINK(1)", pipeline="@x")
    rows = list(csv.DictReader(io.StringIO(render_csv(replace(sample, findings=(formula, *sample.findings[1:]))))))
    assert len(rows) == len(sample.findings)
    assert tuple(rows[0]) == HEADS
    assert (rows[0]["message"], rows[0]["pipeline"]) == ("'=HYPERLINK(1)", "'@x")
    assert rows[1]["line"] == str(sample.findings[1].line)
