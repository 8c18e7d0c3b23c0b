"""The house services of the examples: an ERP, a bank, its register and audit trail, a forum."""

from __future__ import annotations

from typing import Any

from .exchange import Reply
from .plain import Plain, Shelf, Way

ORDERS: dict[str, dict[str, Any]] = {"PO-7001": {"amount": 300.0}, "PO-7002": {"amount": 2900.0}}
COMPANIES: dict[str, dict[str, Any]] = {
    "HRB-5501": {"name": "Fjord Bakery ApS", "owners": ["Signe Holm"], "founded": 2019},
    "HRB-5502": {"name": "Meridian Trading Ltd", "owners": ["Viktor Krantz", "Ada Sommer"], "founded": 2025},
}
LISTED = frozenset({"Viktor Krantz"})
POSTS: list[dict[str, str]] = [
    {"id": "post-1", "author": "wicker", "text": "Cheap followers and crypto, click here!"},
    {"id": "post-2", "author": "heather", "text": "My tomatoes are blue. Is that the copper?"},
    {"id": "post-3", "author": "bramble", "text": "Whoever wrote this is an idiot, but the pruning advice is fine."},
]


def erp() -> Plain:
    """GET /orders/NUMBER; POST /payments."""
    payments = Shelf("pay")
    return Plain(
        [
            Way("erp.order", "GET", "/orders/*", lambda _, number: _found(ORDERS, number)),
            Way("erp.payment", "POST", "/payments", lambda request, _: payments.add(request.json())),
        ],
        payments.clear,
    )


def bank() -> Plain:
    """POST /accounts; POST /cards."""
    accounts, cards = Shelf("acc"), Shelf("card")

    def forget() -> None:
        accounts.clear()
        cards.clear()

    return Plain(
        [
            Way("bank.account", "POST", "/accounts", lambda request, _: accounts.add(request.json())),
            Way("bank.card", "POST", "/cards", lambda request, _: cards.add(request.json(), "order")),
        ],
        forget,
    )


def register() -> Plain:
    """GET /companies/NUMBER; GET /sanctions?name=NAME."""
    return Plain(
        [
            Way("register.company", "GET", "/companies/*", lambda _, number: _found(COMPANIES, number)),
            Way(
                "register.sanctions",
                "GET",
                "/sanctions",
                lambda request, _: Reply(200, {"listed": request.query["name"] in LISTED}),
            ),
        ]
    )


def audit() -> Plain:
    """POST /events."""
    events = Shelf("event")
    return Plain([Way("audit.event", "POST", "/events", lambda request, _: events.add(request.json()))], events.clear)


def cms() -> Plain:
    """GET /reports; PUT /posts/ID/hidden; POST /messages; POST /reports/closed. Hiding twice is hiding once."""
    messages, closed = Shelf("message"), Shelf("closing")

    def forget() -> None:
        messages.clear()
        closed.clear()

    return Plain(
        [
            Way("cms.reports", "GET", "/reports", lambda *_: Reply(200, {"posts": POSTS})),
            Way("cms.hide", "PUT", "/posts/*/hidden", lambda *_: Reply(200, {"hidden": True}, effect=True)),
            Way("cms.message", "POST", "/messages", lambda request, _: messages.add(request.json())),
            Way("cms.closed", "POST", "/reports/closed", lambda request, _: closed.add(request.json())),
        ],
        forget,
    )


def _found(known: dict[str, dict[str, Any]], number: str) -> Reply:
    if number not in known:
        return Reply(404, {"error": f"no {number}", "status": 404})
    return Reply(200, {"number": number, **known[number]})
