"""Reviews come from a topic; the consumer is an object, and an error must not stop it."""

import json
import logging

import httpx
from kafka import KafkaConsumer
from openai import OpenAI

client = OpenAI()
log = logging.getLogger(__name__)
SHOP = "http://localhost:9"


class Reviews:
    def __init__(self) -> None:
        self.consumer = KafkaConsumer("reviews", enable_auto_commit=False)
        self.model = "gpt-4o-mini"

    def judge(self, text: str) -> str:
        return client.responses.create(model=self.model, input=text).output_text

    def run(self) -> None:
        for message in self.consumer:
            try:
                review = json.loads(message.value)
                if review.get("spam"):
                    continue
                verdict = self.judge(review["text"])
                httpx.post(f"{SHOP}/verdicts", json={"review": review["id"], "verdict": verdict}, timeout=10)
                self.consumer.commit()
            except Exception:
                log.exception("a review failed")


if __name__ == "__main__":
    Reviews().run()
