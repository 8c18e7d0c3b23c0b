"""Which run a request belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .ledger import NO_RUN

RUN_IDS = r"\b(?:CLM|INV|APP|BATCH)-\w+(?:-\w+)*"


class Runs:
    """Tells runs apart: by the header X-Run-Id, else by the one run id that stands in the request."""

    def __init__(self, pattern: str = RUN_IDS) -> None:
        self.pattern = re.compile(pattern)

    def of(self, headers: Mapping[str, str], *texts: str) -> str:
        """The run; NO_RUN if the texts name none or, like a summary of the day, several."""
        if named := headers.get("x-run-id"):
            return named
        found = {match.group() for text in texts for match in self.pattern.finditer(text)}
        return found.pop() if len(found) == 1 else NO_RUN
