"""What travels through the triage."""

from dataclasses import dataclass, field


@dataclass
class Document:
    name: str
    text: str


@dataclass
class Claim:
    id: str
    claimant: str
    email: str
    documents: list[Document] = field(default_factory=list)


@dataclass
class Entities:
    policy_number: str | None = None
    claimant: str | None = None
    amount: float = 0.0
    incident_date: str | None = None
    keywords: list[str] = field(default_factory=list)


@dataclass
class Classification:
    category: str
    confidence: float
    reason: str = ""


@dataclass
class Decision:
    claim_id: str
    outcome: str  # "approved" or "rejected"
    amount: float
    category: str
    decided_by: str
    reason: str = ""
