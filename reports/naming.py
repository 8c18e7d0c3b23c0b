"""What a person would call each visit of a pipeline: the function that exists for it, else what the call does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from assess.model.assessment import Pipeline
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import WovenPipeline
from reports.words import call_words, sentence_case

_PLUMBING = frozenset({"main", "run", "handler", "<module>", "__call__", "__init__", "execute", "invoke", "wrapper"})

_TAKES = frozenset({"blpop", "brpop", "bzpopmin", "bzpopmax", "lpop", "rpop"})
"""What changes a queue by taking from it."""
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
    ways = {key: _way(step, visit, pipeline.entry.symbol) for key, (step, visit) in visits.items()}
    functions = _own_functions(ways)
    names = {}
    for key, (step, _) in visits.items():
        function = functions.get(key) or _shared_with_itself(key, visits, ways)
        names[key] = sentence_case(function.strip("_")) if function else _does(step)
    return _told_apart(names)


def _way(step: Step, visit: Visit, entry: str) -> list[str]:
    """The functions on the way to the call, outermost first, without the entry and without `main` and the like."""
    entry = entry.rpartition(".")[2]
    last = (name.rpartition(".")[2] for name in (*(stop.function for stop in visit.via), step.function))
    return [name for name in dict.fromkeys(last) if name.strip("_") and name != entry and name.lower() not in _PLUMBING]


def _own_functions(ways: Mapping[str, list[str]]) -> dict[str, str]:
    """For each visit the outermost function that leads to it alone; visits that have theirs no longer count."""
    found: dict[str, str] = {}
    while True:
        left = {key: way for key, way in ways.items() if key not in found}
        shared = Counter(name for way in left.values() for name in way)
        taken = set(found.values())
        new = {key: next((n for n in way if shared[n] == 1 and n not in taken), "") for key, way in left.items()}
        new = {key: name for key, name in new.items() if name}
        if not new:
            return found
        found |= new


def _shared_with_itself(key: str, visits: Mapping[str, tuple[Step, Visit]], ways: Mapping[str, list[str]]) -> str:
    """The function of a call that is reached in several ways, if no other call stands in it."""
    if not ways[key]:
        return ""
    name = ways[key][-1]
    steps = {visits[other][0].id for other, way in ways.items() if name in way}
    return name if len(steps) == 1 else ""


def _does(step: Step) -> str:
    who = (step.provider or call_words(step).partition(" ")[0]).replace("_", " ")
    reads = step.effect is Effect.READ or (
        step.kind is Kind.QUEUE and (step.target or step.call).rpartition(".")[2] in _TAKES
    )
    return _DOES[step.kind][0 if reads else 1].format(who=who)


def _told_apart(names: Mapping[str, str]) -> dict[str, str]:
    doubles, seen = Counter(names.values()), Counter[str]()
    found = {}
    for key, name in names.items():
        seen[name] += 1
        found[key] = f"{name} ({seen[name]})" if doubles[name] > 1 else name
    return found
