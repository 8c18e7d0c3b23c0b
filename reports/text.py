"""An assessment as terminal text: verdict, ranking, the worst pipelines, what was not seen, what to type next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from assess.model.assessment import Assessment
from assess.model.score import Verdict
from reports.paint import Paint, cells, cut, padded, wrapped
from reports.view import AnswerView, FindingGroup, OutlineLine, PipelineView, ReportView, build
from reports.words import count, sentence_case

DETAILED = 3
"""So many pipelines are told in detail; the ranking names all of them."""

MOST_LINES = 40
MOST_FINDINGS = 6
MOST_UNSEEN = 5
MOST_DECIDED = 12
SPACIOUS, DETAIL = 140, 40
"""From this width on each step also says what it calls, in so many columns."""

PROSE = 100
"""Sentences get no wider than this, however wide the terminal is."""

TONES: Mapping[str, str] = MappingProxyType(
    {"yes": "green", "partial": "yellow", "no": "red", "unknown": "magenta", "high": "red", "medium": "yellow"}
)


def render_text(assessment: Assessment, *, width: int = 100, colour: bool = False, following: str | None = None) -> str:
    """The whole assessment for a terminal `width` columns wide; `following` is the next command to type."""
    view = build(assessment, following)
    page = _Page(view, max(48, width), Paint(colour))
    return "\n".join(line.rstrip() for line in page.lines()) + "\n"


class _Page:
    """The lines of one assessment, from top to bottom."""

    def __init__(self, view: ReportView, width: int, paint: Paint) -> None:
        self.view, self.width, self.paint = view, width, paint

    def lines(self) -> Iterator[str]:
        yield from self._head()
        if self.view.pipelines:
            yield from self._ranking()
            shown = self._worth_telling()
            for pipeline in shown:
                yield from self._pipeline(pipeline)
            left = len(self.view.pipelines) - len(shown)
            if left:
                yield from self._prose(
                    f"{count(left, 'more pipeline')} in the ranking; all details: --report html=FILE", 0
                )
                yield ""
        yield from self._decided()
        yield from self._unseen()
        yield from self._first()

    def _worth_telling(self) -> list[PipelineView]:
        chains = [p for p in self.view.pipelines if p.pipeline.chain]
        open_ones = [p for p in chains if p.pipeline.answers.resume.verdict is not Verdict.YES]
        return (open_ones or chains or list(self.view.pipelines))[:DETAILED]

    def _prose(self, text: str, indent: int, first: str = "", *styles: str) -> Iterator[str]:
        """Wrapped text; `first` stands before its first line, inside the indent."""
        room = min(self.width, PROSE + indent) - indent
        for number, line in enumerate(wrapped(text, room)):
            lead = first + " " * (indent - cells(first)) if number == 0 else " " * indent
            yield self.paint(lead, "dim") + self.paint(line, *styles)

    def _title(self, text: str) -> str:
        return self.paint(text.upper(), "bold")

    def _head(self) -> Iterator[str]:
        target, tool = self.view.assessment.target, self.view.assessment.tool
        commit = f" at {target.commit[:10]}" if target.commit else ""
        read = f"{count(target.files, 'file')}, {count(target.lines, 'line')}"
        yield from self._prose(
            f"{tool.name} {tool.version} · {target.root_name}{commit} · {read}, read and not run", 0, "", "dim"
        )
        yield ""
        yield from self._prose(self.view.headline, 0, "", "bold")
        yield ""
        for answer in self.view.answers:
            yield self._verdict(answer, 12) + answer.question
            yield from self._prose(answer.sentence, 14)
        yield ""

    def _verdict(self, answer: AnswerView, room: int, *, named: bool = False) -> str:
        words = f"{answer.key:8}{answer.verdict.value}" if named else answer.verdict.value
        return self.paint(padded(f"  {answer.symbol} {words}", room + 2), TONES[answer.verdict.value])

    def _ranking(self) -> Iterator[str]:
        yield self._title("Pipelines") + self.paint("  the most at risk first", "dim")
        yield self.paint("   #  risk             resume     visible    region     pipeline", "dim")
        for pipeline in self.view.pipelines:
            bar = round(pipeline.risk / 10)
            tone = "red" if pipeline.risk >= 55 else "yellow" if pipeline.risk > 25 else "green"
            three = "".join(
                self.paint(padded(f"{a.symbol} {a.verdict.value}", 11), TONES[a.verdict.value])
                for a in pipeline.answers
            )
            notes = ", ".join(
                note
                for note, is_so in (
                    ("first", pipeline.recommended),
                    ("single", not pipeline.pipeline.chain),
                    ("no AI", not pipeline.pipeline.ai),
                )
                if is_so
            )
            name = cut(pipeline.name, max(12, self.width - 59 - cells(notes)))
            name = self.paint(name, "bold") if pipeline.recommended else name
            note = self.paint(f" ({notes})", "dim") if notes else ""
            risk = self.paint(f"{pipeline.risk:3} {'█' * bar}{'░' * (10 - bar)}", tone)
            yield f"{pipeline.rank:4}  {risk}   {three}{name}{note}"
        yield ""

    def _pipeline(self, pipeline: PipelineView) -> Iterator[str]:
        yield self.paint("─" * min(self.width, PROSE + 20), "dim")
        yield from self._prose(f"{pipeline.rank}  {pipeline.name}", 0, "", "bold")
        yield from self._prose(f"{pipeline.triggers} · {pipeline.entry}", 3)
        yield from self._prose(pipeline.facts, 3)
        yield ""
        for answer in pipeline.answers:
            lead = self._verdict(answer, 21, named=True) + f"{answer.score:3}/100  "
            first, *rest = wrapped(answer.sentence, min(self.width, PROSE + 32) - 32)
            yield lead + first
            yield from (" " * 32 + line for line in rest)
        yield f"    {'risk':19}{pipeline.risk:3}/100  {self._risk_words(pipeline)}"
        yield ""
        yield from self._steps(pipeline)
        yield from self._findings(pipeline.groups)
        yield from self._crash(pipeline)

    def _risk_words(self, pipeline: PipelineView) -> str:
        return cut(f"effort to move it: {pipeline.effort}", self.width - 32)

    def _steps(self, pipeline: PipelineView) -> Iterator[str]:
        yield "  " + self._title("Steps")
        places = max((cells(step.place) for step in pipeline.steps), default=0)
        room = min(56, max(24, self.width - min(places, self.width // 3) - 26))
        for line in pipeline.outline[:MOST_LINES]:
            yield self._outline(line, room)
        left = sum(line.step is not None for line in pipeline.outline[MOST_LINES:])
        if left:
            yield self.paint(f"       and {count(left, 'more step')}", "dim")
        yield ""

    def _outline(self, line: OutlineLine, room: int) -> str:
        indent = "  " * min(line.depth, 6)
        if line.step is None:
            text = cut(f"{indent}{line.text}", self.width - 24)
            alarm = self.paint(f"  {line.alarm}", "red") if line.alarm else ""
            return " " * 6 + self.paint(text, "dim") + alarm
        step = line.step
        tone = TONES.get(step.risk.value)
        name = self.paint(padded(indent + line.text, room), *([tone] if tone else []))
        kind = padded(step.kind, 16) + (padded(step.detail, DETAIL) if self.width >= SPACIOUS else "")
        place = cut(step.place, self.width - room - 7 - cells(kind))
        return f"  {step.number:3} {name} {self.paint(kind, 'dim')}{place}"

    def _findings(self, groups: tuple[FindingGroup, ...]) -> Iterator[str]:
        if not groups:
            return
        yield "  " + self._title("Findings") + self.paint(f"  {sum(len(g.findings) for g in groups)}", "dim")
        for group in groups[:MOST_FINDINGS]:
            found, others = group.findings[0], len(group.findings) - 1
            tone = TONES.get(group.severity, "dim")
            title = sentence_case(group.check)
            new = sum(view.finding.baseline == "new" for view in group.findings)
            more = (f" and {count(others, 'more place')}" if others else "") + (f", {new} new" if new else "")
            place = cut(found.place, self.width - cells(title) - cells(more) - 14)
            lead = self.paint(padded(group.severity, 8), tone) + self.paint(title, "bold")
            yield f"  {lead}  {place}{self.paint(more, 'dim')}"
            yield from self._prose(found.finding.message, 10)
        left = len(groups) - MOST_FINDINGS
        if left > 0:
            yield self.paint(f"          and {count(left, 'more kind')} of finding", "dim")
        yield ""

    def _crash(self, pipeline: PipelineView) -> Iterator[str]:
        crash = pipeline.crash
        if not crash.moments:
            return
        yield "  " + self._title("What a crash costs")
        if crash.worst is None:
            yield from self._prose("No crash repeats, doubles or loses anything that was finished.", 2)
        else:
            yield from self._prose(crash.worst.sentence, 18, "  today")
            yield from self._prose(crash.durable_sentence, 18, "  durable engine")
        if crash.left_out:
            yield from self._prose(crash.left_out, 2)
        yield ""

    def _decided(self) -> Iterator[str]:
        if self.view.decisions:
            yield self._title("Decided")
            yield from self._list(list(self.view.decisions), MOST_DECIDED)
            yield ""

    def _unseen(self) -> Iterator[str]:
        target = self.view.assessment.target
        if not target.skipped and not target.unresolved:
            return
        yield self._title("Not seen")
        if target.skipped:
            yield from self._prose(f"{count(len(target.skipped), 'file was', 'files were')} not read:", 2)
            yield from self._list([f"{s.file}: {s.reason}" for s in target.skipped])
        if target.unresolved:
            looks = count(len(target.unresolved), "call looks external but is", "calls look external but are")
            yield from self._prose(f"{looks} in no catalogue:", 2)
            yield from self._list([f"{u.file}:{u.line} {u.call}: {u.reason}" for u in target.unresolved])
        yield ""

    def _list(self, items: list[str], most: int = MOST_UNSEEN) -> Iterator[str]:
        for item in items[:most]:
            yield from self._prose(item, 6, "    - ")
        if len(items) > most:
            yield self.paint(f"    - and {len(items) - most} more", "dim")

    def _first(self) -> Iterator[str]:
        recommended = self.view.recommended
        yield self._title("Do this first")
        if recommended is None:
            yield from self._prose("No pipeline needs to be moved to a durable engine.", 2)
        else:
            yield from self._prose(
                f"Move “{recommended.name}” to a durable engine ({recommended.effort}):", 2, "", "bold"
            )
        for reason in self.view.assessment.recommendation.because:
            yield from self._prose(reason, 6, "    - ")
        for action in self.view.actions[:3]:
            yield from self._prose(f"{action.title}: {action.places} ({action.effort_words}).", 6, "    + ")
        if self.view.following:
            yield ""
            yield self.paint("Next: ", "dim") + self.paint(self.view.following, "bold", "blue")
