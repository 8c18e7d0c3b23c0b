"""What one file asks of a package, as a value, and the reading of a single requirement as people write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_CONDA = re.compile(r"(?:[\w./-]+::)?([A-Za-z0-9][\w.-]*)\s*([=<>!~][^#;\[]*)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A package by its canonical name, with the versions that a file allows; `locked` where a tool wrote it down."""

    package: str
    allows: SpecifierSet
    locked: bool = False

    @property
    def exact(self) -> Version | None:
        """The one version that is asked for, or None."""
        for specifier in self.allows:
            if specifier.operator in ("==", "===") and not specifier.version.endswith("*"):
                return version_of(specifier.version)
        return None


def version_of(text: str) -> Version | None:
    """A version, or None where the text is none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def locked(package: object, version: object) -> Iterator[Asked]:
    """A line of a lock file."""
    found = version_of(version) if isinstance(version, str) else None
    if isinstance(package, str) and found is not None:
        yield Asked(canonicalize_name(package), SpecifierSet(f"=={found}"), locked=True)


def required(text: object) -> Iterator[Asked]:
    """A requirement such as `openai[datalib]>=1.40,<2; python_version > "3.8"`; nothing where the text is none."""
    if not isinstance(text, str) or len(text) > 500:
        return
    try:
        found = Requirement(text.split(" #")[0].split(" --hash")[0].strip())
    except InvalidRequirement:
        return
    if not found.url:
        yield Asked(canonicalize_name(found.name), found.specifier)


def required_by_poetry(package: str, given: object) -> Iterator[Asked]:
    """Poetry's `^1.2`, `~1.2`, `1.*`, a table with `version`, or a list of such tables."""
    for one in given if isinstance(given, list) else [given]:
        text = one.get("version", "*") if isinstance(one, dict) else one
        if isinstance(text, str) and not (isinstance(one, dict) and {"path", "git", "url"} & set(one)):
            allows = _range(text)
            if allows is not None:
                yield Asked(canonicalize_name(package), allows)


def required_by_conda(text: object) -> Iterator[Asked]:
    """Conda's `conda-forge::openai=1.3`, where one sign of equality stands for any version that begins so."""
    found = _CONDA.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return
    wanted = (found[2] or "").strip()
    if re.match(r"=[^=]", wanted):
        version = wanted[1:].split("=")[0].strip()  # a second sign begins the build
        wanted = f"=={version.rstrip('*').rstrip('.')}.*"
    allows = _set(wanted)
    if allows is not None:
        yield Asked(canonicalize_name(found[1]), allows)


def _set(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _range(text: str) -> SpecifierSet | None:
    """What Poetry and Pipfiles write, as a set; of alternatives (`||`) the last, mostly the newest."""
    parts = []
    for part in text.rpartition("||")[2].split(","):
        word = part.strip()
        if word in ("", "*"):
            continue
        if word[0] in "^~" and not word.startswith("~="):
            parts.append(_caret(word))
        elif word[0].isdigit():
            parts.append(f"=={word}")
        else:
            parts.append(word)
    return _set(",".join(parts))


def _caret(word: str) -> str:
    """`^1.2` allows what keeps the first number that is not 0; `~1.2` what keeps the second, where there is one."""
    version = version_of(word[1:].strip())
    if version is None:
        return word
    numbers = list(version.release)
    at = next((i for i, n in enumerate(numbers) if n), len(numbers) - 1) if word[0] == "^" else min(1, len(numbers) - 1)
    above = ".".join(str(n) for n in [*numbers[:at], numbers[at] + 1])
    return f">={version},<{above}"
