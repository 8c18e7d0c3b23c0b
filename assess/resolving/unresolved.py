"""Calls that look as if they left the process and are in no catalogue: they are listed, with the row to add.

What looks so is decided by names alone: where the callee comes from, what it is called, what it is called on. What the
catalogue knows, to leave the process or to stay in it, is not asked here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assess.model.source import Unresolved
from assess.reading.tree import STDLIB
from assess.resolving.links import as_written
from assess.resolving.running import Arguments, Run
from assess.resolving.values import External, Method, options, text_of

IO_VERBS = frozenset(
    """acall ainvoke call chat complete completion create delete download embed execute fetch generate get insert
    invoke list patch post predict publish push put query read request retrieve run save scrape search send
    send_message stream submit transcribe translate update upload upsert write""".split()
)
IO_WORDS = frozenset(
    """charge chat crawl delete download email embed enqueue execute fetch ingest invoke message notify pay post predict
    publish query receive refund request retrieve scrape search send stream submit synthesize transcribe translate
    upload upsert""".split()
)
"""Words that tell in a longer name, too: `send_invoice`, `publishEvent`."""
LOCAL_ROOTS = frozenset(
    """PIL attr attrs bs4 click cv2 dateutil dotenv fastapi flask jinja2 joblib jsonschema lxml markdown matplotlib
    networkx nltk numpy openpyxl pandas pkg_resources plotly polars pydantic pydantic_core pydantic_settings pytest
    pytz regex rich scipy seaborn setuptools six sklearn starlette tenacity tiktoken torch torchvision tqdm
    transformers typer typing_extensions tzlocal ujson unidecode uvicorn uvloop werkzeug xmltodict yaml orjson
    django rest_framework backoff stamina aiolimiter ratelimit cachetools marshmallow loguru structlog""".split()
)
NETWORK = frozenset("ftplib http imaplib nntplib poplib smtplib socket telnetlib urllib xmlrpc".split())
"""What of Python itself talks to others."""
_OF_VALUES = frozenset(
    """add append capitalize casefold close copy count decode encode endswith extend find format get group groups
    index isdigit items join keys lower lstrip match model_copy model_dump partition pop read remove replace rpartition
    rsplit rstrip setdefault sort split splitlines startswith strip title to_dict update upper values write""".split()
)
"""Methods of plain values, too: on what a function gave they are these."""
_PLAIN = _OF_VALUES - {"get", "read", "update", "write"}
_HOLDER = re.compile(
    r"(?:Api|API|Bot|Broker|Client|Connection|Connector|Gateway|Producer|Publisher|SDK|Service|Session)$"
)
_OPENS = re.compile(r"(?:build|client|connect|create|from|get|init|login|make|open|session)(?:_|$)")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
DEEPEST_MEMBER = 3
"""Names from a client to what is called on it, as in `client.chat.messages.create`."""
_ADDRESS = re.compile(r"(?:https?|wss?)://")


@lru_cache(maxsize=4096)
def looks_external(path: str, made: str | None = None) -> bool:
    """Whether a call of this path looks as if it left the process; `made` is what constructed its object."""
    root, _, rest = path.partition(".")
    verb = path.rpartition(".")[2]
    if not rest or root in LOCAL_ROOTS or root == "builtins" or (root in STDLIB and root not in NETWORK):
        return False
    if verb in _PLAIN or verb[:1].isupper() or verb.startswith("_"):
        return False
    maker = made.rpartition(".")[2] if made is not None and path != made else ""
    if maker and verb in _OF_VALUES and not (maker[:1].isupper() or _OPENS.match(maker)):
        return False
    if verb in IO_VERBS or not IO_WORDS.isdisjoint(_words(verb)):
        return True
    holds = _HOLDER.search(maker) or (root in NETWORK and maker[:1].isupper())
    return bool(holds) and made is not None and path[len(made) :].count(".") <= DEEPEST_MEMBER


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


def note_unresolved(run: Run, callee: External, arguments: Arguments) -> None:
    """List a call outside of the tree that is in no catalogue, if it looks external."""
    made = callee.made.path if callee.made is not None else None
    if (
        arguments.node is None
        or run.muted
        or not looks_external(callee.path, made)
        or run.catalogue.harmless(callee.path)
        or (callee.result and run.catalogue.known_root(callee.path))
    ):
        return
    _note(run, arguments, f"in no catalogue; to make it known add: {run.catalogue.row_to_add(callee.path)}")


def note_unknown(run: Run, method: Method, arguments: Arguments) -> None:
    """List a call on an object that nobody knows, if it is given an address."""
    if arguments.node is None or run.muted or not (method.name in IO_VERBS or method.name == "head"):
        return
    for value in arguments.all():
        if any(_ADDRESS.match(text_of(option) or "") for option in options(value)):
            row = run.catalogue.row_to_add(f"PACKAGE.CLASS.{method.name}")
            _note(run, arguments, f"its object is not known; with a type in the code, or made known by: {row}")
            return


def _note(run: Run, arguments: Arguments, reason: str) -> None:
    assert arguments.node is not None
    spot = run.spot(arguments.node, arguments.scope)
    written = as_written(arguments.node.func)[:120]
    run.session.unresolved[spot.file, spot.line, written] = Unresolved(spot.file, spot.line, written, reason)
