"""`lastgood assess`: source tree in, assessment out."""

from __future__ import annotations

from pathlib import Path

import click

from assess.model.assessment import Assessment
from assess.model.finding import Severity
from lastgood.console import Colour, coloured, out, progress, width
from lastgood.exits import Exit
from lastgood.explaining import Spot, explain_code, read_place
from lastgood.loading import assess_code
from lastgood.next_step import following
from lastgood.options import Output, colour_option, read_reports
from lastgood.writing import check_place, write_file
from reports.formats import FORMATS
from reports.html import render_html
from reports.text import render_text
from reports.why import render_why

NEVER = "never"
BAR = tuple(severity.value for severity in Severity)  # the worst first


@click.command("assess")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
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
@click.option(
    "--fail-on",
    type=click.Choice([NEVER, *reversed(BAR)]),
    default=NEVER,
    show_default=True,
    help="Exit with 1 if a finding is at least this severe.",
)
@click.option(
    "--catalogue",
    "rows",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="Facts about calls of your own, as TOML; a row here wins over a built-in one. Can be given several times.",
)
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
    fail_on: str,
    rows: tuple[Path, ...],
    why: Spot | None,
    colour: Colour,
) -> Exit:
    """Find the pipelines in the code under PATH, and say for each what a crash costs.

    For every pipeline: does a killed run go on from the last good step, can somebody see its state, can it stay in its
    region? PATH is read; nothing in it is imported or run.

    Exit codes: 0 done, 1 a finding is at or above --fail-on, 2 wrong use or a fault, 3 no Python to read.
    """
    if why is not None:
        if reports or form != "text" or fail_on != NEVER:
            raise click.UsageError("--why prints one explanation: it goes with no --format, --report or --fail-on.")
        with progress(f"reading {path} ..."):
            explanation = explain_code(path, why, rows)
        out(render_why(explanation, width()))
        return Exit.DONE
    _check(reports)
    with progress(f"reading {path} ..."):
        assessment = assess_code(path, rows)
    for report in reports:
        write_file(report.file, _rendered(report.form, assessment, path))
    if form == "json":
        out(FORMATS["json"](assessment))
    else:
        out(render_text(assessment, width=width(), colour=coloured(colour), following=following(assessment, path)))
    return Exit.FOUND if _too_severe(assessment, fail_on) else Exit.DONE


def _rendered(form: str, assessment: Assessment, path: Path) -> str:
    """The report; the page for people tells the next command for the path that was given here."""
    if form == "html":
        return render_html(assessment, following=following(assessment, path))
    return FORMATS[form](assessment)


def _check(reports: tuple[Output, ...]) -> None:
    for report in reports:
        check_place(report.file)
    if len({report.file.resolve() for report in reports}) < len(reports):
        raise click.UsageError("Two reports go to the same file: give each --report a file of its own.")


def _too_severe(assessment: Assessment, bar: str) -> bool:
    if bar == NEVER:
        return False
    counted = BAR[: BAR.index(bar) + 1]
    return any(
        finding.severity in counted and finding.suppressed is None and finding.baseline != "known"
        for finding in assessment.findings
    )
