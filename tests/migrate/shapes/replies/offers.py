"""An offer is discussed in Slack: a question, and then the thread is read until somebody has answered."""

import os
import time

import httpx
from openai import OpenAI
from slack_sdk import WebClient

client = OpenAI()
slack = WebClient(token=os.environ.get("SLACK_BOT_TOKEN", ""))
CHANNEL = "C0OFFERS"


def draft(topic: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=topic).output_text


def find_verdict(thread: str) -> bool | None:
    replies = slack.conversations_replies(channel=CHANNEL, ts=thread)
    for message in replies["messages"][1:]:
        if message["text"].strip() in ("approve", "reject"):
            return message["text"].strip() == "approve"
    return None


def confirm(offer_id: str, text: str) -> bool:
    question = slack.chat_postMessage(channel=CHANNEL, text=f"{offer_id}: {text}. Answer `approve` or `reject`.")
    while True:
        verdict = find_verdict(question["ts"])
        if verdict is not None:
            return verdict
        time.sleep(30)


def offer(offer_id: str, topic: str) -> bool:
    text = draft(topic)
    if not confirm(offer_id, text):
        return False
    httpx.post("http://localhost:9/offers", json={"offer": offer_id, "text": text}, timeout=10)
    return True
