"""From a call of something known in the catalogue to an event: what it uses, its time-out, its retries."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from assess.catalogue.facts import Client, Fact, Parameter
from assess.model.observed import LogKind
from assess.model.step import Effect, Kind, Retry, RetryBy, Timeout, TimeoutFrom
from assess.resolving.leaving import held, leave_behind, without_means
from assess.resolving.links import as_written, chain_nodes
from assess.resolving.running import Arguments, Run
from assess.resolving.settings import opened
from assess.resolving.stating import stated
from assess.resolving.trace import Again, Event, Trace, Worked
from assess.resolving.values import (
    NONE,
    Choice,
    Configuration,
    Const,
    Coroutine,
    External,
    Instance,
    Items,
    Mapping,
    Value,
    number_of,
    options,
    origins,
    text_of,
)

_READING_SQL = re.compile(
    r"^\s*(?:/\*.*?\*/\s*)?(?:with\b.*?\)\s*)?(select|show|describe|explain|pragma)\b", re.IGNORECASE | re.DOTALL
)
_SAFE_SQL = re.compile(
    r"\bon\s+conflict\b|\bon\s+duplicate\s+key\b"
    r"|^\s*(?:insert\s+or\s+(?:replace|ignore)|merge|upsert|create\s+\w+\s+if\s+not)",
    re.IGNORECASE,
)
_SETTING_SQL = re.compile(r"^\s*(update|delete|truncate|drop)\b", re.IGNORECASE)
_ASYNC = re.compile(
    r"(?:^|\.)(?:Async\w*|\w+Async|aio|async_\w+)(?:\.|$)"
    r"|\.a(?:completion|invoke|embedding|stream|batch|generate|predict|run|chat|complete|query)\b"
)


MOST_CLIENTS = 24
"""Clients that one call may be made on, beyond which no more are told apart."""


def leave_process(run: Run, callee: External, fact: Fact, arguments: Arguments) -> Value:
    """Emit the event of a call outside and give its result."""
    node = arguments.node
    if node is None:
        return External(callee.origins, callee.path, callee.made, result=True)
    used = run.session.used(fact.read, arguments.scope.module.path)
    fact = decided(run, callee, fact.at(used.version) if used else fact, arguments)
    spot = run.spot(node, arguments.scope)
    key = (tuple(run.sites), spot.line, spot.column, spot.cell, spot.file)
    event = run.events.get(key)
    uses = without_means(run, callee, fact) | held(run, callee, arguments)
    for value in arguments.all():
        uses |= origins(value)
    place = (spot.file, spot.cell, spot.line, spot.column)
    if event is None and run.crowded(place):
        # Shown often enough: the run goes on from the last visit that is shown.
        run.hidden += 1
        event = run.places[place][-1]
        if run.trying:
            run.emit(Worked(LogKind.PROGRESS, spot, what=event.call, number=event.number))
        event.uses |= uses - {event.number}
        run.emit(Again(spot, Trace([event])))
        return External(frozenset({event.number}), callee.path, callee.made, result=True)
    if event is None:
        run.session.numbers += 1
        event = Event(
            run.session.numbers, spot, tuple(run.via), as_written(node.func), callee.path, fact, callee.made,
            tuple(arguments.positional), dict(arguments.keywords),
            timeout=timeout_of(run, callee, fact, arguments), retry=retry_of(run, callee, fact, arguments),
            in_loop=run.loops > 0, in_parallel=run.parallel > 0, conditional=run.conditional > 0,
            words=(*_words(node), *stated(arguments), *_stored_states(run, fact)), sure=run.guessing == 0,
            limited=run.limits > 0, used=used,
        )  # fmt: skip
        if not run.muted:
            run.events[key] = event
            run.places.setdefault(place, []).append(event)
    if callee.made is not None and callee.made is not event.made and len(event.others) < MOST_CLIENTS:
        event.others.append(callee.made)
    event.uses |= uses - {event.number} if not run.loops else uses
    _name_values(event, node, arguments)
    result_origins = NONE if run.muted else frozenset({event.number})
    result = External(result_origins, callee.path, callee.made or opened(callee, arguments, spot), result=True)
    if node is not run.awaiting and arguments.scope.function is not None and _ASYNC.search(callee.path):
        leave_behind(run, callee, arguments, event)
        return Coroutine(result_origins, Trace([] if run.muted else [event]), result)
    run.emit(event)
    leave_behind(run, callee, arguments, event)
    return result


def _stored_states(run: Run, fact: Fact) -> tuple[str, ...]:
    """The states that attributes were given since the last write: a commit stores them."""
    if fact.kind is not Kind.DATABASE or fact.effect is Effect.READ:
        return ()
    found, run.states = tuple(run.states), []
    return found


def _words(node: ast.Call) -> tuple[str, ...]:
    """Every literal text and keyword in the call and in the chain before it: what status checks look at."""
    nodes = list(chain_nodes(node))
    found = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    names = [n.arg for n in nodes if isinstance(n, ast.keyword) and n.arg]
    return tuple(dict.fromkeys([*found, *names]))


def _name_values(event: Event, node: ast.Call, arguments: Arguments) -> None:
    """Remember by which names the results of earlier events come in."""
    for argument in [*node.args, *(k.value for k in node.keywords)]:
        for name in ast.walk(argument):
            if isinstance(name, ast.Name):
                value = arguments.scope.find(name.id)
                for origin in origins(value) if value is not None and name.id not in ("self", "cls") else ():
                    event.value_names.setdefault(origin, set()).add(name.id)


def decided(run: Run, callee: External, fact: Fact, arguments: Arguments) -> Fact:
    """The fact with what depends on the arguments filled in."""
    match fact.kind_from:
        case "sql":
            fact = _by_statement(fact, arguments)
        case "http_method":
            fact = _by_verb(fact, arguments)
            return _by_url(run, callee, fact, arguments, 1)
        case "url":
            return _by_url(run, callee, fact, arguments, 0)
        case "file_mode":
            fact = _by_mode(fact, callee)
    if callee.path.endswith((".commit", ".flush")) and callee.made is not None:
        fact = _by_staged(run, fact, callee.made)
    for name in fact.writes_if:
        match arguments.get(-1, name):
            case Const(value=True):
                fact = replace(fact, effect=Effect.WRITE, provider_state=True)
    return fact


def _by_statement(fact: Fact, arguments: Arguments) -> Fact:
    statement = arguments.get(0, "query", "sql", "statement", "operation")
    text = text_of(statement)
    verbs = " ".join(o.path for o in options(statement) if isinstance(o, External)) if statement is not None else ""
    if text is not None and not text.lstrip().startswith("{}"):
        if _READING_SQL.match(text):
            return replace(fact, effect=Effect.READ)
        if _SAFE_SQL.search(text) or _SETTING_SQL.match(text):
            return replace(fact, effect=Effect.IDEMPOTENT_WRITE)
        return replace(fact, effect=Effect.WRITE)
    if ".on_conflict" in verbs:
        return replace(fact, effect=Effect.IDEMPOTENT_WRITE)
    for word, effect in (
        ("insert", Effect.WRITE),
        ("update", Effect.IDEMPOTENT_WRITE),
        ("delete", Effect.IDEMPOTENT_WRITE),
    ):
        if re.search(rf"\b{word}\b", verbs):
            return replace(fact, effect=effect)
    if re.search(r"\bselect\b", verbs):
        return replace(fact, effect=Effect.READ)
    return fact


_ADDS = frozenset({"add", "add_all", "bulk_save_objects", "bulk_insert_mappings"})


def _by_staged(run: Run, fact: Fact, made: Configuration) -> Fact:
    """A commit of merged rows, or of rows that were read and changed, leaves the same rows when it is done again."""
    staged = run.staged.get(id(made), set())
    if staged & _ADDS:
        return fact
    before = [e.fact for e in run.events.values() if e.made is made and e.fact.kind is Kind.DATABASE]
    reads_only = bool(before) and all(f.effect is not Effect.WRITE for f in before)
    return replace(fact, effect=Effect.IDEMPOTENT_WRITE) if "merge" in staged or reads_only else fact


def _by_verb(fact: Fact, arguments: Arguments) -> Fact:
    verb = (text_of(arguments.get(0, "method")) or "").upper()
    if verb in ("GET", "HEAD", "OPTIONS"):
        return replace(fact, effect=Effect.READ)
    if verb in ("PUT", "DELETE"):
        return replace(fact, effect=Effect.IDEMPOTENT_WRITE)
    return replace(fact, effect=Effect.WRITE) if verb in ("POST", "PATCH") else fact


def _by_url(run: Run, callee: External, fact: Fact, arguments: Arguments, position: int) -> Fact:
    url = text_of(arguments.get(position, "url")) or ""
    if "://" not in url and callee.made is not None:
        base = text_of(callee.made.keywords.get("base_url")) or ""
        url = f"{base.rstrip('/')}/{url.lstrip('/')}" if "://" in base else url
    host = run.catalogue.model_host(url)
    if host is not None:
        kind, provider, jurisdiction = host
        place = replace(fact.place, default=url, jurisdiction=jurisdiction)
        return replace(fact, kind=kind, provider=provider, billed=True, effect=Effect.READ, place=place)
    service = run.catalogue.service_host(url)
    if service is not None:
        return replace(fact, kind=service[0], provider=service[1])
    return fact


def _by_mode(fact: Fact, callee: External) -> Fact:
    made = callee.made
    mode = "r"
    if made is not None:
        given = made.keywords.get("mode") or (made.positional[1] if len(made.positional) > 1 else None)
        mode = text_of(given) or mode
    if "a" in mode or "x" in mode:
        return replace(fact, effect=Effect.WRITE)
    return replace(fact, effect=Effect.IDEMPOTENT_WRITE) if "w" in mode or "+" in mode else fact


USUAL_TIMEOUTS = ("timeout", "request_timeout")


def _client(run: Run, callee: External) -> Client | None:
    """The client that the call is made on, at the version that the file runs with in which it is made."""
    client = run.session.client(callee.made.path) if callee.made else None
    if client is None or callee.made is None or not client.others:
        return client
    used = run.session.used(client.read, callee.made.file)
    return client.at(used.version) if used else client


def _scaled(value: Value, rule: Parameter | None) -> float | None:
    seconds = _seconds(value)
    return seconds if seconds is None or rule is None else seconds * rule.scale


def timeout_of(run: Run, callee: External, fact: Fact, arguments: Arguments) -> Timeout:
    """The time-out that ends the call first of those that this code base sets, else the SDK's default.

    One given with the call takes the place of the client's; those around the call hold as well.
    """
    client = _client(run, callee)
    found = list(run.timeouts)
    given = _parameter(fact.timeout, arguments.positional, arguments.keywords, USUAL_TIMEOUTS)
    if given is not None and not _is_none(given):
        found.append(Timeout(set=True, seconds=_scaled(given, fact.timeout), source=TimeoutFrom.CALL))
    elif callee.made is not None:
        names = client.timeout if client else None
        given = _parameter(names, list(callee.made.positional), callee.made.keywords, USUAL_TIMEOUTS)
        if given is not None and not _is_none(given):
            found.append(Timeout(set=True, seconds=_scaled(given, names), source=TimeoutFrom.CLIENT))
    if found:
        return min(found, key=lambda t: float("inf") if t.seconds is None else t.seconds)
    default = next((p.default for p in (fact.timeout, client.timeout if client else None) if p and p.default), None)
    return Timeout(set=False, seconds=default, source=TimeoutFrom.DEFAULT if default else TimeoutFrom.NONE)


def _parameter(
    rule: Parameter | None, positional: list[Value], keywords: dict[str, Value], usual: tuple[str, ...]
) -> Value | None:
    for name in (*(rule.names if rule else ()), *usual):
        first, *inner = name.split(".")
        value = keywords.get(first)
        for part in inner:
            value = None if value is None else _part(value, part)
        if value is not None:
            return value
    if rule is not None and rule.position is not None and 0 <= rule.position < len(positional):
        return positional[rule.position]
    return None


def _part(value: Value, name: str) -> Value | None:
    """What a mapping holds under a name, or what an object was made with."""
    for option in options(value):
        if isinstance(option, Mapping) and name in option.values:
            return option.values[name]
        if isinstance(option, External) and option.made is not None and name in option.made.keywords:
            return option.made.keywords[name]
    return None


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _seconds(value: Value) -> float | None:
    number = number_of(value)
    if number is not None:
        return number
    for option in options(value):
        if isinstance(option, External) and option.made is not None:
            given = [*option.made.positional, *option.made.keywords.values()]
            numbers = [n for n in map(number_of, given) if n is not None]
            return max(numbers) if numbers else None
        if isinstance(option, Items):
            numbers = [n for n in map(number_of, option.values) if n is not None]
            return max(numbers) if numbers else None
    return None


def retry_of(run: Run, callee: External, fact: Fact, arguments: Arguments) -> Retry:
    """The retry nearest to the call that this code base sets, multiplied with all layers around it."""
    if fact.kind is Kind.WAIT:
        return Retry()  # the pause of a retry is no call that is tried again
    layers = list(reversed(run.retries))
    client = _client(run, callee)
    usual = ("max_retries", "num_retries")
    given = _parameter(fact.retries, arguments.positional, arguments.keywords, usual)
    if given is None and callee.made is not None:
        names = client.retries if client else None
        given = _parameter(names, list(callee.made.positional), callee.made.keywords, usual)
    default = next((p.default for p in (fact.retries, client.retries if client else None) if p and p.default), None)
    own: Retry | None = None
    if given is not None:
        more = number_of(given)
        if more is None or more > 0:
            own = Retry(set=True, attempts=None if more is None else int(more) + 1, by=RetryBy.SDK)
        default = 0 if more is not None else default
    product = 1 if own is None else (own.attempts or 0)
    if own is None and default:
        product = int(default) + 1
    for layer in layers:
        product *= layer.attempts or 0
    nearest = own or (layers[0] if layers else None)
    stacked = product or None
    if nearest is None:
        return Retry(set=False, attempts=stacked, by=RetryBy.SDK if default else RetryBy.NONE, stacked=stacked)
    return replace(nearest, stacked=stacked, around=tuple(layers if own else layers[1:]))


def idempotency_key(event: Event) -> bool | None:
    """Whether the call carries a key; None where the call has no parameter for one."""
    rule = event.fact.idempotency
    sent: list[str] = []
    for value in event.keywords.values():
        for option in options(value):
            if isinstance(option, Mapping):
                sent += [str(k).lower() for k in option.values]
    if any(k in ("idempotency-key", "x-idempotency-key") for k in sent):
        return True
    for name in ("idempotency_key", "client_token", "ClientToken", "clientToken", "ClientRequestToken"):
        if name in event.keywords:
            return True
    if rule is None:
        return False if event.fact.kind is Kind.HTTP and event.fact.effect is Effect.WRITE else None
    given = _parameter(rule, list(event.positional), event.keywords, ())
    return given is not None and not _is_none(given)


def argument_values(value: Value) -> list[Value]:
    """The value and the parts of it that a host or region may stand in."""
    found: list[Value] = []
    for option in options(value):
        found.append(option)
        if isinstance(option, Instance):
            found.extend(option.attributes.values())
        elif isinstance(option, Choice):
            found.extend(option.options)
    return found
