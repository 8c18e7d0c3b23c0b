"""A parcel's way is told to a tracker by a thread: nobody waits for it, and nobody hears when it fails."""

import queue
import threading

import httpx
from openai import OpenAI

client = OpenAI()
CARRIER = "http://localhost:9"
told: queue.Queue = queue.Queue()


def tell() -> None:
    while True:
        news = told.get()
        if news is None:
            break
        httpx.post(f"{CARRIER}/tracker", json=news, timeout=5)
        told.task_done()


def note(parcel_id: str, what: str) -> None:
    told.put({"parcel": parcel_id, "what": what})


def read_label(text: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=text).output_text


def book(parcel_id: str, address: str) -> str:
    return httpx.post(f"{CARRIER}/bookings", json={"parcel": parcel_id, "to": address}, timeout=5).json()["number"]


def send(parcel_id: str, label: str) -> str:
    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    address = read_label(label)
    note(parcel_id, "read")
    number = book(parcel_id, address)
    note(parcel_id, f"booked as {number}")
    return number
