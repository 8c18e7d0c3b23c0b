"""What a project declares that it needs: requirements files, pyproject.toml, Pipfile, setup.cfg, setup.py, conda."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Iterator
from typing import Any

from assess.reading.beside.requirements import Asked, required, required_by_conda, required_by_poetry
from assess.reading.beside.yaml import documents


def read_requirements(text: str) -> Iterator[Asked]:
    """The lines of a requirements or constraints file; options such as `-r` and `-e` name no package."""
    for line in text.replace("\\\n", " ").splitlines():
        yield from required(line.strip())


def read_pyproject(text: str) -> Iterator[Asked]:
    """`[project]` with its extras, `[dependency-groups]`, Poetry's tables, the development groups of PDM and uv."""
    data = _toml(text)
    project = _table(data, "project")
    groups = [_table(project, "optional-dependencies"), _table(data, "dependency-groups")]
    groups.append(_table(data, "tool", "pdm", "dev-dependencies"))
    for wanted in (
        project.get("dependencies"),
        *(group for table in groups for group in table.values()),
        _table(data, "tool", "uv").get("dev-dependencies"),
    ):
        for line in wanted if isinstance(wanted, list) else ():
            yield from required(line)
    poetry = _table(data, "tool", "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(_table(poetry, "group"), name, "dependencies") for name in _table(poetry, "group")]
    for table in tables:
        for package, given in table.items():
            yield from required_by_poetry(package, given)


def read_pipfile(text: str) -> Iterator[Asked]:
    """`[packages]` and `[dev-packages]`."""
    data = _toml(text)
    for table in (_table(data, "packages"), _table(data, "dev-packages")):
        for package, given in table.items():
            yield from required_by_poetry(package, given)


def read_setup_cfg(text: str) -> Iterator[Asked]:
    """`install_requires` of `[options]`, and `[options.extras_require]`."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
        lists = [parser.get("options", "install_requires", fallback="")]
        if parser.has_section("options.extras_require"):
            lists += [value for _name, value in parser.items("options.extras_require")]
    except (configparser.Error, ValueError):
        return
    for line in "\n".join(lists).splitlines():
        yield from required(line.strip())


def read_setup_py(body: list[ast.stmt]) -> Iterator[Asked]:
    """The literal texts of `install_requires=[...]`, as an argument or under that name."""
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.keyword(arg="install_requires", value=ast.List() | ast.Tuple() as listed):
                    yield from _literals(listed)
                case ast.Assign(targets=[ast.Name(id="install_requires")], value=ast.List() | ast.Tuple() as listed):
                    yield from _literals(listed)


def _literals(listed: ast.List | ast.Tuple) -> Iterator[Asked]:
    for element in listed.elts:
        if isinstance(element, ast.Constant):
            yield from required(element.value)


def read_environment(text: str) -> Iterator[Asked]:
    """Conda's `dependencies`, and those of `pip` inside."""
    for document in documents(text):
        for item in document.get("dependencies").items:
            yield from required_by_conda(item.text)
            for line in item.get("pip").texts():
                yield from required(line)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _table(data: Any, *names: str) -> dict[str, Any]:
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
