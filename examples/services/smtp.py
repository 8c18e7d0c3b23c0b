"""A mail server that delivers nothing and counts everything. A Message-ID is delivered once."""

from __future__ import annotations

import email
import email.policy
import socketserver
import sys
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from .arguments import mail_arguments
from .exchange import Arrival, Exchange, Reply
from .faults import Do, Fault
from .runs import Runs

MAIL_ROUTE = "mail.send"


@dataclass(frozen=True, slots=True)
class Mail:
    """One delivered mail."""

    recipients: tuple[str, ...]
    subject: str
    message_id: str | None
    body: str


class MailServer(socketserver.ThreadingTCPServer):
    """SMTP as `smtplib` speaks it, without TLS and log-in."""

    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, port: int, exchange: Exchange, runs: Runs) -> None:
        self.exchange = exchange
        self.runs = runs
        self._delivered: list[Mail] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Session)

    def mails(self) -> list[Mail]:
        """What was delivered, in order."""
        with self._lock:
            return list(self._delivered)

    def deliver(self, mail: Mail) -> Reply:
        """Deliver, unless this Message-ID has been."""
        with self._lock:
            known = mail.message_id is not None and mail.message_id in {m.message_id for m in self._delivered}
            if not known:
                self._delivered.append(mail)
        return Reply(250, "known already" if known else "delivered", effect=not known)

    def reset(self) -> None:
        """Forget all mails."""
        with self._lock:
            self._delivered.clear()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these services are for; everything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Session(socketserver.StreamRequestHandler):
    timeout = 10
    server: MailServer

    def handle(self) -> None:
        self._sender = ""
        self._recipients: list[str] = []
        self._say(220, "loopback")
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    self._say(250, "loopback")
                case "MAIL" | "RSET":
                    self._sender = rest.partition(":")[2].partition(" ")[0].strip("<> ")
                    self._recipients = []
                    self._say(250, "fine")
                case "RCPT":
                    self._recipients.append(rest.partition(":")[2].strip("<> "))
                    self._say(250, "fine")
                case "DATA":
                    self._say(354, "end with a dot")
                    self._take(self._read_data())
                case "NOOP":
                    self._say(250, "fine")
                case "QUIT":
                    self._say(221, "bye")
                    return
                case _:
                    self._say(502, "not spoken here")

    def _read_data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionAbortedError("the client went away in the middle of a mail")
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _take(self, data: bytes) -> None:
        message = email.message_from_bytes(data, policy=email.policy.default)
        mail = Mail(tuple(self._recipients), str(message["Subject"] or ""), message["Message-ID"], _body(message))
        headers = {name.lower(): str(value) for name, value in message.items()}
        run = self.server.runs.of(headers, mail.subject, mail.body)
        self.server.exchange.lead(
            Arrival(MAIL_ROUTE, run, data, mail_arguments(self._sender, self._recipients, message), mail.message_id),
            work=lambda: self.server.deliver(mail),
            refuse=_refuse,
            send=lambda reply: self._say(reply.status, str(reply.body)),
        )

    def _say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())
        self.wfile.flush()


def _refuse(fault: Fault) -> Reply:
    if fault.do is Do.RATE_LIMIT:
        return Reply(451, "too many mails, try again later")
    if fault.do is Do.REFUSE:
        return Reply(554, "refused by order")
    return Reply(fault.status or 451, "ordered to fail")


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return part.get_content() if part else ""
