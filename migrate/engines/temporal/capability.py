"""The engine's name, and its words for what workflow code does."""

from __future__ import annotations

from migrate.rewriting.vocabulary import Vocabulary

ENGINE = "temporal"

VOCABULARY = Vocabulary(
    now="self.now()",
    time="self.time()",
    sleep="self.sleep",
    uuid4="self.uuid4()",
    random="self.random()",
    logger="self.logger",
    step="self.step",
    step_for="self.step_for",
    decided="self.decided",
    activities="Activities",
    as_completed="self.as_completed",
    wait="self.wait",
    wait_for="self.wait_for",
    timeout="self.timeout",
    state="self.state",
    step_with_state="self.step_with_state",
    step_with_state_for="self.step_with_state_for",
    exit="self.exit",
)
