"""Every key of the configuration: what it takes and what it means. Reader and documentation follow this list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from assess.model.finding import Severity
from assess.model.step import Confidence


class Takes(Enum):
    """What a key takes, in the words of a mistake."""

    PATTERNS = "a list of patterns"
    NAMES = "a list of check names"
    REASONS = "a list of check names, or a table of check names with reasons"
    PER_FILE = "a table of patterns, each with a list of check names or a table of check names with reasons"
    FILE = "the name of a file"
    FILES = "a list of file names"
    SEVERITY = "a severity"
    SEVERITY_OR_NEVER = "a severity or never"
    CONFIDENCE = "a confidence"
    SCORE = "a whole number from 0 to 100"
    FLAG = "true or false"
    REGION = "a jurisdiction (EU, or the two letters of a country)"
    ENTRIES = "a table with add and ignore, each a list"


NEVER = "never"
CHOICES: dict[Takes, tuple[str, ...]] = {
    Takes.SEVERITY: tuple(map(str, Severity)),
    Takes.SEVERITY_OR_NEVER: (*map(str, Severity), NEVER),
    Takes.CONFIDENCE: tuple(map(str, Confidence)),
}


class Name(StrEnum):
    """The keys."""

    EXCLUDE = "exclude"
    CATALOGUE = "catalogue"
    CHECKS = "checks"
    SELECT = "select"
    IGNORE = "ignore"
    PER_FILE_IGNORES = "per-file-ignores"
    REQUIRE_REASON = "require-reason"
    MIN_SEVERITY = "min-severity"
    MIN_CONFIDENCE = "min-confidence"
    FAIL_ON = "fail-on"
    FAIL_UNDER = "fail-under"
    BASELINE = "baseline"
    REGION = "region"
    ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name, what it takes, what it means in one sentence, and a line of TOML as an example."""

    name: Name
    takes: Takes
    meaning: str
    example: str


KEYS = (
    Key(
        Name.EXCLUDE,
        Takes.PATTERNS,
        "Files and folders that are not read, as in `.gitignore`; the assessment lists what was left out.",
        'exclude = ["notebooks/", "scripts/one_off_*.py"]',
    ),
    Key(
        Name.CATALOGUE,
        Takes.FILES,
        "Facts about calls of your own, as TOML; beside this file.",
        'catalogue = ["lastgood-catalogue.toml"]',
    ),
    Key(
        Name.SELECT,
        Takes.NAMES,
        "Only these checks are shown and counted by `fail-on`.",
        'select = ["silent-drop", "unkeyed-write"]',
    ),
    Key(
        Name.IGNORE,
        Takes.REASONS,
        "Checks that are ignored everywhere.",
        'ignore = { print-only = "stdout is collected and searchable" }',
    ),
    Key(
        Name.PER_FILE_IGNORES,
        Takes.PER_FILE,
        "Checks that are ignored in the files that a pattern matches.",
        'per-file-ignores = { "scripts/" = { no-status = "a person watches them" } }',
    ),
    Key(
        Name.REQUIRE_REASON,
        Takes.FLAG,
        "An ignore without a reason, in a comment or here, is a mistake: nothing is assessed until it has one.",
        "require-reason = true",
    ),
    Key(
        Name.MIN_SEVERITY,
        Takes.SEVERITY,
        "Findings below this severity are suppressed.",
        'min-severity = "low"',
    ),
    Key(
        Name.MIN_CONFIDENCE,
        Takes.CONFIDENCE,
        "Findings of which lastgood is less sure are suppressed.",
        'min-confidence = "medium"',
    ),
    Key(
        Name.FAIL_ON,
        Takes.SEVERITY_OR_NEVER,
        "Exit with 1 if a finding that is neither suppressed nor in the baseline is at least this severe.",
        'fail-on = "high"',
    ),
    Key(
        Name.FAIL_UNDER,
        Takes.SCORE,
        "Exit with 1 if a chain scores less than this in resumability, visibility or region; single steps only count "
        "where there is no chain.",
        "fail-under = 40",
    ),
    Key(
        Name.BASELINE,
        Takes.FILE,
        "What is known already, written by `--write-baseline`; beside this file.",
        'baseline = "lastgood-baseline.json"',
    ),
    Key(
        Name.REGION,
        Takes.REGION,
        "The jurisdiction that the owner chose. A place fixed in the code is fine inside of it; a place outside of it "
        "that the code or the SDK's default decides is a finding of high severity.",
        'region = "EU"',
    ),
    Key(
        Name.ENTRIES,
        Takes.ENTRIES,
        "`add`: functions that something outside starts, as `file.py:function`. `ignore`: entries that are none, as a "
        "pattern of files or `pattern:function`; the assessment lists them.",
        'entries = { add = ["app/jobs.py:nightly"], ignore = ["scripts/"] }',
    ),
    Key(
        Name.CHECKS,
        Takes.FILES,
        "Checks of your own. They are code that is run, so only a configuration named by `--config` may name them.",
        'checks = ["checks/no_print_in_jobs.py"]',
    ),
)
BY_NAME = {str(key.name): key for key in KEYS}
