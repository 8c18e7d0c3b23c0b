"""The ERP: orders are read from it, payments are made in it."""

import httpx

from invoice_processing.models import Invoice
from invoice_processing.settings import ERP_URL


def find_order(invoice: Invoice) -> dict | None:
    response = httpx.get(f"{ERP_URL}/orders/{invoice.order_number}", params={"invoice": invoice.id}, timeout=20)
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return response.json()


def pay(invoice: Invoice, approved_by: str) -> str:
    """Order the transfer; returns the number of the payment."""
    response = httpx.post(
        f"{ERP_URL}/payments",
        json={
            "invoice": invoice.id,
            "supplier": invoice.supplier,
            "amount": invoice.total,
            "approved_by": approved_by,
        },
        timeout=20,
    )
    response.raise_for_status()
    return response.json()["number"]
