"""Why a migration is not made; each message is one sentence for the user."""

from __future__ import annotations


class MigrationError(Exception):
    """The project cannot be written or the code cannot be followed (exit code 2)."""


class NothingToMigrateError(Exception):
    """There is no pipeline to move (exit code 3)."""


class EditedFilesError(MigrationError):
    """Files of an earlier generation were changed by a person; `diff` shows what would be lost."""

    def __init__(self, message: str, diff: str) -> None:
        super().__init__(message)
        self.diff = diff
