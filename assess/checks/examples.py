"""Example code that the pages of several checks share."""

from __future__ import annotations

STATED_RUN = """
import sqlite3

from openai import OpenAI

client = OpenAI()


def summarise(db: sqlite3.Connection, run: str, text: str) -> str:
    db.execute("UPDATE runs SET status = 'processing' WHERE id = ?", (run,))
    try:
        answer = client.responses.create(model="gpt-4.1", input=text).output_text
    except Exception:
        db.execute("UPDATE runs SET status = 'failed' WHERE id = ?", (run,))
        raise
    db.execute("UPDATE runs SET status = 'done' WHERE id = ?", (run,))
    return answer
"""
"""A run that stores each of its states, failure included."""
