"""The log: the tool with all its rules, the results, and what it has to say of its own work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from assess.model.assessment import Assessment, RemarkKind
from assess.policy.fingerprints import of_place
from reports.clean import clean
from reports.gathering import gathered
from reports.sarif.places import BASE, location
from reports.sarif.results import result
from reports.sarif.rules import HOME, rules

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NOT_READ = "not-read"
NOTICES = {
    RemarkKind.CONFIGURATION: "A configuration was heard",
    RemarkKind.UNUSED_IGNORE: "A comment ignores what is not there",
    RemarkKind.UNKNOWN_CHECK: "A comment is not understood",
    RemarkKind.BASELINE: "The baseline holds findings that are gone",
    NOT_READ: "A file was not read",
}


def render_sarif(assessment: Assessment, *, suppressed: bool = True) -> str:
    """The log; without `suppressed`, only what is open, for services that show suppressed results as open ones."""
    run = {
        "tool": {
            "driver": {
                "name": assessment.tool.name,
                "version": assessment.tool.version,
                "informationUri": HOME,
                "rules": rules(assessment),
                "notifications": [
                    {"id": str(name), "shortDescription": {"text": text}} for name, text in NOTICES.items()
                ],
            }
        },
        "automationDetails": {"id": f"{assessment.tool.name}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that was assessed."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolConfigurationNotifications": list(_remarks(assessment)),
                "toolExecutionNotifications": list(_not_read(assessment)),
            }
        ],
        "results": _results(assessment, suppressed=suppressed),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _results(assessment: Assessment, *, suppressed: bool) -> list[dict[str, Any]]:
    index = {rule["id"]: number for number, rule in enumerate(rules(assessment))}
    wanted = [f for f in assessment.findings if suppressed or f.suppressed is None]
    seen: Counter[str] = Counter()
    made = []
    for one in gathered(assessment, wanted):
        place = of_place(one.first)
        seen[place] += 1
        made.append(result(one, index[one.first.check], f"{place}-{seen[place]}"))
    return made


def _remarks(assessment: Assessment) -> Iterator[dict[str, Any]]:
    for remark in assessment.remarks:
        calm = remark.kind in (RemarkKind.CONFIGURATION, RemarkKind.BASELINE)
        cell = "" if remark.cell is None else f"Cell {remark.cell}, line {remark.line}: "
        yield {
            "descriptor": {"id": remark.kind.value},
            "level": "note" if calm else "warning",
            "message": {"text": cell + clean(remark.says)},
            "locations": [location(remark.file, remark.line)],
        }


def _not_read(assessment: Assessment) -> Iterator[dict[str, Any]]:
    for skipped in assessment.target.skipped:
        yield {
            "descriptor": {"id": NOT_READ},
            "level": "note",
            "message": {"text": clean(skipped.reason)},
            "locations": [location(skipped.file, 0)],
        }
