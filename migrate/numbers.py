"""Retry policies and time-outs: a number for each kind of step, and the reason that stands beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assess.model.step import Effect, Kind, Retry, RetryBy, Step
from migrate.plan import Fate, Key, KeyHow, Number, Payload, RetryPlan, Timeouts
from migrate.retrying import Layer, taken_over

_HTTP_CLIENTS = ("httpx.", "httpx2.", "requests.")
_ONE_ATTEMPT = {
    Kind.MODEL: (300, "a long answer of a model takes minutes; more means that it hangs"),
    Kind.EMBEDDING: (120, "embeddings come in seconds"),
    Kind.AGENT: (1800, "an agent makes many calls of its own"),
    Kind.HTTP: (60, "a service that has not answered after a minute will not"),
    Kind.DATABASE: (60, "a statement that runs for a minute waits for a lock"),
    Kind.VECTOR_STORE: (60, "a search that takes a minute hangs"),
    Kind.OBJECT_STORE: (300, "a large object takes minutes to move"),
    Kind.QUEUE: (30, "a broker takes a message at once or not at all"),
    Kind.MESSAGE: (60, "a mail server that has not answered after a minute will not"),
    Kind.SAAS: (60, "a service that has not answered after a minute will not"),
    Kind.HUMAN: (60, "only the question is put here; the answer is awaited by the workflow"),
    Kind.SUBPROCESS: (1800, "a program may compute for a while"),
    Kind.FILE: (60, "files of a run are read in seconds"),
    Kind.WAIT: (300, "the code does not say how long it waits"),
    Kind.OTHER: (300, "the code does not say what it reaches"),
}
_CODE_ERRORS = ("ValueError", "TypeError", "LookupError", "AttributeError", "ArithmeticError", "NotImplementedError")
_FILE_ERRORS = ("FileNotFoundError", "IsADirectoryError", "NotADirectoryError", "PermissionError")
_OUTAGE = 3600
_TURN = 600


def key_of(steps: Sequence[Step]) -> Key:
    """How a repeat of these steps is told apart from a second write."""
    writes = [s for s in steps if s.writes]
    if not writes:
        return Key(KeyHow.NOT_NEEDED, "nothing is changed outside that a repeat would change again")
    if all(s.idempotency_key for s in writes):
        return Key(KeyHow.CARRIED, "the code passes a key; it must be the same when the step is tried again")
    if len(writes) > 1:
        return Key(KeyHow.NONE, f"{len(writes)} writes stand inside one function, and one key cannot tell them apart")
    step = writes[0]
    if (step.target or step.call).startswith(_HTTP_CLIENTS):
        return Key(KeyHow.HEADER, "the worker adds the header Idempotency-Key: namespace/workflow id/activity id")
    return Key(KeyHow.NONE, f"`{step.call}` takes no key that the worker could add from outside")


def unseen(packages: Sequence[str]) -> Key:
    """The key of legacy code in which no step was found although it uses packages that may reach outside."""
    return Key(KeyHow.NONE, f"no step was found in it, but it uses {', '.join(packages)}, which may write outside")


def retry_of(steps: Sequence[Step], key: Key, layers: Sequence[Layer]) -> RetryPlan:
    """How often these steps are tried, taken from the code where it says so."""
    owner = taken_over(layers)
    own = owner.retry if owner is not None else Retry()
    never_on: tuple[str, ...] = _CODE_ERRORS
    because = "the same call with the same values would end in the same error"
    if any(s.kind is Kind.FILE for s in steps):
        never_on += _FILE_ERRORS
    loops = [x for x in layers if x.fate is Fate.WORKFLOW]
    theirs = _last_names([name for x in loops for name in x.retry.on])
    if own.never_on:
        never_on += _last_names(own.never_on)
        because += "; the last ones are taken over from the code"
    if theirs:
        never_on += theirs
        because += f"; the loop in the workflow tries again by itself on {', '.join(theirs)}"
    initial = Number(1, "long enough for a lost connection to come back")
    factor = Number(2, "each pause twice the last, so that a busy service is left alone")
    maximum = Number(30, "nobody waits longer for one step than half a minute at a time")
    if owner is not None and own.wait is not None:
        taken = f"taken over from the code ({owner.words})"
        initial = Number(max(own.wait.initial, 0.1), taken)
        factor = Number(max(own.wait.factor, 1.0), taken)
        most = own.wait.maximum if own.wait.maximum is not None else maximum.value
        maximum = Number(max(most, initial.value), taken if own.wait.maximum is not None else maximum.because)
    attempts = _attempts(key, layers)
    # An SDK that is switched off tried on other errors again, too: the engine must not do less.
    beside = any(x.retry.by is RetryBy.SDK and x.fate is Fate.OFF for x in layers)
    only_on = () if beside or "Exception" in own.on else _last_names(own.on)
    return RetryPlan(attempts, initial, factor, maximum, tuple(dict.fromkeys(never_on)), because, only_on)


def _last_names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))


def _attempts(key: Key, layers: Sequence[Layer]) -> Number:
    if key.how is KeyHow.NONE:
        return Number(1, "a write without a key is never tried again by itself: a repeat could do it twice")
    staying = next((x for x in layers if x.fate is Fate.STAYS and x.retry.set), None)
    owner = taken_over(layers)
    if staying is not None and (owner is None or staying.retry.by is RetryBy.LOOP):
        tries = f"{staying.retry.attempts} times" if staying.retry.attempts else "again"
        return Number(2, f"the code tries {tries} by itself ({staying.words}); the second attempt is for a lost worker")
    if owner is not None and owner.retry.attempts:
        because = f"taken over from the code ({owner.words})"
        if owner.retry.attempts == 1:
            because += ", and one more for a lost worker"
        return Number(max(owner.retry.attempts, 2), because)
    if any(x.fate is Fate.WORKFLOW for x in layers):
        return Number(4, "for lost workers and what the loop in the workflow does not catch; the loop counts the rest")
    if owner is not None:
        return Number(4, f"the code names no end ({owner.words}); after three pauses a person looks")
    if key.how is KeyHow.HEADER:
        return Number(4, "each attempt carries the same key, for targets that honour it")
    return Number(4, "a fault that lasts longer than three pauses needs a person")


def timeouts_of(
    steps: Sequence[Step], retry: RetryPlan, key: Key, layers: Sequence[Layer], *, takes_turns: bool = False
) -> Timeouts:
    """Time for one attempt, for all of them, and the silence after which an attempt is given up.

    `takes_turns`: no other step that uses state of a run is made in the same worker meanwhile.
    """
    told = [s for s in steps if s.timeout.set and s.timeout.seconds]
    kinds = [s.kind for s in steps] or [Kind.OTHER]
    seconds, because = max((_ONE_ATTEMPT[k] for k in kinds), key=lambda row: row[0])
    if told:
        longest = max(s.timeout.seconds or 0 for s in told)
        most = sum(s.timeout.seconds or 0 for s in told)
        seconds, because = (
            math.ceil(most * 2),
            f"the code gives up after {longest:g} s a call; twice that for what stands around it",
        )
        inner = math.prod(x.retry.attempts or 1 for x in layers if x.fate is Fate.STAYS)
        if inner > 1:
            seconds, because = seconds * inner, f"{because}, {inner} times because the code tries again by itself"
    elif not steps:
        seconds, because = 30, "no step was found in it; half a minute is plenty"
    if takes_turns:
        seconds, because = seconds + _TURN, f"{because}; and ten minutes until other runs have given the variables free"
    attempts = int(retry.attempts.value)
    pauses = sum(min(retry.initial.value * retry.factor.value**n, retry.maximum.value) for n in range(attempts - 1))
    whole = math.ceil(attempts * seconds + pauses) + _OUTAGE
    beat = Number(6, "a lost worker is noticed in seconds; the worker reports every other second while a call blocks")
    if key.how is KeyHow.NONE:
        beat = Number(30, "longer than elsewhere: giving up a write that is still at work needs a person to look")
    return Timeouts(
        Number(seconds, because),
        Number(whole, "all attempts with their pauses, and an hour in which no worker is up"),
        beat,
    )


def effect_of(steps: Sequence[Step]) -> Effect:
    """The gravest effect of these steps."""
    order = (Effect.WRITE, Effect.UNKNOWN, Effect.IDEMPOTENT_WRITE, Effect.READ)
    found = {s.effect for s in steps}
    return next((e for e in order if e in found), Effect.READ)


def kind_of(steps: Sequence[Step]) -> Kind:
    """What these steps talk to: the gravest effect decides."""
    effect = effect_of(steps)
    return next((s.kind for s in steps if s.effect is effect), Kind.OTHER)


_TOKENS = 4000
_TEXT = {
    Kind.MODEL: (4 * _TOKENS, f"an answer of {_TOKENS:,} tokens is text of about so many bytes"),
    Kind.EMBEDDING: (40_000, "a vector of 1,536 numbers is about so many bytes as JSON"),
    Kind.AGENT: (4 * _TOKENS, "the last answer of an agent is a text"),
}
_DOCUMENTS = frozenset({Kind.FILE, Kind.OBJECT_STORE, Kind.SUBPROCESS})


def payload_of(steps: Sequence[Step], type_: str) -> Payload:
    """What these steps give to the run, as far as kind and type tell."""
    if type_ == "None":
        return Payload(type_, 0, by_reference=False, because="it gives nothing")
    if type_ in ("bool", "int", "float"):
        return Payload(type_, 8, by_reference=False, because="a single value")
    kinds = {s.kind for s in steps}
    if "bytes" in type_ or kinds & _DOCUMENTS:
        because = "it is as large as the document; the code does not show how large"
        return Payload(type_, None, by_reference=True, because=because)
    known = [_TEXT[k] for k in kinds if k in _TEXT]
    if known and len(kinds) == 1:
        return Payload(type_, known[0][0], by_reference=False, because=known[0][1])
    return Payload(type_, None, by_reference=False, because="the code does not show how large it gets")
