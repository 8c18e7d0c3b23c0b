"""Small pieces of HTML that templates cannot make on their own. Everything is escaped before it is marked as safe."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from reports.drawing.painter import legend, painted
from reports.drawing.replay import Replay, replayed
from reports.view import PipelineView
from reports.view.picturing import picture

FITS = 1500.0
"""A picture up to this wide may shrink to the page's width; a wider one keeps its size and scrolls."""


def level(good: int) -> str:
    """The word for a score's tone, from 0..100 where more is better."""
    return "good" if good >= 75 else "fair" if good >= 45 else "bad"


def bar(value: int, good: int) -> Markup:
    """A bar for a number of 0..100; the number stands beside it, so it is hidden from readers."""
    kept = max(0, min(100, value))
    return Markup(
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="6" rx="2"/>'
        '<rect class="{}" width="{}" height="6" rx="2"/></svg>'
    ).format(level(good), kept)


def ticked(text: str) -> Markup:
    """Text in which `...` stands for code."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def graph(view: PipelineView) -> Markup:
    """The step graph as an element of the page."""
    placed = picture(view, links=True)
    if not placed.shapes:
        return Markup("")
    drawn = painted(placed, f"Step graph of {view.name}", f"{view.anchor}-outline")
    if placed.width <= FITS:
        drawn = drawn.replace('class="flow"', 'class="flow fits"', 1)
    return Markup(drawn)  # noqa: S704 - the painter escapes every text


def graph_legend() -> Markup:
    """What the step graphs' colours and lines mean."""
    return Markup(legend())  # noqa: S704 - fixed words only


def replay(view: PipelineView) -> Markup:
    """The worst crash as strips of squares; nothing if no crash costs anything."""
    worst = view.crash.worst
    if worst is None:
        return Markup("")
    today = worst.today
    strips = Replay(
        names=[step.name for step in view.steps],
        begun=worst.step.number,
        repeated=today.repeated.names[: today.repeated.certain],
        duplicated=today.duplicated.names[: today.duplicated.certain],
        asked_again=today.asked_again.names[: today.asked_again.certain],
        maybe=[name for tally in today.tallies[:2] for name in tally.names[tally.certain :]],
        again_on_engine=worst.durable.repeated.names,
    )
    return Markup(replayed(strips))  # noqa: S704 - the painter escapes every text
