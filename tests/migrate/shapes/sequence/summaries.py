"""Every step in-line, as first versions are written."""

import json
import os

import httpx
from openai import OpenAI

STORE_URL = os.environ.get("STORE_URL", "http://localhost:9")


def summarise(article_id: str, text: str) -> str:
    """Summarise an article and file it."""
    client = OpenAI()
    # Short, because editors read it on a phone.
    response = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Summarise:\n\n{text}"}],
    )
    summary = response.choices[0].message.content
    title = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Title: " + summary}]
    ).choices[0].message.content
    print("summarised", article_id)
    filed = httpx.post(f"{STORE_URL}/articles", json={"id": article_id, "title": title, "summary": summary}, timeout=10)
    filed.raise_for_status()
    record = filed.json()
    httpx.post(f"{STORE_URL}/events", json={"article": article_id, "record": record["id"]})
    return json.dumps({"record": record["id"], "title": title.strip()})
