"""Loads everything that the owner has decided and says all that is wrong with it at once; holds it against findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assess.catalogue.catalogue import Catalogue, CatalogueError
from assess.checks.check import Check
from assess.checks.own import OwnCheckError, load_own
from assess.checks.registry import all_checks
from assess.model.assessment import Remark, RemarkKind
from assess.model.finding import Finding
from assess.model.woven import WovenPipeline
from assess.policy.applying import apply
from assess.policy.baseline import Entry, hold_against, load_baseline
from assess.policy.fingerprints import with_fingerprints
from assess.policy.ignores import Ignores, read_ignores
from assess.policy.values import Policy, PolicyError
from assess.reading.comments import comments
from assess.reading.tree import SourceTree
from assess.weaving.wanted import missing_entries

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decisions:
    """A policy with the files that it names, loaded; `baseline` is None if there is none."""

    policy: Policy
    catalogue: Catalogue
    checks: tuple[Check, ...]
    ignores: Ignores
    baseline: tuple[Entry, ...] | None


def decisions(tree: SourceTree, policy: Policy, rows: Iterable[Path] = ()) -> Decisions:
    """Everything that the policy names; `rows` are more catalogue files. Raises PolicyError with all mistakes."""
    told = _Told([*policy.mistakes])
    catalogue = told.loaded(lambda: Catalogue.load((*policy.catalogue, *rows)), None)
    own: tuple[Check, ...] = told.loaded(lambda: load_own(policy.checks), ())
    baseline = told.loaded(lambda: load_baseline(policy.baseline) if policy.baseline else None, None)
    checks = (*all_checks(), *own)
    ignores = read_ignores(comments(tree), {check.id for check in checks})
    where = policy.source or "the command line"
    told.mistakes += [f"{where}: {says}" for says in missing_entries(tree, policy.entries_add)]
    told.mistakes += ignores.bare if policy.require_reason else ()
    if told.mistakes or catalogue is None:
        raise PolicyError(dict.fromkeys(told.mistakes))
    return Decisions(policy, catalogue, checks, ignores, baseline)


@dataclass(slots=True)
class _Told:
    """Mistakes of several loaders, together."""

    mistakes: list[str]

    def loaded(self, load: Callable[[], T], otherwise: T) -> T:
        """What it loads; if that fails, its mistakes are noted."""
        try:
            return load()
        except (CatalogueError, OwnCheckError, PolicyError) as wrong:
            self.mistakes += wrong.mistakes
            return otherwise


def decided(
    made: Decisions, findings: Sequence[Finding], pipelines: Sequence[WovenPipeline], tree: SourceTree
) -> tuple[tuple[Finding, ...], tuple[Remark, ...]]:
    """The findings with fingerprints and all decisions held against them, and what the owner should know of these."""

    def lines(file: str, cell: int | None) -> tuple[str, ...]:
        syntax = tree.syntax(file) if file in tree.data else None
        return syntax.lines(cell) if syntax is not None else ()

    printed = with_fingerprints(findings, lines)
    applied = apply(made.policy, made.ignores.ignores, printed, pipelines)
    remarks = [*_configuration(made.policy), *made.ignores.remarks, *applied.remarks]
    told = applied.findings
    if made.baseline is not None and made.policy.baseline is not None:
        told, gone = hold_against(made.baseline, told, made.policy.baseline.name)
        remarks += gone
    return told, tuple(sorted(remarks, key=lambda r: (r.kind, r.file, r.cell or 0, r.line, r.says)))


def _configuration(policy: Policy) -> list[Remark]:
    if policy.source is None or not policy.keys:
        return []
    return [Remark(RemarkKind.CONFIGURATION, policy.source, 0, None, f"sets {', '.join(policy.keys)}")]
