"""What the commands that move a pipeline have in common: which code, which pipeline, and what is told of its plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from assess.model.assessment import Assessment
from assess.policy.values import NOTHING
from lastgood.console import out, printable, progress
from lastgood.deciding import policy_of
from lastgood.exits import Exit
from lastgood.loading import assess_code, assessment_with_code
from lastgood.problems import Problem
from migrate.errors import EditedFilesError, MigrationError, NothingToMigrateError

PLACE = click.Path(path_type=Path)

OPTIONS = (
    click.argument("path", metavar="PATH|ASSESSMENT", type=PLACE),
    click.option(
        "--pipeline",
        metavar="ID",
        help="The pipeline to move: id, name, entry or FILE:LINE in its entry. Default: the recommended one.",
    ),
    click.option("--source", type=PLACE, help="Where the code of ASSESSMENT stands. Default: beside it."),
    click.option("--no-config", is_flag=True, help="Do not hear the configuration that stands in PATH."),
)


def code_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options; it gets the assessment and the folder with the code as `code`."""

    @functools.wraps(function)
    def command(*, path: Path, source: Path | None, no_config: bool, **words: Any) -> Any:
        if source is not None and path.is_dir():
            raise click.UsageError("--source goes with an assessment; PATH is the code already.")
        if no_config and path.is_file():
            raise click.UsageError("--no-config goes with PATH; an assessment was made already.")
        return function(code=functools.partial(_assessed, path, source, no_config=no_config), **words)

    for option in reversed(OPTIONS):
        command = option(command)
    return command


def _assessed(path: Path, source: Path | None, *, no_config: bool) -> tuple[Assessment, Path]:
    with progress(f"reading {path} ..."):
        if path.is_file():
            return assessment_with_code(path, source)
        return assess_code(path, NOTHING if no_config else policy_of(path)), path


@contextmanager
def refusing() -> Iterator[None]:
    """Inside, what keeps a pipeline from being moved becomes a Problem."""
    try:
        yield
    except EditedFilesError as edited:
        tell(edited.diff.splitlines())
        raise Problem(str(edited)) from None
    except MigrationError as wrong:
        raise Problem(str(wrong)) from None
    except NothingToMigrateError as nothing:
        raise Problem(str(nothing), Exit.NOTHING) from None


def tell(lines: Iterable[str]) -> None:
    """Write these lines to standard output; nothing in them can steer the terminal."""
    out("".join(f"{printable(line)}\n" for line in lines))
