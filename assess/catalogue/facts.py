"""What the catalogue says of one client or one call; loading and matching stand in `catalogue.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from packaging.version import Version

from assess.catalogue.versions import ANY, Span
from assess.model.step import Effect, Kind


@dataclass(frozen=True, slots=True)
class Read:
    """What a row is about: a package (its name on the index; "" for none), and the version that it was read at."""

    package: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that steers a call or a client.

    `names` are keyword names (a dotted name reaches into a dict or a config object that is passed, such as
    `extra_headers.Idempotency-Key` or `config.read_timeout`); `position` counts positional arguments from 0;
    `default` is what applies when it is not given (None: no limit, or not established), in seconds where it is a time.
    `scale` turns the value written in code into seconds (0.001 where an SDK counts milliseconds).
    """

    names: tuple[str, ...]
    position: int | None = None
    default: float | None = None
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where content goes. `parameters` choose the endpoint or region in code, `environment` names variables that do.

    `default` is the host when nothing chooses one; `jurisdiction` is a word such as "US" or "EU", None if unknown;
    `selfhosted`: the user runs the server, so the place is always theirs to choose.
    """

    parameters: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    default: str | None = None
    jurisdiction: str | None = None
    selfhosted: bool = False


@dataclass(frozen=True, slots=True)
class Telemetry:
    """A call or decorator that sends traces: to `default`, unless a parameter or a variable says otherwise."""

    sdk: str
    default: str | None = None
    jurisdiction: str | None = None
    parameters: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """A constructor or factory whose result is used to call outside; `path` is the dotted path as imported."""

    path: str
    provider: str
    timeout: Parameter | None = None
    retries: Parameter | None = None
    place: Place = Place()
    source: str = ""
    read: Read = Read()
    versions: Span = ANY
    others: tuple[Client, ...] = ()

    def at(self, version: Version | None) -> Client:
        """The client as this version of its package makes it; where no row tells, as it stands."""
        return self if version is None else next((c for c in (self, *self.others) if c.versions.holds(version)), self)


@dataclass(frozen=True, slots=True)
class Fact:
    """A call that leaves the process.

    `retries.default` counts attempts after the first. `idempotency` names the parameters that carry a key.
    `writes_if` names parameters whose truth turns a read into a write with state kept at the provider (`store`).
    `kind_from`: the kind or effect depends on an argument and is decided by the resolver: "sql" (first argument is a
    statement: SELECT reads), "http_method" (first argument is the verb), "file_mode" (mode of `open`), "url" (the host
    tells a model provider from plain HTTP).
    `others` are what the same call does at other versions of its package.
    """

    target: str
    kind: Kind
    effect: Effect
    provider: str | None = None
    billed: bool = False
    timeout: Parameter | None = None
    retries: Parameter | None = None
    idempotency: Parameter | None = None
    writes_if: tuple[str, ...] = ()
    kind_from: str | None = None
    place: Place = Place()
    provider_state: bool = False
    source: str = ""
    read: Read = Read()
    versions: Span = ANY
    others: tuple[Fact, ...] = ()

    def at(self, version: Version | None) -> Fact:
        """The call as this version of its package makes it; where no row tells, as it stands."""
        if version is None or not self.others or self.versions.holds(version):
            return self
        other = next((fact for fact in self.others if fact.versions.holds(version)), self)
        return replace(other, target=self.target)
