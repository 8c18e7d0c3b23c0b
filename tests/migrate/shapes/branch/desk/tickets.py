"""Support tickets: classify, then answer or escalate."""

from dataclasses import dataclass
from enum import StrEnum

from desk.models import ask, post


class Urgency(StrEnum):
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Ticket:
    number: int
    body: str
    urgency: Urgency = Urgency.LOW


LIMIT = 3


def classify(ticket: Ticket) -> str:
    return ask(f"Category of: {ticket.body}")


def answer(ticket: Ticket, category: str) -> str:
    return ask(f"Answer this {category} ticket: {ticket.body}")


def escalate(ticket: Ticket, *, reason: str) -> None:
    post("/escalations", {"ticket": ticket.number, "reason": reason})


def send(number: int, text: str) -> dict:
    return post("/answers", {"ticket": number, "text": text})


def worth_an_answer(ticket: Ticket) -> bool:
    return len(ticket.body) > LIMIT


def handle(ticket: Ticket) -> str:
    """Answer a ticket, unless it has to go to a person."""
    if not worth_an_answer(ticket):
        return "ignored"
    category = classify(ticket)
    if ticket.urgency is Urgency.HIGH or category == "legal":
        escalate(ticket, reason=category)
        return "escalated"
    elif category == "spam":
        return "dropped"
    else:
        text = answer(ticket, category)
    sent = send(ticket.number, text)
    return sent.get("id", "sent")
