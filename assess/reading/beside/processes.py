"""Procfiles, container files and compose files: processes that a platform starts and starts again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from assess.model.woven import TriggerKind
from assess.reading.beside.shell import targets, written
from assess.reading.beside.starts import Start, folder_of, joined
from assess.reading.beside.yaml import Node, documents

_PROCESS = re.compile(r"^([\w.-]+):\s*(\S.*)$")
_INSTRUCTION = re.compile(r"^\s*(CMD|ENTRYPOINT|WORKDIR|FROM)\s+(.*)$", re.IGNORECASE)


def read_procfile(file: str, text: str) -> Iterator[Start]:
    """`worker: python worker.py`."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _PROCESS.match(line)
        if found:
            detail = f"process {found[1]}"
            for target in targets(found[2], folder_of(file), ("",)):
                yield Start(file, number, TriggerKind.PLATFORM, detail, target)


def read_container(file: str, text: str) -> Iterator[Start]:
    """The last `ENTRYPOINT` with the last `CMD` behind it, as the container runs them."""
    folder = folder_of(file)
    said: dict[str, tuple[int, str]] = {}
    for number, line in _logical(text):
        found = _INSTRUCTION.match(line)
        if found is None:
            continue
        name = found[1].upper()
        if name == "FROM":
            said = {}
        else:
            said[name] = (number, _command(found[2]))
    lines = [said[name] for name in ("ENTRYPOINT", "CMD") if name in said]
    if not lines:
        return
    work = said["WORKDIR"][1].strip("/\"'") if "WORKDIR" in said else ""
    inner = joined(folder, work.partition("/")[2]) or folder
    command = " ".join(text for _, text in lines)
    for target in targets(command, folder, (inner, "")):
        yield Start(file, lines[-1][0], TriggerKind.PLATFORM, "container", target)


def _command(text: str) -> str:
    if text.lstrip().startswith("["):
        try:
            return written(json.loads(text))
        except (ValueError, RecursionError):
            return ""
    return text


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that a backslash continues put together."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        if line.rstrip().endswith("\\"):
            held = f"{held}{line.rstrip()[:-1]} "[:8_000]
            continue
        yield start, held + line
        held, start = "", 0


def read_compose(file: str, text: str) -> Iterator[Start]:
    """`command` and `entrypoint` of each service; its code stands where `build` says."""
    for document in documents(text):
        for name, service in document.get("services").keys.items():
            built = service.get("build").text or service.get("build", "context").text or "."
            folder = joined(folder_of(file), built)
            for key in ("entrypoint", "command"):
                given = service.get(key)
                for target in targets(_given(given), folder or "", (folder_of(file), "")):
                    yield Start(file, given.line, TriggerKind.PLATFORM, f"service {name}", target)


def _given(node: Node) -> str:
    return node.text if node.text is not None else written(node.texts())
