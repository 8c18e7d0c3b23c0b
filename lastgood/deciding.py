"""The options by which a person decides, and the policy that comes of them and of a configuration.

What the command line gives replaces what the configuration says.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from assess.model.finding import Severity
from assess.model.step import Confidence
from assess.policy.finding import find_policy
from assess.policy.hints import meant, shown
from assess.policy.jurisdictions import TAKEN, jurisdiction
from assess.policy.jurisdictions import meant as region_meant
from assess.policy.keys import NEVER
from assess.policy.reading import check_name
from assess.policy.values import NOTHING, Ignored, Policy

FILE = click.Path(path_type=Path)
SEVERITIES = click.Choice([*reversed([severity.value for severity in Severity])])
CONFIDENCES = click.Choice([*reversed([confidence.value for confidence in Confidence])])
MANY = " Can be given several times."

OPTIONS = (
    click.option("--config", type=FILE, metavar="FILE", help="Read the configuration from FILE. [default: in PATH]"),
    click.option("--no-config", is_flag=True, help="Do not hear the configuration that stands in PATH."),
    click.option("--exclude", metavar="PATTERN", multiple=True, help="Do not read these, as in .gitignore." + MANY),
    click.option("--select", metavar="CHECK", multiple=True, help="Show and count only these checks." + MANY),
    click.option("--ignore", metavar="CHECK", multiple=True, help="Suppress what these checks find." + MANY),
    click.option("--min-severity", type=SEVERITIES, help="Suppress findings below this. [default: note]"),
    click.option("--min-confidence", type=CONFIDENCES, help="Suppress findings less sure than this. [default: low]"),
    click.option(
        "--fail-on",
        type=click.Choice([NEVER, *SEVERITIES.choices]),
        help="Exit with 1 if a finding is at least this severe. [default: never]",
    ),
    click.option(
        "--fail-under",
        type=click.IntRange(0, 100),
        metavar="SCORE",
        help="Exit with 1 if a chain scores less than this on an axis.",
    ),
    click.option("--baseline", type=FILE, metavar="FILE", help="Findings in FILE are known and fail no run."),
    click.option("--write-baseline", type=FILE, metavar="FILE", help="Write the findings of now to FILE."),
    click.option(
        "--region",
        metavar="XX",
        help="The jurisdiction that you chose, such as EU: what the code fixes outside of it is severe.",
    ),
    click.option(
        "--catalogue",
        type=FILE,
        metavar="FILE",
        multiple=True,
        help="Facts about calls of your own, as TOML; a row here wins over a built-in one." + MANY,
    ),
    click.option(
        "--checks",
        type=FILE,
        metavar="FILE",
        multiple=True,
        help="A check of your own, as Python that is run; of the form of the built-in ones." + MANY,
    ),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says; None or empty where it says nothing."""

    config: Path | None
    no_config: bool
    exclude: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    min_severity: str | None
    min_confidence: str | None
    fail_on: str | None
    fail_under: int | None
    baseline: Path | None
    write_baseline: Path | None
    region: str | None
    catalogue: tuple[Path, ...]
    checks: tuple[Path, ...]

    @property
    def judges(self) -> bool:
        """Whether anything here is about findings."""
        return any((self.fail_on, self.fail_under is not None, self.baseline, self.write_baseline))

    def policy(self, path: Path) -> Policy:
        """The policy for the code at this path. Raises click.UsageError for words that mean nothing."""
        if self.config is not None and self.no_config:
            raise click.UsageError("--config and --no-config contradict each other.")
        known = {*check_names(), *map(check_name, self.checks)}
        _known("--select", self.select, known)
        _known("--ignore", self.ignore, known)
        if self.region is not None and jurisdiction(self.region) is None:
            raise click.UsageError(f"--region takes {TAKEN}, not {shown(self.region)}{region_meant(self.region)}")
        found = NOTHING if self.no_config else find_policy(path, self.config, known)
        return replace(found, **self._replaced(found))

    def _replaced(self, found: Policy) -> dict[str, Any]:
        ignored = [*(one for one in found.ignored if one.pattern is not None)]
        wanted: dict[str, Any] = {
            "exclude": self.exclude,
            "select": self.select,
            "catalogue": self.catalogue,
            "checks": self.checks,
            "ignored": (*ignored, *(Ignored(check, None, "") for check in self.ignore)) if self.ignore else (),
            "min_severity": Severity(self.min_severity) if self.min_severity else None,
            "min_confidence": Confidence(self.min_confidence) if self.min_confidence else None,
            "fail_on": Severity(self.fail_on) if self.fail_on and self.fail_on != NEVER else None,
            "region": jurisdiction(self.region) if self.region else None,
            "baseline": self.baseline,
        }
        given = {name: value for name, value in wanted.items() if value}
        if self.fail_on == NEVER:
            given["fail_on"] = None
        if self.fail_under is not None:
            given["fail_under"] = self.fail_under
        if self.write_baseline is not None and self.baseline is None:
            given["baseline"] = None  # it is about to be written anew
        return given


def policy_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command all of these options; they come to it as `given`."""

    @functools.wraps(function)
    def command(**words: Any) -> Any:
        given = Given(**{name: words.pop(name) for name in Given.__slots__})
        return function(given=given, **words)

    for option in reversed(OPTIONS):
        command = option(command)
    return command


def policy_of(path: Path) -> Policy:
    """What the configuration in this tree says, for commands that have no options of their own for it."""
    return find_policy(path, None, check_names())


def check_names() -> frozenset[str]:
    """The names of the built-in checks."""
    from assess.checks.registry import all_checks  # noqa: PLC0415 - help must not load the checks

    return frozenset(check.id for check in all_checks())


def _known(option: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise click.UsageError(f"{option}: there is no check '{name}'{meant(name, known)}")
