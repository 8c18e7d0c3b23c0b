"""What the authorities and a model say of an applicant."""

import json
import os

import httpx
from openai import OpenAI

from customer_onboarding.models import Application, Profile

REGISTER_URL = os.environ.get("REGISTER_URL", "http://localhost:8087")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")

openai = OpenAI()


def look_up_company(application: Application) -> dict:
    response = httpx.get(
        f"{REGISTER_URL}/companies/{application.register_number}", params={"for": application.id}, timeout=30
    )
    response.raise_for_status()
    return response.json()


def check_sanctions(application: Application, owners: list[str]) -> list[str]:
    """The owners that stand on a list."""
    listed = []
    for owner in owners:
        response = httpx.get(f"{REGISTER_URL}/sanctions", params={"name": owner, "for": application.id}, timeout=30)
        response.raise_for_status()
        if response.json()["listed"]:
            listed.append(owner)
    return listed


def describe_business(application: Application, company: dict) -> Profile:
    response = openai.chat.completions.create(
        model=MODEL,
        temperature=0,
        messages=[
            {
                "role": "system",
                "content": "You screen business customers of a bank. Answer with one JSON object and nothing else: "
                "business (a few words), risk (low, medium or high), reason (a few words).",
            },
            {
                "role": "user",
                "content": f"Application {application.id}\nCompany: {json.dumps(company)}\n\n{application.letter}",
            },
        ],
    )
    answer = json.loads(response.choices[0].message.content)
    return Profile(answer["business"], answer["risk"], answer["reason"])
