"""When a run of the workflow is equivalent to a run of the original, and where it first is not.

- Each call that the original makes, the workflow makes too, with the same arguments, and no other call. Requests that a
  service refused by order do not count, and of a step that was tried again only the last attempt does: retries belong
  to the engine there, and to the original's SDKs here.
- What the original does one after the other, the workflow does in that order. Calls that the original makes at once may
  come in any order, but two of them that follow from each other may not change places.
- Where a call of several that were made at once fails for good, the others of them may have been made or not.
- The run returns the same value, or ends with an error of the same class and message.
- A key that the worker adds to a write is no difference; a key that the original sends has to be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assess.reading.excerpts import mask
from migrate.proving.equivalence.courses import Course, Ending
from migrate.proving.equivalence.outside import (
    KEY,
    Outside,
    Path,
    Volatile,
    canonical,
    differing,
    general,
    masked,
    together,
)

_USED_UP = re.compile(r" \(reached max retries: \d+\)")
_LONGEST = 240
_BEFORE = 40
RESULT = "result"
"""Where a result's volatile paths stand among those of routes."""


class What(StrEnum):
    """How the two differ."""

    ARGUMENT = "another argument"
    MISSING = "not called by the workflow"
    EXTRA = "called by the workflow only"
    ORDER = "in another order"
    AT_ONCE = "at the same time, which the original does one after the other"
    TWICE = "applied twice"
    KEY = "without the original's key"
    RESULT = "another result"
    ERROR = "another ending"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two part. `step` and `place` are the workflow's activity and its line in the original, where known.

    `path` leads into the value; what stands there on either side is cut, and masked where it may be a secret.
    """

    what: What
    route: str
    step: str
    path: str
    original: str
    workflow: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of a kind of run.

    Routes that a wait replaces, values that the code makes anew, the steps of routes, the calls of a run in which
    nothing fails, and what the original calls in an order of chance: pairs of routes that it was seen to call at once,
    and routes that it calls in a thread for which nobody waits.
    """

    left_out: frozenset[str]
    volatile: Volatile
    owners: Mapping[str, str]
    usual: frozenset[str]
    at_once: frozenset[frozenset[str]] = frozenset()
    beside: frozenset[str] = frozenset()


def compare(original: Course, workflow: Course, rules: Rules) -> tuple[Difference, ...]:
    """All differences, the first of them first; none if the two are equivalent."""
    groups = [[c for c in group if c.route not in rules.left_out] for group in together(original.calls)]
    expected = [[c for c in group if not c.refused] for group in groups]
    made = [c for c in workflow.settled() if c.route not in rules.left_out]
    pairs, missing, extra = _matched(expected, made, rules)
    missing, extra = _beside_a_failure(missing, extra, groups, original.ending, rules)
    return (
        *_calls(missing, extra, workflow, rules),
        *_order(pairs, workflow, rules),
        *_keys(pairs, rules),
        *_twice(workflow, rules),
        *_endings(original.ending, workflow.ending, rules),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    group: int
    original: Outside
    workflow: Outside


def _matched(
    expected: Sequence[Sequence[Outside]], made: Sequence[Outside], rules: Rules
) -> tuple[list[_Pair], list[tuple[int, Outside]], list[Outside]]:
    """Equal calls in pairs; of the rest those that the workflow lacks, with their group, and those that only it has."""
    rest: dict[str, list[Outside]] = {}
    for call in made:
        rest.setdefault(canonical(call, rules.volatile), []).append(call)
    pairs, missing = [], []
    for group, calls in enumerate(expected):
        for call in calls:
            same = rest.get(canonical(call, rules.volatile))
            if same:
                pairs.append(_Pair(group, call, same.pop(0)))
            else:
                missing.append((group, call))
    return pairs, missing, sorted((c for calls in rest.values() for c in calls), key=lambda c: c.number)


def _beside_a_failure(
    missing: list[tuple[int, Outside]],
    extra: list[Outside],
    groups: Sequence[Sequence[Outside]],
    ending: Ending,
    rules: Rules,
) -> tuple[list[tuple[int, Outside]], list[Outside]]:
    """Where the run ended because one of several calls made at once failed, nobody waits for the others."""
    if ending.error is None or not groups or not any(c.refused for c in groups[-1]):
        return missing, extra
    last, routes = len(groups) - 1, {c.route for c in groups[-1]}
    beside = [c for c in extra if c.route in routes and canonical(c, rules.volatile) in rules.usual]
    return [(group, call) for group, call in missing if group != last], [c for c in extra if c not in beside]


def _calls(
    missing: Sequence[tuple[int, Outside]], extra: Sequence[Outside], workflow: Course, rules: Rules
) -> Iterator[Difference]:
    """Calls of one route that only differ in their arguments are one difference, not two."""
    rest = list(extra)
    for _, call in missing:
        near = [c for c in rest if c.route == call.route]
        if not near:
            yield Difference(What.MISSING, call.route, rules.owners.get(call.route, ""), "", shown(call.asked), "")
            continue
        twin = min(near, key=lambda c: len(_parts(call, c, rules)))
        rest.remove(twin)
        path, before, after = _parts(call, twin, rules)[0]
        yield Difference(What.ARGUMENT, call.route, _step(twin, workflow, rules), ".".join(path), *both(before, after))
    for call in rest:
        yield Difference(What.EXTRA, call.route, _step(call, workflow, rules), "", "", shown(call.asked))


def _parts(one: Outside, other: Outside, rules: Rules) -> list[tuple[Path, Any, Any]]:
    return differing(masked(one.asked, one.route, rules.volatile), masked(other.asked, other.route, rules.volatile))


def _step(call: Outside, workflow: Course, rules: Rules) -> str:
    execution = workflow.execution(call)
    return execution.activity if execution is not None else rules.owners.get(call.route, "")


def _order(pairs: Sequence[_Pair], workflow: Course, rules: Rules) -> Iterator[Difference]:
    """The first pair of calls that changed places, or that the workflow makes at once and the original does not."""
    for place, first in enumerate(pairs):
        for second in pairs[place + 1 :]:
            apart = first.group != second.group
            routes = frozenset({first.original.route, second.original.route})
            if routes in rules.at_once or routes & rules.beside:
                continue
            if not apart and (first.original.route == second.original.route):
                continue
            if not (apart or first.original.before(second.original)):
                continue
            swapped = workflow.before(second.workflow, first.workflow)
            if not swapped and (not apart or workflow.before(first.workflow, second.workflow)):
                continue
            step = _step(second.workflow, workflow, rules)
            names = [f"{p.route} ({_step(p, workflow, rules)})" for p in (first.workflow, second.workflow)]
            now = ", then ".join(reversed(names)) if swapped else " and ".join(names)
            what = What.ORDER if swapped else What.AT_ONCE
            yield Difference(what, second.original.route, step, "", ", then ".join(names), now)
            return


def _keys(pairs: Sequence[_Pair], rules: Rules) -> Iterator[Difference]:
    for pair in pairs:
        theirs, ours = pair.original.key, pair.workflow.key
        if theirs is not None and theirs != ours and (pair.original.route, KEY) not in rules.volatile:
            step = rules.owners.get(pair.original.route, "")
            yield Difference(What.KEY, pair.original.route, step, "key", *both(theirs, ours))


def _twice(workflow: Course, rules: Rules) -> Iterator[Difference]:
    settled = {canonical(c, rules.volatile) for c in workflow.settled() if c.applied}
    for call in workflow.repeated_writes():
        if canonical(call, rules.volatile) in settled:
            yield Difference(
                What.TWICE, call.route, _step(call, workflow, rules), "", "applied once", shown(call.asked)
            )


def _endings(original: Ending, workflow: Ending, rules: Rules) -> Iterator[Difference]:
    if original.error is not None or workflow.error is not None:
        if (original.error, _said(original)) != (workflow.error, _said(workflow)):
            yield Difference(What.ERROR, "", "", "", *both(str(original), str(workflow)))
        return
    one, other = (masked(e.result, RESULT, rules.volatile) for e in (original, workflow))
    for path, before, after in differing(one, other):
        yield Difference(What.RESULT, "", "", ".".join(path), *both(before, after))
        return


def _said(ending: Ending) -> str:
    """The message without an SDK's note that its own attempts are used up: those are the engine's now."""
    return _USED_UP.sub("", ending.message)


def shown(value: Any) -> str:
    """A value as text: cut, and masked where it may be a secret."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = mask(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def both(one: Any, other: Any) -> tuple[str, str]:
    """Two values as text, from a little before the place where they part."""
    texts = [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, sort_keys=True) for v in (one, other)]
    part = next((n for n, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    begin = 0 if part < _LONGEST // 2 else part - _BEFORE
    first, second = (shown(("…" if begin else "") + text[begin:]) for text in texts)
    return first, second


def results_made_anew(one: Ending, other: Ending) -> Volatile:
    """The paths at which two runs of the original return something else."""
    return frozenset((RESULT, general(path)) for path, _, _ in differing(one.result, other.result))
