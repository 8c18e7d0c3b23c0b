"""What a check's page says about its findings: why it matters, when it is fine, what to do; nothing if unknown."""

from __future__ import annotations

from dataclasses import dataclass

from assess.checks.registry import by_id


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a check's page that a report shows, each on one line."""

    title: str = ""
    why: str = ""
    fine: str = ""
    todo: str = ""
    unseen: str = ""


def page_of(check: str) -> Page:
    """The page of the check with this id; empty if this version knows no such check."""
    found = by_id(check)
    if found is None:
        return Page()
    page = {heading: " ".join(text.split()) for heading, text in found.page}
    return Page(
        found.title,
        page.get("Why it matters", ""),
        page.get("When it is fine", ""),
        page.get("What to do", ""),
        page.get("What it cannot see", ""),
    )
