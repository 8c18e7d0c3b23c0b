"""The description of an application's outside world: a small TOML file beside the legacy code.

    [run]
    id = "CLM-{number}"                 # what tells runs apart at the services; {number} counts from 1
    input = { claim_id = "{run}" }      # what the starter of the workflow gets
    copy = [{ from = "data/CLM-1002", to = "claims/{run}" }]   # from: beside this file; to: in the proof's folder

    [services]
    command = ["{python}", "-m", "services", "--write-addresses", "{addresses}"]
    folder = ".."                       # where the command runs, from this file

    [environment]                       # for the application, the original and the migrated one alike
    CLAIMS_DIR = "{work}/claims"

    [original]
    command = ["{python}", "-m", "claims_triage", "{run}"]
    folder = ".."

    [decisions]                         # what people decide, by the name of the wait; `default` for all others
    default = { approved = true }

    [[runs]]                            # kinds of run, so that every branch is taken; without any there is one kind
    name = "rejected"                   # each may say all of [run], and `decisions`, anew
    decisions = { default = { approved = false } }
    orders = [{ order = "people", outcome = "rejected" }]   # to the control address, before the original runs
    answers = ["n"]                     # what somebody types whom the original asks by input()

Known everywhere: {here} (this file's folder), {work} (the proof's folder), {python}; where a run is meant: {run}. An
[environment] that says {run} gives each run a worker of its own.
As soon as they answer, the services write {addresses}: {"addresses": {"control": URL, NAME: ADDRESS...}, "env": {...}}.
`env` are settings that lead the application to them; {NAME}, {NAME.host}, {NAME.port} are known from then on. What
they answer under the control address stands in `control.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.proving.errors import ProofError

DESCRIPTION = "lastgood-proof.toml"


class NoDescriptionError(ProofError):
    """Nobody has described the outside world yet."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as described, with its placeholders, and the folder it runs in."""

    words: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Copied:
    """A file or folder that every run gets a copy of; `source` stands beside the description."""

    source: Path
    target: str


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of run: data and decisions that lead it one way through the branches. `name` may be empty."""

    name: str
    run_id: str
    arguments: Mapping[str, Any]
    copies: tuple[Copied, ...]
    decisions: Mapping[str, Any]
    orders: tuple[Mapping[str, Any], ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What the TOML says, checked for its shape. There is at least one case."""

    file: Path
    cases: tuple[Case, ...]
    services: Command
    environment: Mapping[str, str]
    original: Command | None

    @property
    def here(self) -> Path:
        """The folder of the file."""
        return self.file.parent

    def case(self, name: str) -> Case:
        """The kind of run with this name; raises LookupError."""
        return next(case for case in self.cases if case.name == name)


def is_described(folders: Sequence[Path]) -> bool:
    """Whether one of these folders of the legacy code has a description."""
    return any((folder / DESCRIPTION).is_file() for folder in folders)


def load_description(folders: Sequence[Path]) -> Description:
    """Read the description beside the legacy code: the first that one of these folders has."""
    file = next((f / DESCRIPTION for f in folders if (f / DESCRIPTION).is_file()), None)
    if file is None:
        raise NoDescriptionError(
            f"{folders[0]} has no {DESCRIPTION}: describe there how to start the services that play the outside world "
            "(docs/proof.md shows how)."
        )
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        return _description(file.resolve(), data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        said = f"[{problem.args[0]}] is missing" if isinstance(problem, KeyError) else str(problem)
        raise ProofError(f"{file} does not describe a proof: {said}.") from None


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """The value with every {name} in its texts replaced; braces that hold no plain word stay."""
    if isinstance(value, str):
        return re.sub(r"\{([a-z][a-z0-9_.]*)\}", lambda m: _known(m.group(1), known), value)
    if isinstance(value, Mapping):
        return {k: filled(v, known) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [filled(v, known) for v in value]
    return value


def _known(name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        raise ProofError(f"{DESCRIPTION} says {{{name}}}, which is none of: {', '.join(sorted(known))}.")
    return known[name]


def _description(file: Path, data: Mapping[str, Any]) -> Description:
    common = {**data["run"], "decisions": data.get("decisions", {})}
    cases = tuple(_case(file, common | kind) for kind in data.get("runs") or [{}])
    names = [case.name for case in cases]
    if len(cases) > 1 and (len(set(names)) < len(names) or "" in names):
        raise ValueError("of several [[runs]] each needs a `name` of its own")
    return Description(
        file=file,
        cases=cases,
        services=_command(file, data["services"]),
        environment={str(k): str(v) for k, v in data.get("environment", {}).items()},
        original=_command(file, data["original"]) if "original" in data else None,
    )


def _case(file: Path, run: Mapping[str, Any]) -> Case:
    if "{number}" not in str(run["id"]):
        raise ValueError("the `id` of [run] holds no {number}, so all runs would be one")
    return Case(
        name=str(run.get("name", "")),
        run_id=str(run["id"]),
        arguments=dict(run["input"]),
        copies=tuple(Copied(file.parent / str(c["from"]), str(c["to"])) for c in run.get("copy", ())),
        decisions=dict(run["decisions"]),
        orders=tuple({"order": str(order["order"]), **order} for order in run.get("orders", ())),
        answers=tuple(str(line) for line in run.get("answers", ())),
    )


def _command(file: Path, table: Mapping[str, Any]) -> Command:
    words = table["command"]
    if not isinstance(words, list) or not words:
        raise ValueError("`command` must be a list of words")
    folder = (file.parent / str(table.get("folder", "."))).resolve()
    if not folder.is_dir():
        raise ValueError(f"the `folder` {table['folder']} is not there (it is meant from the description's own)")
    return Command(tuple(str(w) for w in words), folder)
