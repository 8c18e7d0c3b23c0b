"""Which calls only tell what happens: log lines, prints, spans, progress."""

from __future__ import annotations

import ast
import re

from assess.model.observed import LogKind

_VERBS = frozenset("debug info warning warn error exception critical fatal log success trace notice bind".split())
_SPANS = frozenset("start_as_current_span start_span span add_event set_attribute observe trace".split())
_ROOTS = frozenset("logging loguru structlog logbook".split())
_TRACERS = frozenset("opentelemetry logfire langfuse langsmith sentry_sdk ddtrace mlflow wandb weave".split())
_PROGRESS = frozenset("report_progress get_stream_writer".split())


_KEY = re.compile(r"(?:^|_)(?:id|ids|uuid|guid|key|run|thread|session|correlation|request|trace|extra|context)(?:_|$)")


def has_key(node: ast.Call) -> bool:
    """Whether a log call carries something that is named like an id."""
    names: set[str] = set()
    for part in [*node.args, *node.keywords]:
        for inner in ast.walk(part):
            match inner:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str() as name):
                    names.add(name)
                case ast.Constant(value=str() as name) if name.isidentifier():
                    names.add(name)
    return any(_KEY.search(name.lower()) for name in names)


def log_kind(path: str) -> LogKind | None:
    """What a call of this path writes, or None if it is no log call."""
    root, _, rest = path.partition(".")
    last = path.rpartition(".")[2]
    if path == "builtins.print" or (root == "rich" and last == "print"):
        return LogKind.PRINT
    if root in _ROOTS and last in _VERBS and rest:
        return LogKind.LOG
    if root in _TRACERS and last in _SPANS | _VERBS:
        return LogKind.SPAN
    if last in _PROGRESS:
        return LogKind.PROGRESS
    return None
