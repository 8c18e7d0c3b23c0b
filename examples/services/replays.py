"""Idempotency keys: the same key is applied once, and gets the first answer again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from .exchange import Reply


class Replays:
    """Answers by key. A key that comes back with another body is refused, as payment providers do."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[bytes, Reply]] = {}
        self._lock = threading.RLock()

    def once(self, key: str | None, payload: bytes, work: Callable[[], Reply]) -> Reply:
        """Work, or the answer that the same key got before. One request after another."""
        with self._lock:
            if key is None:
                return work()
            if key in self._answers:
                before, answer = self._answers[key]
                if before != payload:
                    return Reply(422, {"error": f"the key {key} was used with another body"})
                return replace(answer, effect=False)
            answer = work()
            self._answers[key] = (payload, answer)
            return answer

    def reset(self) -> None:
        """Forget all keys."""
        with self._lock:
            self._answers.clear()
