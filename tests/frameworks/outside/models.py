"""Models that decide by what they are asked: which clauses there are, which tool is called, what is said in the end."""

from __future__ import annotations

import json
import re
from typing import Any

from services.exchange import Reply
from services.model_apis import CREATED, OpenAI
from services.web import Request

USED = {
    "input_tokens": 1,
    "output_tokens": 1,
    "total_tokens": 2,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens_details": {"reasoning_tokens": 0},
}
ORDER = re.compile(r"\bORDER-[\w-]+")


class Models(OpenAI):
    """Chat completions answer prompts on contracts; responses are those of an agent with tools."""

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        body = request.json()
        told = _responses(body) if route == "openai.responses" else _chat(body)
        return Reply(200, told, billed=True)


def _chat(body: dict[str, Any]) -> dict[str, Any]:
    prompt = str(body["messages"][-1]["content"])
    said = "price\nterm" if prompt.startswith("Name") else f"good {prompt.rpartition(' ')[2]}"
    message = {"role": "assistant", "content": said}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": "1", "object": "chat.completion", "created": CREATED, "model": "m", "choices": [choice]}


def _responses(body: dict[str, Any]) -> dict[str, Any]:
    """The tool that comes next by the tools that the agent has and what it has heard; in the end it speaks."""
    heard = [i for i in body["input"] if isinstance(i, dict)] if isinstance(body["input"], list) else []
    answers = sum(i.get("type") == "function_call_output" for i in heard)
    tools = {t["name"] for t in body.get("tools", [])}
    call = {0: "look_up_order", 1: "transfer_to_refunds", 2: "refund"}.get(answers)
    asked = ORDER.search(str(body["input"]))
    order = asked.group() if asked else "none"
    arguments = "{}" if call == "transfer_to_refunds" else json.dumps({"order": order})
    said: dict[str, Any] = {"type": "function_call", "id": f"fc_{answers}", "call_id": f"c{answers}", "name": call}
    said |= {"arguments": arguments, "status": "completed"}
    if call not in tools:
        text = {"type": "output_text", "text": f"{order} is refunded", "annotations": []}
        said = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    told = {"id": "r", "object": "response", "created_at": CREATED, "model": "m", "output": [said], "usage": USED}
    return told | {"parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "status": "completed"}
