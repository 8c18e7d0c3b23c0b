"""A draft of the description that a proof needs, from the manifest and the text of the original. Nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from migrate.proving.project import Project
from migrate.proving.words import clean_text

_SETTING = re.compile(r"(?:environ(?:\.get)?\s*[\[(]|getenv\s*\()\s*[\"']([A-Z][A-Z0-9_]{1,60})[\"']")
_LARGEST = 2_000_000
_HEAD = """\
# A draft. It says what plays the outside world of {name} in a proof, and what a run is.
# Fill in what stands in CAPITALS; docs/proof.md explains every key.
"""


def draft(project: Project) -> str:
    """The text of a `lastgood-proof.toml`, to be filled in by somebody who knows the services."""
    return "\n".join(
        [_HEAD.format(name=clean_text(project.name)), *_run(project), *_services(project), *_rest(project)]
    )


def _run(project: Project) -> Iterator[str]:
    inputs = ", ".join(
        f"{json.dumps(name)} = {json.dumps('{run}' if name == key else 'VALUE')}"
        for key in [project.business_key or next(iter(project.entry.parameters), None)]
        for name in project.entry.parameters
    )
    yield "[run]"
    yield 'id = "RUN-{number}"  # has to stand in the calls that a run makes, so that the services can tell runs apart'
    yield f"input = {{ {inputs} }}" if inputs else "input = {}"
    yield ""
    yield "[[runs]]  # one for each way through the branches"
    yield 'name = "usual"'
    yield '# copy = [{ from = "FILES_OF_ONE_RUN", to = "files/{run}" }]'
    yield '# orders = [{ order = "people", outcome = "approved" }]'
    yield ""


def _services(project: Project) -> Iterator[str]:
    yield "[services]"
    yield "# Services that answer as the real ones do, count calls, and fail when told to. These steps call something:"
    for activity in project.activities:
        if activity.visits:
            yield f"#   {clean_text(activity.name)}: {clean_text(activity.kind)}, {clean_text(activity.place)}"
    yield 'command = ["{python}", "-m", "YOUR_SERVICES", "{addresses}"]'
    yield 'folder = "."'
    yield ""


def _rest(project: Project) -> Iterator[str]:
    yield "[environment]  # settings that lead the application to the services; {work} is a folder of the proof"
    yield f"PYTHONPATH = {json.dumps(_from_here(project))}"
    for setting, host in project.defaults.items():
        yield f'{setting} = "ADDRESS"  # without it the SDK calls {clean_text(host)}'
    named = {"PYTHONPATH", *project.defaults}
    yield from (f'{name} = "ADDRESS_OR_VALUE"' for name in _settings(project) if name not in named)
    yield ""
    yield "[original]  # how one run of the original is started today: it is killed, too, and started again"
    yield f"command = {json.dumps(_original(project))}"
    yield ""
    if project.waits:
        yield "[decisions]  # what people decide"
        yield from (f"{json.dumps(wait.name)} = {_toml(wait.example)}" for wait in project.waits)
        yield ""


def _original(project: Project) -> list[str]:
    entry = project.entry
    if entry.script or not entry.symbol.isidentifier():
        return ["{python}", "-m", entry.module or "MODULE", "{run}"]
    called = f"import sys; from {entry.module} import {entry.symbol}; {entry.symbol}(sys.argv[1])"
    return ["{python}", "-c", called, "{run}"]


def _from_here(project: Project) -> str:
    """The folder that the original is imported from, seen from the package in which the description is expected."""
    depth = len(project.entry.module.split(".")) - 1
    return "/".join(["{here}", *[".."] * depth])


def _settings(project: Project) -> list[str]:
    """The environment variables that the original names, in the order in which it does."""
    found: dict[str, None] = {}
    for file in project.digests:
        path = project.legacy_root / file
        try:
            if path.stat().st_size <= _LARGEST:
                text = path.read_text("utf-8", errors="replace").replace('\\"', '"')
                found |= dict.fromkeys(_SETTING.findall(text))
        except OSError:
            continue
    return list(found)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"ANSWER"' if value is None else json.dumps(value)
