"""How the original is entered: functions, methods, scripts, notebooks; and what becomes of how it ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from migrate.proving.equivalence import original

ENTRY = Path(original.__file__).with_name("entry.py")
MODULE = """
import asyncio, dataclasses, datetime, enum

class Colour(enum.Enum):
    RED = "red"

@dataclasses.dataclass
class Bill:
    sum: float
    at: datetime.date
    colour: Colour
    parts: tuple = (1, 2)

def pay(sum):
    if sum < 0:
        raise LookupError("no such bill")
    return Bill(sum, datetime.date(2026, 1, 2), Colour.RED)

async def later(sum):
    await asyncio.sleep(0)
    return {"sum": sum, "answer": input("? ")}

class Desk:
    def pay(self, sum):
        return sum + 1

class Locked:
    def __init__(self, key):
        pass
    def pay(self, sum):
        return sum
"""


def ended(folder: Path, symbol: str, **plan: Any) -> dict[str, Any]:
    (folder / "bills.py").write_text(MODULE, "utf-8")
    full = {
        "root": str(folder),
        "module": "bills",
        "symbol": symbol,
        "file": "",
        "source": None,
        "arguments": {"sum": 3},
        "answers": "yes\n",
        "ending": str(folder / "ending.json"),
        "stays": False,
        **plan,
    }
    (folder / "plan.json").write_text(json.dumps(full), "utf-8")
    subprocess.run([sys.executable, str(ENTRY), str(folder / "plan.json")], cwd=folder, check=True, capture_output=True)
    told: dict[str, Any] = json.loads((folder / "ending.json").read_text("utf-8"))
    return told


def test_what_is_returned_comes_as_plain_values(tmp_path: Path) -> None:
    assert ended(tmp_path, "pay") == {"result": {"sum": 3, "at": "2026-01-02", "colour": "red", "parts": [1, 2]}}


def test_what_is_awaited_and_what_is_typed(tmp_path: Path) -> None:
    assert ended(tmp_path, "later") == {"result": {"sum": 3, "answer": "yes"}}


def test_an_error_with_its_class_and_its_family(tmp_path: Path) -> None:
    error = ended(tmp_path, "pay", arguments={"sum": -1})["error"]
    assert (error["type"], error["message"]) == ("LookupError", "no such bill")
    assert "builtins.Exception" in error["kinds"]


def test_a_method_of_an_object_that_can_be_made(tmp_path: Path) -> None:
    assert ended(tmp_path, "Desk.pay") == {"result": 4}
    assert "key" in ended(tmp_path, "Locked.pay")["unable"]
    assert "nobody" in ended(tmp_path, "nobody")["unable"]


def test_a_notebooks_text_with_await_at_its_top(tmp_path: Path) -> None:
    source = "import asyncio, pathlib\nawait asyncio.sleep(0)\npathlib.Path('ran').write_text(input())\n"
    assert ended(tmp_path, "", source=source, file="x.ipynb", arguments={}) == {"result": None}
    assert (tmp_path / "ran").read_text() == "yes"
