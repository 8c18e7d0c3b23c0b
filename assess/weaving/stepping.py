"""Events to steps: visits of one place together, with what is known of the call."""

from __future__ import annotations

import re

from packaging.version import Version

from assess.catalogue.catalogue import Catalogue
from assess.model.source import Place
from assess.model.step import AI_KINDS, Confidence, Effect, Kind, Region, Sdk, Step, Visit
from assess.resolving.events import idempotency_key
from assess.resolving.trace import Event
from assess.resolving.values import Const
from assess.weaving.placing import Ambient, decided_place, place_values

_GRAVITY = (Effect.READ, Effect.IDEMPOTENT_WRITE, Effect.UNKNOWN, Effect.WRITE)


def build_steps(events: dict[str, Event], catalogue: Catalogue, ambient: Ambient) -> tuple[Step, ...]:
    """One step a place, in order of the first visit; `events` are by visit id."""
    places: dict[tuple[object, ...], list[tuple[str, Event]]] = {}
    for visit, event in events.items():
        spot = event.spot
        places.setdefault((spot.file, spot.cell, spot.line, spot.column), []).append((visit, event))
    return tuple(_step(f"s{n}", reached, catalogue, ambient) for n, reached in enumerate(places.values(), 1))


def _step(name: str, reached: list[tuple[str, Event]], catalogue: Catalogue, ambient: Ambient) -> Step:
    # One line may do different things on different ways, as a wrapper that takes the verb: the gravest decides.
    event = max((e for _, e in reached), key=lambda e: _GRAVITY.index(e.fact.effect))
    spot, fact = event.spot, event.fact
    visits = tuple(
        Visit(
            v, e.via, e.in_loop, e.in_parallel, e.conditional, None if e.fact.effect is fact.effect else e.fact.effect
        )
        for v, e in reached
    )
    writes = fact.effect is not Effect.READ
    keys = {idempotency_key(e) for _, e in reached if not writes or e.fact.effect is not Effect.READ}
    retry = next((e.retry for _, e in reached if e.retry.set), event.retry)
    region = region_of(event, catalogue, ambient)
    return Step(
        id=name, file=spot.file, line=spot.line, column=spot.column, end_line=spot.end_line, cell=spot.cell,
        function=spot.function, call=event.call, target=event.path, kind=fact.kind,
        provider=_provider(event, catalogue, region), effect=fact.effect, billed=fact.billed,
        timeout=next((e.timeout for _, e in reached if e.timeout.set), event.timeout),
        retry=retry,
        idempotency_key=(False if False in keys else next(iter(keys))) if writes else None,
        in_loop=any(v.in_loop for v in visits), in_parallel=any(v.in_parallel for v in visits),
        conditional=any(v.conditional for v in visits), region=region, visits=visits,
        confidence=Confidence.HIGH if event.sure else Confidence.MEDIUM, sdk=_sdk(event),
    )  # fmt: skip


def _sdk(event: Event) -> Sdk | None:
    used, read = event.used, event.fact.read
    if used is not None:
        return Sdk(read.package, used.shown, used.file)
    if not read.package:
        return None
    versions = event.fact.versions
    return Sdk(read.package, read.at if versions.holds(Version(read.at)) else str(versions))


def _provider(event: Event, catalogue: Catalogue, region: Region) -> str | None:
    """Who answers: the owner of the host that the code names, whatever SDK speaks to it, else whose SDK it is."""
    host = catalogue.model_host(region.endpoint) if region.endpoint and not region.by_sdk else None
    if host is not None and event.fact.kind in AI_KINDS:
        return host[1]
    if event.made is not None:
        client = catalogue.client(event.made.path)
        if client is not None and client.provider and event.fact.kind is not Kind.HTTP:
            return client.provider
    return event.fact.provider


def region_of(event: Event, catalogue: Catalogue, ambient: Ambient) -> Region:
    """Where the content of the call goes, as far as the code shows it."""
    fact = event.fact
    client = catalogue.client(event.made.path) if event.made else None
    place = client.place if client is not None and client.place != type(client.place)() else fact.place
    names = (*place.parameters, *fact.place.parameters)
    endpoint, setting, fixed = decided_place(place_values(event, names, ambient))
    made = event.made
    made_at = Place(made.file, made.line, cell=made.cell) if made is not None else None
    by_sdk = endpoint is None and setting is None
    if by_sdk:
        endpoint = place.default
        setting = next(iter(place.environment), None)
    jurisdiction = (catalogue.host_jurisdiction(endpoint) if endpoint else None) or (
        place.jurisdiction if endpoint == place.default else None
    )
    kept = fact.provider_state or bool(_keeps_state(event))
    by_default = not kept and _kept_by_default(event)
    return Region(endpoint, jurisdiction, fixed, setting, kept, made_at, by_sdk, by_default)


_STORES_BY_DEFAULT = re.compile(r"^openai\.\w+(?:\.with_\w+)*\.responses\.(?:create|parse|stream)$")
"""OpenAI keeps a response for 30 days unless `store=False` (openai/types/responses/response_create_params.py:263)."""


def _kept_by_default(event: Event) -> bool:
    return _STORES_BY_DEFAULT.match(event.path) is not None and "store" not in event.keywords


def _keeps_state(event: Event) -> bool:
    return any(isinstance(event.keywords.get(n), Const) and bool(event.keywords[n].value) for n in event.fact.writes_if)  # type: ignore[attr-defined]
