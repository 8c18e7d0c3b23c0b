"""What came before what, also where several tasks go on at once; and an event loop whose time passes by itself."""

from __future__ import annotations

import asyncio
import selectors
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from .arms import Endless


class Strand:
    """What happened one after another in one task; `before` may have led to its next step."""

    def __init__(self, task: Any, before: tuple[str, ...]) -> None:
        """A task begins where another one stood."""
        self.task = task
        self.before = before
        self.children: list[Strand] = []

    def ends(self) -> tuple[str, ...]:
        """The steps that the next one can have followed."""
        found = dict.fromkeys(self.before)
        for child in self.children:
            found |= dict.fromkeys(child.ends())
        return tuple(found)


STRAND: ContextVar[Strand] = ContextVar("strand")


BEGAN: WeakKeyDictionary[Any, tuple[str, ...]] = WeakKeyDictionary()


class _Impatient(selectors.DefaultSelector):
    """Does not wait: it puts the loop's clock forward."""

    clock = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Endless  # nothing is left that could happen
        self.clock += max(0.0, timeout)
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time passes as soon as everything waits."""

    def __init__(self) -> None:
        self.selector = _Impatient()
        super().__init__(self.selector)
        self.set_task_factory(_begun)

    def time(self) -> float:
        return self.selector.clock


def _begun(loop: Any, coroutine: Any, **options: Any) -> Any:
    """A task knows what had happened when it was made."""
    task: Any = asyncio.Task(coroutine, loop=loop, **options)
    strand = STRAND.get(None)
    BEGAN[task] = () if strand is None else strand.ends()
    return task
