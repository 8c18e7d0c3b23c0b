"""Clock, lots, pauses and logging: what workflow code may have only from its engine, in the engine's words."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.draft import Draft
from migrate.rewriting.lifting import Surroundings
from migrate.rewriting.source import dotted_name
from migrate.rewriting.vocabulary import Vocabulary

PAUSES = ("time.sleep", "asyncio.sleep")
# What draws a bar on the terminal while somebody goes through its first argument.
PROGRESS = frozenset({"tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "rich.progress.track"})
_LOGGERS = frozenset({"logging", "loguru", "structlog"})
_LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_LOG_KEYWORDS = frozenset({"exc_info", "stack_info", "stacklevel", "extra"})
_UTC = frozenset({"UTC", "timezone.utc", "datetime.UTC", "datetime.timezone.utc"})
_WORDS = frozenset(
    """concurrent.futures.as_completed concurrent.futures.wait
    asyncio.run time.sleep asyncio.sleep asyncio.as_completed asyncio.wait asyncio.wait_for asyncio.timeout
    datetime.datetime.now datetime.datetime.utcnow datetime.date.today
    time.time time.monotonic time.perf_counter uuid.uuid4
    sys.exit exit quit""".split()
)


def is_engine_word(dotted: str) -> bool:
    """Whether the engine has its own means for this call."""
    return dotted in _WORDS or dotted in PROGRESS or (dotted.startswith("random.") and dotted.count(".") == 1)


def engine_code(words: Vocabulary, dotted: str, arguments: str) -> str | None:
    """The engine's own means for a call, as code; None if the call is no such thing."""
    if dotted == "datetime.datetime.now":
        return _now(words, arguments.removeprefix("tz="))
    if dotted.startswith("random.") and dotted.count(".") == 1:
        return f"{words.random}.{dotted.partition('.')[2]}({arguments})"
    return {
        "time.sleep": f"{words.sleep}({arguments})",
        "asyncio.sleep": f"{words.sleep}({arguments})",
        # In the order in which they were begun: one of those in which they may end.
        "concurrent.futures.as_completed": f"list({arguments})",
        "concurrent.futures.wait": f"{words.wait}({arguments})",
        "asyncio.as_completed": f"{words.as_completed}({arguments})",
        "asyncio.wait": f"{words.wait}({arguments})",
        "asyncio.wait_for": f"{words.wait_for}({arguments})",
        "asyncio.timeout": f"{words.timeout}({arguments})",
        "datetime.datetime.utcnow": f"{words.now}.replace(tzinfo=None)",
        "datetime.date.today": f"{words.now}.date()",
        "time.time": words.time,
        "time.monotonic": words.time,
        "time.perf_counter": words.time,
        "uuid.uuid4": words.uuid4,
        "sys.exit": f"{words.exit}({arguments})",
        "exit": f"{words.exit}({arguments})",
        "quit": f"{words.exit}({arguments})",
    }.get(dotted)


def _now(words: Vocabulary, zone: str) -> str:
    if not zone:
        return f"{words.now}.replace(tzinfo=None)"
    return words.now if zone in _UTC else f"{words.now}.astimezone({zone})"


class Logging:
    """Log lines of one function, and `print`."""

    def __init__(self, draft: Draft, words: Vocabulary, around: Surroundings) -> None:
        self._draft = draft
        self._words = words
        self._around = around
        self._module = around.module

    def method(self, node: cst.Call) -> str | None:
        """The method of a logger that is called here, if one is."""
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in _LOG_METHODS:
            return None
        name = dotted_name(node.func.value)
        return node.func.attr.value if name is not None and self.is_logger(name) else None

    def sets_up(self, statement: cst.BaseSmallStatement) -> bool:
        """Whether this only says how lines are written: `logging.basicConfig()`, `logger.setLevel()`."""
        call = statement.value if isinstance(statement, cst.Expr) else None
        if not isinstance(call, cst.Call) or self.method(call) is not None:
            return False
        head = dotted_name(call.func.value) if isinstance(call.func, cst.Attribute) else None
        return head is not None and self.is_logger(head)

    def is_logger(self, name: str) -> bool:
        """Whether this name is a logger of the module, or a logging package."""
        head = name.partition(".")[0]
        if head in self._around.locals:
            return False
        imported = self._module.imports.get(head)
        if imported is not None and imported.module.partition(".")[0] in _LOGGERS:
            return True
        found = self._draft.legacy.resolve(self._module, name)
        if found is None or found[1] not in found[0].assigned:
            return False
        value = getattr(found[0].assigned[found[1]][0], "value", None)
        called = dotted_name(value.func) if isinstance(value, cst.Call) else None
        return called is not None and called.rpartition(".")[2] in ("getLogger", "get_logger")

    def code(self, method: str, call: cst.Call) -> str:
        """The same line by the engine's logger, which is silent while a run is replayed."""
        plain = [self._text(a.value) for a in call.args if a.keyword is None and not a.star]
        kept = [self._text(a).rstrip(", ") for a in call.args if a.keyword and a.keyword.value in _LOG_KEYWORDS]
        extra = {a.keyword.value: a.value for a in call.args if a.keyword and a.keyword.value not in _LOG_KEYWORDS}
        if extra:
            pairs = ", ".join(f'"{name}": {self._text(value)}' for name, value in extra.items())
            kept.append(f"extra={{{pairs}}}")
        return f"{self._words.logger}.{method}({', '.join([*plain, *kept])})"

    def printed(self, call: cst.Call) -> str:
        """A line that was printed, as a log line; where it was printed to and how it ended is left out."""
        values = [a.value for a in call.args if a.keyword is None and not a.star]
        texts = [self._text(v) for v in values]
        if len(values) != 1 or not isinstance(values[0], cst.SimpleString | cst.FormattedString):
            texts.insert(0, '"' + " ".join(["%s"] * len(values)) + '"')
        return f"{self._words.logger}.info({', '.join(texts)})"

    def _text(self, node: cst.CSTNode) -> str:
        return self._module.text(node).strip()
