"""Sorts claims into categories."""

import json
import os

from mistralai.client import Mistral

from claims_triage.models import Classification, Entities

CATEGORIES = ["motor", "water_damage", "theft", "injury", "other"]


class ClaimClassifier:
    def __init__(self, model: str = "mistral-small-latest") -> None:
        self.model = model
        self.client = Mistral(
            api_key=os.environ["MISTRAL_API_KEY"],
            server_url=os.environ.get("MISTRAL_SERVER_URL"),
        )

    def classify(self, claim_id: str, entities: Entities) -> Classification:
        response = self.client.chat.complete(
            model=self.model,
            temperature=0.0,
            response_format={"type": "json_object"},
            messages=[
                {
                    "role": "system",
                    "content": "Classify the insurance claim. Answer with a JSON object: category (one of "
                    f"{', '.join(CATEGORIES)}), confidence (0 to 1), reason (a few words).",
                },
                {"role": "user", "content": self._describe(claim_id, entities)},
            ],
        )
        answer = json.loads(response.choices[0].message.content)
        category = answer["category"] if answer["category"] in CATEGORIES else "other"
        return Classification(category, float(answer["confidence"]), answer.get("reason", ""))

    @staticmethod
    def _describe(claim_id: str, entities: Entities) -> str:
        return (
            f"Claim {claim_id}\n"
            f"Amount: EUR {entities.amount:.2f}\n"
            f"Date: {entities.incident_date or 'unknown'}\n"
            f"Keywords: {', '.join(entities.keywords)}"
        )
