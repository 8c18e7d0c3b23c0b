"""Reads the lines of an invoice, page by page, with Claude."""

import json
from concurrent.futures import ThreadPoolExecutor

import anthropic

from invoice_processing.models import Invoice, Line, Page
from invoice_processing.settings import MODEL

INSTRUCTIONS = """\
You read one page of an invoice. Answer with one JSON object and nothing else: supplier, email, order_number (PO-...),
lines (list of objects with text and amount, a number in EUR). Use null for what the page does not say."""

client = anthropic.Anthropic()


def read_page(invoice_id: str, number: int, text: str) -> Page:
    answer = client.messages.create(
        model=MODEL,
        max_tokens=1000,
        system=INSTRUCTIONS,
        messages=[{"role": "user", "content": f"Invoice {invoice_id}, page {number}:\n\n{text}"}],
    )
    found = json.loads(answer.content[0].text)
    return Page(
        order_number=found.get("order_number"),
        supplier=found.get("supplier"),
        email=found.get("email"),
        lines=[Line(line["text"], float(line["amount"])) for line in found.get("lines") or []],
    )


def read_invoice(invoice_id: str, document: str) -> Invoice:
    """All pages at once: scans have up to forty of them."""
    pages = document.split("\f")
    numbers = range(1, len(pages) + 1)
    with ThreadPoolExecutor(max_workers=4) as pool:
        parts = list(pool.map(read_page, [invoice_id] * len(pages), numbers, pages))
    return Invoice(
        id=invoice_id,
        supplier=next((p.supplier for p in parts if p.supplier), "unknown"),
        email=next((p.email for p in parts if p.email), ""),
        order_number=next((p.order_number for p in parts if p.order_number), None),
        lines=[line for part in parts for line in part.lines],
    )
