"""`lastgood explain`: the page of a check."""

from __future__ import annotations

import click

from assess.checks.check import Check
from assess.checks.registry import all_checks, by_id
from lastgood.console import out


@click.command("explain")
@click.argument("check", required=False)
@click.option("--all", "everything", is_flag=True, help="Print the pages of all checks.")
def command(check: str | None, everything: bool) -> None:  # noqa: FBT001 - click gives flags as booleans
    """Print what CHECK looks for, why it matters and what to do; without CHECK, list all checks.

    CHECK is a name as findings carry it, for example silent-drop.
    """
    if everything:
        out("\n".join(one.help() for one in all_checks()))
        return
    if check is None:
        out(_list(all_checks()))
        return
    found = by_id("-".join(check.lower().split()))
    if found is None:
        raise click.UsageError(f"There is no check '{check}'; there are {', '.join(c.id for c in all_checks())}.")
    out(found.help())


def _list(checks: tuple[Check, ...]) -> str:
    longest = max(len(check.id) for check in checks)
    return "".join(f"{check.id:{longest}}  {check.axis:12}  {check.severity:6}  {check.title}\n" for check in checks)
