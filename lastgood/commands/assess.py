"""`lastgood assess`: source tree in, assessment out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from assess.model.assessment import Assessment
from assess.policy.baseline import write_baseline
from assess.policy.failing import failures
from lastgood.console import Colour, coloured, note, out, printable, progress, width
from lastgood.deciding import Given, policy_options
from lastgood.exits import Exit
from lastgood.explaining import Spot, explain_code, read_place
from lastgood.loading import assess_code
from lastgood.next_step import following
from lastgood.options import Output, colour_option, read_reports
from lastgood.planned import plan_of_recommended
from lastgood.writing import check_place, write_file
from reports.formats import FORMATS
from reports.html import render_html
from reports.text import render_text
from reports.why import render_why


@click.command("assess")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="What goes to standard output.",
)
@click.option(
    "--report",
    "reports",
    metavar="FORMAT=FILE",
    multiple=True,
    callback=read_reports,
    help=f"Also write the assessment to FILE, as {', '.join(sorted(FORMATS))}. Can be given several times.",
)
@policy_options
@click.option(
    "--thorough",
    is_flag=True,
    help="Read and follow everything, even in a very large tree (over 6 MB of Python); may take long.",
)
@click.option("--no-cache", "anew", is_flag=True, help="Read PATH anew, and keep nothing of it for the next run.")
@click.option(
    "--why",
    metavar="FILE:LINE",
    callback=read_place,
    help="Instead, tell why this line under PATH is or is not a step. In a notebook FILE[CELL]:LINE.",
)
@colour_option
def command(
    path: Path,
    form: str,
    reports: tuple[Output, ...],
    given: Given,
    why: Spot | None,
    colour: Colour,
    *,
    thorough: bool,
    anew: bool,
) -> Exit:
    """Find the pipelines in the code under PATH, and say for each what a crash costs.

    For every pipeline: does a killed run go on from the last good step, can somebody see its state, can it stay in its
    region? PATH is read; nothing in it is imported or run.

    A configuration in PATH (lastgood.toml, or [tool.lastgood] in pyproject.toml) is heard; the command line wins.

    Exit codes: 0 done, 1 a finding is at or above --fail-on or a score under --fail-under, 2 wrong use, a wrong
    configuration or a fault, 3 no Python to read.
    """
    if why is not None and (reports or form != "text" or given.judges):
        raise click.UsageError("--why prints one explanation: it goes with no --format, --report, bar or baseline.")
    places = [report.file for report in reports] + ([given.write_baseline] if given.write_baseline else [])
    _check(places)
    policy = given.policy(path)
    with progress(f"reading {path} ..."):
        if why is not None:
            told = render_why(explain_code(path, why, policy), width())
        else:
            assessment = assess_code(path, policy, thorough=thorough, anew=anew)
    if why is not None:
        out(told)
        return Exit.DONE
    for report in reports:
        write_file(report.file, _rendered(report.form, assessment, path))
    if given.write_baseline is not None:
        write_file(given.write_baseline, write_baseline(assessment))
        note(f"The findings of now are in {given.write_baseline}.")
    return _show(assessment, path, form, colour, failures(assessment, policy))


def _show(assessment: Assessment, path: Path, form: str, colour: Colour, reasons: Sequence[str]) -> Exit:
    """Print the result; its last words say why the process ends with 1, if it does."""
    lines = [printable(f"Exit 1: {reason}") for reason in reasons]
    if form == "text":
        text = render_text(assessment, width=width(), colour=coloured(colour), following=following(assessment, path))
        out(text + "".join(f"\n{line}" for line in lines) + ("\n" if lines else ""))
    else:
        out(_rendered(form, assessment, path))
        for line in lines:
            note(line)
    return Exit.FOUND if reasons else Exit.DONE


def _rendered(form: str, assessment: Assessment, path: Path) -> str:
    """The report; the page for people has the plan for what to move first, and the next command for this path."""
    if form == "html":
        plan = plan_of_recommended(assessment, path)
        return render_html(assessment, plan=plan, following=following(assessment, path))
    return FORMATS[form](assessment)


def _check(places: Sequence[Path]) -> None:
    for place in places:
        check_place(place)
    if len({place.resolve() for place in places}) < len(places):
        raise click.UsageError("Two results go to the same file: give each of them a file of its own.")
