"""Slack's Web API: messages in channels, and a team that answers in the thread of a question."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import parse_qsl

from .exchange import Reply
from .web import Request


class Slack:
    """POST /api/chat.postMessage; GET or POST /api/conversations.replies.

    `decide_after` looks into a thread that show no answer, somebody answers with `word`; None: nobody does.
    """

    routes = ("slack.post", "slack.replies")

    def __init__(self, decide_after: int | None = 2, word: str = "approve") -> None:
        self.decide_after = decide_after
        self.word = word
        self._posted: list[dict[str, str]] = []
        self._looks: dict[str, int] = {}
        self._lock = threading.Lock()

    def route(self, request: Request) -> str | None:
        """See Service."""
        return {"/api/chat.postMessage": "slack.post", "/api/conversations.replies": "slack.replies"}.get(request.path)

    def text(self, request: Request) -> str:
        """See Service: a thread belongs to the run of its question."""
        thread = _fields(request).get("ts", "")
        with self._lock:
            return next((message["text"] for message in self._posted if message["ts"] == thread), "")

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        fields = _fields(request)
        with self._lock:
            if route == "slack.post":
                message = {
                    "ts": f"{len(self._posted) + 1}.000000",
                    "text": fields["text"],
                    "channel": fields["channel"],
                }
                self._posted.append(message)
                body = {"ok": True, "channel": message["channel"], "ts": message["ts"], "message": message}
                return Reply(200, body, effect=True)
            return Reply(200, {"ok": True, "messages": self._thread(fields["ts"]), "has_more": False})

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        return {"ok": False, "error": "ratelimited" if status == 429 else message}

    def reset(self) -> None:
        """See Service."""
        with self._lock:
            self._posted.clear()
            self._looks.clear()

    def _thread(self, ts: str) -> list[dict[str, str]]:
        looked = self._looks[ts] = self._looks.get(ts, 0) + 1
        thread = [message for message in self._posted if message["ts"] == ts]
        if self.decide_after is not None and looked > self.decide_after:
            thread.append({"ts": f"{ts}1", "text": self.word, "thread_ts": ts})
        return thread


def _fields(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return {**request.query, **request.json()}
    return {**request.query, **dict(parse_qsl(request.body.decode("utf-8", "replace")))}
