"""Addresses and limits. AWS finds its own in the environment (AWS_REGION, AWS_ENDPOINT_URL, keys)."""

import os

QUEUE_URL = os.environ.get("INVOICE_QUEUE_URL", "")
TABLE = os.environ.get("INVOICE_TABLE", "invoices")
ERP_URL = os.environ.get("ERP_URL", "http://localhost:8085")
APPROVAL_URL = os.environ.get("APPROVAL_URL", "http://localhost:8086/approve")
APPROVAL_POLL_SECONDS = float(os.environ.get("APPROVAL_POLL_SECONDS", "60"))
APPROVER = os.environ.get("APPROVER_ADDRESS", "controlling@company.example")
PAY_WITHOUT_ASKING = float(os.environ.get("PAY_WITHOUT_ASKING", "500"))
MODEL = os.environ.get("ANTHROPIC_MODEL", "claude-haiku-4-5")
RECEIVE_WAIT_SECONDS = int(os.environ.get("RECEIVE_WAIT_SECONDS", "20"))
