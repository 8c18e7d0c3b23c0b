"""Option types and options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from lastgood.console import Colour
from reports.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Output:
    """One `--report FORMAT=FILE`."""

    form: str
    file: Path


def read_reports(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Output, ...]:  # noqa: ARG001 - click's signature
    """The values of `--report`, split at their first equals sign."""
    return tuple(_output(value) for value in values)


def _output(value: str) -> Output:
    form, equals, file = value.partition("=")
    if not equals or not file:
        raise click.BadParameter(f"'{value}' is not FORMAT=FILE, for example html=report.html.")
    if form not in FORMATS:
        raise click.BadParameter(f"'{form}' is no format; there are {', '.join(FORMATS)}.")
    return Output(form, Path(file))


colour_option = click.option(
    "--color",
    "colour",
    type=click.Choice([colour.value for colour in Colour]),
    default=Colour.AUTO.value,
    callback=lambda _context, _option, value: Colour(value),
    show_default=True,
    help="When to colour standard output; NO_COLOR and FORCE_COLOR are heard too.",
)
