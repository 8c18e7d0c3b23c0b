"""Calls as the outside world saw them, in words that both sides share: no ports, no run ids, no folders of one side."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from migrate.proving.errors import ProofError

# What a client library or the worker adds for its own ends; none of it is asked by the code.
_OWN_HEADERS = frozenset(
    """host content-length connection accept-encoding user-agent date idempotency-key traceparent tracestate
    x-request-id x-stainless-retry-count x-amzn-trace-id x-amz-date x-amz-user-agent x-amz-content-sha256
    amz-sdk-invocation-id amz-sdk-request""".split()
)
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_BOUNDARY = re.compile(r"boundary=[^;]+")

Path = tuple[str, ...]
Volatile = frozenset[tuple[str, Path]]
"""Routes and paths (`*` is any place in a list) at which the original itself gives another value in every run."""
KEY: Path = ("<key>",)
"""Where a call's idempotency key stands among the paths of its arguments."""


@dataclass(frozen=True, slots=True)
class Outside:
    """One call. `asked`: its arguments in shared words, `told`: as the service told them; `until`: see `control.py`."""

    number: int
    until: int | None
    route: str
    asked: Mapping[str, Any]
    told: Mapping[str, Any]
    key: str | None = None
    refused: bool = False
    applied: bool = False

    def before(self, other: Outside) -> bool:
        """Whether this call was answered before the other one was made."""
        return self.until is not None and self.until < other.number


@dataclass(frozen=True, slots=True)
class Words:
    """What belongs to one side and one run only, and the word that stands for it on both sides."""

    replaced: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, run: str, known: Mapping[str, str]) -> Words:
        """The run's id, and the addresses and folders of a world by their names; the longest texts first."""
        found = {value: f"{{{name}}}" for name, value in sorted(known.items()) if not name.endswith((".host", ".port"))}
        ports = {f"{known[name + '.host']}:{known[name + '.port']}" for name in known if f"{name}.port" in known}
        found |= dict.fromkeys(sorted(ports - found.keys()), "{services}")
        found[run] = "{run}"
        return cls(tuple(sorted(found.items(), key=lambda pair: -len(pair[0]))))

    def shared(self, value: Any) -> Any:
        """The value in shared words."""
        if isinstance(value, str):
            for own, word in self.replaced:
                value = value.replace(own, word)
            return value
        if isinstance(value, Mapping):
            return {self.shared(k): self.shared(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.shared(v) for v in value]
        return value


def read_calls(log: Sequence[Mapping[str, Any]], words: Words) -> tuple[Outside, ...]:
    """The services' log -> calls in order of arrival. Raises ProofError where it says too little to be compared."""
    silent = next((name for name in ("arguments", "refused", "until") if any(name not in call for call in log)), None)
    if silent is not None:
        raise ProofError(
            f"The services do not say {silent!r} of a call, which the comparison with the original needs "
            "(docs/proof.md; --only kills leaves it out)."
        )
    return tuple(
        Outside(
            number=int(call["number"]),
            until=None if call["until"] is None else int(call["until"]),
            route=str(call["route"]),
            asked=words.shared(_without_own_headers(call["arguments"] or {})),
            told=call["arguments"] or {},
            key=words.shared(call.get("key")),
            refused=bool(call["refused"]),
            applied=bool(call.get("effect")),
        )
        for call in log
    )


def _without_own_headers(arguments: Mapping[str, Any]) -> dict[str, Any]:
    headers = arguments.get("headers")
    if not isinstance(headers, Mapping):
        return dict(arguments)
    kept = {
        str(name): _BOUNDARY.sub("boundary=…", str(value))
        for name, value in headers.items()
        if str(name).lower() not in _OWN_HEADERS
    }
    return {**arguments, "headers": kept}


def together(calls: Sequence[Outside]) -> list[list[Outside]]:
    """Calls in order, those that were under way at the same time in one group."""
    groups: list[list[Outside]] = []
    until = -1
    for call in calls:
        if groups and call.number <= until:
            groups[-1].append(call)
        else:
            groups.append([call])
            until = -1
        until = max(until, call.number if call.until is None else call.until)
    return groups


def at_once(calls: Sequence[Outside]) -> frozenset[frozenset[str]]:
    """The pairs of routes of which one was called before the other was answered; a route can be a pair with itself."""
    return frozenset(
        frozenset({one.route, other.route})
        for place, one in enumerate(calls)
        for other in calls[place + 1 :]
        if not one.before(other)
    )


def canonical(call: Outside, volatile: Volatile) -> str:
    """One text for the call; equal texts are equal calls. Of what is made anew in each run only the shape counts."""
    return json.dumps([call.route, _masked(call.asked, (), call.route, volatile)], sort_keys=True)


def masked(value: Any, where: str, volatile: Volatile) -> Any:
    """The value, of what is volatile at `where` only the shape."""
    return _masked(value, (), where, volatile)


def _masked(value: Any, path: Path, where: str, volatile: Volatile) -> Any:
    if (where, path) in volatile:
        return shape(value)
    if isinstance(value, Mapping):
        return {k: _masked(v, (*path, str(k)), where, volatile) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, (*path, "*"), where, volatile) for v in value]
    return value


def shape(value: Any) -> str:
    """What kind of value it is."""
    if isinstance(value, str):
        if _UUID.fullmatch(value):
            return "<uuid>"
        if _MOMENT.fullmatch(value):
            return "<moment>"
        return "<text>"
    if isinstance(value, bool) or value is None:
        return f"<{value}>"
    return "<number>" if isinstance(value, int | float) else f"<{type(value).__name__}>"


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every plain value with its path."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, str(place)))
    else:
        yield path, value


def differing(one: Any, other: Any) -> list[tuple[Path, Any, Any]]:
    """The paths at which two values differ, with what stands there; missing is None."""
    first, second = dict(leaves(one)), dict(leaves(other))
    paths = [*first, *(path for path in second if path not in first)]
    return [(p, first.get(p), second.get(p)) for p in paths if (p in first) != (p in second) or first[p] != second[p]]


def made_anew(one: Sequence[Outside], other: Sequence[Outside]) -> Volatile:
    """Where two runs of the same code on the same data asked for something else: the code makes these values itself."""
    rest = list(other)
    pairs: list[tuple[Outside, Outside]] = []
    for exact in (True, False):
        for call in one:
            if any(call is first for first, _ in pairs):
                continue
            found = next((o for o in rest if o.route == call.route and (not exact or o.asked == call.asked)), None)
            if found is not None:
                rest.remove(found)
                pairs.append((call, found))
    keys = {(first.route, KEY) for first, second in pairs if first.key != second.key}
    return frozenset(keys) | {
        (first.route, general(path)) for first, second in pairs for path, _, _ in differing(first.asked, second.asked)
    }


def general(path: Path) -> Path:
    """The path with any place in a list."""
    return tuple("*" if part.isdigit() else part for part in path)


def telling(call: Outside, others: Collection[Outside], volatile: Volatile) -> tuple[tuple[str, Any], ...]:
    """One value of the arguments, by its path, that no other call of the route has; empty if no value is needed."""
    rivals = [dict(leaves(o.asked)) for o in others if o.route == call.route and o is not call]
    if not rivals:
        return ()
    for path, value in leaves(call.told):
        if "headers" in path[:1] or (call.route, general(path)) in volatile or any("." in part for part in path):
            continue
        ours = dict(leaves(call.asked)).get(path)
        if isinstance(ours, str | int | float) and all(rival.get(path) != ours for rival in rivals):
            return ((".".join(path), value),)
    return ()
