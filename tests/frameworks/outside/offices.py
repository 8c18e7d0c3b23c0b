"""What the shapes write to: a shop, a contract office, a CRM."""

from __future__ import annotations

from services.exchange import Reply
from services.plain import Plain, Shelf, Way


def shop() -> Plain:
    """GET /orders/NUMBER; POST /refunds."""
    refunds = Shelf("refund")
    return Plain(
        [
            Way("shop.order", "GET", "/orders/*", lambda _, number: Reply(200, {"number": number, "state": "late"})),
            Way("shop.refund", "POST", "/refunds", lambda request, _: refunds.add(request.json())),
        ],
        refunds.clear,
    )


def contracts() -> Plain:
    """POST /versions."""
    versions = Shelf("version")
    return Plain(
        [Way("contracts.version", "POST", "/versions", lambda request, _: versions.add(request.json()))], versions.clear
    )


def customers() -> Plain:
    """POST /notes; POST /contracts."""
    notes, records = Shelf("note"), Shelf("record")

    def forget() -> None:
        notes.clear()
        records.clear()

    return Plain(
        [
            Way("crm.note", "POST", "/notes", lambda request, _: notes.add(request.json())),
            Way("crm.contract", "POST", "/contracts", lambda request, _: records.add(request.json())),
        ],
        forget,
    )
