"""What a person would call each visit of a pipeline: the function that exists for it, else what the call does."""

from __future__ import annotations

from collections import Counter

from assess.model.assessment import Pipeline
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import WovenPipeline
from reports.words import call_words, sentence_case

_ENTRY_WORDS = frozenset({"main", "run", "handler", "<module>", "__call__", "__init__", "execute", "invoke", "wrapper"})

_DOES = {
    Kind.MODEL: ("Ask {who}", "Ask {who}"),
    Kind.EMBEDDING: ("Embed with {who}", "Embed with {who}"),
    Kind.AGENT: ("Run agent of {who}", "Run agent of {who}"),
    Kind.HTTP: ("Get over HTTP", "Send over HTTP"),
    Kind.DATABASE: ("Read the database", "Write the database"),
    Kind.VECTOR_STORE: ("Search vectors", "Write vectors"),
    Kind.OBJECT_STORE: ("Read from {who}", "Store in {who}"),
    Kind.QUEUE: ("Take from the queue", "Put on the queue"),
    Kind.MESSAGE: ("Read messages", "Send a message"),
    Kind.SAAS: ("Read from {who}", "Update {who}"),
    Kind.HUMAN: ("Wait for a person", "Ask a person"),
    Kind.SUBPROCESS: ("Run a program", "Run a program"),
    Kind.FILE: ("Read a file", "Write a file"),
    Kind.WAIT: ("Wait", "Wait"),
    Kind.OTHER: ("Call {who}", "Call {who}"),
}


def named(pipeline: WovenPipeline | Pipeline) -> dict[str, str]:
    """A name for each visit; no two are equal."""
    visits = pipeline.visits()
    chains = {key: _chain(step, visit, pipeline.entry.symbol) for key, (step, visit) in visits.items()}
    shared = Counter(function for chain in chains.values() for function in dict.fromkeys(chain))
    names = {key: _name(step, chains[key], shared) for key, (step, _) in visits.items()}
    doubles = Counter(names.values())
    seen: Counter[str] = Counter()
    for key, name in names.items():
        if doubles[name] > 1:
            seen[name] += 1
            names[key] = f"{name} ({seen[name]})"
    return names


def _chain(step: Step, visit: Visit, entry: str) -> list[str]:
    """The functions on the way to the call, innermost first, without the entry and without `main` and the like."""
    entry = entry.rpartition(".")[2]
    ways = [step.function, *(stop.function for stop in reversed(visit.via))]
    last = (way.rpartition(".")[2] for way in ways)
    return [name for name in dict.fromkeys(last) if name and name != entry and name.lower() not in _ENTRY_WORDS]


def _name(step: Step, chain: list[str], shared: Counter[str]) -> str:
    own = next((name for name in chain if shared[name] == 1 and not name.startswith("__")), None)
    if own is not None:
        return sentence_case(own.strip("_"))
    reading = step.effect is Effect.READ
    who = (step.provider or call_words(step).partition(" ")[0]).replace("_", " ")
    return _DOES[step.kind][0 if reading else 1].format(who=who)
