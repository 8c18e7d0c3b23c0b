"""Retry policies and time-outs: a number for each kind of step, and the reason that stands beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assess.model.step import Effect, Kind, RetryBy, Step
from migrate.plan import Key, KeyHow, Number, RetryPlan, Timeouts

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


def retry_of(steps: Sequence[Step], key: Key) -> RetryPlan:
    """How often these steps are tried, taken from the code where it says so."""
    own = next((s.retry for s in steps if s.retry.set and s.retry.attempts), None)
    never_on: tuple[str, ...] = _CODE_ERRORS
    because = "the same call with the same values would end in the same error"
    if any(s.kind is Kind.FILE for s in steps):
        never_on += _FILE_ERRORS
    if own is not None and own.never_on:
        never_on += tuple(name.rpartition(".")[2] for name in own.never_on)
        because += "; the last ones are taken over from the code"
    initial = Number(1, "long enough for a lost connection to come back")
    factor = Number(2, "each pause twice the last, so that a busy service is left alone")
    maximum = Number(30, "nobody waits longer for one step than half a minute at a time")
    if own is not None and own.wait is not None:
        initial = Number(max(own.wait.initial, 0.1), "taken over from the code")
        factor = Number(max(own.wait.factor, 1.0), "taken over from the code")
        if own.wait.maximum is not None:
            maximum = Number(max(own.wait.maximum, initial.value), "taken over from the code")
    return RetryPlan(_attempts(steps, key), initial, factor, maximum, never_on, because)


def _attempts(steps: Sequence[Step], key: Key) -> Number:
    if key.how is KeyHow.NONE:
        return Number(1, "a write without a key is never tried again by itself: a repeat could do it twice")
    looping = next((s for s in steps if s.retry.set and s.retry.by is RetryBy.LOOP and s.retry.attempts), None)
    if looping is not None:
        return Number(
            2, f"the function tries {looping.retry.attempts} times by itself; the second attempt is for a lost worker"
        )
    own = next((s for s in steps if s.retry.set and s.retry.attempts), None)
    if own is not None and own.retry.attempts is not None:
        return Number(max(own.retry.attempts, 2), f"taken over from the code ({own.retry.by.value})")
    if key.how is KeyHow.HEADER:
        return Number(4, "each attempt carries the same key, for targets that honour it")
    return Number(4, "a fault that lasts longer than three pauses needs a person")


def timeouts_of(steps: Sequence[Step], retry: RetryPlan, key: Key) -> Timeouts:
    """Time for one attempt, for all of them, and the silence after which an attempt is given up."""
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
    elif not steps:
        seconds, because = 30, "no step was found in it; half a minute is plenty"
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
