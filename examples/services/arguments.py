"""What a call asked for, as values that can be compared: no bytes, and no credentials."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})


def web_arguments(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """A request over HTTP; its body as the JSON or the form that it is, else as text."""
    shown = {name: value for name, value in sorted(headers.items()) if name not in CREDENTIALS}
    return {
        "method": method,
        "path": path,
        "query": dict(query),
        "headers": shown,
        "body": _body(body, headers.get("content-type", "")),
    }


def mail_arguments(sender: str, recipients: Sequence[str], message: EmailMessage) -> dict[str, Any]:
    """A mail: its envelope, its headers, its text."""
    part = message.get_body(("plain", "html"))
    return {
        "sender": sender,
        "recipients": list(recipients),
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "body": part.get_content().replace("\r\n", "\n") if part else "",
    }


def holds(arguments: Any, where: Mapping[str, Any]) -> bool:
    """Whether the arguments have these values; a path is keys and places with dots between them."""
    return all(_at(arguments, path.split(".")) == value for path, value in where.items())


def _at(value: Any, path: Sequence[str]) -> Any:
    """The value at a path, None if there is none. A key may have dots in it."""
    if not path:
        return value
    if isinstance(value, list):
        return _at(value[int(path[0])], path[1:]) if path[0].isdigit() and int(path[0]) < len(value) else None
    if isinstance(value, Mapping):
        for length in range(1, len(path) + 1):
            key = ".".join(path[:length])
            if key in value:
                return _at(value[key], path[length:])
    return None


def _body(body: bytes, kind: str) -> Any:
    text = body.decode("utf-8", "replace")
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(text))
    try:
        return json.loads(text)
    except ValueError:
        return text
