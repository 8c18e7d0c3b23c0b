"""Services of one's own company: JSON in, JSON out, an `Idempotency-Key` honoured where one is sent."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .exchange import Reply
from .replays import Replays
from .web import Request

Work = Callable[[Request, str], Reply]
"""A request and the last part of its path -> the answer."""


@dataclass(frozen=True, slots=True)
class Way:
    """One address: its name in the counts, its method, its path (`*` is one part), and what it does."""

    name: str
    method: str
    path: str
    work: Work

    def fits(self, request: Request) -> bool:
        """Whether the request means this address."""
        pattern = re.escape(self.path).replace(r"\*", "[^/]+")
        return request.method == self.method and re.fullmatch(pattern, request.path) is not None


class Plain:
    """A service that is a list of addresses."""

    def __init__(self, ways: Sequence[Way], forget: Callable[[], None] = lambda: None) -> None:
        self._ways = {way.name: way for way in ways}
        self._forget = forget
        self._replays = Replays()

    @property
    def routes(self) -> tuple[str, ...]:
        """See Service."""
        return tuple(self._ways)

    def route(self, request: Request) -> str | None:
        """See Service."""
        return next((way.name for way in self._ways.values() if way.fits(request)), None)

    def text(self, request: Request) -> str:  # noqa: ARG002 - path, query and body say it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        way, last = self._ways[route], request.path.rpartition("/")[2]
        if way.method == "GET":
            return way.work(request, last)
        return self._replays.once(request.key, request.body, lambda: way.work(request, last))

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        return {"error": message, "status": status}

    def reset(self) -> None:
        """See Service."""
        self._forget()
        self._replays.reset()


class Shelf:
    """What was written, in order. Any thread may add."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._kept: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, fields: dict[str, Any], name: str = "number") -> Reply:
        """Keep it under a number of its own."""
        with self._lock:
            kept = {**fields, name: f"{self._prefix}-{len(self._kept) + 1}"}
            self._kept.append(kept)
        return Reply(201, kept, effect=True)

    def all(self) -> list[dict[str, Any]]:
        """Everything, in order."""
        with self._lock:
            return list(self._kept)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
