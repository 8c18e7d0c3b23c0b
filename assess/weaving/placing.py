"""Where content goes, as far as values show it: literals, variables and entries of files, each with its own place.

Knows which arguments of a call and of its client can choose a place or a model; what a step is stands elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from assess.catalogue.catalogue import Catalogue
from assess.model.observed import Chosen, ChosenBy, Decides
from assess.model.step import AI_KINDS, Kind
from assess.resolving.settings import ASKED, from_environment, loads
from assess.resolving.trace import Event
from assess.resolving.values import Configuration, Const, External, Mark, Text, Value, mark_of, options, text_of

Ambient = Mapping[str, tuple[Configuration, ...]]
"""Set-up calls seen in the tree, by path: `vertexai.init(location=...)` decides for later clients."""

PLACES = tuple(
    """base_url endpoint azure_endpoint api_base region_name location url host region server_url aws_region endpoint_url
    openai_api_base target_host command_or_url hostname address api_endpoint uri broker""".split()
)
MODELS = ("model", "model_name", "model_id", "modelId", "model_id_or_path", "deployment_name", "azure_deployment")
_NAMES_A_PLACE = re.compile(r"url|uri|host|endpoint|region|location|server|address|dsn|base", re.IGNORECASE)
_REGION = re.compile(r"region|location|residency|jurisdiction")
_TOKEN = re.compile(r"[\w.-]{2,40}")
_HOST = re.compile(r"^(?:localhost|[\w{}-]+(?:\.[\w{}-]+)+|\d+(?:\.\d+){3})(?::\d+)?(?:/|$)")
_URL = re.compile(r"^[a-z][\w+.-]*://(?:[^/@\s]*@)?(?P<host>[^/?#\s]+)", re.IGNORECASE)
MADE_OF = frozenset({"bind", "engine", "client", "http_client", "connection"})
"""Arguments that hand over what a client stands on."""
CONNECTS = frozenset({"connect", "create_connection", "goto", "urlopen"})
"""Calls whose first argument is where they go."""
LONGEST = 120
SPREAD = 8
"""Lines between the file that is opened and the entry that is read, up to which both are one place."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that decides: its text or name, and where it stands; `by` as in `Chosen`."""

    by: ChosenBy
    says: str
    at: Mark | None
    setting: str | None = None
    begins: int | None = None
    """The line of the file's opening, if that stands just before."""


def place_values(event: Event, names: tuple[str, ...], ambient: Ambient) -> Iterator[tuple[str, Value]]:
    """The arguments that can choose where this call goes, the call's own first, with the names they have."""
    wanted = {*names, *PLACES}
    takes_url = event.fact.kind_from in ("url", "http_method")
    yield from ((k, v) for k, v in event.keywords.items() if _is_place_name(k, wanted) and (k != "url" or takes_url))
    if takes_url:
        yield from (("url", v) for v in event.positional[:2] if looks_like_place(v))
    elif event.path.rpartition(".")[2] in CONNECTS:
        yield from (("url", v) for v in event.positional[:1] if looks_like_place(v))
    made = event.made
    if made is None or not made.keywords:
        # What the call is made with is an object of options: it may hold the place.
        for value in (*event.positional, *event.keywords.values()):
            yield from (("url", part) for option in options(value) for part in _requested(option))
    while made is not None:
        yield from ((k, v) for k, v in made.keywords.items() if _is_place_name(k, wanted))
        yield from (("url", v) for v in made.positional[:2] if looks_like_place(v))
        given = (*made.positional[:1], *(v for k, v in made.keywords.items() if k in MADE_OF))
        inner = next((o for v in given for o in options(v) if isinstance(o, External) and o.made is not None), None)
        # A session made of an engine, a store made of a client: what it was made of decides.
        made = inner.made if inner is not None and inner.made is not made and not inner.result else None
    for name in names:
        path, _, parameter = name.rpartition(".")
        setups = [s for s in ambient.get(path, ()) if parameter in s.keywords] if path else []
        if setups:
            nearest = max(setups, key=lambda s: _shared(s.file, event))
            yield parameter, nearest.keywords[parameter]


def _shared(file: str, event: Event) -> tuple[bool, int]:
    """How near a set-up call stands to a call: in a file on its way, else by the folders they share."""
    on_the_way = {event.spot.file, *(via.file for via in event.via)}
    return file in on_the_way, folders_shared(event.made.file if event.made else event.spot.file, file)


def folders_shared(one: str, two: str) -> int:
    """How many folders two files have in common, from the root on."""
    pairs = zip(one.split("/")[:-1], two.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _requested(value: Value) -> Iterator[Value]:
    """The address in a request that was put together before it is sent."""
    if isinstance(value, External) and value.made is not None and value.made.path.endswith(".Request"):
        yield from value.made.positional[:1]
        yield from (v for k, v in value.made.keywords.items() if k == "url")


def _is_place_name(name: str, wanted: set[str]) -> bool:
    return (name in wanted and name not in MODELS) or name.endswith("conn_id")


def looks_like_place(value: Value) -> bool:
    """Whether a positional argument is an address: a URL, or a variable that is named like one."""
    for leaf in leaves(value):
        if leaf.by in (ChosenBy.VARIABLE, ChosenBy.ENTRY):
            return _NAMES_A_PLACE.search(leaf.says) is not None
        if _URL.match(leaf.says) or leaf.says.startswith("{}"):
            return True
        return _HOST.match(leaf.says) is not None and ":" in leaf.says
    return False


def leaves(value: Value, depth: int = 6) -> list[Leaf]:
    """What decides the value, as far as it is known; a literal beside a setting is its default."""
    found = list(_leaves(value, depth))
    settings = [leaf for leaf in found if leaf.by in (ChosenBy.VARIABLE, ChosenBy.ENTRY)]
    if not settings:
        return found
    return [replace(f, by=ChosenBy.DEFAULT, setting=settings[0].says) if _literal(f) else f for f in found]


def _literal(leaf: Leaf) -> bool:
    return leaf.by is ChosenBy.LITERAL


def _leaves(value: Value, depth: int) -> Iterator[Leaf]:
    if depth < 0:
        return
    for option in options(value):
        match option:
            case Text(template=text, head=Value() as head) if text.startswith("{}"):
                yield from _leaves(head, depth - 1)
            case Const(value=str() as text) | Text(template=text) if text:
                yield Leaf(ChosenBy.LITERAL, text, mark_of(option))
            case External(made=Configuration() as made) if from_environment(option) and made.positional:
                name = text_of(made.positional[0])
                if name:
                    yield Leaf(ChosenBy.VARIABLE, name.rpartition("/")[2], (made.file, made.cell, made.line))
                default = [*made.positional[1:2], *(v for k, v in made.keywords.items() if k == "default")]
                for given in default if not made.path.endswith(ASKED) else ():
                    yield from _leaves(given, depth - 1)
            case External(made=Configuration() as made) if loads(option) and made.path.endswith(ASKED):
                yield _entry(made)


def _entry(made: Configuration) -> Leaf:
    """An entry of a configuration file; with the place where the file is opened, if that stands just before."""
    keys, lines, step = [], [made.line], made
    while step.path.endswith(ASKED):
        keys.append(text_of(step.positional[0]) or "?")
        inner = step.positional[1]
        if not isinstance(inner, External) or inner.made is None:
            break
        step = inner.made
        lines.append(step.line)
    handles = [h.made for h in step.positional[:1] if isinstance(h, External) and h.made is not None]
    lines += [handle.line for handle in handles if handle.file == made.file]
    near = [line for line in lines if made.line - SPREAD <= line <= made.line]
    return Leaf(ChosenBy.ENTRY, ".".join(reversed(keys)), (made.file, made.cell, made.line), begins=min(near))


def decided_place(found: Iterator[tuple[str, Value]]) -> tuple[str | None, str | None, bool]:
    """Endpoint, what chooses it, and whether it is fixed in the code: by the first argument that tells."""
    for name, value in found:
        known = leaves(value)
        setting = next((leaf.says for leaf in known if leaf.by in (ChosenBy.VARIABLE, ChosenBy.ENTRY)), None)
        if setting:
            return None, setting, False
        literal = next((leaf.says for leaf in known), None)
        if literal and name.endswith("conn_id"):
            return None, name, False
        if literal:
            shown = literal if _names_host(literal, name) else ""
            return (literal[:LONGEST] if shown else None), name, bool(shown)
        if not isinstance(value, Const):
            return None, name, False
    return None, None, False


def _names_host(text: str, name: str) -> bool:
    """Whether the literal part of an address tells the host or region; a template of it, or a path, does not."""
    url = _URL.match(text)
    if url is not None:
        return not url["host"].startswith("{}")
    if name.endswith("conn_id"):
        return True
    if _REGION.search(name):
        return _TOKEN.fullmatch(text) is not None
    return _HOST.match(text) is not None and not text.startswith("{")


def chosen(
    events: Mapping[str, Event], step_of: Mapping[str, str], catalogue: Catalogue, ambient: Ambient
) -> tuple[Chosen, ...]:
    """Every place in the code that decides where content goes, or which model gets it; `step_of` maps visits."""
    found: dict[Chosen, dict[str, None]] = {}
    for visit, event in events.items():
        for made in (event.made, *event.others):
            for one in _of_event(replace(event, made=made), catalogue, ambient):
                found.setdefault(one, {})[step_of[visit]] = None
    return tuple(replace(one, steps=tuple(steps)) for one, steps in found.items())


def _of_event(event: Event, catalogue: Catalogue, ambient: Ambient) -> Iterator[Chosen]:
    client = catalogue.client(event.made.path) if event.made else None
    names = (*(client.place.parameters if client else ()), *event.fact.place.parameters)
    if event.fact.kind not in (Kind.FILE, Kind.SUBPROCESS, Kind.WAIT):
        for name, value in place_values(event, names, ambient):
            known = leaves(value)
            for leaf in known:
                if leaf.at is None or not (_setting(leaf) or _names_host(leaf.says, name)):
                    continue
                if name.endswith("conn_id"):
                    yield _chosen(Decides.PLACE, replace(leaf, by=ChosenBy.VARIABLE))
                else:
                    yield _chosen(Decides.PLACE, leaf)
            if known:
                break
    if event.fact.kind in AI_KINDS:
        yield from _models(event)


def _setting(leaf: Leaf) -> bool:
    return leaf.by in (ChosenBy.VARIABLE, ChosenBy.ENTRY)


def _models(event: Event) -> Iterator[Chosen]:
    made = [event.made] if event.made else []
    if event.fact.kind is Kind.AGENT:
        made += [o.made for v in event.positional[:1] for o in options(v) if isinstance(o, External) and o.made]
    given = [*event.keywords.items(), *(pair for one in made for pair in one.keywords.items())]
    for name, value in given:
        if name in MODELS:
            yield from (_chosen(Decides.MODEL, leaf) for leaf in leaves(value) if leaf.at and len(leaf.says) < LONGEST)
            return


def _chosen(decides: Decides, leaf: Leaf) -> Chosen:
    assert leaf.at is not None
    file, cell, line = leaf.at
    return Chosen(decides, leaf.by, leaf.says[:LONGEST], file, leaf.begins or line, line, cell, leaf.setting)
