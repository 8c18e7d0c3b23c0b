"""The review board: where people look at claims that the rules do not decide."""

import os

import httpx

from claims_triage.models import Claim, Classification

REVIEW_URL = os.environ.get("REVIEW_URL", "http://localhost:8083")


async def request_approval(claim: Claim, classification: Classification, amount: float) -> str:
    """Put the claim on the board; returns the id of the approval."""
    async with httpx.AsyncClient(base_url=REVIEW_URL, timeout=30) as http:
        response = await http.post(
            "/approvals",
            json={
                "claim_id": claim.id,
                "title": f"{claim.claimant}: {classification.category}, EUR {amount:.2f}",
                "amount": amount,
                "category": classification.category,
                "reason": classification.reason,
            },
        )
    response.raise_for_status()
    return response.json()["id"]


async def get_approval(approval_id: str) -> dict:
    """The approval as it stands: status is pending, approved or rejected."""
    async with httpx.AsyncClient(base_url=REVIEW_URL, timeout=30) as http:
        response = await http.get(f"/approvals/{approval_id}")
    response.raise_for_status()
    return response.json()
