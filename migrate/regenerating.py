"""What changed in a pipeline's steps since its project was made before: told before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from migrate.plan import Account, Plan

_Step = tuple[str, str, str]
"""File, call, and what it becomes: a step is the same one when lines move."""


def kept(plan: Plan) -> list[dict[str, str]]:
    """The ledger's lines as the manifest keeps them for the next time."""
    return [
        {"place": f"{a.file}:{a.line}", "call": a.call, "outcome": a.outcome.value, "becomes": _becomes(a)}
        for a in plan.ledger
    ]


def _becomes(account: Account) -> str:
    return f"{account.becomes.value} {account.where}".strip()


def news(before: Mapping[str, Any], plan: Plan) -> tuple[str, ...]:
    """One line for each step that is new, gone, or becomes something else than the manifest tells."""
    told = before.get("steps")
    if not isinstance(told, list):
        return ()
    old = Counter[_Step]()
    places: dict[_Step, str] = {}
    for line in told:
        if isinstance(line, Mapping):
            place, call, becomes = (str(line.get(name, "")) for name in ("place", "call", "becomes"))
            step = place.rpartition(":")[0], call, becomes
            old[step] += 1
            places.setdefault(step, place)
    new = Counter[_Step]()
    for account in plan.ledger:
        step = account.file, account.call, _becomes(account)
        new[step] += 1
        places[step] = f"{account.file}:{account.line}"
    gone, fresh = old - new, new - old
    found = []
    for step in fresh.elements():
        was = next((s for s in gone if s[:2] == step[:2] and gone[s] > 0), None)
        if was is None:
            found.append(f"new      {places[step]}  {step[1]}: {step[2]}")
        else:
            gone[was] -= 1
            found.append(f"changed  {places[step]}  {step[1]}: {step[2]}, was {was[2]}")
    found += [f"gone     {places[s]}  {s[1]}: was {s[2]}" for s in (+gone).elements()]
    return tuple(found)
