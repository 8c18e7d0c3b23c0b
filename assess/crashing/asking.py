"""Which visits ask a person: those that wait for one, and the message by which that person heard of it."""

from __future__ import annotations

from collections.abc import Mapping

from assess.crashing.bits import Bits, Numbering
from assess.crashing.gains import State
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import WovenPipeline


def asking(pipeline: WovenPipeline, numbering: Numbering, before: Mapping[str, State]) -> Bits:
    """The visits that a person notices.

    Where a function asks again and again for a decision of a person, the messages that it sent before that loop are how
    the person was asked (a mail with a link, a message in a channel). The same code may send other messages elsewhere.
    """
    visits = pipeline.visits()
    people = numbering.bits(v for v, (step, _) in visits.items() if step.kind is Kind.HUMAN)
    found = people
    for poll in pipeline.observed.polls:
        for asked in poll.visits:
            if numbering.bit(asked) & people and asked in before:
                found |= numbering.bits(
                    visit
                    for visit, (step, way) in visits.items()
                    if step.kind is Kind.MESSAGE
                    and step.effect is Effect.WRITE
                    and before[asked].may & numbering.bit(visit)
                    and not before.get(visit, State()).may & numbering.bit(asked)
                    and _inside(poll.function, step, way)
                )
    return found


def _inside(function: str, step: Step, way: Visit) -> bool:
    return step.function == function or any(via.function == function for via in way.via)
