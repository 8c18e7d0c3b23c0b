"""Writes the pages that are made from the code: `make docs`. A test holds that they are fresh.

The command line's page is made from the options themselves and not from their help text as a terminal shows it, so
that another version of the library that parses them does not change the page.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import click

from assess.checks.registry import all_checks
from assess.model.wire import schema
from assess.policy.keys import KEYS
from assess.usecases import assess
from lastgood.group import COMMANDS, lastgood
from reports.formats import FORMATS, MEANINGS
from reports.text import render_text

HERE = Path(__file__).resolve().parent


def pages() -> dict[Path, str]:
    """Each generated file with its text."""
    made = {HERE / "cli.md": cli(), HERE / "schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"}
    made |= {HERE / "checks" / f"{check.id}.md": check.help() for check in all_checks()}
    made[HERE / "checks" / "index.md"] = checks()
    made |= {HERE / "configuration.md": configuration(), HERE / "ci.md": ci()}
    made[HERE.parent / "README.md"] = readme()
    return made


def between(page: Path, mark: str, made: str) -> str:
    """A page with a part that is made, between two marks."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(f"<!-- {mark}: made by `make docs` -->\n")
    _, end, after = rest.partition(f"<!-- {mark}: end -->")
    return f"{before}{begin}{made}{end}{after}"


def configuration() -> str:
    """The page of the configuration, with every key."""
    rows = "".join(f"| `{key.name}` | {key.takes.value} | {key.meaning} | `{key.example}` |\n" for key in KEYS)
    head = "| key | takes | meaning | example |\n| --- | --- | --- | --- |\n"
    return between(HERE / "configuration.md", "keys", head + rows)


def ci() -> str:
    """The page about CI, with every format."""
    rows = "".join(f"| `{form}` | {MEANINGS[form]} |\n" for form in FORMATS)
    head = "| `--format`, or `--report FORMAT=FILE` | what it is |\n| --- | --- |\n"
    return between(HERE / "ci.md", "formats", head + rows)


def readme() -> str:
    """The README with what the audit of the example really prints, between two marks."""
    printed = render_text(assess(HERE.parent / "examples" / "claims_triage"), width=80, colour=False)
    head = printed[: printed.index("  STEPS")].rstrip()
    made = f"```text\n$ lastgood assess examples/claims_triage\n\n{head}\n```\n"
    return between(HERE.parent / "README.md", "audit", made)


def checks() -> str:
    """The list of checks."""
    rows = [f"| [{c.id}]({c.id}.md) | {c.axis} | {c.severity} | {c.confidence} | {c.title} |" for c in all_checks()]
    head = [
        "# Checks",
        "",
        "| check | axis | severity | confidence | what it finds |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows, ""])


def cli() -> str:
    """The page of the command line."""
    context = click.Context(lastgood)
    parts = ["# Command line", inspect.cleandoc(lastgood.help or "")]
    for name in COMMANDS:
        command = lastgood.get_command(context, name)
        if command is not None:
            parts.append(_command(command, name))
    return "\n\n".join(parts) + "\n"


def _command(command: click.Command, name: str) -> str:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    words = [f"{a.human_readable_name}" if a.required else f"[{a.human_readable_name}]" for a in arguments]
    usage = " ".join(["lastgood", name, *(["[OPTIONS]"] if options else []), *words])
    text = f"## lastgood {name}\n\n```\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}"
    if not options:
        return text
    rows = "\n".join(f"| `{_spelled(option)}` | {_meaning(option)} |" for option in options)
    return f"{text}\n\n| option | meaning |\n| --- | --- |\n{rows}"


def _spelled(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.metavar or _value(option.type)}"
    return ", ".join(option.opts) + value


def _value(kind: click.ParamType) -> str:
    return "\\|".join(str(c) for c in kind.choices) if isinstance(kind, click.Choice) else kind.name.upper()


def _meaning(option: click.Option) -> str:
    default = f" Default: {option.default}." if option.show_default and not option.is_flag else ""
    return (option.help or "").replace("|", "\\|") + default


def main() -> None:
    """Write what differs, and say so."""
    made = pages()
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(HERE.parent)}")
    for path in (HERE / "checks").glob("*.md"):
        if path not in made:
            path.unlink()
            print(f"removed {path.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
