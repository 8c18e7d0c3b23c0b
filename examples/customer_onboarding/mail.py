"""Outgoing mail."""

import os
import smtplib
from email.message import EmailMessage


def send_mail(to: str, subject: str, body: str) -> None:
    message = EmailMessage()
    message["From"] = os.environ.get("MAIL_FROM", "welcome@bank.example")
    message["To"] = to
    message["Subject"] = subject
    message.set_content(body)
    with smtplib.SMTP(os.environ.get("SMTP_HOST", "localhost"), int(os.environ.get("SMTP_PORT", "25"))) as smtp:
        smtp.send_message(message)
