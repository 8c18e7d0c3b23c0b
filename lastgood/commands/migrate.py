"""`lastgood migrate`: one pipeline in, a durable workflow project out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from assess.model.assessment import Assessment
from assess.model.wire import dumps
from lastgood.console import width
from lastgood.moving import PLACE, code_options, refusing, tell
from lastgood.writing import check_place, write_file
from migrate.engines.offers import ENGINES
from migrate.proving.description import DESCRIPTION, is_described
from migrate.proving.project import load_project
from migrate.telling import hardly_moves, many, part_them, summary
from migrate.usecases import MigrationResult, Prepared, prepare
from migrate.writing import Difference, How

WRITTEN = tuple(name for name, engine in ENGINES.items() if engine.writes_projects)
YOURS = "changed by you, and would become another: nothing is written as long as it stands"


@click.command("migrate")
@code_options
@click.option("--engine", type=click.Choice(WRITTEN), default=WRITTEN[0], show_default=True, help="Who coordinates.")
@click.option("--output", "-o", type=PLACE, required=True, help="The folder for the project: new, or one made before.")
@click.option("--diff", "only_diff", is_flag=True, help="Show what would change in OUTPUT, and write nothing.")
@click.option("--plan", "plan_file", type=PLACE, help="Also write the plan as JSON, for 'lastgood report --plan'.")
def command(
    code: Callable[[], tuple[Assessment, Path]],
    pipeline: str | None,
    engine: str,
    output: Path,
    plan_file: Path | None,
    *,
    only_diff: bool,
) -> None:
    """Write a durable workflow for one pipeline, with its model calls as they are.

    PATH is the code, ASSESSMENT a JSON file that 'lastgood assess' wrote. The code is read, never imported or run, and
    not changed. What a person has changed in an earlier project is never overwritten.

    Exit codes: 0 done, 2 wrong use or a fault, 3 nothing to migrate.
    """
    if plan_file is not None:
        check_place(plan_file)
    assessment, root = code()
    with refusing():
        project = prepare(assessment, root, pipeline=pipeline, engine=engine, output=output)
        if plan_file is not None:
            write_file(plan_file, dumps(project.plan))
        if only_diff:
            tell(_changes(project.differences(), project.news))
            return
        tell(_before(project))
        result = project.write()
    tell(_after(result))


def _before(project: Prepared) -> list[str]:
    """What is told before anything is written."""
    plan = project.plan
    return [f"{plan.name}: a {project.engine.capitalize()} project", "", *summary(plan, width()), *_news(project.news)]


def _news(news: Sequence[str]) -> list[str]:
    return ["", "Since it was made before:", *(f"  {line}" for line in news)] if news else []


def _after(result: MigrationResult) -> list[str]:
    folder = result.output
    written = f"{many(len(result.written), 'file')} written" if result.written else "all files are up to date"
    told = ["", f"In {folder}: {written}.", f"How to run it: {folder / 'RUNBOOK.md'}"]
    if hardly_moves(result.plan):
        return [*told, *part_them(result.plan, width())]
    proof = shlex.join(["lastgood", "prove", str(folder)])
    if is_described(load_project(folder).legacy_folders):
        return [*told, f"Next: {proof}"]
    return [
        *told,
        f"Next: describe its outside world in a {DESCRIPTION} beside the code ('lastgood prove --help' says how), then",
        f"      {proof}",
    ]


def _changes(found: Sequence[Difference], news: Sequence[str]) -> list[str]:
    if not found:
        return ["Nothing would change: all files are up to date."]
    lines = [line for difference in found for line in difference.diff.splitlines() if difference.how is not How.NEW]
    words = {how: how.value for how in How} | {How.YOURS: YOURS}
    return [*lines, *_news(news), "", *(f"  {d.path}: {words[d.how]}" for d in found)]
