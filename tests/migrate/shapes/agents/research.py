"""An agent that keeps a conversation, and asks several sources at once."""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx
from openai import OpenAI

client = OpenAI()
SEARCH = os.environ.get("SEARCH_URL", "http://localhost:9")


def ask(messages: list[dict]) -> str:
    """Every answer becomes part of the conversation."""
    answer = client.chat.completions.create(model="gpt-4o", messages=messages)
    messages.append({"role": "assistant", "content": answer.choices[0].message.content})
    return answer.choices[0].message.content


def search(source: str, query: str) -> str:
    return httpx.get(f"{SEARCH}/{source}", params={"q": query}, timeout=10).text


def publish(topic: str, text: str) -> None:
    httpx.post(f"{SEARCH}/reports", json={"topic": topic, "text": text}, timeout=10)


def research(topic: str, sources: list[str]) -> str:
    messages = [{"role": "system", "content": "You find things out."}]
    messages.append({"role": "user", "content": f"What should we look for about {topic}?"})
    query = ask(messages)
    found = {}
    with ThreadPoolExecutor(max_workers=3) as pool:
        waiting = {pool.submit(search, source, query): source for source in sources}
        for future in as_completed(waiting):
            try:
                found[waiting[future]] = future.result()
            except httpx.HTTPError:
                found[waiting[future]] = "nothing"

    # The conversation has the first answer in it.
    messages.append({"role": "user", "content": "\n".join(f"{s}: {t}" for s, t in sorted(found.items()))})
    report = ask(messages)
    publish(topic, report)
    return report
