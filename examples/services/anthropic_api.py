"""Anthropic's messages, as its SDK reads them."""

from __future__ import annotations

import hashlib
from typing import Any

from . import reader
from .exchange import Reply
from .web import Request


class Anthropic:
    """POST /v1/messages."""

    routes = ("anthropic.messages",)

    def route(self, request: Request) -> str | None:
        """See Service."""
        return "anthropic.messages" if (request.method, request.path) == ("POST", "/v1/messages") else None

    def text(self, request: Request) -> str:  # noqa: ARG002 - the body says it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:  # noqa: ARG002 - there is one route
        """See Service."""
        body = request.json()
        if body.get("stream"):
            return Reply(400, self.error(400, "these models do not stream"))
        messages = [{"role": "system", "content": body.get("system") or ""}, *body["messages"]]
        text = reader.answer(messages)
        message = {
            "id": f"msg_{hashlib.sha256(repr(messages).encode()).hexdigest()[:24]}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": text, "citations": None}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": len(repr(messages).split()), "output_tokens": len(text.split())},
        }
        return Reply(200, message, billed=True)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        kind = "rate_limit_error" if status == 429 else "api_error" if status >= 500 else "invalid_request_error"
        return {"type": "error", "error": {"type": kind, "message": message}}

    def reset(self) -> None:
        """Models keep nothing."""
