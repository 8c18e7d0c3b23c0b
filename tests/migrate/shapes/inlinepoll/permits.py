"""A permit waits for an office, and the answer is read where it is asked for."""

import time

import requests
from openai import OpenAI

client = OpenAI()
OFFICE = "http://localhost:9"


def apply(permit_id: str, topic: str) -> str:
    text = client.responses.create(model="gpt-4o-mini", input=topic).output_text
    requests.post(f"{OFFICE}/approvals", json={"permit": permit_id, "text": text}, timeout=10)
    state = "open"
    while state == "open":
        approval = requests.get(f"{OFFICE}/approvals/{permit_id}", timeout=10)
        approval.raise_for_status()
        state = approval.json()["state"]
        time.sleep(30)
    if state == "granted":
        requests.post(f"{OFFICE}/permits", json={"permit": permit_id}, timeout=10)
    return state
