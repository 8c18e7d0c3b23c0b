"""Fingerprints: what a finding is recognised by in another assessment.

Check, pipeline, function, what is called, and the shape of the code: words of the language, attributes, keywords of
calls and signs stay, names and literals do not count. So lines may move, variables be renamed and texts be changed.
Equal ones are told apart by their order. The shape is made from the finding's excerpt, so no code is needed.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assess.model.finding import Finding

VERSION = 1
"""Of the way that fingerprints are made: another way is another version, and a baseline says which one it has."""

SHAPED = 6
"""Lines of a finding that make its shape, as many as an excerpt is sure to quote."""

_LEX = re.compile(
    r"""(?P<text>(?i:[rbfut]{0,2})(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"|(?P<comment>\#[^\n]*)|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<sign>\S)",
    re.DOTALL,
)


def with_fingerprints(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings with their fingerprints, in the same order; equal ones are numbered in order of place."""
    seen: Counter[str] = Counter()
    made = {}
    for finding in sorted(findings, key=lambda f: (f.file, f.cell or 0, f.line, f.id)):
        base = _digest(*kin(finding), shape(finding))
        seen[base] += 1
        made[finding.id] = f"{finding.check}-{base}-{seen[base]}"
    return tuple(replace(finding, fingerprint=made[finding.id]) for finding in findings)


def kin(finding: Finding) -> tuple[str, str, str, str]:
    """What stays even if the statement itself is written anew."""
    return finding.check, finding.pipeline or "", finding.symbol, finding.target


def shape(finding: Finding) -> str:
    """The finding's code without names of variables, literals, comments and layout."""
    last = min(max(finding.line, finding.end_line), finding.line + SHAPED - 1)
    lines = [line.text for line in finding.excerpt if finding.line <= line.line <= last]
    return " ".join(_signs("\n".join(lines)))


def _signs(text: str) -> Iterable[str]:
    found = [match for match in _LEX.finditer(text) if match.lastgroup != "comment" and match[0] != "\\"]
    for number, match in enumerate(found):
        after = found[number + 1][0] if number + 1 < len(found) else ""
        before = found[number - 1][0] if number else ""
        match match.lastgroup:
            case "text":
                yield "'"
            case "number":
                yield "0"
            case "name" if keyword.iskeyword(match[0]) or before == ".":
                yield match[0]
            case "name" if before in ("(", ",") and after == "=" and text[match.end() :].lstrip()[:2] != "==":
                yield f"{match[0]}="
            case "name":
                yield "$"
            case _ if match[0] == "," and after in (")", "]", "}"):
                continue
            case _:
                yield match[0]


def _digest(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def of_place(finding: Finding) -> str:
    """What a place is recognised by, whichever pipelines come through it."""
    return _digest(finding.check, finding.symbol, finding.target, shape(finding))
