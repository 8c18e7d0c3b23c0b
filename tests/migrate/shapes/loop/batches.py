"""Reviews of products, one after another, with a pause between them."""

import datetime
import logging
import time
import uuid

import requests
from openai import OpenAI

log = logging.getLogger(__name__)
client = OpenAI()
PAUSE = 0.5


def fetch(product: str) -> list[str]:
    return requests.get(f"http://localhost:9/products/{product}", timeout=5).json()


def judge(review: str) -> float:
    answer = client.responses.create(model="gpt-4o-mini", input=f"Score 0 to 1: {review}")
    return float(answer.output_text)


def publish(batch: str, product: str, score: float, day: str) -> None:
    requests.put(f"http://localhost:9/scores/{product}", json={"batch": batch, "score": score, "day": day})


def score_products(products: list[str], skip: str = "") -> dict[str, float]:
    """Score every product by its reviews."""
    batch_id = str(uuid.uuid4())
    scores: dict[str, float] = {}
    for product in products:
        if product == skip:
            continue
        reviews = fetch(product)
        points = [judge(review) for review in reviews]
        if not points:
            log.warning("%s has no reviews", product)
            break
        scores[product] = sum(points) / len(points)
        publish(batch_id, product, scores[product], datetime.date.today().isoformat())
        time.sleep(PAUSE)
    return scores
