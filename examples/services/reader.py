"""What the model services answer: worked out from the prompt, so the same prompt always gets the same answer.

They look at what the system message asks for: fields of a claim or of an invoice, a category, a verdict on a post, a
risk, or else a summary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

TOPICS = {
    "injury": ("fracture", "hospital", "ambulance", "wrist", "broke", "injured"),
    "water_damage": ("pipe", "water", "ceiling", "parquet", "plumber"),
    "theft": ("stolen", "burglary", "theft", "police"),
    "motor": ("car", "vehicle", "bollard", "parking", "door"),
}
RULES = (
    ("spam", "remove", frozenset({"crypto", "followers"})),
    ("insult", "unsure", frozenset({"idiot"})),
)
"""Rule of the forum, verdict, and the words that break it."""
AMOUNT = re.compile(r"EUR\s*([\d,]+(?:\.\d+)?)")


def answer(messages: Sequence[Mapping[str, Any]]) -> str:
    """The text that the model says to these messages."""
    asked = "\n".join(_text(m) for m in messages if m["role"] in ("system", "developer"))
    said = "\n".join(_text(m) for m in messages if m["role"] not in ("system", "developer"))
    if "policy_number" in asked:
        return json.dumps(_entities(said))
    if "order_number" in asked:
        return json.dumps(_invoice_page(said))
    if "verdict" in asked:
        return json.dumps(_verdict(said))
    if "risk" in asked:
        return json.dumps(_risk(said))
    if "category" in asked:
        return json.dumps(_category(said))
    return _summary(said)


def _entities(text: str) -> dict[str, Any]:
    amounts = [float(amount.replace(",", "")) for amount in AMOUNT.findall(text)]
    words = set(re.findall(r"[a-z]+", text.lower()))
    return {
        "policy_number": _first(r"\b(POL-\w+)", text),
        "claimant": _first(r"(?:Claimant|For|for|patient): ?([A-Z]\w+ [A-Z]\w+)", text),
        "amount": max(amounts, default=None),
        "incident_date": _first(r"\b(\d{4}-\d{2}-\d{2})\b", text),
        "keywords": sorted(words & {word for topic in TOPICS.values() for word in topic}),
    }


def _invoice_page(text: str) -> dict[str, Any]:
    lines = re.findall(r"^(.+): EUR\s*([\d,]+(?:\.\d+)?)$", text, re.MULTILINE)
    return {
        "supplier": _first(r"(?m)^(\S.* (?:GmbH|AG|Ltd|ApS))$", text),
        "email": _first(r"(\S+@\S+)", text),
        "order_number": _first(r"\b(PO-\w+)", text),
        "lines": [{"text": what, "amount": float(amount.replace(",", ""))} for what, amount in lines],
    }


def _verdict(text: str) -> dict[str, str]:
    words = set(re.findall(r"[a-z]+", text.lower()))
    for rule, verdict, signs in RULES:
        if hits := sorted(words & signs):
            return {"verdict": verdict, "rule": rule, "reason": f"says {', '.join(hits)}"}
    return {"verdict": "keep", "rule": "none", "reason": "about gardens"}


def _risk(text: str) -> dict[str, str]:
    hits = sorted(set(re.findall(r"[a-z]+", text.lower())) & {"cash", "crypto", "offshore"})
    if hits:
        return {"business": "trade", "risk": "high", "reason": f"mentions {', '.join(hits)}"}
    return {"business": "a small company", "risk": "low", "reason": "nothing unusual"}


def _category(text: str) -> dict[str, Any]:
    words = set(re.findall(r"[a-z]+", text.lower()))
    hits = {topic: sorted(words & set(of_topic)) for topic, of_topic in TOPICS.items()}
    topic = max(hits, key=lambda name: len(hits[name]))
    if not hits[topic]:
        return {"category": "other", "confidence": 0.4, "reason": "no known words"}
    return {"category": topic, "confidence": 0.93, "reason": f"mentions {', '.join(hits[topic])}"}


def _summary(text: str) -> str:
    approved, rejected = (len(re.findall(rf"\b{word}\b", text)) for word in ("approved", "rejected"))
    if approved or rejected:
        return f"{approved} approved, {rejected} rejected. Nothing unusual. No action is needed."
    return f"A text of {len(text.split())} words."


def _first(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match.group(1) if match else None


def _text(message: Mapping[str, Any]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)
