"""Edges between visits: what comes next, and what uses what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class EdgeKind(StrEnum):
    """`next`: control goes directly from source to target; `data`: target uses what source gave or wrote."""

    NEXT = "next"
    DATA = "data"


class Held(StrEnum):
    """Where a value lies between two steps."""

    MEMORY = "memory"
    FILE = "file"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge between two visits; `values` and `types` name what a data edge carries."""

    source: str
    target: str
    kind: EdgeKind
    label: str | None = None
    values: tuple[str, ...] = ()
    held: Held | None = None
    types: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
