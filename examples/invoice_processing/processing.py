"""One invoice, from the scan to the payment."""

import logging

from invoice_processing.approval import ask_approver
from invoice_processing.erp import find_order, pay
from invoice_processing.mail import send_mail
from invoice_processing.models import Decision, Invoice
from invoice_processing.reading import read_invoice
from invoice_processing.settings import PAY_WITHOUT_ASKING
from invoice_processing.storage import download, save_invoice

logger = logging.getLogger(__name__)


def process_invoice(bucket: str, key: str) -> None:
    invoice_id = key.rpartition("/")[2].removesuffix(".txt")
    invoice = read_invoice(invoice_id, download(bucket, key))
    logger.info("%s: %s, EUR %.2f", invoice.id, invoice.supplier, invoice.total)

    problems = find_problems(invoice, find_order(invoice))
    if problems:
        decision = ask_approver(invoice, problems)
    else:
        decision = Decision(approved=True, by="rules")

    if decision.approved:
        payment = pay(invoice, decision.by)
        save_invoice(invoice, "paid", payment)
        send_mail(invoice.email, f"Your invoice {invoice.id}", f"Payment {payment} is on its way.")
    else:
        save_invoice(invoice, "rejected", decision.by)
        send_mail(invoice.email, f"Your invoice {invoice.id}", "We cannot pay this invoice. Please call us.")


def find_problems(invoice: Invoice, order: dict | None) -> list[str]:
    problems = []
    if order is None:
        problems.append(f"no order {invoice.order_number}")
    elif invoice.total > order["amount"]:
        problems.append(f"ordered for EUR {order['amount']:.2f}, invoiced EUR {invoice.total:.2f}")
    if invoice.total > PAY_WITHOUT_ASKING:
        problems.append(f"above EUR {PAY_WITHOUT_ASKING:.0f}")
    return problems
