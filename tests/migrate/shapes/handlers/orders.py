"""Errors that are caught on the way."""

import httpx
from openai import APIConnectionError, OpenAI

client = OpenAI()


class NoStockError(Exception):
    """Nothing left."""


def understand(text: str) -> dict:
    import json

    answer = client.responses.create(model="gpt-4o-mini", input=text)
    return json.loads(answer.output_text)


def reserve(order: str, article: str) -> str:
    response = httpx.post("http://localhost:9/reservations", json={"order": order, "article": article})
    if response.status_code == 409:
        raise NoStockError(article)
    response.raise_for_status()
    return response.json()["id"]


def release(order: str) -> None:
    httpx.delete(f"http://localhost:9/reservations/{order}")


def confirm(order: str, reservation: str) -> None:
    httpx.post("http://localhost:9/confirmations", json={"order": order, "reservation": reservation})


def note(order: str, what: str) -> None:
    httpx.post("http://localhost:9/notes", json={"order": order, "what": what})


def place(order_id: str, text: str) -> str:
    """Place an order that came as free text."""
    try:
        wanted = understand(text)
    except (APIConnectionError, ValueError) as error:
        note(order_id, f"not understood: {error}")
        return "not understood"
    try:
        reservation = reserve(order_id, wanted["article"])
        confirm(order_id, reservation)
    except NoStockError:
        return "no stock"
    except httpx.HTTPStatusError:
        release(order_id)
        raise
    except Exception as error:
        print("failed:", error)
        reservation = ""
    finally:
        note(order_id, "done")
    return reservation
