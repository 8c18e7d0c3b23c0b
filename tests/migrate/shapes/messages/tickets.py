"""Tickets come out of a queue, and what is done with one stands in the loop that takes them."""

import json

import boto3
import httpx
from openai import OpenAI

client = OpenAI()
sqs = boto3.client("sqs")
QUEUE = "http://localhost:9/queue"
DESK = "http://localhost:9"


def summarise(text: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=text).output_text


def publish(ticket_id: str, summary: str) -> None:
    httpx.post(f"{DESK}/summaries", json={"ticket": ticket_id, "summary": summary}, timeout=10)


def main() -> None:
    limit = 2000
    while True:
        answer = sqs.receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            ticket = json.loads(message["Body"])
            # Nobody reads more than that.
            text = ticket["text"][:limit]
            summary = summarise(text)
            if not summary:
                print("nothing to say about", ticket["id"])
                sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
                continue
            publish(ticket["id"], summary)
            sqs.delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
