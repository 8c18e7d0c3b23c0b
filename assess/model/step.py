"""A step: one place in the code whose call leaves the process, and what is known of that call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from assess.model.source import Place


class Kind(StrEnum):
    """What a step talks to."""

    MODEL = "model"
    EMBEDDING = "embedding"
    AGENT = "agent"
    HTTP = "http"
    DATABASE = "database"
    VECTOR_STORE = "vector_store"
    OBJECT_STORE = "object_store"
    QUEUE = "queue"
    MESSAGE = "message"
    SAAS = "saas"
    HUMAN = "human"
    SUBPROCESS = "subprocess"
    FILE = "file"
    WAIT = "wait"
    OTHER = "other"


AI_KINDS = frozenset({Kind.MODEL, Kind.EMBEDDING, Kind.AGENT})


class Effect(StrEnum):
    """What a call changes outside. A model call reads (and is billed) unless the provider keeps state."""

    READ = "read"
    WRITE = "write"
    IDEMPOTENT_WRITE = "idempotent_write"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure the analyser is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TimeoutFrom(StrEnum):
    """Where the time-out that applies comes from."""

    CALL = "call"
    CLIENT = "client"
    DECORATOR = "decorator"
    WAIT_FOR = "wait_for"
    ENGINE = "engine"
    DEFAULT = "default"
    NONE = "none"


class RetryBy(StrEnum):
    """What repeats the call when it fails."""

    TENACITY = "tenacity"
    BACKOFF = "backoff"
    STAMINA = "stamina"
    SDK = "sdk"
    LOOP = "loop"
    ENGINE = "engine"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Timeout:
    """`set`: this code base sets it (an SDK's default does not count, but its `seconds` are given)."""

    set: bool = False
    seconds: float | None = None
    source: TimeoutFrom = field(default=TimeoutFrom.NONE, metadata={"wire": "from"})


@dataclass(frozen=True, slots=True)
class RetryWait:
    """Pauses between attempts, in seconds; the n-th is `initial * factor ** n`, at most `maximum`."""

    initial: float
    factor: float = 1.0
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """`attempts` counts all tries of the layer nearest to the call; `stacked` multiplies the attempts of all layers.

    `endless`: that layer names no end at all; `attempts` is also None where an end is computed. `around` are the layers
    further out, the innermost first; `on` and `never_on` are classes as written; `at` is where a decorated function
    or a loop begins.
    """

    set: bool = False
    attempts: int | None = None
    by: RetryBy = RetryBy.NONE
    stacked: int | None = None
    wait: RetryWait | None = None
    on: tuple[str, ...] = ()
    never_on: tuple[str, ...] = ()
    endless: bool = False
    at: Place | None = None
    around: tuple[Retry, ...] = ()

    @property
    def layers(self) -> tuple[Retry, ...]:
        """All layers that this code base sets, the innermost first."""
        return (self, *self.around) if self.set else self.around


@dataclass(frozen=True, slots=True)
class Region:
    """Where the call's content goes, as far as the code shows it.

    `endpoint` is a host or URL; `setting` names the parameter or environment variable that chooses it;
    `provider_state`: the provider keeps state of the run (threads, files, batches); `made_at` is where the client is
    made that decides all this, if that is not the call itself; `by_sdk`: the code does not name the setting, only the
    SDK reads it; `kept_by_default`: the provider keeps the content for a while because the call does not say otherwise.
    """

    endpoint: str | None = None
    jurisdiction: str | None = None
    fixed_in_code: bool = False
    setting: str | None = None
    provider_state: bool = False
    made_at: Place | None = None
    by_sdk: bool = False
    kept_by_default: bool = False

    @property
    def chosen(self) -> bool:
        """Whether the code decides: by a literal, a parameter, or a variable that it reads itself.

        A variable beside a known endpoint is the SDK's own, and the endpoint its default.
        """
        named = self.setting is not None and not self.by_sdk
        parameter = named and self.setting is not None and self.setting.islower()
        return self.fixed_in_code or parameter or (named and self.endpoint is None)


@dataclass(frozen=True, slots=True)
class Via:
    """One call on the way from the entry to a step: the call's place and the function it stands in."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Sdk:
    """The package that a call is made with, and the version that its facts hold for.

    `source` is the file that asks for that version (a range counts as its newest, written as "1.x"); without one it is
    the version that the facts were read at, or, where that one no longer has the call, those that have it ("<2").
    """

    package: str
    version: str
    source: str | None = None

    def __str__(self) -> str:
        return f"{self.package} {self.version}{f', from {self.source}' if self.source else ''}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One way that a run reaches a step's place; `effect` is what it does there, if that is not what the step does."""

    id: str
    via: tuple[Via, ...] = ()
    in_loop: bool = False
    in_parallel: bool = False
    conditional: bool = False
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One place whose call leaves the process; it has at least one visit."""

    id: str
    file: str
    line: int
    column: int
    end_line: int
    cell: int | None
    function: str
    call: str
    target: str | None
    kind: Kind
    provider: str | None = None
    effect: Effect = Effect.UNKNOWN
    billed: bool = False
    timeout: Timeout = Timeout()
    retry: Retry = Retry()
    idempotency_key: bool | None = None
    in_loop: bool = False
    in_parallel: bool = False
    conditional: bool = False
    region: Region = Region()
    visits: tuple[Visit, ...] = ()
    confidence: Confidence = Confidence.HIGH
    sdk: Sdk | None = None

    def on_way(self, visit: Visit) -> Step:
        """The step as it is when a run comes this way: a wrapper that is given the verb reads here and writes there."""
        if visit.effect is None:
            return self
        key = None if visit.effect is Effect.READ else self.idempotency_key
        return replace(self, effect=visit.effect, idempotency_key=key)

    @property
    def writes(self) -> bool:
        """Whether a repeat of this call can do something twice; an unknown effect counts as one that can."""
        return self.effect in (Effect.WRITE, Effect.UNKNOWN)

    @property
    def ai(self) -> bool:
        """Whether this is a model, embedding or agent call."""
        return self.kind in AI_KINDS
