"""The core banking system. It knows an Idempotency-Key when it sees one."""

import os

import httpx

from customer_onboarding.models import Account, Application

BANK_URL = os.environ.get("BANK_URL", "http://localhost:8088")


def open_account(application: Application) -> Account:
    response = httpx.post(
        f"{BANK_URL}/accounts",
        json={"application": application.id, "company": application.company},
        headers={"Idempotency-Key": f"account-{application.id}"},
        timeout=30,
    )
    response.raise_for_status()
    return Account(number=response.json()["number"], company=application.company)


def order_card(application: Application, account: Account) -> str:
    """The card is made and posted; returns the number of the order."""
    response = httpx.post(
        f"{BANK_URL}/cards", json={"application": application.id, "account": account.number}, timeout=30
    )
    response.raise_for_status()
    return response.json()["order"]
