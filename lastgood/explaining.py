"""`--why`: a place on the command line, and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import click

from assess.model.explanation import Explanation, NoPlaceError
from assess.policy.values import NOTHING, Policy
from assess.usecases import Settings, explain
from lastgood.loading import telling
from lastgood.problems import Problem


@dataclass(frozen=True, slots=True)
class Spot:
    """One `--why FILE:LINE`, or `FILE[CELL]:LINE` in a notebook."""

    file: str
    line: int
    cell: int | None


def read_place(ctx: click.Context, param: click.Parameter, value: str | None) -> Spot | None:  # noqa: ARG001 - click's signature
    """The value of `--why`."""
    if value is None:
        return None
    found = re.fullmatch(r"(.+?)(?:\[(\d{1,9})\])?:(\d{1,9})(?::\d+)?", value)
    if found is None:
        raise click.BadParameter(f"'{value}' is not FILE:LINE, for example app/jobs.py:42.")
    return Spot(found[1], int(found[3]), int(found[2]) if found[2] else None)


def explain_code(path: Path, spot: Spot, policy: Policy = NOTHING) -> Explanation:
    """Why a place in this code is or is not a step. Raises Problem."""
    with telling():
        try:
            return explain(path, _inside(path, spot.file), spot.line, spot.cell, Settings(policy=policy))
        except NoPlaceError as nowhere:
            raise Problem(str(nowhere)) from None


def _inside(path: Path, file: str) -> str:
    """The file relative to the code's folder; one that is named from the working folder is understood too."""
    whole, root = Path(file).resolve(), path.resolve()
    if (Path(file).is_absolute() or not (path / file).is_file()) and whole.is_relative_to(root):
        return whole.relative_to(root).as_posix()
    return Path(file).as_posix()
