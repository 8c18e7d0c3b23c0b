"""`lastgood schema`: the form of what other commands write, for programs that read it."""

from __future__ import annotations

import json

import click

from assess.model.assessment import Assessment
from assess.model.change import Change
from assess.model.wire import schema
from lastgood.console import out
from migrate.plan import Plan

KINDS = {"assessment": Assessment, "plan": Plan, "change": Change}


@click.command("schema")
@click.argument("kind", type=click.Choice(list(KINDS)), default="assessment")
def command(kind: str) -> None:
    """Print the JSON Schema (draft 2020-12) of an assessment, a plan, or the change that 'lastgood compare' tells."""
    out(json.dumps(schema(KINDS[kind]), indent=1, ensure_ascii=False) + "\n")
