"""Waits for people: the form of the answer, and examples of it."""

from __future__ import annotations

import json
from typing import Any

from migrate.engines.temporal.context.kinds import Context
from migrate.engines.temporal.words import literal
from migrate.rewriting.draft import Draft, WaitPoint
from migrate.rewriting.forms import Form
from migrate.rewriting.shapes import Shapes


def example_answer(wait: WaitPoint) -> Any:
    """An answer that ends the wait, as far as the code shows what it reads."""
    if wait.answer.text == "bool":
        return True
    words = dict(reversed(wait.words))
    waiting = {word for _, word in wait.pending}
    keys = list(dict.fromkeys([*wait.required, *wait.optional]))
    if not keys:
        word = words.get("") or "yes"
        word = word if word not in waiting else "approved"
        return _of_type(_answer_type(wait), word)
    return {k: words.get(k) or ("approved" if k in {p for p, _ in wait.pending} else f"some {k}") for k in keys}


def _of_type(text: str, word: str) -> Any:
    """An answer of the type that the wait takes."""
    own = text.partition("[")[0].rpartition(".")[2].lower()
    if own in ("dict", "mapping", "mutablemapping"):
        return {"answer": word}
    if own in ("list", "sequence", "tuple", "set", "frozenset", "iterable"):
        return [word]
    return {"int": 1, "float": 1.0}.get(own, word)


def _answers(wait: WaitPoint, form: Form) -> list[Any]:
    """The answer that ends the wait, and all others that the code compares with."""
    first = example_answer(wait)
    if isinstance(first, bool):
        return [True, False]
    if isinstance(first, dict):
        own = (form.real().body or form).real()
        spoken = {k: [w for w in f.real().words if isinstance(w, str)] for k, f in own.keys.items()}
        return [first, *(first | {k: w} for k, words in spoken.items() for w in words if first.get(k) != w)]
    words = [w for w in form.real().words if isinstance(w, str) and w != first] if isinstance(first, str) else []
    return [first, *words]


def waits_part(draft: Draft, shapes: Shapes) -> Context:
    """What is asked, and what may be answered."""
    described = [
        {
            "name": w.name,
            "answer": _answer_type(w),
            "required_tuple": f"({', '.join(map(literal, w.required))}{',' if len(w.required) == 1 else ''})",
            "example": example_answer(w),
            "examples": _answers(w, shapes.wait(w.name)),
        }
        for w in draft.waits
    ]
    example = json.dumps(described[0]["example"]) if described else "{}"
    code = literal(described[0]["example"]) if described else "{}"
    return {"waits": described, "example_decision": example, "example_decision_code": code}


def _answer_type(wait: WaitPoint) -> str:
    text = wait.answer.text
    return {"dict": "dict[str, Any]", "list": "list[Any]"}.get(text, text)
