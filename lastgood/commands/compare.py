"""`lastgood compare`: what changed between two assessments."""

from __future__ import annotations

from pathlib import Path

import click

from assess.model.assessment import Assessment
from assess.model.change import Change
from assess.policy.applying import SEVERITIES
from assess.usecases import compare
from lastgood.console import Colour, coloured, note, out, printable, progress, width
from lastgood.deciding import SEVERITIES as SEVERITY
from lastgood.deciding import policy_of
from lastgood.exits import Exit
from lastgood.loading import assess_code, load_assessment
from lastgood.options import colour_option
from lastgood.problems import Problem
from lastgood.writing import check_place, write_file
from reports.change import CHANGE_FORMATS, render_change_text

FILE = click.Path(path_type=Path)


@click.command("compare")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(CHANGE_FORMATS)),
    default="text",
    show_default=True,
    help="What goes to standard output, or to --output.",
)
@click.option("--output", "-o", type=FILE, help="The file to write instead of standard output.")
@click.option("--fail-on-new", is_flag=True, help="Exit with 1 if a finding is open that was not open before.")
@click.option(
    "--min-severity",
    type=SEVERITY,
    default="note",
    show_default=True,
    help="For --fail-on-new: new findings below this do not count.",
)
@colour_option
def command(
    old: Path,
    new: Path,
    form: str,
    output: Path | None,
    fail_on_new: bool,  # noqa: FBT001 - click gives flags as booleans
    min_severity: str,
    colour: Colour,
) -> Exit:
    """Tell which findings, pipelines, answers and scores are new, gone or changed from OLD to NEW.

    Each is a JSON file that 'lastgood assess' wrote, or a folder with code. A finding that only moved is not told.

    Exit codes: 0 done, 1 a finding is new (--fail-on-new), 2 wrong use or a fault, 3 no Python to read.
    """
    if output:
        check_place(output)
    change = compare(*_both(old, new))
    failing = _failing(change, min_severity) if fail_on_new else ""
    if form == "text" and output is None:
        out(render_change_text(change, width=width(), colour=coloured(colour)) + (f"\n{failing}\n" if failing else ""))
        return Exit.FAILED if failing else Exit.DONE
    text = CHANGE_FORMATS[form](change)
    if output:
        write_file(output, text)
    else:
        out(text)
    if failing:
        note(failing)
    return Exit.FAILED if failing else Exit.DONE


def _both(*paths: Path) -> list[Assessment]:
    """Both assessments; what is wrong with either is told at once."""
    found: list[Assessment] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_assessment(path))
        except Problem as problem:
            problems.append(problem)
    if len(problems) > 1:
        told = [line for problem in problems for line in (str(problem), *(f"  {one}" for one in problem.mistakes))]
        raise Problem("Neither can be compared:", max(problem.code for problem in problems), told)
    if problems:
        raise problems[0]
    return found


def _assessment(path: Path) -> Assessment:
    if not path.is_dir():
        return load_assessment(path)
    with progress(f"reading {path} ..."):
        return assess_code(path, policy_of(path))


def _failing(change: Change, least: str) -> str:
    counted = SEVERITIES[: SEVERITIES.index(least) + 1]
    found = [finding for finding in change.appeared if finding.severity in counted]
    if not found:
        return ""
    many = f"{len(found)} finding is" if len(found) == 1 else f"{len(found)} findings are"
    return printable(f"Exit 1: {many} new (--fail-on-new), first {found[0].check} at {found[0].file}:{found[0].line}.")
