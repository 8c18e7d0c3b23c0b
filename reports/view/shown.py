"""The values that reports show. Each holds words; numbers stay numbers only where something is drawn from them."""

from __future__ import annotations

from dataclasses import dataclass

from assess.model.assessment import Assessment, Pipeline
from assess.model.finding import Finding
from assess.model.score import Verdict
from reports.drawing.shapes import Risk
from reports.view.pages import Page


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line of scanned code; `marked`: the finding is about it."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in words."""

    finding: Finding
    anchor: str
    title: str
    place: str
    severity: str
    confidence: str
    category: str
    todo: tuple[str, ...]
    quoted: tuple[QuotedLine, ...]
    trail: tuple[tuple[str, str], ...]
    page: Page


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one check, the most severe first: why and what to do is said once for all of them."""

    check: str
    title: str
    severity: str
    todo: tuple[str, ...]
    page: Page
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One visit of a step in words; `number` counts in the order of the flow."""

    visit: str
    number: int
    anchor: str
    name: str
    detail: str
    place: str
    short_place: str
    function: str
    icon: str
    kind: str
    effect: str
    writes: bool
    billed: bool
    timeout: str
    timeout_set: bool
    retry: str
    key: str
    circumstances: str
    region: str
    risk: Risk
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One of the three answers in words."""

    key: str
    question: str
    verdict: Verdict
    symbol: str
    sentence: str
    findings: tuple[FindingView, ...]
    score: int | None = None


@dataclass(frozen=True, slots=True)
class ScoreLineView:
    """One line of a sum."""

    points: int
    reason: str
    finding: FindingView | None


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score and its sum; `adds_up` is False where the lines do not give the score (it is kept within 0 and 100)."""

    name: str
    value: int
    lines: tuple[ScoreLineView, ...]
    total: int
    good: int

    @property
    def adds_up(self) -> bool:
        """Whether the lines give the score without a limit being applied."""
        return self.total == self.value


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something a crash costs for certain, how many more it may cost, and which."""

    certain: int
    more: int
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """`3`, `3 to 4`, or a dot for none."""
        if not self.certain and not self.more:
            return "·"
        if not self.more:
            return str(self.certain)
        return f"{self.certain} to {self.certain + self.more}"

    @property
    def heat(self) -> int:
        """0 for none to 3 for many: how strongly a cell is tinted."""
        reach = self.certain + self.more
        return min(3, reach) if self.certain else min(1, reach)


@dataclass(frozen=True, slots=True)
class CrashSide:
    """What one crash costs, with the code as it is or on a durable engine.

    `calls`, `billed` (those among them that are paid) and `waited` count each step once; `rounds`: some of the steps
    may have run several times. `dropped` are names of steps that perhaps nobody does any more.
    """

    repeated: Tally
    duplicated: Tally
    lost: Tally
    asked_again: Tally
    calls: int
    billed: int
    waited: str
    rounds: bool = False
    dropped: tuple[str, ...] = ()

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The four tallies, in the order of the table's columns."""
        return self.repeated, self.duplicated, self.lost, self.asked_again


@dataclass(frozen=True, slots=True)
class CrashMoment:
    """A crash during or after one step."""

    step: StepView
    when: str
    today: CrashSide
    durable: CrashSide
    sentence: str


@dataclass(frozen=True, slots=True)
class CrashView:
    """All moments, the worst one, and what a durable engine makes of it; `worst` is None if no crash costs anything.

    `left_out` says how many steps have no rows, if there are more than anybody reads.
    """

    moments: tuple[CrashMoment, ...]
    worst: CrashMoment | None
    durable_sentence: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One line of the flow told in words: a step, or what holds the deeper lines after it."""

    depth: int
    text: str
    step: StepView | None = None
    alarm: str = ""


@dataclass(frozen=True, slots=True)
class PipelineView:
    """A pipeline in words."""

    pipeline: Pipeline
    rank: int
    anchor: str
    name: str
    entry: str
    triggers: str
    facts: str
    effort: str
    steps: tuple[StepView, ...]
    outline: tuple[OutlineLine, ...]
    answers: tuple[AnswerView, ...]
    scores: tuple[ScoreView, ...]
    crash: CrashView
    findings: tuple[FindingView, ...]
    groups: tuple[FindingGroup, ...]
    excused: tuple[FindingGroup, ...]
    recommended: bool

    @property
    def risk(self) -> int:
        """The risk score."""
        return self.pipeline.scores.risk


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do first: what, where, and what it takes away for which effort."""

    title: str
    findings: tuple[FindingView, ...]
    pipeline: PipelineView
    points: int
    unit: str
    effort: float
    places: str
    effort_words: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole assessment in words."""

    assessment: Assessment
    headline: str
    facts: tuple[tuple[str, str], ...]
    answers: tuple[AnswerView, ...]
    pipelines: tuple[PipelineView, ...]
    recommended: PipelineView | None
    actions: tuple[Action, ...]
    loose: tuple[FindingGroup, ...]
    severities: tuple[tuple[str, int], ...]
    decisions: tuple[str, ...]
    following: str
