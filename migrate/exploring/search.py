"""The search for paths: runs script after script, changes one choice at a time, and keeps what leads somewhere new.

A run is played twice: with values that notice what is done with them, to learn, and with plain ones, to know what comes
of it. Only the second counts. Nothing is random and no clock is read: the same workflow gives the same paths.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .arms import Arm
from .places import Choice, Script

MOST_RUNS = 600
MOST_STEPS = 12_000
_MOST_LESSONS = 400
_MOST_STALE = 120
_MOST_CROSSED = 4
_WORD = re.compile(r"[^\W\d]\w*")
_LOOKED_AT, _FAULT, _NOT_LOOKED_AT, _ODD = range(4)


@dataclass(frozen=True)
class Made:
    """One step of a run: its activity, its id, what it was given, what came back; `before` can have led to it."""

    name: str
    activity_id: str
    given: str
    answer: Any
    before: tuple[str, ...]
    fault: str | None = None


@dataclass(eq=False)
class Outcome:
    """What came of a run. `end`: done, expired, endless, or the name of the error; `last`: what it did last.

    `met_error`: whether an error was raised in it, be it handled or not.
    """

    script: Script
    end: str
    error: BaseException | None = None
    steps: list[Made] = field(default_factory=list)
    last: tuple[str, ...] = ()
    met_error: bool = False
    decisions: list[tuple[str, Any]] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)
    arms: set[Arm] = field(default_factory=set)
    choices: list[Choice] = field(default_factory=list)
    touched: dict[str, None] = field(default_factory=dict)
    lessons: int = 0
    result: Any = None
    parallel: bool = False

    @property
    def names(self) -> list[str]:
        """The activities and waits in the order in which they began."""
        return [made.name for made in self.steps]

    def is_calm(self) -> bool:
        """Whether no step was made to fail."""
        return not any(made.fault for made in self.steps)

    def pairs(self) -> set[tuple[str, str]]:
        """Which step came directly before which."""
        return {(made.before[0], made.name) for made in self.steps if len(made.before) == 1}


@dataclass(eq=False)
class Explored:
    """All that was found."""

    outcomes: list[Outcome]
    runs: int

    def reached(self) -> set[str]:
        """Activities and waits that some run came to."""
        return {name for outcome in self.outcomes for name in outcome.names}

    def arms(self) -> set[Arm]:
        """Arms that some run went into."""
        return {arm for outcome in self.outcomes for arm in outcome.arms}

    def transitions(self) -> set[tuple[str, str]]:
        """What came directly before what."""
        return {pair for outcome in self.outcomes for pair in outcome.pairs()}


Play = Callable[[Script, bool], Outcome]
Test = Callable[[Outcome], bool]


@dataclass(frozen=True)
class Wanted:
    """What the search is after.

    `arms`, and `asked`, the test of each fork, by which a choice is tried first that is named where the other way is
    open; `steps` that are to lie on a run to a good end; `pairs` of steps of which one is to follow the other directly.
    """

    arms: Iterable[Arm]
    asked: Sequence[str] = ()
    steps: Iterable[str] = ()
    pairs: Iterable[tuple[str, str]] = ()


def explore(play: Play, wanted: Wanted, most_runs: int = MOST_RUNS) -> Explored:
    """Paths until every wanted arm was gone into and every choice was tried once, or the bounds are met."""
    search = _Search(play, wanted, most_runs)
    search.run()
    search.cross()
    return Explored(search.outcomes, search.runs)


class _Search:
    def __init__(self, play: Play, wanted: Wanted, most_runs: int) -> None:
        self._play = play
        self._wanted = wanted
        self._open = set(wanted.arms)
        self._words = [frozenset(_WORD.findall(text)) for text in wanted.asked]
        self._most = most_runs
        self._waiting: list[tuple[tuple[int, int, int], int, Script]] = []
        self._known: set[str] = set()
        self._made: set[str] = set()
        self._tried: Counter[str] = Counter()
        self._kept: set[tuple[Any, ...]] = set()
        self._steps = 0
        self._stale = 0
        self.outcomes: list[Outcome] = []
        self.runs = 0

    def run(self) -> None:
        """Until nothing is left to try or the bounds are met."""
        self._push({}, (0, 0, 0))
        while self._waiting and self.runs < self._most and self._steps < MOST_STEPS:
            (tried, kind, _), _, script = heapq.heappop(self._waiting)
            if (kind == _ODD or tried) and (not self._open or self._stale > _MOST_STALE):
                continue
            self._one(script)

    def cross(self) -> None:
        """Bring together what single runs have shown: a step with an end that is good, a step with one after it."""
        for name in self._wanted.steps:
            self._try(_all(_has(name), _is_good), _has(name), _is_good)
        for one, other in self._wanted.pairs:
            self._try(_follows(one, other), _has(one), _has(other))

    def _try(self, wanted: Test, one: Test, other: Test) -> None:
        """Runs with the choices of a run of the one kind and those of one of the other, until one is as wanted."""
        if any(map(wanted, self.outcomes)):
            return
        calm = sorted((o for o in self.outcomes if o.is_calm()), key=lambda o: len(o.script))
        firsts, seconds = _varied(filter(one, calm)), _varied(filter(other, calm))
        for script in ({**b.script, **a.script} for a in firsts for b in seconds):
            if _text(script) not in self._made and self.runs < self._most:
                self._one(script)
                if wanted(self.outcomes[-1]):
                    return

    def _one(self, script: Script) -> None:
        self._made.add(_text(script))
        noticed = self._play(script, True)
        for _ in range(_MOST_LESSONS):
            if not noticed.lessons:
                break
            noticed = self._play(script, True)
        plain = self._play(script, False)
        self.runs += 1
        self._steps += len(plain.steps)
        fresh = plain.arms & self._open
        self._open -= plain.arms
        self._stale = 0 if fresh else self._stale + 1
        story = (tuple(plain.names), plain.end, tuple(m.fault for m in plain.steps))
        novel = story not in self._kept
        if novel or fresh:
            self._kept.add(story)
            self.outcomes.append(plain)
        self._children(script, noticed, bool(fresh) or novel)

    def _children(self, script: Script, parent: Outcome, novel: bool) -> None:
        asked = {choice.key: choice.chosen for choice in parent.choices if choice.told}
        missed = sorted(fork for fork, way in parent.arms if (fork, not way) in self._open)
        for choice in parent.choices:
            asks = next((fork for fork in missed if self._named(choice, fork)), None)
            touched = choice.at in parent.touched or choice.about.endswith("?")
            kind = {"!": _ODD, "^": _FAULT}.get(choice.about[-1], _LOOKED_AT if touched else _NOT_LOOKED_AT)
            for option in choice.options:
                if _same(option, choice.chosen):
                    continue
                child = asked | {choice.key: option}
                if _same(option, choice.usual):
                    del child[choice.key]
                told = f"{choice.about}={option!r}" + ("" if asks is None else f" at {asks}")
                if self._push(child, (self._tried[told], kind, int(not missed) + int(not novel))):
                    self._tried[told] += 1

    def _named(self, choice: Choice, fork: int) -> bool:
        """Whether the test of the fork names what the choice is about."""
        return fork < len(self._words) and _WORD.findall(choice.about)[-1] in self._words[fork]

    def _push(self, script: Script, rank: tuple[int, int, int]) -> bool:
        known = _text(script)
        if known in self._known:
            return False
        self._known.add(known)
        heapq.heappush(self._waiting, (rank, len(self._known), script))
        return True


def _is_good(outcome: Outcome) -> bool:
    return outcome.end == "done" and outcome.is_calm()


def _has(name: str) -> Test:
    return lambda outcome: name in outcome.names


def _follows(one: str, other: str) -> Test:
    return lambda outcome: (one, other) in outcome.pairs()


def _all(*tests: Test) -> Test:
    return lambda outcome: all(test(outcome) for test in tests)


def _varied(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """A few of them, as far as there are with different last steps."""
    number: Counter[str] = Counter()
    ranked: list[tuple[int, int, Outcome]] = []
    for at, outcome in enumerate(outcomes):
        last = outcome.names[-1] if outcome.steps else ""
        ranked.append((number[last], at, outcome))
        number[last] += 1
    return [outcome for _, _, outcome in sorted(ranked, key=lambda r: r[:2])[:_MOST_CROSSED]]


def _text(script: Script) -> str:
    return json.dumps(script, sort_keys=True, default=repr)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
