"""Words for what the model says in enums and numbers, and names that a person would give to steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from assess.model.finding import Axis, Category, Finding, Need, Severity
from assess.model.flow import Flow, FlowType, Role
from assess.model.observed import Handler, HandlerKind
from assess.model.score import Verdict
from assess.model.step import Effect, Kind, Retry, Step, Timeout
from assess.model.woven import Trigger, TriggerKind

SYMBOLS: Mapping[Verdict, str] = MappingProxyType(
    {Verdict.YES: "✓", Verdict.PARTIAL: "◐", Verdict.NO: "✗", Verdict.UNKNOWN: "?"}
)

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "resume": "Does a run go on after a crash?",
        "visible": "Can operations see each run?",
        "region": "Can it stay in the region you choose?",
    }
)

AXES: Mapping[str, Axis] = MappingProxyType(
    {"resume": Axis.RESUMABILITY, "visible": Axis.VISIBILITY, "region": Axis.REGION}
)

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.MODEL: "model",
        Kind.EMBEDDING: "embedding",
        Kind.AGENT: "agent",
        Kind.HTTP: "HTTP",
        Kind.DATABASE: "database",
        Kind.VECTOR_STORE: "vector store",
        Kind.OBJECT_STORE: "object store",
        Kind.QUEUE: "queue",
        Kind.MESSAGE: "message",
        Kind.SAAS: "business system",
        Kind.HUMAN: "person",
        Kind.SUBPROCESS: "program",
        Kind.FILE: "file",
        Kind.WAIT: "wait",
        Kind.OTHER: "other",
    }
)

EFFECTS: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.READ: "reads",
        Effect.WRITE: "writes",
        Effect.IDEMPOTENT_WRITE: "safe to repeat",
        Effect.UNKNOWN: "effect unknown",
    }
)

TODO: Mapping[Need, str] = MappingProxyType(
    {
        Need.RETRY: "Retry with a limit and growing pauses, in one layer only.",
        Need.TIMEOUT: "Set a time-out that fits this call.",
        Need.IDEMPOTENCY_KEY: "Give the write a key that is the same on every attempt, or check first if it was done.",
        Need.DURABLE_WAIT: "Let the engine do the waiting, so that a restart does not forget it.",
        Need.STATUS: "Store a status for each run, with its failure and the step it reached.",
        Need.CLAIM_CHECK: "Store the large value and pass a reference to it.",
        Need.HEARTBEAT: "Report progress from the long call, so that a dead worker is noticed.",
        Need.SPLIT: "Split the step so that each part has one effect outside.",
        Need.DURABLE_STATE: "Keep the progress of the run outside the process.",
        Need.ERROR_PATH: "Let the error reach the run's record and a person; do not go on as if nothing happened.",
        Need.REGION_SETTING: "Make endpoint and region a setting, and write down where content is processed.",
    }
)

ACTIONS: Mapping[Need, str] = MappingProxyType(
    {
        Need.RETRY: "Retry with limits, in one place",
        Need.TIMEOUT: "Set time-outs",
        Need.IDEMPOTENCY_KEY: "Give writes an idempotency key",
        Need.DURABLE_WAIT: "Make the waiting durable",
        Need.STATUS: "Store a status for each run",
        Need.CLAIM_CHECK: "Pass large values by reference",
        Need.HEARTBEAT: "Report progress from long calls",
        Need.SPLIT: "Split steps with several effects",
        Need.DURABLE_STATE: "Keep progress outside the process",
        Need.ERROR_PATH: "Stop swallowing errors",
        Need.REGION_SETTING: "Make endpoints a setting",
    }
)

CATEGORIES: Mapping[Category, str] = MappingProxyType(
    {
        Category.MANDATORY: "must be dealt with in a migration",
        Category.OPTIONAL: "worth doing with a migration",
        Category.POTENTIAL: "may matter; a person decides",
    }
)

_TRIGGERS: Mapping[TriggerKind, str] = MappingProxyType(
    {
        TriggerKind.CLI: "command",
        TriggerKind.QUEUE: "queue",
        TriggerKind.SCHEDULE: "schedule",
        TriggerKind.SCRIPT: "script",
        TriggerKind.NOTEBOOK: "notebook",
        TriggerKind.LIBRARY: "library function",
        TriggerKind.PLATFORM: "platform",
    }
)

_ACRONYMS = frozenset(
    "ai api aws crm csv db erp gcp html http id json kyc llm nlp ocr pdf pii rag rss sdk sms sql ui url vat xml".split()
)

_SEVERITIES = list(Severity)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among findings that nobody has excused."""
    found = [f.severity for f in findings if f.suppressed is None]
    return min(found, key=_SEVERITIES.index, default=None)


def rank(finding: Finding) -> tuple[int, str, int, str]:
    """For sorting: the most severe first, then by place."""
    return _SEVERITIES.index(finding.severity), finding.file, finding.line, finding.id


def count(number: float, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    shown = f"{number:g}" if isinstance(number, float) else f"{number:,}"
    return f"{shown} {one if number == 1 else many or one + 's'}"


def steps_words(steps: int, places: int) -> str:
    """How many steps a run has; a place that a run comes by on several ways is a step on each of them."""
    if steps == places:
        return count(steps, "step")
    return f"{count(steps, 'step')} of a run at {count(places, 'place')} in the code"


def listed(items: Iterable[str], last: str = "and") -> str:
    """Items as a sentence lists them."""
    *most, end = list(items) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def sentence_case(identifier: str) -> str:
    """`classify_claim` or `ClassifyClaim` as "Classify claim"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identifier).replace("_", " ").replace("-", " ").split()
    text = " ".join(_cased(word) for word in words)
    return text[:1].upper() + text[1:] if text else identifier


def _cased(word: str) -> str:
    if word.lower() in _ACRONYMS:
        return word.upper()
    return word if word.isupper() and len(word) > 1 else word.lower()


def duration(seconds: float) -> str:
    """Seconds in the unit a person would use."""
    for size, unit in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= size and seconds % size == 0:
            return count(int(seconds // size), unit)
    return f"{seconds:g} s"


def loop_words(label: str | None, bound: str | None) -> tuple[str, str, bool]:
    """What a loop repeats over, what limits it, and whether nothing does as far as the code shows."""
    text = (label or "").strip()
    shown = text if text.startswith(("for ", "while ", "async for ")) else f"repeat {text}".strip()
    if bound is None:
        endless = not text or text.startswith("while")
        return shown, "no bound found" if endless else "", endless
    if bound.isdigit():
        return shown, f"at most {bound}", False
    return shown, "" if bound in text else f"until {bound}", False


STARTS_ONE = ("add_task", "create_task", "ensure_future", "Thread", "Timer", "Process", "delay", "apply_async")
"""Calls that start one piece of work; others with one lane start many of its kind."""


def parallel_words(label: str | None, lanes: int) -> str:
    """What starts things at once, and that one lane stands for many."""
    if label and label.endswith(STARTS_ONE):
        return f"beside the rest: {label}"
    text = f"in parallel: {label}" if label else "in parallel"
    return text if lanes > 1 else f"{text}, once for each item"


def handler_words(handler: Handler) -> tuple[str, str, bool]:
    """What a handler catches, what becomes of the run, and whether it goes on as if nothing had happened."""
    label = f"except {', '.join(handler.catches)}".strip()
    if handler.raises or handler.stops:
        return label, "error goes on" if handler.raises else "run stops", False
    if handler.leaves in (None, "pass"):
        return label, "run goes on", True
    return label, "next item" if handler.leaves == "continue" else f"goes on with {handler.leaves}", True


def own_handlers(flow: Flow, handlers: Iterable[Handler]) -> list[Handler]:
    """The handlers of this `try` that lead to no step, so that no child stands for them."""
    inner = [node for node in flow.walk() if node is not flow and node.type is FlowType.TRY]
    inner += [child for child in flow.children if child.role is Role.EXCEPT]
    return [
        handler
        for handler in handlers
        if handler.kind is HandlerKind.EXCEPT
        and _stands_in(handler, flow)
        and not any(_stands_in(handler, n) for n in inner)
    ]


def _stands_in(handler: Handler, flow: Flow) -> bool:
    return handler.file == flow.file and flow.line <= handler.line <= max(flow.line, flow.end_line)


def timeout_words(timeout: Timeout) -> str:
    """The time-out that applies, and whether this code base sets it."""
    if timeout.set:
        return duration(timeout.seconds) if timeout.seconds is not None else "set"
    return f"not set (SDK: {duration(timeout.seconds)})" if timeout.seconds is not None else "none"


def retry_words(retry: Retry) -> str:
    """How often the call is tried, and by what."""
    if retry.attempts in (None, 1) and not retry.set:
        return "none"
    times = count(retry.attempts, "try", "tries") if retry.attempts is not None else "no limit"
    by = "" if retry.by in ("none", "other") else f" by {'SDK' if retry.by == 'sdk' else retry.by.value}"
    stacked = f", {retry.stacked} in all" if retry.stacked and retry.stacked != retry.attempts else ""
    return times + by + stacked


def key_words(step: Step) -> str:
    """Whether the call carries an idempotency key, where that matters."""
    if step.effect in (Effect.READ, Effect.IDEMPOTENT_WRITE) and not step.idempotency_key:
        return "not needed"
    return {True: "yes", False: "no", None: "not shown"}[step.idempotency_key]


def trigger_words(trigger: Trigger) -> str:
    """What starts the pipeline: `POST /claims`, `schedule 0 2 * * *`."""
    word = _TRIGGERS.get(trigger.kind, "")
    return " ".join(part for part in (word, trigger.detail) if part) or trigger.kind.value.upper()


def call_words(step: Step) -> str:
    """Who is called and how, short: "mistral chat.complete"."""
    parts = (step.target or step.call).split(".")
    who = step.provider or (parts[0] if step.target else "")
    tail = parts[1:] if step.target else parts
    classes = [number for number, part in enumerate(tail) if part[:1].isupper()]
    if classes and classes[-1] + 1 < len(tail):
        tail = tail[classes[-1] + 1 :]
    how = ".".join(tail[-3:])
    return " ".join(part for part in (who.replace("_", " "), how if how != who else "") if part) or step.call
