"""HTTP: requests in, replies out. Which service answers is decided by the first part of the path."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from .arguments import web_arguments
from .exchange import Arrival, Exchange, Reply
from .faults import Do, Fault
from .runs import Runs


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `path` is what follows the service's prefix, header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ValueError if it is none."""
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("the body is no JSON object")  # noqa: TRY004 - callers catch one kind of bad body
        return value

    @property
    def key(self) -> str | None:
        """The idempotency key, if it carries one."""
        return self.headers.get("idempotency-key")


class Service(Protocol):
    """What answers under one prefix."""

    @property
    def routes(self) -> tuple[str, ...]:
        """The names under which its calls are counted."""

    def route(self, request: Request) -> str | None:
        """The name under which the request is counted; None: there is no such address."""

    def text(self, request: Request) -> str:
        """Where to look for the run id besides path, query and body."""

    def answer(self, route: str, request: Request) -> Reply:
        """Do the work. Raises ValueError or KeyError if the body is not as the service wants it."""

    def error(self, status: int, message: str) -> Any:
        """An error body as this service writes them."""

    def reset(self) -> None:
        """Forget everything."""


class Desk(Protocol):
    """What answers control requests; they are not counted."""

    def command(self, verb: str, request: Request) -> Reply:
        """Carry out one command."""


class WebServer(ThreadingHTTPServer):
    """All HTTP services on one port. Threads are waited for when it closes."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, port: int, services: Mapping[str, Service], desk: Desk, exchange: Exchange, runs: Runs) -> None:
        self.services = services
        self.desk = desk
        self.exchange = exchange
        self.runs = runs
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these services are for; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: WebServer

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def log_message(self, *_: object) -> None:
        """The ledger is the log."""

    def _take(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the client went away in the middle of a request")
        parts = urlsplit(self.path)
        prefix, _, rest = parts.path.lstrip("/").partition("/")
        request = Request(
            method=self.command,
            path=f"/{rest}",
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        if prefix == "_control":
            self._send(self.server.desk.command(rest, request))
            return
        service = self.server.services.get(prefix)
        route = service.route(request) if service else None
        if service is None or route is None:
            self._send(Reply(404, {"error": f"nothing answers {self.command} {parts.path}"}))
            return
        self._exchange(service, route, request)

    def _exchange(self, service: Service, route: str, request: Request) -> None:
        body = request.body.decode("utf-8", "replace")
        run = self.server.runs.of(request.headers, self.path, body, service.text(request))

        def work() -> Reply:
            try:
                return service.answer(route, request)
            except (KeyError, ValueError) as problem:
                return Reply(422, service.error(422, f"not understood: {problem!r}"))

        def refuse(fault: Fault) -> Reply:
            if fault.do is Do.RATE_LIMIT:
                body = service.error(429, "too many requests")
                return Reply(429, body, headers={"Retry-After": str(fault.retry_after)})
            if fault.do is Do.REFUSE:
                return Reply(422, service.error(422, "refused by order"))
            status = fault.status or 500
            return Reply(status, service.error(status, "ordered to fail"))

        arguments = web_arguments(request.method, request.path, request.query, request.headers, request.body)
        arrival = Arrival(route, run, request.body, arguments, request.key)
        self.server.exchange.lead(arrival, work, refuse, self._send)

    def _send(self, reply: Reply) -> None:
        plain = isinstance(reply.body, bytes)
        body = reply.body if plain else json.dumps(reply.body, ensure_ascii=False).encode()
        self.send_response(reply.status)
        headers = {"Content-Type": "application/octet-stream" if plain else "application/json", **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        # No connection is kept: a server that stops must not wait for idle clients.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
