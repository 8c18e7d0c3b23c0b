"""The CRM: policies are read from it, decisions are written to it."""

import os

from claims_triage.transport import get_json, post_json
from claims_triage.models import Claim, Decision

CRM_URL = os.environ.get("CRM_URL", "http://localhost:8082")


def lookup_policy(claim_id: str, policy_number: str | None) -> dict:
    """Deductible and sum insured, if the CRM knows the policy."""
    try:
        return get_json(f"{CRM_URL}/policies/{policy_number}", params={"claim": claim_id})
    except Exception:
        return {}


def update_crm(claim: Claim, decision: Decision, headers: dict | None = None) -> str:
    """Add the decision to the customer's file; returns the id of the record."""
    record = post_json(
        f"{CRM_URL}/records",
        {
            "claim_id": claim.id,
            "customer": claim.claimant,
            "outcome": decision.outcome,
            "amount": decision.amount,
            "category": decision.category,
            "decided_by": decision.decided_by,
        },
        headers=headers,
    )
    return record["id"]
