"""Which calls only tell what happens."""

from __future__ import annotations

import pytest

from assess.model.observed import LogKind
from assess.resolving.logs import log_kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("builtins.print", LogKind.PRINT),
        ("rich.print", LogKind.PRINT),
        ("logging.info", LogKind.LOG),
        ("logging.getLogger.warning", LogKind.LOG),
        ("loguru.logger.exception", LogKind.LOG),
        ("structlog.get_logger.bind", LogKind.LOG),
        ("opentelemetry.trace.get_tracer.start_as_current_span", LogKind.SPAN),
        ("logfire.span", LogKind.SPAN),
        ("tqdm.tqdm", None),
        ("mcp.server.fastmcp.Context.report_progress", LogKind.PROGRESS),
        ("logging.getLogger", None),
        ("logging.basicConfig", None),
        ("requests.post", None),
        ("openai.OpenAI.responses.create", None),
        ("print", None),
        ("", None),
    ],
)
def test_kinds(path: str, kind: LogKind | None) -> None:
    assert log_kind(path) == kind
