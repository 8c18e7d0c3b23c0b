"""A letter that somebody reads at a terminal before it goes out."""

import smtplib
from email.message import EmailMessage

from openai import OpenAI

client = OpenAI()


def write_letter(topic: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=f"A letter about {topic}").output_text


def mail(to: str, text: str) -> None:
    message = EmailMessage()
    message["To"] = to
    message.set_content(text)
    with smtplib.SMTP("localhost", 2525) as smtp:
        smtp.send_message(message)


def letter(to: str, topic: str) -> bool:
    text = write_letter(topic)
    print(text)
    if input("Send it? [y/n] ").strip().lower() != "y":
        return False
    mail(to, text)
    return True
