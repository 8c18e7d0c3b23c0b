"""A function that was cut short says nothing about the next run that comes by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assess.usecases import assess

Tree = Callable[[Mapping[str, str]], Path]

MANY = "\n".join(f"def part_{n}(x):\n    return x + {n}\n" for n in range(1_600))
ALL = "\n".join(f"    x = part_{n}(x)" for n in range(1_600))
SEND = f"""
import requests

{MANY}

def send(x):
{ALL}
    deliver(x)

def deliver(x):
    requests.post("https://example.org", json=x)
"""
ENTRY = """
from fastapi import FastAPI
from send import send

app = FastAPI()

@app.post("/{name}")
def {name}(x):
    send(x)
"""


def test_what_was_cut_short_is_not_believed_to_be_silent(tree: Tree) -> None:
    """The first runs end in the work that comes before; later ones know it and get to the call."""
    entries = {f"{name}.py": ENTRY.format(name=name) for name in ("a", "b", "c", "d", "e")}
    assessment = assess(tree({**entries, "send.py": SEND}))
    assert "e" in {p.entry.symbol for p in assessment.pipelines}
