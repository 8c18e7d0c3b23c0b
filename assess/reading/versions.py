"""Which version of a package the code of a file runs with, as far as the files beside it tell.

The nearest folder upwards from the file that asks for the package decides. In it, a lock file wins over a declared
version, and a version over a range. The range of a project file is narrowed by a lock file further up that fits it, as
in a workspace; requirements files stand for themselves. Of a range the newest version counts that it allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from assess.reading.beside.declared import (
    read_environment,
    read_pipfile,
    read_pyproject,
    read_requirements,
    read_setup_cfg,
    read_setup_py,
)
from assess.reading.beside.locks import read_pipfile_lock, read_toml_lock
from assess.reading.beside.requirements import Asked, version_of
from assess.reading.tree import SourceTree

_READERS: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Asked]]], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?:uv|poetry|pdm)\.lock|pylock(?:\.[\w-]+)?\.toml", read_toml_lock),
        (r"Pipfile\.lock", read_pipfile_lock),
        (r"pyproject\.toml", read_pyproject),
        (r"Pipfile", read_pipfile),
        (r"setup\.cfg", read_setup_cfg),
        (r"(?:[\w.-]*requirements[\w.-]*|[\w.-]*constraints[\w.-]*)\.(?:txt|in)", read_requirements),
        (r"(?:conda-)?env(?:ironment)?[\w.-]*\.ya?ml", read_environment),
    )
)
_MEMBERS = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
"""Files of a project that may be part of a workspace, whose lock stands further up."""
_FOLDERS_OF_REQUIREMENTS = frozenset({"requirements", "reqs"})


@dataclass(frozen=True, slots=True)
class Used:
    """A package as a file's code runs with it: the version that counts, as people say it, and the file that tells."""

    package: str
    version: Version
    shown: str
    file: str


@dataclass(frozen=True, slots=True)
class _Told:
    file: str
    asked: Asked

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """The surest first; of equals the newest version, and the plain file name before its variants."""
        return (not self.asked.locked, self.asked.exact is None, self.file)


class Dependencies:
    """The versions that a tree asks for. Files are read when the first package is asked for."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._told: dict[str, dict[str, list[_Told]]] | None = None
        self._known: dict[tuple[str, str], Used | None] = {}

    def used(self, package: str, read_at: str, file: str) -> Used | None:
        """What the file's code runs with; None where nothing tells. `read_at` is the newest version that is known."""
        key = (canonicalize_name(package), str(PurePosixPath(file).parent))
        if key not in self._known:
            self._known[key] = self._find(*key, read_at)
        return self._known[key]

    def _find(self, package: str, folder: str, read_at: str) -> Used | None:
        by_folder = self._by_package().get(package, {})
        near = [
            by_folder[str(f)] for f in (PurePosixPath(folder), *PurePosixPath(folder).parents) if str(f) in by_folder
        ]
        if not near:
            return None
        told = min(near[0], key=lambda t: t.rank)
        if told.asked.exact is None and PurePosixPath(told.file).name in _MEMBERS:
            above = [t for part in near for t in sorted(part, key=lambda t: t.rank) if t.asked.locked]
            told = next((t for t in above if _allows(told.asked.allows, t.asked.exact)), told)
        exact = told.asked.exact
        version = exact or newest(told.asked.allows, Version(read_at))
        if version is None:
            return None
        return Used(package, version, str(exact) if exact else f"{version.major}.x", told.file)

    def _by_package(self) -> dict[str, dict[str, list[_Told]]]:
        if self._told is None:
            self._told = {}
            for file, asked in self._all():
                self._told.setdefault(asked.package, {}).setdefault(_belongs_to(file), []).append(_Told(file, asked))
        return self._told

    def _all(self) -> Iterator[tuple[str, Asked]]:
        for found in self._tree.beside:
            reader = _reader(found.path)
            if reader is not None:
                text = found.data.decode("utf-8", "replace").removeprefix("\ufeff")
                yield from ((found.path, asked) for asked in reader(text))
        for path in self._tree.data:
            if PurePosixPath(path).name == "setup.py" and (syntax := self._tree.syntax(path)) is not None:
                yield from ((path, asked) for block in syntax.blocks for asked in read_setup_py(block.body))


def _reader(file: str) -> Callable[[str], Iterator[Asked]] | None:
    path = PurePosixPath(file)
    if path.parent.name in _FOLDERS_OF_REQUIREMENTS and path.suffix in (".txt", ".in"):
        return read_requirements
    return next((reader for pattern, reader in _READERS if pattern.fullmatch(path.name)), None)


def _belongs_to(file: str) -> str:
    """The folder whose code a file speaks of: `requirements/base.txt` speaks of the folder above."""
    folder = PurePosixPath(file).parent
    return str(folder.parent if folder.name in _FOLDERS_OF_REQUIREMENTS else folder)


def _allows(allowed: SpecifierSet, version: Version | None) -> bool:
    return version is not None and allowed.contains(version, prereleases=True)


def newest(allowed: SpecifierSet, known: Version) -> Version | None:
    """The newest version that a range allows, as far as versions up to the known one are made; None for no such."""
    return next((v for v in sorted(_candidates(allowed, known), reverse=True) if _allows(allowed, v)), None)


def _candidates(allowed: Iterable[object], known: Version) -> Iterator[Version]:
    """The newest known version, the last one of each major before it, and those at and just below each bound."""
    yield known
    yield from (Version(f"{major}.999999") for major in range(known.major))
    for specifier in SpecifierSet(str(allowed)):
        bound = version_of(specifier.version.removesuffix(".*"))
        if bound is not None and bound.major <= known.major:
            yield bound
            yield from _just_below(bound)
            if specifier.operator in ("~=", "==") and len(bound.release) > 1:
                yield Version(f"{bound.major}.{bound.release[1]}.999999")


def _just_below(bound: Version) -> Iterator[Version]:
    numbers = list(bound.release)
    while numbers and numbers[-1] == 0:
        numbers.pop()
    if len(numbers) > 1:
        yield Version(".".join(map(str, [*numbers[:-1], numbers[-1] - 1, 999999])))
