"""Lays out the source of wheels: downloaded once, unpacked, never installed and never imported."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

SETS = Path(__file__).with_name("sets.toml")


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned wheel, and the Python that it is chosen for."""

    name: str
    version: str
    python: str


def packages(name: str) -> list[Package]:
    """The packages of a set."""
    found = tomllib.loads(SETS.read_text(encoding="utf-8"))[name]
    return [Package(key, *value) for key, value in found.items() if isinstance(value, list)]


def lay_out(package: Package, wheels: Path, folder: Path) -> bool:
    """Unpack a package into the folder; False (with a line on standard error) if its wheel cannot be had."""
    stem = f"{package.name.replace('-', '_')}-{package.version}-"
    wheel = _wheel(wheels, stem)
    if wheel is None:
        told = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--dest", str(wheels),
             "--python-version", package.python, f"{package.name}=={package.version}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        wheel = _wheel(wheels, stem)
        if wheel is None:
            last = (told.stderr.strip().splitlines() or ["no wheel of this version"])[-1]
            print(f"left out: {package.name} {package.version}: {last[:150]}", file=sys.stderr)
            return False
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return True


def _wheel(wheels: Path, stem: str) -> Path | None:
    return next((file for file in sorted(wheels.glob("*.whl")) if file.name.lower().startswith(stem.lower())), None)
