"""`lastgood prove`: the one command that runs code, and only that of the project it is given."""

from __future__ import annotations

from pathlib import Path

import click

from lastgood.console import note, out, width
from lastgood.problems import Problem
from lastgood.writing import check_place, write_file
from migrate.proving.campaign import Part
from migrate.proving.description import NoDescriptionError
from migrate.proving.drafting import draft
from migrate.proving.errors import ProofError
from migrate.proving.kills import Point
from migrate.proving.project import load_project
from migrate.proving.proof import Proof, to_json
from migrate.proving.rendering import render_proof
from migrate.proving.usecases import ALL_POINTS, prove

FILE = click.Path(path_type=Path)
PART = click.Choice([part.value for part in Part])
POINT = click.Choice([point.value for point in Point])


@click.command("prove")
@click.argument("directory", metavar="DIR", type=FILE)
@click.option("--python", type=FILE, help="The interpreter that has the application's packages. Default: our own.")
@click.option("--at", "points", type=POINT, multiple=True, help="Kill at these moments only.")
@click.option("--step", help="Kill at this step only.")
@click.option("--kills", type=click.IntRange(min=1), help="How many kills at most. Default: all that there are.")
@click.option("--assessment", type=FILE, help="Compare the original with the crash table in this assessment.")
@click.option("--only", "parts", type=PART, multiple=True, help="Only this part of the proof. Default: all parts.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port of the server. Default: a free one.")
@click.option("--logs", type=FILE, help="Keep what the processes said in this folder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", "-o", type=FILE, help="Also write the proof as JSON to this file.")
def command(
    directory: Path,
    python: Path | None,
    points: tuple[str, ...],
    step: str | None,
    kills: int | None,
    assessment: Path | None,
    parts: tuple[str, ...],
    port: int | None,
    logs: Path | None,
    form: str,
    output: Path | None,
) -> int:
    """Kill the workers of the project in DIR again and again, count what is repeated, compare it with the original.

    DIR is what 'lastgood migrate' wrote. This runs the project and the original code, against services on this machine
    that the project describes, with a Temporal server of its own. The description is a lastgood-proof.toml beside the
    code: which services there are and how the application is started. docs/proof.md tells its keys, and
    examples/claims_triage has one. Where there is none, a draft of one is printed.

    Exit codes: 0 the proof holds, 1 it failed, 2 it could not be made.
    """
    if output:
        check_place(output)
    try:
        proof = prove(
            directory,
            parts=[Part(part) for part in parts] or None,
            python=python,
            points=[Point(point) for point in points] or ALL_POINTS,
            kills=kills,
            step=step,
            report=note,
            assessment=assessment,
            logs=logs,
            port=port,
        )
    except NoDescriptionError as problem:
        out(draft(load_project(directory)))
        raise Problem(f"{problem} A draft of it is printed.") from None
    except ProofError as problem:
        raise Problem(str(problem)) from None
    _show(proof, form, output)
    return proof.exit_code


def _show(proof: Proof, form: str, output: Path | None) -> None:
    text = to_json(proof)
    if output:
        write_file(output, text)
    out(text if form == "json" else render_proof(proof, width()))
