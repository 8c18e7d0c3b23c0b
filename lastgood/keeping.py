"""Where readings of code are kept between runs: outside of the code, in the user's own cache folder."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

VARIABLE = "LASTGOOD_CACHE_DIR"


def kept() -> Path | None:
    """The folder; LASTGOOD_CACHE_DIR names another one, and nothing is kept if it is empty."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return user_cache_path("lastgood") / "readings"
    return Path(named) if named else None
