"""The house rules of claims handling. Nothing in here talks to anybody."""

import os

from claims_triage.models import Claim, Classification, Decision, Entities

AUTO_APPROVE_LIMIT = float(os.environ.get("AUTO_APPROVE_LIMIT", "1000"))
MIN_CONFIDENCE = 0.8
REVIEW_POLL_SECONDS = float(os.environ.get("REVIEW_POLL_SECONDS", "30"))


def merge_entities(parts: list[Entities]) -> Entities:
    """One picture of the claim out of what each document says; the highest amount counts."""
    merged = Entities()
    for part in parts:
        merged.policy_number = merged.policy_number or part.policy_number
        merged.claimant = merged.claimant or part.claimant
        merged.incident_date = merged.incident_date or part.incident_date
        merged.amount = max(merged.amount, part.amount)
        merged.keywords = sorted({*merged.keywords, *part.keywords})
    return merged


def may_auto_approve(entities: Entities, classification: Classification) -> bool:
    """Small, clear claims without injured people are paid without a look at them."""
    return (
        0 < entities.amount <= AUTO_APPROVE_LIMIT
        and classification.category != "injury"
        and classification.confidence >= MIN_CONFIDENCE
    )


def payable(amount: float, policy: dict) -> float:
    """What is left after the deductible, at most the sum insured."""
    amount = max(0.0, amount - policy.get("deductible", 0.0))
    return round(min(amount, policy.get("sum_insured", amount)), 2)


def auto_decision(claim: Claim, classification: Classification, amount: float) -> Decision:
    return Decision(
        claim_id=claim.id,
        outcome="approved",
        amount=amount,
        category=classification.category,
        decided_by="rules",
        reason=f"below {AUTO_APPROVE_LIMIT:.0f}, {classification.reason}",
    )


def reviewed_decision(claim: Claim, classification: Classification, amount: float, approval: dict) -> Decision:
    approved = approval["status"] == "approved"
    return Decision(
        claim_id=claim.id,
        outcome=approval["status"],
        amount=amount if approved else 0.0,
        category=classification.category,
        decided_by=approval.get("reviewer") or "reviewer",
        reason=approval.get("reason") or "",
    )
