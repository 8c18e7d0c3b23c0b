"""A baseline: the findings that were there when it was written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assess.model.assessment import Assessment, Remark, RemarkKind
from assess.model.finding import Finding
from assess.policy.fingerprints import VERSION, kin
from assess.policy.matching import matched
from assess.policy.values import PolicyError

FORM = "lastgood_baseline"
_FIELDS = ("fingerprint", "check", "pipeline", "symbol", "target")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a baseline keeps of one finding."""

    fingerprint: str
    check: str
    pipeline: str
    symbol: str
    target: str

    def kin(self) -> tuple[str, str, str, str]:
        """As `fingerprints.kin` of the finding."""
        return self.check, self.pipeline, self.symbol, self.target


def write_baseline(assessment: Assessment) -> str:
    """The baseline of these findings, one a line; suppressed ones are left out, because they have their own word."""
    kept = sorted((f for f in assessment.findings if f.suppressed is None), key=lambda f: f.fingerprint)
    rows = [
        json.dumps({"fingerprint": f.fingerprint, **dict(zip(_FIELDS[1:], kin(f), strict=True))}, ensure_ascii=False)
        for f in kept
    ]
    head = f'{{"{FORM}": {VERSION},\n "tool": {json.dumps(f"lastgood {assessment.tool.version}")},\n "findings": ['
    return head + ",".join(f"\n  {row}" for row in rows) + "\n ]\n}\n"


def load_baseline(path: Path) -> tuple[Entry, ...]:
    """The entries in a file. Raises PolicyError with all mistakes."""
    try:
        return read_baseline(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise PolicyError([f"{path}: is no baseline: it is not UTF-8 text"]) from None
    except OSError as wrong:
        raise PolicyError([f"{path}: cannot be read: {wrong.strerror}"]) from None


def read_baseline(text: str, name: str) -> tuple[Entry, ...]:
    """The entries of a baseline; `name` is its file. Raises PolicyError with all mistakes."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise PolicyError([f"{name}: is no baseline: it is not JSON ({wrong})"]) from None
    if not isinstance(data, dict) or FORM not in data:
        raise PolicyError([f"{name}: is no baseline: make one with 'lastgood assess PATH --write-baseline FILE'"])
    if data[FORM] != VERSION:
        says = f"is a baseline of version {str(data[FORM])[:20]}, and this lastgood tells findings again by {VERSION}"
        raise PolicyError(
            [f"{name}: {says}: write it anew with --write-baseline, from the commit that it was made for"]
        )
    rows = data.get("findings")
    if not isinstance(rows, list):
        raise PolicyError([f"{name}: findings: a list is expected"])
    mistakes = [f"{name}: findings[{n}]: {missing}" for n, row in enumerate(rows) if (missing := _missing(row))]
    if mistakes:
        raise PolicyError(mistakes)
    return tuple(Entry(**{field: row[field] for field in _FIELDS}) for row in rows)


def _missing(row: object) -> str:
    if not isinstance(row, dict):
        return "an object is expected"
    absent = [field for field in _FIELDS if not isinstance(row.get(field), str)]
    return f"text is expected in {', '.join(absent)}" if absent else ""


def hold_against(
    entries: Sequence[Entry], findings: Sequence[Finding], name: str
) -> tuple[tuple[Finding, ...], tuple[Remark, ...]]:
    """Every finding as known or new, and a remark if some of the baseline are gone."""
    pairs = matched(entries, findings, Entry.kin, kin)
    known = {finding.id for _, finding in pairs}
    told = tuple(replace(f, baseline="known" if f.id in known else "new") for f in findings)
    gone = len(entries) - len(pairs)
    if not gone:
        return told, ()
    says = f"{gone} of its {len(entries)} findings {'is' if gone == 1 else 'are'} gone: write it anew to keep them out"
    return told, (Remark(RemarkKind.BASELINE, name, 0, None, says),)
