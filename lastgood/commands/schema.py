"""`lastgood schema`: the form of an assessment, for programs that read it."""

from __future__ import annotations

import json

import click

from assess.model.wire import schema
from lastgood.console import out


@click.command("schema")
def command() -> None:
    """Print the JSON Schema (draft 2020-12) of an assessment."""
    out(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n")
