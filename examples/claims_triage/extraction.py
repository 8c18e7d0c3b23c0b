"""Reads entities out of one document."""

from claims_triage.llm import complete_json
from claims_triage.models import Document, Entities

INSTRUCTIONS = """\
You read documents of insurance claims. Answer with one JSON object and nothing else:
policy_number, claimant, amount (number, EUR, the total), incident_date (YYYY-MM-DD), keywords (list of words).
Use null for what the document does not say."""


async def extract_entities(claim_id: str, document: Document) -> Entities:
    found = await complete_json(INSTRUCTIONS, f"Claim {claim_id}, document {document.name}:\n\n{document.text}")
    return Entities(
        policy_number=found.get("policy_number"),
        claimant=found.get("claimant"),
        amount=float(found.get("amount") or 0),
        incident_date=found.get("incident_date"),
        keywords=found.get("keywords") or [],
    )
