"""Runs one command line and turns every way that it can end into an exit code and at most one sentence."""

from __future__ import annotations

import os
import sys
import textwrap
import traceback
from collections.abc import Sequence

import click

from lastgood.console import note
from lastgood.exits import Exit
from lastgood.group import lastgood
from lastgood.problems import Problem

DEBUG = "LASTGOOD_DEBUG"
LONGEST = 200  # characters of a fault's own words
MOST_MISTAKES = 50
INTERRUPTED = Exit.INTERRUPTED


def run(arguments: Sequence[str]) -> int:
    """Run the command line; nothing but an exit code comes out of it."""
    try:
        code = lastgood.main(list(arguments), prog_name="lastgood", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as nothing:
        for line in nothing.format_message().splitlines():
            note(line)
        return Exit.FAULT
    except click.UsageError as wrong:
        _explain(wrong, f"{_sentence(wrong.format_message())} See '{_command(wrong)} --help'.")
        return Exit.FAULT
    except click.ClickException as wrong:
        _explain(wrong, _sentence(wrong.format_message()))
        return Exit.FAULT
    except Problem as problem:
        _explain(problem, " ".join([str(problem), *problem.mistakes]) if len(problem.mistakes) == 1 else str(problem))
        _list(problem.mistakes)
        return problem.code
    except Exception as fault:  # noqa: BLE001 - the last catch: a person gets a sentence, not a traceback
        what = textwrap.shorten(f"{type(fault).__name__}: {fault}", LONGEST, placeholder=" ...").removesuffix(":")
        _explain(fault, f"a fault of its own ended it ({what}). {DEBUG}=1 shows the traceback; please report it.")
        return Exit.FAULT
    return code if isinstance(code, int) else Exit.DONE


def _explain(problem: Exception, sentence: str) -> None:
    if os.environ.get(DEBUG):
        traceback.print_exception(problem, file=sys.stderr)
    note(f"lastgood: {sentence}")


def _list(mistakes: Sequence[str]) -> None:
    """Several mistakes, one a line; a single one stands in the sentence already."""
    if len(mistakes) > 1:
        for mistake in mistakes[:MOST_MISTAKES]:
            note(f"  {mistake}")
    if len(mistakes) > MOST_MISTAKES:
        note(f"  and {len(mistakes) - MOST_MISTAKES} more")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _command(wrong: click.UsageError) -> str:
    return wrong.ctx.command_path if wrong.ctx else "lastgood"
