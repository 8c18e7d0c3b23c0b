"""An engine's words for what workflow code must not do by itself: an engine gives them, the rewriting writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Python expressions of the engine; `step` and its kin are called with the activity first."""

    now: str
    time: str
    sleep: str
    uuid4: str
    random: str
    logger: str
    step: str
    step_for: str
    decided: str
    activities: str
    as_completed: str
    wait: str
    wait_for: str
    timeout: str
    state: str
    step_with_state: str
    step_with_state_for: str
    exit: str
