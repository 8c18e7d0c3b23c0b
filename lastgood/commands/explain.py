"""`lastgood explain`: the page of a check."""

from __future__ import annotations

from pathlib import Path

import click

from assess.checks.check import Check
from assess.checks.own import load_own
from assess.checks.registry import all_checks
from assess.policy.hints import meant
from lastgood.console import out
from lastgood.loading import telling


@click.command("explain")
@click.argument("check", required=False)
@click.option("--all", "everything", is_flag=True, help="Print the pages of all checks.")
@click.option(
    "--checks",
    "files",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="A check of your own, as Python that is run. Can be given several times.",
)
def command(check: str | None, everything: bool, files: tuple[Path, ...]) -> None:  # noqa: FBT001 - click gives flags as booleans
    """Print what CHECK looks for, why it matters and what to do; without CHECK, list all checks.

    CHECK is a name as findings carry it, for example silent-drop.
    """
    with telling():
        checks = (*all_checks(), *load_own(files))
    if everything:
        out("\n".join(one.help() for one in checks))
        return
    if check is None:
        out(_list(checks))
        return
    wanted = "-".join(check.lower().split())
    found = next((one for one in checks if one.id == wanted), None)
    if found is None:
        near = meant(wanted, {c.id for c in checks}) or "; lastgood explain lists them."
        raise click.UsageError(f"There is no check '{check}'{near}")
    out(found.help())


def _list(checks: tuple[Check, ...]) -> str:
    longest = max(len(check.id) for check in checks)
    return "".join(f"{check.id:{longest}}  {check.axis:12}  {check.severity:6}  {check.title}\n" for check in checks)
