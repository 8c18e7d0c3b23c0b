"""What Temporal offers for each need of a plan, in the words that its users know."""

from __future__ import annotations

from assess.model.finding import Need
from migrate.rewriting.vocabulary import Vocabulary

ENGINE = "temporal"

CAPABILITIES: dict[Need, str] = {
    Need.RETRY: "a retry policy on each activity",
    Need.TIMEOUT: "start-to-close and schedule-to-close on each activity",
    Need.IDEMPOTENCY_KEY: "namespace/workflow id/activity id, the same on every attempt",
    Need.DURABLE_WAIT: "an update with a validator, and a condition with a deadline",
    Need.STATUS: "queries, and the current details that the UI shows",
    Need.HEARTBEAT: "heartbeats from beside the blocking call",
    Need.SPLIT: "one activity for each step",
    Need.DURABLE_STATE: "the history of the run",
    Need.ERROR_PATH: "a failed run that can be seen, reset and begun again",
    Need.REGION_SETTING: "the address and the profile of the environment",
}

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
)
