"""A contract waits for legal, with a count that ends the waiting."""

import time

import httpx
from openai import OpenAI

client = OpenAI()
BOARD = "http://localhost:9"


def draft(topic: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=topic).output_text


def submit_for_approval(contract_id: str, text: str) -> str:
    return httpx.post(f"{BOARD}/approvals", json={"contract": contract_id, "text": text}).json()["id"]


def approval_state(approval: str) -> str:
    return httpx.get(f"{BOARD}/approvals/{approval}").json()["state"]


def sign(contract_id: str, text: str) -> None:
    httpx.post(f"{BOARD}/signatures", json={"contract": contract_id, "text": text})


def prepare(contract_id: str, topic: str) -> str:
    text = draft(topic)
    approval = submit_for_approval(contract_id, text)
    for _ in range(120):
        state = approval_state(approval)
        if state != "open":
            break
        time.sleep(5)
    else:
        raise TimeoutError("legal did not answer")
    if state == "granted":
        sign(contract_id, text)
    return state
