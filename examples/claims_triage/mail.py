"""Outgoing mail."""

import os
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

from claims_triage.models import Claim, Decision

SMTP_HOST = os.environ.get("SMTP_HOST", "localhost")
SMTP_PORT = int(os.environ.get("SMTP_PORT", "25"))
SENDER = os.environ.get("MAIL_FROM", "claims@insurance.example")


def send_mail(to: str, subject: str, body: str) -> None:
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain="insurance.example")
    message.set_content(body)
    with smtplib.SMTP(SMTP_HOST, SMTP_PORT, timeout=30) as smtp:
        smtp.send_message(message)


def notify_claimant(claim: Claim, decision: Decision) -> None:
    if decision.outcome == "approved":
        text = f"we will transfer EUR {decision.amount:.2f} within five days."
    else:
        text = "we cannot pay this claim. Please call us if you have questions."
    send_mail(
        to=claim.email,
        subject=f"Your claim {claim.id}",
        body=f"Dear {claim.claimant},\n\n{text}\n\nYour claims team\n",
    )
