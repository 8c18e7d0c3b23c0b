"""Letters are files in a folder that is looked into again and again."""

import time
from pathlib import Path

import httpx
from openai import OpenAI

client = OpenAI()
INBOX = Path("inbox")


def answer(text: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=text).output_text


def send(letter: str, text: str) -> None:
    httpx.post("http://localhost:9/letters", json={"letter": letter, "text": text}, timeout=10)


def handle(path: Path) -> None:
    text = answer(path.read_text())
    send(path.stem, text)
    path.rename(path.with_suffix(".done"))


def watch() -> None:
    while True:
        for path in sorted(INBOX.glob("*.txt")):
            handle(path)
        time.sleep(10)


if __name__ == "__main__":
    watch()
