"""The audit trail. Nobody waits for it: events go into a queue, and a thread in the background sends them."""

import os
import queue
import threading

import httpx

AUDIT_URL = os.environ.get("AUDIT_URL", "http://localhost:8089")

events: queue.Queue = queue.Queue()


def record(application_id: str, what: str) -> None:
    events.put({"application": application_id, "what": what})


def send_events() -> None:
    while True:
        event = events.get()
        httpx.post(f"{AUDIT_URL}/events", json=event, timeout=30)
        events.task_done()


def start_sending() -> None:
    threading.Thread(target=send_events, daemon=True, name="audit").start()
