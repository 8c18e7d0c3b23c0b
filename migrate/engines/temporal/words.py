"""Small pieces of generated text: comments wrapped, numbers, names, imports in one order."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from migrate.plan import Activity, OpenQuestion

_KINDS = {
    "model": "Model call", "embedding": "Embedding", "agent": "Agent", "http": "Request", "database": "Database",
    "vector_store": "Vector store", "object_store": "Object store", "queue": "Queue", "message": "Message",
    "saas": "Service", "human": "Question to a person", "subprocess": "Program", "file": "Files", "wait": "Wait",
    "other": "Legacy code",
}  # fmt: skip


def wrapped(text: str, indent: int = 0) -> str:
    """A comment over as many lines as it needs; the first `# ` stands there already."""
    lines = textwrap.wrap(one_line(text), 116 - indent - 2, break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent + "# ").join(lines)


def one_line(text: str) -> str:
    """The text without line ends and control characters: it may come from the code that was read."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def quoted(text: str) -> str:
    """A string literal."""
    return json.dumps(one_line(text), ensure_ascii=False)


def literal(value: Any) -> str:
    """Plain data as Python source, with the quotes that formatters use."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def number(value: float) -> str:
    """A number without a needless fraction."""
    return str(int(value)) if value == int(value) else repr(value)


def summary(activity: Activity) -> str:
    """What the engine's UI shows for an activity."""
    return f"{_KINDS[activity.kind.value]}: {activity.name.replace('_', ' ')}"


def todo(question: OpenQuestion) -> str:
    """An open question as it stands in the code that it is about: place, question, reason and risk."""
    place = f"{question.file}:{question.line}"
    return f"TODO(lastgood): {place}: {question.question} {question.because}; {question.risk}."


def pascal(name: str) -> str:
    """`triage_claim` as `TriageClaim`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W+|_", name) if part) or "Pipeline"


def kebab(name: str) -> str:
    """`triage_claim` as `triage-claim`."""
    return "-".join(part.lower() for part in re.split(r"\W+|_", name) if part) or "pipeline"


def import_lines(imports: Mapping[str, tuple[str, str | None]]) -> str:
    """Import statements for these names, sorted as formatters sort them."""
    plain: set[str] = set()
    members: dict[str, set[str]] = {}
    for name, (module, member) in imports.items():
        if member is None:
            plain.add(
                f"import {module}"
                if name == module.partition(".")[0] or name == module
                else f"import {module} as {name}"
            )
        else:
            members.setdefault(module, set()).add(member if member == name else f"{member} as {name}")
    lines = sorted(plain)
    for module, names in sorted(members.items()):
        own = {n for n in names if " as " not in n}
        lines += [_from(module, own)] if own else []
        lines += [_from(module, [n]) for n in sorted(names - own)]
    return "\n".join(lines)


def _from(module: str, names: Iterable[str]) -> str:
    ordered = sorted(names, key=_import_order)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= 120:
        return line
    return f"from {module} import (\n" + "".join(f"    {n},\n" for n in ordered) + ")"


def name_list(names: Iterable[str], indent: int) -> str:
    """Names after an `import`, folded if they are many."""
    ordered = sorted(names, key=_import_order)
    flat = ", ".join(ordered)
    if len(flat) + indent + 24 <= 120:
        return flat
    pad = " " * (indent + 4)
    return "(\n" + "".join(f"{pad}{n},\n" for n in ordered) + " " * indent + ")"


def _import_order(name: str) -> tuple[int, str]:
    head = name.partition(" ")[0]
    if head.isupper() and len(head) > 1:
        return 0, head
    return (1 if head[:1].isupper() else 2), head
