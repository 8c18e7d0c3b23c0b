"""One icon a kind of step, as paths on a 16 by 16 grid: fonts lack the signs that would be needed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assess.model.step import Kind

ICONS: Mapping[str, str] = MappingProxyType(
    {
        Kind.MODEL: "M8 1.5c.6 4 2.5 5.9 6.5 6.5-4 .6-5.9 2.5-6.5 6.5-.6-4-2.5-5.9-6.5-6.5 4-.6 5.9-2.5 6.5-6.5z",
        Kind.EMBEDDING: "M3 3h.01M8 3h.01M13 3h.01M3 8h.01M8 8h.01M13 8h.01M3 13h.01M8 13h.01M13 13h.01M3 13L13 3",
        Kind.AGENT: "M3.5 6h9v7.5h-9zM8 6V3M6.6 2.2h2.8M6.3 9v1M9.7 9v1M1.5 9v2M14.5 9v2",
        Kind.HTTP: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM1.8 8h12.4M8 1.8c2.6 3.6 2.6 8.8 0 12.4"
        "M8 1.8c-2.6 3.6-2.6 8.8 0 12.4",
        Kind.DATABASE: "M2.8 4c0-3 10.4-3 10.4 0s-10.4 3-10.4 0v8c0 3 10.4 3 10.4 0V4M2.8 8c0 3 10.4 3 10.4 0",
        Kind.VECTOR_STORE: "M2.8 4c0-3 10.4-3 10.4 0s-10.4 3-10.4 0v8c0 3 10.4 3 10.4 0V4M6 11l4-3M10 8H7.6M10 8v2.2",
        Kind.OBJECT_STORE: "M2.2 3.5h11.6l-1.5 10H3.7zM2.2 3.5c2 1.6 9.6 1.6 11.6 0",
        Kind.QUEUE: "M2 3.5h12M2 8h12M2 12.5h7M12 10.5l2 2-2 2",
        Kind.MESSAGE: "M1.8 3.5h12.4v9H1.8zM1.8 4l6.2 5 6.2-5",
        Kind.SAAS: "M4.6 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.6.8 2.6 2.6 0 0 1-.2 5.2z",
        Kind.HUMAN: "M8 2a2.7 2.7 0 1 0 0 5.4A2.7 2.7 0 0 0 8 2zM2.8 14c.3-6 10.1-6 10.4 0",
        Kind.SUBPROCESS: "M1.8 2.8h12.4v10.4H1.8zM4.3 6l2.2 2-2.2 2M8 10.5h3.5",
        Kind.FILE: "M3.5 1.8h6l3 3v9.4h-9zM9.3 1.8v3.2h3.2M5.8 8h4.4M5.8 10.8h4.4",
        Kind.WAIT: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.5V8l2.4 1.8",
        Kind.OTHER: "M8 1.8L14.2 8 8 14.2 1.8 8z",
    }
)
