"""The search for paths learns from what a small flow does with its values, and reaches every arm of it."""

from __future__ import annotations

import datetime as dt
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from migrate.exploring import probes
from migrate.exploring.arms import Tracing, forks_of, kinds_of, lengths_of
from migrate.exploring.places import Chooser, Learned, Place, Script
from migrate.exploring.search import Explored, Made, Outcome, Wanted, explore

Step = Callable[[str], Any]


class Bench:
    """One flow, run by scripts: `step(name)` gives it a value of which nothing is known at first."""

    def __init__(self, flow: Callable[[Step], Any]) -> None:
        self.flow = flow
        self.file = inspect.getfile(flow)
        self.source = textwrap.dedent(inspect.getsource(flow))
        first = flow.__code__.co_firstlineno - 1
        blank = "\n" * first
        self.forks = forks_of(blank + self.source)
        self.places: dict[str, Place] = {}

    def play(self, script: Script, noticing: bool) -> Outcome:
        outcome = Outcome(script, "done")
        watch = probes.Watch(lengths_of(self.source), kinds_of(self.source), self.file)
        chooser = Chooser(script, lambda _: [])

        def step(name: str) -> Any:
            place = self.places.setdefault(name, Place(f"{name}@1 {name}"))
            chosen = chooser.value(place, name, sum(m.name == name for m in outcome.steps))
            before = (outcome.steps[-1].name,) if outcome.steps else ()
            outcome.steps.append(Made(name, name, "", chosen.bare, before))
            return probes.seen(chosen.bare, chosen, watch, type("Nothing", (), {})) if noticing else chosen.bare

        def told(frame: Any, error: BaseException) -> None:
            if noticing:
                watch.lessons += probes.readable(frame.f_locals, error)

        tracing = Tracing(self.file, self.forks, "", told)
        try:
            with tracing.on():
                self.flow(step)
        except Learned:
            outcome.end = "learned"
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            outcome.end, outcome.error = type(error).__name__, error
        outcome.arms, outcome.choices = tracing.arms(), chooser.choices
        outcome.touched, outcome.lessons = watch.touched, watch.lessons
        return outcome

    def explored(self, **wanted: Any) -> Explored:
        arms = [(n, way) for n in range(len(self.forks)) for way in (True, False)]
        return explore(self.play, Wanted(arms, [f.text for f in self.forks], **wanted))


def by_word(step: Step) -> None:
    if step("kind")["label"] == "invoice":
        step("book")
    else:
        step("file")


def by_length(step: Step) -> None:
    lines = step("lines")
    if len(lines) >= 4:
        step("shorten")
    for line in lines:
        step(line["name"] and "send")


def by_class(step: Step) -> None:
    answer = step("answer")
    if isinstance(answer, list):
        for one in answer:
            if one["type"] == "tool":
                step("tool")


def by_number(step: Step) -> None:
    score = step("score")
    threshold = step("threshold")
    if score < threshold:
        step("low")


def by_day(step: Step) -> None:
    row = step("row")
    told = str(row["received"]).strip()
    try:
        day = dt.datetime.fromisoformat(told)
    except ValueError:
        return
    if day.year > 2000:
        step("parse")


def by_digits(step: Step) -> None:
    if int(step("row")["id"]) > 0:
        step("parse")


def by_default(step: Step) -> None:
    if step("block")["type"] == "text":
        step("said")
    else:
        step("used")


def by_two(step: Step) -> None:
    if step("first")["long"] == "yes" and step("second")["short"] == "no":
        step("both")


FLOWS: dict[Callable[[Step], Any], set[str]] = {
    by_word: {"kind", "book", "file"},
    by_length: {"lines", "shorten", "send"},
    by_class: {"answer", "tool"},
    by_number: {"score", "threshold", "low"},
    by_day: {"row", "parse"},
    by_digits: {"row", "parse"},
    by_default: {"block", "said", "used"},
    by_two: {"first", "second", "both"},
}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_every_step_is_reached(flow: Callable[[Step], Any]) -> None:
    assert FLOWS[flow] <= Bench(flow).explored().reached()


@pytest.mark.parametrize("flow", [by_word, by_length, by_number, by_two], ids=lambda flow: flow.__name__)
def test_both_arms_of_every_branch_are_taken(flow: Callable[[Step], Any]) -> None:
    bench = Bench(flow)
    assert {(n, way) for n in range(len(bench.forks)) for way in (True, False)} <= bench.explored().arms()


def test_the_same_flow_gives_the_same_paths() -> None:
    one, other = Bench(by_length).explored(), Bench(by_length).explored()
    assert [(o.names, o.script) for o in one.outcomes] == [(o.names, o.script) for o in other.outcomes]


def fails_unless_told(step: Step) -> None:
    if step("source")["file"] == "file":
        step("read")
    if step("options")["voice"] == "text":
        raise ValueError("no voice")
    step("speak")


def test_a_step_is_brought_to_a_good_end() -> None:
    found = Bench(fails_unless_told).explored(steps=["read", "speak"], pairs=[("read", "options")])
    assert any(o.end == "done" and "read" in o.names for o in found.outcomes)
    assert ("read", "options") in found.transitions()
