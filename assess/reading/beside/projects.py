"""Commands that a project declares: pyproject.toml, setup.cfg, setup.py, and the graphs of langgraph.json."""

from __future__ import annotations

import ast
import configparser
import json
import tomllib
from collections.abc import Iterator
from typing import Any

from assess.model.woven import TriggerKind
from assess.reading.beside.shell import targets
from assess.reading.beside.starts import Form, Start, Target, folder_of, joined

_GROUPS = ("console_scripts", "gui_scripts")


def read_pyproject(file: str, text: str) -> Iterator[Start]:
    """`[project.scripts]`, Poetry's scripts, and the tasks of PDM, Poe and taskipy."""
    try:
        data: Any = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    for table in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        for command, value in _table(data, *table).items():
            given = value.get("reference") or value.get("callable") if isinstance(value, dict) else value
            yield from _entry_point(file, _line(text, command), str(command), str(given))
    for table in (("tool", "pdm", "scripts"), ("tool", "poe", "tasks"), ("tool", "taskipy", "tasks")):
        for task, value in _table(data, *table).items():
            given = value.get("cmd") or value.get("shell") if isinstance(value, dict) else value
            if isinstance(given, str):
                for target in targets(given, folder_of(file)):
                    yield Start(file, _line(text, task), TriggerKind.CLI, str(task), target)


def _table(data: Any, *names: str) -> dict[str, Any]:
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def read_setup_cfg(file: str, text: str) -> Iterator[Start]:
    """`[options.entry_points]`."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        groups = [parser.get("options.entry_points", g, fallback="") for g in _GROUPS]
    except (configparser.Error, ValueError):
        return
    for line in "\n".join(groups).splitlines():
        yield from _assignment(file, text, line)


def read_setup_py(file: str, body: list[ast.stmt], text: str) -> Iterator[Start]:
    """`setup(entry_points=...)`, where it is written as a literal."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "entry_points":
                        yield from _declared(file, keyword.value, text)


def _declared(file: str, node: ast.expr, text: str) -> Iterator[Start]:
    try:
        given = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return
    if isinstance(given, str):
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(given)
        except configparser.Error:
            return
        given = {g: [f"{k} = {v}" for k, v in parser.items(g)] for g in _GROUPS if parser.has_section(g)}
    for group in _GROUPS:
        lines = given.get(group, ()) if isinstance(given, dict) else ()
        for line in [lines] if isinstance(lines, str) else lines:
            yield from _assignment(file, text, str(line))


def _assignment(file: str, text: str, line: str) -> Iterator[Start]:
    command, equals, target = line.partition("=")
    if equals and command.strip():
        yield from _entry_point(file, _line(text, command.strip()), command.strip(), target.strip())


def _entry_point(file: str, line: int, command: str, target: str) -> Iterator[Start]:
    module, colon, symbol = target.partition("[")[0].strip().partition(":")
    if module and (symbol or not colon):
        folders = tuple(dict.fromkeys((folder_of(file), f"{folder_of(file)}/src".lstrip("/"), "")))
        aim = Target(Form.SYMBOL if symbol else Form.MODULE, module, symbol or None, folders)
        yield Start(file, line, TriggerKind.CLI, command, aim)


def _line(text: str, name: object) -> int:
    """The first line that begins with a name, as far as one can tell without the parser's help."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip(" \t'\"[").startswith(str(name)):
            return number
    return 1


def read_langgraph(file: str, text: str) -> Iterator[Start]:
    """`graphs: {name: "./file.py:variable"}`."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    for name, value in _table(data, "graphs").items():
        given = value.get("path") if isinstance(value, dict) else value
        path, _, symbol = str(given).rpartition(":")
        inner = joined(folder_of(file), path) if path.endswith(".py") else path
        if inner and symbol.isidentifier():
            folders = ("",) if path.endswith(".py") else (folder_of(file), "")
            yield Start(
                file,
                _line(text, name),
                TriggerKind.PLATFORM,
                f"graph {name}",
                Target(Form.SYMBOL, inner, symbol, folders),
            )
