"""Words in names that say a failure costs money or breaks a duty. Names only; what the data holds is not known."""

from __future__ import annotations

import re

from assess.model.woven import WovenPipeline

WORDS = frozenset(
    {
        "account",
        "accounts",
        "adyen",
        "approval",
        "approve",
        "bank",
        "bill",
        "billing",
        "booking",
        "charge",
        "claim",
        "claims",
        "compliance",
        "contract",
        "contracts",
        "credit",
        "customer",
        "customers",
        "invoice",
        "invoices",
        "kyc",
        "ledger",
        "loan",
        "loans",
        "onboard",
        "onboarding",
        "order",
        "orders",
        "patient",
        "payment",
        "payments",
        "payout",
        "paypal",
        "payroll",
        "policy",
        "purchase",
        "quickbooks",
        "receipt",
        "refund",
        "refunds",
        "review",
        "reviewer",
        "salary",
        "settlement",
        "stripe",
        "subscription",
        "tax",
        "ticket",
        "tickets",
        "transfer",
        "xero",
    }
)


def money_words(pipeline: WovenPipeline) -> list[str]:
    """The words found in the names of the pipeline, its functions and its systems, sorted.

    The calls' own names are left out: `order` and `transfer` are verbs of many libraries.
    """
    texts = [pipeline.name, pipeline.entry.symbol, *(t.detail for t in pipeline.triggers)]
    texts += [text for step in pipeline.steps for text in (step.function, step.provider or "")]
    return sorted({word for text in texts for word in _words(text)} & WORDS)


def _words(text: str) -> set[str]:
    """The words of an identifier in either style."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)}
