"""What a generated project says of itself: its manifest, read and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migrate.proving.errors import ProofError

MANIFEST = "lastgood.json"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: what it calls, and what a repeat of it may do outside.

    `beside`: the original calls it in a thread or task for which nobody waits. `by_plugin`: a framework's plugin asks
    for it, under a type that is the plugin's and with an id that the server counts. `name` is the type.
    """

    name: str
    legacy: str
    place: str
    visits: tuple[str, ...]
    kind: str
    effect: str
    billed: bool
    keyed: bool
    attempts: int | None
    beside: bool = False
    local: bool = False
    by_plugin: bool = False

    @property
    def writes(self) -> bool:
        """Whether a repeat can do something twice; what is unknown counts as a write."""
        return self.effect in ("write", "unknown")


@dataclass(frozen=True, slots=True)
class Wait:
    """A durable wait for a person; `update` is the name that the decision goes to.

    `polls` are the places of the reads by which the original found out what was decided; `example` is a decision.
    """

    name: str
    update: str
    place: str = ""
    polls: tuple[str, ...] = ()
    example: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the original begins: a function of a module, or a script or notebook as a whole up to `end_line`."""

    module: str
    symbol: str
    file: str = ""
    script: bool = False
    end_line: int = 0
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A generated project and where its parts stand.

    `source` is the folder that was assessed; `digests` are of the original's files under `legacy_root`, `files` of the
    generated ones, as they were when the project was made. `continue_after` names the setting that says after how many
    steps a run continues as new, as MODULE.SETTING; empty if there is none. `defaults`: settings that SDKs read by
    themselves, and the hosts that they call where none is set.
    """

    folder: Path
    engine: str
    name: str
    package: str
    pipeline: str
    workflow: str
    legacy_root: Path
    entry: Entry
    business_key: str | None
    activities: tuple[Activity, ...]
    waits: tuple[Wait, ...]
    source: Path | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    open_questions: int = 0
    continue_after: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def legacy_folders(self) -> tuple[Path, ...]:
        """From the folder of the entry's module up to the folder that the original is imported from."""
        parents = self.entry.module.split(".")[:-1]
        return tuple(self.legacy_root.joinpath(*parents[:n]) for n in range(len(parents), -1, -1))

    def activity(self, name: str) -> Activity | None:
        """The activity with this name."""
        return next((a for a in self.activities if a.name == name), None)


def load_project(folder: Path) -> Project:
    """Read the manifest of the project in this folder."""
    manifest = folder / MANIFEST
    if not folder.is_dir():
        raise ProofError(f"{folder} is not a folder: name the one that `lastgood migrate --output` wrote.")
    if not manifest.is_file():
        raise ProofError(f"{folder} has no {MANIFEST}: name the folder that `lastgood migrate --output` wrote.")
    try:
        data = json.loads(manifest.read_text("utf-8"))
        return _project(folder, data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ProofError(
            f"{manifest} is not a manifest of lastgood ({problem!r}): run `lastgood migrate` again."
        ) from None


def _project(folder: Path, data: Mapping[str, Any]) -> Project:
    if data["engine"] != "temporal":
        raise ProofError(f"{folder} is a project for {data['engine']}; prove knows Temporal only.")
    return Project(
        folder=folder.resolve(),
        engine=str(data["engine"]),
        name=str(data.get("name") or data["package"]),
        package=str(data["package"]),
        pipeline=_text(data.get("pipeline")),
        workflow=_text(data["workflow"]),
        legacy_root=(folder / str(data["legacy_root"])).resolve(),
        entry=_entry(data.get("entry") or {}),
        business_key=data.get("business_key"),
        activities=_activities(data["activities"], data.get("runs", ())),
        waits=tuple(_wait(item) for item in data.get("waits", ())),
        source=(folder / str(data["source"])).resolve() if data.get("source") else None,
        digests=dict(data.get("legacy_digests", {})),
        files=dict(data.get("files", {})),
        open_questions=int(data.get("open_questions", 0)),
        continue_after=_text(data.get("continue_after")),
        defaults={str(k): str(v) for k, v in data.get("defaults", {}).items()},
    )


def _activities(own: Iterable[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]]) -> tuple[Activity, ...]:
    """The activities that a history shows: of a framework's run those inside it, each once, not the run as a whole."""
    driven = {str(run["activity"]) for run in runs}
    inside = [item for run in runs for item in run["inside"]]
    found = [_activity(item) for item in (*own, *inside) if str(item["name"]) not in driven]
    return tuple({activity.name: activity for activity in found}.values())


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        module=_text(item.get("module")),
        symbol=_text(item.get("symbol")),
        file=_text(item.get("file")),
        script=bool(item.get("script", False)),
        end_line=int(item.get("end_line") or 0),
        parameters=tuple(_text(p.get("name") if isinstance(p, Mapping) else p) for p in item.get("parameters", ())),
    )


def _wait(item: Mapping[str, Any]) -> Wait:
    polls = tuple(str(place) for place in item.get("polls", ()))
    examples = (item.get("argument_schema") or {}).get("examples") or [None]
    return Wait(str(item["name"]), str(item["update"]), _text(item.get("place")), polls, examples[0])


def _activity(item: Mapping[str, Any]) -> Activity:
    attempts = item.get("attempts")
    return Activity(
        name=str(item.get("type") or item["name"]),
        legacy=_text(item.get("legacy")),
        place=_text(item.get("place")),
        visits=tuple(str(v) for v in item.get("visits", ())),
        kind=str(item.get("kind", "other")),
        effect=str(item.get("effect", "unknown")),
        billed=bool(item.get("billed", False)),
        keyed=bool(item.get("keyed", False)),
        attempts=None if attempts is None else int(attempts),
        beside=bool(item.get("beside", False)),
        local=bool(item.get("local", False)),
        by_plugin=bool(item.get("by_plugin", False)),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
