"""What makes a difference to how a run is started again: messages that are taken and acknowledged.

Whoever reads messages from a queue gets one again that was not acknowledged. Once it is, nobody starts that work again:
what was done stays done, and what was still to come is dropped. The worker itself begins as it always does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assess.crashing.bits import Bits, Numbering, each
from assess.crashing.gains import State
from assess.model.step import Effect, Kind, Step

_ACKNOWLEDGING = re.compile(
    r"(?:^|[._])(?:x?ack|ack_async|acknowledge|basic_ack|complete(?:_message)?|delete(?:_message)?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Messages:
    """The visits that take messages, and those that acknowledge them."""

    taking: Bits
    acknowledging: Bits

    @classmethod
    def of(cls, steps: Mapping[str, Step], numbering: Numbering) -> Messages:
        """Those of a pipeline; none where nothing is both taken and acknowledged."""
        queues = {visit: step for visit, step in steps.items() if step.kind is Kind.QUEUE}
        taking = numbering.bits(visit for visit, step in queues.items() if step.effect is Effect.READ)
        done = (v for v, s in queues.items() if s.effect is not Effect.READ and _ACKNOWLEDGING.search(s.call))
        acknowledging = numbering.bits(done)
        return cls(taking, acknowledging) if taking and acknowledging else cls(0, 0)

    def again(self, ran: State, before: Mapping[str, State], numbering: Numbering) -> State:
        """What of all that ran is run again: nothing of a message that was acknowledged, but how it was taken."""
        if not ran.may & self.acknowledging:
            return ran
        begun = self.taking & ran.must
        for visit in each(self.taking & ran.must):
            begun |= before[numbering.order[visit]].must
        if ran.must & self.acknowledging:
            return State(begun, begun)
        return State(begun, ran.may)
