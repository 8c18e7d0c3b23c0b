"""Claims triage, from the folder to the mail."""

import asyncio
import logging

from claims_triage.classification import ClaimClassifier
from claims_triage.crm import lookup_policy, update_crm
from claims_triage.extraction import extract_entities
from claims_triage.intake import load_claim
from claims_triage.mail import notify_claimant
from claims_triage.models import Claim, Classification, Decision
from claims_triage.review import get_approval, request_approval
from claims_triage.rules import (
    REVIEW_POLL_SECONDS,
    auto_decision,
    may_auto_approve,
    merge_entities,
    payable,
    reviewed_decision,
)
from claims_triage.storage import save_decision

logger = logging.getLogger(__name__)

classifier = ClaimClassifier()


async def triage_claim(claim_id: str) -> Decision:
    """Take one claim from its documents to a decision, and tell everybody who needs to know."""
    claim = load_claim(claim_id)
    logger.info("%s: %d documents", claim.id, len(claim.documents))

    parts = await asyncio.gather(*(extract_entities(claim.id, document) for document in claim.documents))
    entities = merge_entities(list(parts))
    policy = lookup_policy(claim.id, entities.policy_number)
    amount = payable(entities.amount, policy)

    classification = classifier.classify(claim.id, entities)
    if may_auto_approve(entities, classification):
        decision = auto_decision(claim, classification, amount)
    else:
        decision = await wait_for_reviewer(claim, classification, amount)

    record_id = update_crm(claim, decision)
    save_decision(decision, record_id)
    notify_claimant(claim, decision)
    return decision


async def wait_for_reviewer(claim: Claim, classification: Classification, amount: float) -> Decision:
    """Ask the review board and wait until somebody has decided."""
    approval_id = await request_approval(claim, classification, amount)
    approval = await get_approval(approval_id)
    while approval["status"] == "pending":
        await asyncio.sleep(REVIEW_POLL_SECONDS)
        approval = await get_approval(approval_id)
    return reviewed_decision(claim, classification, amount, approval)
