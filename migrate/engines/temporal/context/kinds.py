"""The one type that all parts share."""

from __future__ import annotations

from typing import Any

Context = dict[str, Any]
