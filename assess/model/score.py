"""Answers to the three questions, scores with their arithmetic, crash table rows, effort."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """An answer; what the code does not show is `unknown`, never a good answer."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, the findings it rests on, and one sentence a person would say."""

    verdict: Verdict
    because: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to: can it resume, can it be seen, can it stay in its region."""

    resume: Answer
    visible: Answer
    region: Answer


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of a score's arithmetic; `points` are added (most are negative, except the base of 100 and risk's)."""

    score: str
    points: int
    reason: str
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """0..100 each. The three axes: more is better. Risk: more is worse. `arithmetic` adds up to each of them."""

    resumability: int
    visibility: int
    region: int
    risk: int
    arithmetic: tuple[ScoreLine, ...] = ()


class When(StrEnum):
    """The moment of a crash: `during` a call when the other side has done its work and the answer is not here yet, or
    right `after` it. Whoever dies before a call has reached the other side dies after the call before it.
    """

    DURING = "during"
    AFTER = "after"


class CrashEngine(StrEnum):
    """Who coordinates the steps when the crash comes: the code as it is, or a durable engine."""

    NONE = "none"
    DURABLE = "durable"


@dataclass(frozen=True, slots=True)
class ThrownAway:
    """Work done before the crash that a re-run does again; `seconds` of declared waiting, None if unknown."""

    calls: int = 0
    billed: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CrashCost:
    """Visits repeated, written twice, asked again (of people), names of values lost, and visits dropped for good:
    work that this run had begun or promised, and that nobody does any more (that is never certain).
    """

    repeated: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrashRow:
    """A crash during or right after one visit. The lists here must happen; those in `may` can."""

    visit: str
    when: When
    engine: CrashEngine
    repeated: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()
    thrown_away: ThrownAway = ThrownAway()
    may: CrashCost = CrashCost()


@dataclass(frozen=True, slots=True)
class Effort:
    """One point is about half a day of an engineer who knows the code."""

    points: float
    because: tuple[str, ...]
