"""`lastgood plan`: what would become of each step of a pipeline; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from assess.model.assessment import Assessment
from assess.model.wire import dumps
from lastgood.console import out, width
from lastgood.moving import PLACE, code_options, refusing, tell
from lastgood.writing import check_place, write_file
from migrate.engines.offers import ENGINES
from migrate.telling import hardly_moves, part_them, whole
from migrate.usecases import plan_for


@click.command("plan")
@code_options
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="temporal",
    show_default=True,
    help="Also tell what of the plan is lost on this engine.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", "-o", type=PLACE, help="Also write the plan as JSON, for 'lastgood report --plan'.")
def command(
    code: Callable[[], tuple[Assessment, Path]], pipeline: str | None, engine: str, form: str, output: Path | None
) -> None:
    """Tell what would become of each step of one pipeline, every number with its reason, and what you have to decide.

    PATH is the code, ASSESSMENT a JSON file that 'lastgood assess' wrote. Nothing is written, imported or run.

    Exit codes: 0 done, 2 wrong use or a fault, 3 nothing to migrate.
    """
    if output is not None:
        check_place(output)
    assessment, root = code()
    with refusing():
        plan = plan_for(assessment, root, pipeline=pipeline, engine=engine)
    if output is not None:
        write_file(output, dumps(plan))
    if form == "json":
        out(dumps(plan))
    else:
        tell([*whole(plan, width()), *(["", *part_them(plan, width())] if hardly_moves(plan) else [])])
