"""Which reader reads which file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assess.reading.beside.functions import read_serverless, read_template
from assess.reading.beside.processes import read_compose, read_container, read_procfile
from assess.reading.beside.projects import read_langgraph, read_pyproject, read_setup_cfg
from assess.reading.beside.schedules import read_cron_job, read_crontab, read_workflow
from assess.reading.beside.scripts import read_makefile, read_shell
from assess.reading.beside.starts import Start, folder_of

_Reader = Callable[[str, str], Iterator[Start]]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"Procfile", read_procfile),
        (r"(?i:.*(?:dockerfile|containerfile))", read_container),
        (r"(?:docker-)?compose.*\.ya?ml$", read_compose),
        (r"serverless.*\.ya?ml$", read_serverless),
        (r"(?:sam-)?template.*\.ya?ml$|sam.*\.ya?ml$", read_template),
        (r".*cron-?job.*\.ya?ml$", read_cron_job),
        (r"crontab|.*\.cron(?:tab)?$", read_crontab),
        (r"langgraph\.json$", read_langgraph),
        (r"pyproject\.toml$", read_pyproject),
        (r"setup\.cfg$", read_setup_cfg),
        (r"(?:GNUm|m|M)akefile$|.*\.mk$", read_makefile),
        (r".*\.sh$", read_shell),
    )
)


def read_starts(file: str, data: bytes) -> list[Start]:
    """What a file beside the code starts, in its order."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    reader = _reader(file)
    return list(reader(file, text)) if reader is not None else []


def _reader(file: str) -> _Reader | None:
    folder, name = folder_of(file), file.rpartition("/")[2]
    if folder.endswith(".github/workflows"):
        return read_workflow
    if folder.endswith("cron.d"):
        return read_crontab
    return next((reader for pattern, reader in _READERS if pattern.match(name)), None)
