"""`lastgood report`: an assessment that was written earlier, in another form; the code is not needed."""

from __future__ import annotations

from pathlib import Path

import click

from lastgood.console import Colour, coloured, out, width
from lastgood.loading import load_assessment, load_mapping
from lastgood.options import colour_option
from lastgood.writing import check_place, write_file
from reports.formats import FORMATS
from reports.html import render_html
from reports.text import render_text

ENDINGS = {"htm": "html", "md": "markdown", "mmd": "mermaid", "txt": "text"}


@click.command("report")
@click.argument("assessment", type=click.Path(path_type=Path))
@click.option("--plan", type=click.Path(path_type=Path), help="A migration plan to show with it (HTML only).")
@click.option("--proof", type=click.Path(path_type=Path), help="The counts of a proof to show with it (HTML only).")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), help="[default: from OUTPUT's ending]")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file to write instead of standard output.")
@colour_option
def command(
    assessment: Path, plan: Path | None, proof: Path | None, form: str | None, output: Path | None, colour: Colour
) -> None:
    """Turn ASSESSMENT, a JSON file that 'lastgood assess' wrote, into text, HTML and other formats."""
    form = form or (_by_ending(output) if output else "text")
    if form != "html" and (plan or proof):
        raise click.UsageError("--plan and --proof are shown in HTML only: add --format html.")
    if output:
        check_place(output)
    value = load_assessment(assessment)
    if form == "html":
        text = render_html(
            value,
            plan=load_mapping(plan, "a plan") if plan else None,
            proof=load_mapping(proof, "a proof") if proof else None,
        )
    elif form == "text" and output is None:
        text = render_text(value, width=width(), colour=coloured(colour))
    else:
        text = FORMATS[form](value)
    if output:
        write_file(output, text)
    else:
        out(text)


def _by_ending(output: Path) -> str:
    ending = output.suffix.lower().removeprefix(".")
    form = ENDINGS.get(ending, ending)
    if form not in FORMATS:
        raise click.UsageError(
            f"'{output.name}' does not end like a format that lastgood writes: "
            f"name one with --format; there are {', '.join(sorted(FORMATS))}."
        )
    return form
