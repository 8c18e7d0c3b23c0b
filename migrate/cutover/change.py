"""What a cut-over consists of, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of one line or of several, replaced; lines count from 1, columns from 0, the end is not part of it."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """One way in which a run begins, and what happens there after the change; `says` is a plain sentence."""

    file: str
    line: int
    function: str
    says: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """The change of one legacy file: its path under the import root, the diff, and the digest of the changed file."""

    file: str
    diff: str
    digest: str
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The name of the file that holds the diff."""
        return self.file.removesuffix(".py").replace("/", ".") + ".diff"


@dataclass(frozen=True, slots=True)
class Told:
    """A place that nobody can change by a diff: who has to do what there."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class CutOver:
    """All of it. `waits` says for each wait who decides; `stays` what goes on as before beside the runs."""

    changes: tuple[FileChange, ...]
    told: tuple[Told, ...]
    decides: tuple[Told, ...]
