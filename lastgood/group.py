"""The group of commands. Their files are imported when one of them is run, so that help and version come at once."""

from __future__ import annotations

from importlib import import_module

import click

# In the order in which a person meets them.
COMMANDS = {
    "assess": "Find the pipelines of a code base and what a crash costs them.",
    "report": "Turn an assessment into text, HTML and other formats.",
    "compare": "Tell what changed between two assessments.",
    "plan": "Tell what would become of each step of a pipeline on a durable engine.",
    "migrate": "Write a durable workflow for one pipeline.",
    "prove": "Kill the workers of a migrated pipeline and count what happened.",
    "explain": "Say what a check looks for and what to do about it.",
    "schema": "Print the JSON Schema of an assessment, a plan or a change.",
}


class Lazy(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in our order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"lastgood.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list in the help, made without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lastgood", message="lastgood %(version)s")
def lastgood() -> None:
    """Find the AI pipelines in a Python code base that lose work, and move the worst one onto a durable engine.

    Code is read, never imported or run. Nothing leaves this machine.

    Exit codes: 0 done, 1 found something (--fail-on) or a proof failed, 2 wrong use or a fault, 3 nothing to do.
    """
