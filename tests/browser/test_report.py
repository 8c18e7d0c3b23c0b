from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assess.model.assessment import Assessment
from reports.html import render_html
from tests.reports import samples

Look = Callable[..., Any]
LIGHT, DARK = 200.0, 60.0

WIDTHS = """
  page.querySelectorAll("details").forEach((d) => { d.open = true; });
  return [1280, 820, 390].map((width) => {
    frame.style.width = width + "px";
    const wide = [...page.querySelectorAll("main *:not(svg *)")].filter((e) =>
      e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll, .code, .hidden"));
    return {
      width, inner: view.innerWidth, scroll: page.documentElement.scrollWidth,
      wide: wide.slice(0, 5).map((e) => e.tagName + "." + e.className),
    };
  });
"""

LOOKS = """
  const style = () => {
    const body = view.getComputedStyle(page.body), card = page.querySelector(".graph .card rect");
    return [body.backgroundColor, body.color, view.getComputedStyle(card).fill];
  };
  const chosen = (id) => { page.getElementById(id).checked = true; return style(); };
  return {
    first: style(), light: chosen("theme-light"), dark: chosen("theme-dark"), auto: chosen("theme-auto"),
    cards: page.querySelectorAll(".graph .card").length,
    rows: page.querySelectorAll(".ranking tbody tr").length,
    opened: page.querySelectorAll(".pipeline > details[open]").length,
    buttons: page.querySelectorAll("button").length,
  };
"""

FOLLOW = """
  const link = [...page.querySelectorAll(".ranking a")].at(-1);
  const target = page.getElementById(link.hash.slice(1));
  const before = target.querySelector("details").open;
  view.location.hash = link.hash;
  view.dispatchEvent(new view.HashChangeEvent("hashchange"));
  return [before, target.querySelector("details").open];
"""


@pytest.mark.parametrize("sample", [samples.claims, samples.stress, samples.empty])
def test_no_complaint_and_no_sideways_scroll_at_any_width(look: Look, sample: Callable[[], Assessment]) -> None:
    seen = look(render_html(sample()), WIDTHS)
    assert seen.console == ()
    for found in seen.found:
        assert found["inner"] == found["width"]
        assert found["scroll"] <= found["width"]
        assert found["wide"] == []


def test_a_proof_with_a_wide_table_stays_on_the_page(look: Look) -> None:
    steps = ["extract_entities", "lookup_policy", "classify_the_claim_for_its_reviewers", "request_approval"]
    killed = {"step": "update_crm", "repeated": steps, "doubled": ["update_crm"], "asked_again": steps}
    proof = {"holds": True, "totals": {"kills": 37, "lost": 0}, "original": [killed]}
    seen = look(render_html(samples.claims(), proof=proof), WIDTHS)
    assert [found["wide"] for found in seen.found] == [[], [], []]
    assert all(found["scroll"] <= found["width"] for found in seen.found)


def test_light_and_dark_follow_the_system_and_the_reader_even_without_scripts(look: Look) -> None:
    page = render_html(samples.claims())
    by_system = {dark: look(page, LOOKS, dark=dark, scripts=not dark).found for dark in (False, True)}
    assert by_system[False]["first"] == by_system[False]["light"]
    assert by_system[True]["first"] == by_system[True]["dark"]
    for found in by_system.values():
        assert found["first"] == found["auto"]
        back, ink, card = ([_brightness(found[scheme][n]) for scheme in ("light", "dark")] for n in range(3))
        assert back[0] > LIGHT > DARK > back[1]
        assert ink[0] < DARK < LIGHT < ink[1]
        assert card[0] > LIGHT > DARK > card[1]  # the pictures follow too
        assert (found["cards"], found["rows"], found["opened"]) == (19, 4, 1)
    assert by_system[False]["buttons"] == 1  # to copy the command; without scripts there is none
    assert by_system[True]["buttons"] == 0


def test_a_link_opens_the_pipeline_it_leads_to(look: Look) -> None:
    assert look(render_html(samples.claims()), FOLLOW).found == [False, True]


def test_the_browser_would_complain_if_the_policy_did_not_fit(look: Look) -> None:
    page = render_html(samples.small()).replace("sha256-", "sha256-x", 1)
    assert any("Content Security Policy" in line for line in look(page, "return 1;").console)


def _brightness(colour: str) -> float:
    numbers = [float(part) for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    return sum(numbers) / 3
