"""JSON over HTTP to servers of this proof; never through a proxy that the machine may have set."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoAnswerError(Exception):
    """The server did not answer, or answered with an error."""


def ask(url: str, query: Mapping[str, str] | None = None, *, send: Mapping[str, Any] | None = None) -> Any:
    """GET, or POST where there is something to send; raises NoAnswerError."""
    asked = urllib.parse.urlencode({k: v for k, v in (query or {}).items() if v})
    body = None if send is None else json.dumps(send).encode()
    request = urllib.request.Request(  # noqa: S310 - loopback addresses of our own children
        f"{url}?{asked}" if asked else url, data=body, headers={"Content-Type": "application/json"} if body else {}
    )
    try:
        with _opener.open(request, timeout=10) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise NoAnswerError(f"{url}: {problem}") from None
