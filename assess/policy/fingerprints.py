"""Fingerprints: what a finding is recognised by in another assessment.

Check, pipeline, function, what is called, and the shape of the code: words of the language, attributes, keywords of
calls and signs stay, names and literals do not count. So lines may move, code be laid out anew, variables be renamed
and texts be changed. Equal ones are told apart by their order.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assess.model.finding import Finding

VERSION = 1
"""Of the way that fingerprints are made: another way is another version, and a baseline says which one it has."""

LONGEST, WIDEST = 200, 20_000
"""Lines and characters of code that make a shape at most."""

Source = Callable[[str, int | None], Sequence[str]]
"""File and cell to their lines."""

_LEX = re.compile(
    r"""(?P<text>(?i:[rbfut]{0,2})(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"|(?P<comment>\#[^\n]*)|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)|(?P<line>\n)|(?P<sign>\S)",
    re.DOTALL,
)


def with_fingerprints(findings: Sequence[Finding], source: Source) -> tuple[Finding, ...]:
    """The findings with their fingerprints, in the same order; equal ones are numbered in order of place."""
    seen: Counter[str] = Counter()
    made = {}
    for finding in sorted(findings, key=lambda f: (f.file, f.cell or 0, f.line, f.id)):
        lines = source(finding.file, finding.cell)[finding.line - 1 : finding.line - 1 + LONGEST]
        shaped = shape("\n".join(lines)[:WIDEST], finding.end_line - finding.line + 1)
        base = f"{finding.check}-{_digest(*kin(finding))}-{_digest(shaped)}"
        seen[base] += 1
        made[finding.id] = f"{base}-{seen[base]}"
    return tuple(replace(finding, fingerprint=made[finding.id]) for finding in findings)


def kin(finding: Finding) -> tuple[str, str, str, str]:
    """What stays even if the statement itself is written anew."""
    return finding.check, finding.pipeline or "", finding.symbol, finding.target


def of_place(finding: Finding) -> str:
    """What a place is recognised by, whichever pipelines come through it."""
    shaped = finding.fingerprint.rpartition("-")[0].rpartition("-")[2]
    return _digest(finding.check, finding.symbol, finding.target, shaped)


def shape(text: str, lines: int) -> str:
    """The first `lines` lines of code, and what their open brackets still hold, as signs."""
    found: list[re.Match[str]] = []
    depth, line = 0, 1
    for match in _LEX.finditer(text):
        depth += (match[0] in "([{") - (match[0] in ")]}")
        line += match[0].count("\n")
        if depth < 0 or (match.lastgroup == "line" and line > lines and depth == 0):
            break
        if match.lastgroup not in ("comment", "line") and match[0] != "\\":
            found.append(match)
    return " ".join(_signs(found))


def _signs(found: Sequence[re.Match[str]]) -> Iterable[str]:
    for number, match in enumerate(found):
        word = match[0]
        after = [one[0] for one in found[number + 1 : number + 3]]
        before = found[number - 1][0] if number else ""
        if match.lastgroup == "name":
            named = before in ("(", ",") and after[:1] == ["="] and after != ["=", "="]
            yield word if keyword.iskeyword(word) or before == "." or named else "$"
        elif match.lastgroup in ("text", "number"):
            yield "$"
        elif not (word == "," and after[:1] in ([")"], ["]"], ["}"])):
            yield word


def _digest(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:12]
