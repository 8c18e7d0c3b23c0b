"""One object that holds its clients."""

import os

import httpx
from openai import OpenAI
from pydantic import BaseModel


class Invoice(BaseModel):
    number: str
    total: float
    lines: list[str] = []


class InvoicePipeline:
    def __init__(self, currency: str = "EUR") -> None:
        self.client = OpenAI(api_key=os.environ.get("OPENAI_API_KEY", "none"))
        self.http = httpx.Client(base_url="http://localhost:9")
        self.currency = currency
        self.limit = 1000

    def extract(self, text: str) -> Invoice:
        answer = self.client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
        return Invoice.model_validate_json(answer.choices[0].message.content)

    def book(self, invoice: Invoice, currency: str) -> str:
        response = self.http.post("/bookings", json=invoice.model_dump() | {"currency": currency})
        return response.json()["id"]

    def warn(self, number: str) -> None:
        self.http.post("/warnings", json={"number": number})

    def process(self, invoice_number: str, text: str) -> str:
        """Read an invoice and book it."""
        invoice = self.extract(text)
        if invoice.total > self.limit:
            self.warn(invoice_number)
        return self.book(invoice, self.currency)
