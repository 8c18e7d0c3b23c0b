"""The model providers: OpenAI (chat completions, responses, embeddings) and Mistral (chat), as their SDKs read them."""

from __future__ import annotations

import hashlib
from typing import Any

from . import reader
from .exchange import Reply
from .web import Request

CREATED = 1_767_225_600
"""The same answer at any time: the clock of these models stands still."""


class OpenAI:
    """POST /v1/chat/completions, /v1/responses and /v1/embeddings."""

    routes = ("openai.chat", "openai.responses", "openai.embeddings")

    def __init__(self) -> None:
        self._routes = {
            "/v1/chat/completions": ("openai.chat", self._chat),
            "/v1/responses": ("openai.responses", self._respond),
            "/v1/embeddings": ("openai.embeddings", self._embed),
        }

    def route(self, request: Request) -> str | None:
        """See Service."""
        found = self._routes.get(request.path)
        return found[0] if found and request.method == "POST" else None

    def text(self, request: Request) -> str:  # noqa: ARG002 - the body says it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:  # noqa: ARG002 - one path, one route
        """See Service."""
        body = request.json()
        if body.get("stream"):
            return Reply(400, self.error(400, "these models do not stream"))
        return Reply(200, self._routes[request.path][1](body), billed=True)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        kind = "requests" if status == 429 else "server_error" if status >= 500 else "invalid_request_error"
        return {"error": {"message": message, "type": kind, "param": None, "code": None}}

    def reset(self) -> None:
        """Models keep nothing."""

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        return _completion(body, "chatcmpl")

    def _respond(self, body: dict[str, Any]) -> dict[str, Any]:
        given = body["input"]
        messages = [{"role": "system", "content": body.get("instructions") or ""}]
        messages += [{"role": "user", "content": given}] if isinstance(given, str) else given
        text = reader.answer(messages)
        return {
            "id": f"resp_{_digest(messages)}",
            "object": "response",
            "created_at": CREATED,
            "status": "completed",
            "model": body["model"],
            "output": [
                {
                    "id": f"msg_{_digest(text)}",
                    "type": "message",
                    "role": "assistant",
                    "status": "completed",
                    "content": [{"type": "output_text", "text": text, "annotations": []}],
                }
            ],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": _tokens(messages),
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": _tokens(text),
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": _tokens(messages) + _tokens(text),
            },
        }

    def _embed(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        used = _tokens(texts)
        return {
            "object": "list",
            "model": body["model"],
            "data": [{"object": "embedding", "index": n, "embedding": _vector(text)} for n, text in enumerate(texts)],
            "usage": {"prompt_tokens": used, "total_tokens": used},
        }


class Mistral:
    """POST /v1/chat/completions."""

    routes = ("mistral.chat",)

    def route(self, request: Request) -> str | None:
        """See Service."""
        return "mistral.chat" if (request.method, request.path) == ("POST", "/v1/chat/completions") else None

    def text(self, request: Request) -> str:  # noqa: ARG002 - the body says it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:  # noqa: ARG002 - there is one route
        """See Service."""
        body = request.json()
        if body.get("stream"):
            return Reply(400, self.error(400, "these models do not stream"))
        return Reply(200, _completion(body, "cmpl"), billed=True)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        if status == 422:
            return {"detail": [{"loc": ["body"], "msg": message, "type": "value_error"}]}
        return {"object": "error", "message": message, "type": "error", "param": None, "code": str(status)}

    def reset(self) -> None:
        """Models keep nothing."""


def _completion(body: dict[str, Any], prefix: str) -> dict[str, Any]:
    messages = body["messages"]
    text = reader.answer(messages)
    return {
        "id": f"{prefix}-{_digest(messages)}",
        "object": "chat.completion",
        "created": CREATED,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "tool_calls": None},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": _tokens(messages),
            "completion_tokens": _tokens(text),
            "total_tokens": _tokens(messages) + _tokens(text),
        },
    }


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:24]


def _tokens(value: object) -> int:
    return len(repr(value).split())


def _vector(text: str) -> list[float]:
    return [byte / 127.5 - 1 for byte in hashlib.sha256(text.encode()).digest()]
