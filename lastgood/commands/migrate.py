"""`lastgood migrate`: one pipeline in, a durable workflow project out."""

from __future__ import annotations

import shlex
import textwrap
from pathlib import Path

import click

from assess.model.wire import dumps
from lastgood.console import out, printable, progress, width
from lastgood.exits import Exit
from lastgood.loading import assessed
from lastgood.problems import Problem
from lastgood.writing import check_place, write_file
from migrate.errors import EditedFilesError, MigrationError, NothingToMigrateError
from migrate.plan import Outcome
from migrate.proving.description import DESCRIPTION
from migrate.usecases import MigrationResult, migrate

PLACE = click.Path(path_type=Path)
ENGINES = ("temporal",)


@click.command("migrate")
@click.argument("path", metavar="PATH|ASSESSMENT", type=PLACE)
@click.option(
    "--pipeline",
    metavar="ID",
    help="The pipeline to move: id, name, entry or its FILE:LINE. Default: the recommended one.",
)
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who coordinates.")
@click.option("--source", type=PLACE, help="Where the code of ASSESSMENT stands. Default: beside it.")
@click.option("--output", "-o", type=PLACE, required=True, help="The folder for the project: new, or one made before.")
@click.option("--plan", "plan_file", type=PLACE, help="Also write the plan as JSON, for 'lastgood report --plan'.")
def command(
    path: Path, pipeline: str | None, engine: str, source: Path | None, output: Path, plan_file: Path | None
) -> None:
    """Write a durable workflow for one pipeline, with its model calls as they are.

    PATH is the code, ASSESSMENT a JSON file that 'lastgood assess' wrote. The code is read, never imported or run, and
    not changed. What a person has changed in an earlier project is never overwritten.

    Exit codes: 0 done, 2 wrong use or a fault, 3 nothing to migrate.
    """
    if source is not None and path.is_dir():
        raise click.UsageError("--source goes with an assessment; PATH is the code already.")
    if plan_file is not None:
        check_place(plan_file)
    with progress(f"reading {path} ..."):
        assessment, root = assessed(path, source)
    try:
        result = migrate(assessment, root, pipeline=pipeline, engine=engine, output=output)
    except EditedFilesError as edited:
        out("".join(f"{printable(line)}\n" for line in edited.diff.splitlines()))
        raise Problem(str(edited)) from None
    except MigrationError as wrong:
        raise Problem(str(wrong)) from None
    except NothingToMigrateError as nothing:
        raise Problem(str(nothing), Exit.NOTHING) from None
    if plan_file is not None:
        write_file(plan_file, dumps(result.plan))
    out(_summary(result))


def _summary(result: MigrationResult) -> str:
    plan, folder = result.plan, result.output
    written = f"{_many(len(result.written), 'file')} written" if result.written else "all files are up to date"
    lines = [
        f"{plan.name}: a {result.engine.capitalize()} project in {folder}, {written}",
        "",
        *_counted(result),
        *_asked(result),
        f"How to run it: {folder / 'RUNBOOK.md'}",
        f"Next: describe its outside world in a {DESCRIPTION} beside the code ('lastgood prove --help' says how), then",
        f"      {shlex.join(['lastgood', 'prove', str(folder)])}",
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def _counted(result: MigrationResult) -> list[str]:
    """What became of the steps, and which of them a person has to look at."""
    ledger, plan = result.plan.ledger, result.plan
    became = [(outcome.value, sum(account.outcome is outcome for account in ledger)) for outcome in Outcome]
    lines = [
        f"  {_many(len(ledger), 'step')}: " + ", ".join(f"{number} {words}" for words, number in became if number),
        f"  {_many(len(plan.activities), 'activity', 'activities')}, {_many(len(plan.waits), 'durable wait')}",
        "",
    ]
    for account in ledger:
        if account.outcome is not Outcome.MOVED:
            lines += [f"  {account.file}:{account.line}  {account.outcome.value}", *_folded(account.because), ""]
    return lines


def _asked(result: MigrationResult) -> list[str]:
    """The questions that only a person can answer."""
    if not result.plan.questions:
        return []
    lines = ["To be decided by you:", ""]
    for asked in result.plan.questions:
        lines += [f"  {asked.file}:{asked.line}", *_folded(asked.question), ""]
    return lines


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _folded(text: str) -> list[str]:
    return textwrap.wrap(text, max(width(), 40), initial_indent="    ", subsequent_indent="    ")
