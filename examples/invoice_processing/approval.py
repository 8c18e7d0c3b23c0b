"""Invoices that somebody has to look at: a mail with a link, and then we wait for the click."""

import time

from invoice_processing.mail import send_mail
from invoice_processing.models import Decision, Invoice
from invoice_processing.settings import APPROVAL_POLL_SECONDS, APPROVAL_URL, APPROVER
from invoice_processing.storage import load_approval, save_invoice


def ask_approver(invoice: Invoice, problems: list[str]) -> Decision:
    save_invoice(invoice, "pending", "; ".join(problems))
    send_mail(
        to=APPROVER,
        subject=f"Please approve {invoice.id}: {invoice.supplier}, EUR {invoice.total:.2f}",
        body=f"{', '.join(problems)}\n\nApprove or reject: {APPROVAL_URL}/{invoice.id}\n",
    )
    approval = load_approval(invoice.id)
    while approval["status"] == "pending":
        time.sleep(APPROVAL_POLL_SECONDS)
        approval = load_approval(invoice.id)
    return Decision(approved=approval["status"] == "approved", by=approval["by"])
