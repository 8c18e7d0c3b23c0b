"""Quoted source lines, with what looks like a secret masked."""

from __future__ import annotations

import re

from assess.model.source import ExcerptLine
from assess.reading.tree import SourceTree

AROUND = 2
LONGEST = 200
LONGEST_READ = 4_000
"""Characters of one line that are looked at; what is quoted is cut to LONGEST after masking."""
HIDDEN = "••••"

_NAMED = re.compile(
    r"(?i)api[_-]?key|[a-z0-9][_-]key\b|account_?key|secret|token(?![si])|passw(?:or)?d|pwd|passphrase|credential"
    r"|authorization|\bauth\b|\blogin\b"
)
_LITERAL = re.compile(r"(\"{3}|'{3}|\"|')((?:\\.|(?!\1)[^\\])*+)(\1)")
_NO_SECRET = re.compile(r"[A-Z][A-Z0-9_]*|.{0,4}|[a-z]+(?:[_-]?[a-z]+)*|[^\s]*\s.*|\w+://.*|x-[\w-]+", re.DOTALL)
"""A setting's name, something short, a plain word, a text with spaces, an address: masked by their shape if at all."""
_INSIDE = re.compile(
    r"(?i)((?<=[?&;\"'])(?:api_?key|token|secret|passw(?:or)?d|pwd|account_?key|sig|signature)=)([^&;\s\"']{4,})"
)
_SHAPED = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:live_|test_|proj-|ant-)?[\w-]{12,}|xox[abprs]-[\w-]{8,}|gh[pousr]_\w{16,}|github_pat_\w{16,}"
    r"|glpat-[\w-]{10,}|hf_\w{12,}|SG\.[\w.-]{12,}|AKIA[0-9A-Z]{12,}|AIza[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|(?<=Bearer )[\w.~+/=-]{8,}|(?<=Basic )[\w.~+/=-]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*"
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^\s/\"']{0,80}:[^\s/\"']{1,200}(?=@)")


def mask(text: str) -> str:
    """The line with what looks like a secret replaced by bullets; what is far out on a long line is left away."""
    text = text[:LONGEST_READ]
    named = _NAMED.search(text)
    if named is not None:
        head, tail = text[: named.end()], text[named.end() :]
        text = head + _after_a_name(head, tail)
    text = _INSIDE.sub(rf"\1{HIDDEN}", text)
    return _PASSWORD_IN_URL.sub(HIDDEN, _SHAPED.sub(HIDDEN, text))


def _after_a_name(head: str, tail: str) -> str:
    """The rest of a line after a name that speaks of a secret: literals that may be it are masked."""
    quote = _open_quote(head)
    if quote is not None:
        inner, found, rest = tail.partition(quote)
        return inner + found + _LITERAL.sub(_hidden, rest) if found else tail
    return _LITERAL.sub(_hidden, tail)


def _open_quote(head: str) -> str | None:
    """The quote that is still open at the end of this part of a line."""
    rest = _LITERAL.sub("", head)
    found = [q for q in rest if q in "\"'"]
    return found[-1] if found else None


def _hidden(found: re.Match[str]) -> str:
    quote, inner = found[1], found[2]
    return found[0] if _NO_SECRET.fullmatch(inner) else f"{quote}{HIDDEN}{quote}"


def excerpt(tree: SourceTree, file: str, line: int, end_line: int, cell: int | None) -> tuple[ExcerptLine, ...]:
    """The lines from a little before `line` to a little after `end_line` (at most ten of the place itself)."""
    lines = tree.lines(file, cell)
    first, last = max(1, line - AROUND), min(len(lines), min(end_line, line + 9) + AROUND)
    return tuple(ExcerptLine(n, mask(lines[n - 1])[:LONGEST]) for n in range(first, last + 1))
