"""Pages in a pool of threads."""

from concurrent.futures import ThreadPoolExecutor

import httpx
from anthropic import Anthropic

client = Anthropic()


def download(url: str) -> str:
    return httpx.get(url, timeout=20).text


def digest(page: str) -> str:
    message = client.messages.create(
        model="claude-sonnet-4-5", max_tokens=500, messages=[{"role": "user", "content": page}]
    )
    return message.content[0].text


def store(report_id: str, parts: list[str]) -> str:
    return httpx.post("http://localhost:9/reports", json={"id": report_id, "parts": parts}).json()["id"]


def report(report_id: str, urls: list[str]) -> str:
    with ThreadPoolExecutor(max_workers=4) as pool:
        pages = list(pool.map(download, urls))
        parts = list(pool.map(digest, pages))
    return store(report_id, parts)
