from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from assess.model.assessment import Assessment, Remark, RemarkKind
from assess.model.finding import SuppressedBy, Suppression
from assess.model.score import Verdict
from reports.html import TRUTH, render_html
from reports.words import SYMBOLS

from . import samples
from .reading import Page

SAMPLES = [samples.claims, samples.small, samples.stress, samples.empty]


@pytest.mark.parametrize("sample", SAMPLES)
def test_one_file_that_loads_nothing_and_lets_nothing_in(sample: Callable[[], Assessment]) -> None:
    page = Page(render_html(sample()))
    (policy,) = [value for value in page.values("content") if "default-src" in value]
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256("".join(page.texts[tag]).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.values("src") == []
    assert [link for link in page.values("href") if not link.startswith("#")] == []
    assert not re.search(r"url\(|@import", "".join(page.texts["style"]))
    assert page.values("style") == []  # the policy would drop them
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_link_leads_somewhere_and_every_id_is_there_once(sample: Callable[[], Assessment]) -> None:
    page = Page(render_html(sample()))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = (
        [link[1:] for link in page.values("href")] + page.values("aria-describedby") + page.values("aria-labelledby")
    )
    assert set(targets) <= set(ids)


def test_the_page_can_be_read_without_eyes() -> None:
    page = Page(render_html(samples.claims()))
    assert page.count("h1") == 1
    assert page.count("main") == 1
    assert ("html", ("lang",)) in page.elements
    assert all("scope" in names for tag, names in page.elements if tag == "th")
    assert all(
        {"aria-label", "role"} <= set(names)
        for tag, names in page.elements
        if tag == "svg" and "aria-hidden" not in names
    )
    outline = page.source.partition('-outline">')[2].partition("</ol>")[0]
    assert all(name in outline for name in ("Load claim", "Update CRM", "no bound found"))


def test_verdict_comes_first_and_the_truth_is_told() -> None:
    source = render_html(samples.claims())
    assert source.index(
        "<h1>A crash costs 1 of the 3 AI pipelines in claims_triage its run, and another part of it"
    ) < source.index("Do this first</h2>")
    assert TRUTH in source
    assert "the code does not show" in source
    assert "compliant" not in source


def test_each_verdict_is_a_word_and_not_a_colour_alone() -> None:
    source = render_html(samples.claims())
    badges = re.findall(r'<span class="badge (\w+)"><span aria-hidden="true">(.)</span>(.*?)</span>', source)
    assert len(badges) >= 3 + 4 * 3
    assert all(word in said and symbol == SYMBOLS[Verdict(word)] for word, symbol, said in badges)


def test_arithmetic_is_shown_to_the_last_point() -> None:
    source = render_html(samples.claims())
    for line in samples.claims().pipelines[0].scores.arithmetic:
        shown = str(line.points) if line.reason == "base" else f"{line.points:+d}"
        assert f"{line.reason}</" in source
        assert f"<td>{shown}</td>" in source or f"<td>{line.points}</td>" in source
    off = samples.claims()
    wrong = replace(off.pipelines[0], scores=replace(off.pipelines[0].scores, risk=70))
    assert "sum 78, kept within 0 and 100" in render_html(replace(off, pipelines=(wrong, *off.pipelines[1:])))


def test_excerpts_mark_the_lines_of_the_finding() -> None:
    source = render_html(samples.claims())
    marked = re.findall(r'<li class="marked"><span class="ln">(\d+)</span>', source)
    assert [int(n) for n in marked[:6]] == [23, 24, 25, 26, 27, 28]


def test_excused_findings_are_kept_apart_with_their_reason() -> None:
    sample = samples.claims()
    reason = Suppression(SuppressedBy.COMMENT, "reviewers answer within a second")
    excused = replace(sample.findings[0], suppressed=reason)
    source = render_html(replace(sample, findings=(excused, *sample.findings[1:])))
    assert "1 excused finding<" in source
    assert "reviewers answer within a second" in source
    assert "4 high" not in source.partition("Do this first")[0]


PLAN = {
    "activities": [
        {"name": "update_crm", "how": "called", "file": "crm.py", "line": 4, "retry": {"attempts": {"value": 3.0}}}
    ],
    "questions": [{"question": "Does the `CRM` drop doubles?", "because": "no key", "file": "crm.py", "line": 4}],
    "waits": "none",
}
PROOF = {
    "holds": True,
    "totals": {"kills": 24, "finished_steps_repeated": 0, "odd": "<b>"},
    "rows": [{"kill": {"activity": "<crm>"}, "outcome": "completed", "in_flight_repeated": ["a", "b"]}, "junk"],
    "original": [
        {"step": "crm", "repeated": ["load", "crm"], "doubled": ["crm"], "asked_again": [], "counted": [{"x": 1}]}
    ],
}


def test_plan_and_proof_become_sections_with_numbers_and_tables() -> None:
    source = render_html(samples.small(), plan=PLAN, proof=PROOF)
    assert {"plan", "proof"} <= set(Page(source).values("id"))
    assert (
        "The proof holds. The code as it is, killed in 1 place and started again: 2 steps repeated, 1 write" in source
    )
    assert "<b>24</b>kills" in source
    assert "<b>0</b>finished steps repeated" in source
    assert "<td>&lt;crm&gt;</td><td>completed</td><td>a, b</td>" in source
    assert "<td>update_crm</td><td>called</td><td>crm.py:4</td><td>3</td>" in source
    assert "Does the <code>CRM</code> drop doubles?" in source
    assert {"plan", "proof"}.isdisjoint(Page(render_html(samples.small())).values("id"))


@pytest.mark.parametrize(
    "odd", [{"x": {"y": [1, None, True, {"z": []}]}}, {"rows": 3, "totals": [], "activities": {"a": 1}}]
)
def test_a_plan_or_proof_of_another_form_is_shown_as_it_is(odd: dict[str, object]) -> None:
    source = render_html(samples.small(), plan=odd, proof=odd)
    assert {"plan", "proof"} <= set(Page(source).values("id"))


def test_kills_become_a_grid_and_points_a_list_that_opens_when_one_is_not_shown() -> None:
    def kill(point: str, **row: object) -> dict[str, object]:
        return {"kill": {"activity": "crm", "point": point}, "outcome": "completed", **row}

    point = {"number": 3, "title": "calls stand <b>", "verdict": "pass", "evidence": ["a", "b", "c", "d", "e"]}
    rows = [
        kill("start", in_flight_repeated=["crm"]),
        kill("start"),
        kill("mid", outcome="needs a person"),
        kill("boundary", finished_repeated=["load"]),
    ]
    source = render_html(samples.small(), proof={"rows": rows, "checklist": [point]})
    words = ("again (2)", "yes"), ("a person", "partial"), ("broken", "no")
    assert all(f'<span class="badge {tone}">{said}</span>' in source for said, tone in words)
    assert "unreported" not in source.partition("<thead>")[2].partition("</thead>")[0], "no kill was made there"
    assert '<details class="fold"><summary>The forty points: 1 shown</summary>' in source
    assert "calls stand &lt;b&gt;" in source
    assert "and 2 more." in source
    failed = [point, {**point, "verdict": "fail"}]
    source = render_html(samples.small(), proof={"checklist": failed})
    assert '<details class="fold" open><summary>The forty points: 1 shown, 1 not shown</summary>' in source


def test_no_pipeline_is_said_in_words() -> None:
    source = render_html(samples.empty())
    assert "<h1>No pipeline was found in quiet.</h1>" in source
    assert "Nothing that leaves the process was found in 3 files" in source


def test_size_stays_in_bounds() -> None:
    assert len(render_html(samples.claims()).encode()) < 200_000
    assert len(render_html(samples.stress()).encode()) < 2_000_000


@pytest.mark.usefixtures("bare_checks")
def test_golden_page(golden: Callable[[str, str], None]) -> None:
    source = render_html(samples.small())
    source = re.sub(r"(<style>).*?(</style>)", r"\1\2", source, flags=re.DOTALL)
    source = re.sub(r"(<script>).*?(</script>)", r"\1\2", source, flags=re.DOTALL)
    golden("small.html", re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", source))


def test_same_input_same_bytes() -> None:
    assert render_html(samples.claims()) == render_html(samples.claims())


def test_what_was_decided_is_told_and_counted() -> None:
    sample = samples.claims()
    reason = Suppression(SuppressedBy.COMMENT, "reviewers answer within a second")
    findings = (replace(sample.findings[0], suppressed=reason), *sample.findings[1:])
    remark = Remark(RemarkKind.UNUSED_IGNORE, "a<b>.py", 3, None, "ignore[no-retry] meets no finding")
    source = render_html(replace(sample, findings=findings, remarks=(remark,)))
    assert "1 finding is suppressed: 1 by comments." in source
    assert "a&lt;b&gt;.py:3: ignore[no-retry] meets no finding." in source
    assert "What was decided" not in render_html(sample)
