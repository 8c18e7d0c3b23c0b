"""Runs beside one version of an SDK: which names exist, which parameters calls take, and which defaults count.

It gets `{"clients": [path], "calls": {path: [parameter]}}` on its input and answers in JSON. Nothing is sent: clients
are made with a key that is none, and the request that a default is read from ends in a transport that answers itself.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from typing import Any

GIVEN = {
    "AzureOpenAI": {"api_version": "none", "azure_endpoint": "http://none"},
    "AsyncAzureOpenAI": {"api_version": "none", "azure_endpoint": "http://none"},
}


class Sent(Exception):  # noqa: N818 - no error: the request was about to leave
    """Carries the time-out of a request that was about to be sent."""


def main() -> None:
    """Answer what was asked."""
    asked = json.load(sys.stdin)
    made = {path: client for path in asked["clients"] if (client := make(path)) is not None}
    gone = [path for path in asked["clients"] if find(path) is None or stub(path)]
    found = {path: find(path, made) for path in asked["calls"]}
    answer = {
        "gone": gone + [path for path, value in found.items() if value is None],
        "lacking": [
            f"{path}: {name}" for path, value in found.items() for name in lacking(value, asked["calls"][path])
        ],
        "defaults": {path: defaults(path, client) for path, client in made.items()},
    }
    print(json.dumps(answer))  # noqa: T201 - the answer


def find(path: str, made: dict[str, Any] | None = None) -> Any:
    """What stands at a dotted path, from a client that was made or from the longest module; None for nothing."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        start = ".".join(parts[:count])
        value = (made or {}).get(start)
        if value is None:
            try:
                value = importlib.import_module(start)
            except Exception:  # noqa: BLE001, S112 - whatever an old package does on import
                continue
        for part in parts[count:]:
            value = getattr(value, part, None)
        return None if type(value).__name__.startswith("APIRemoved") else value  # it only says so when it is called
    return None


def make(path: str) -> Any:
    """A client of this class, or None where it cannot be made here."""
    cls = find(path)
    if not inspect.isclass(cls):
        return None
    for given in ({"api_key": "none"}, {}):
        try:
            return cls(**given, **GIVEN.get(cls.__name__, {}))
        except Exception:  # noqa: BLE001, S112 - it needs more than a key, such as another package
            continue
    return None


def stub(path: str) -> bool:
    """Whether the class is only left to say that it was taken away."""
    try:
        find(path)(api_key="none")
    except NotImplementedError:
        return True
    except Exception:  # noqa: BLE001 - it needs something else
        return False
    return False


def lacking(value: Any, names: list[str]) -> Iterator[str]:
    """Those of the names that a call does not take."""
    try:
        parameters = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        yield from (name for name in names if name not in parameters)


def defaults(path: str, client: Any) -> dict[str, Any]:
    """The seconds after which the client gives up reading, and how often it tries again."""
    limit = getattr(client, "timeout", None) or getattr(client, "_timeout", None)
    if type(client).__name__ == "Mistral":
        limit = of_a_request(find(path))
    return {
        "timeout": getattr(limit, "read", limit),
        "retries": getattr(client, "max_retries", getattr(client, "_max_retries", None)),
    }


def of_a_request(cls: Any) -> float | None:
    """The time-out that the request of a call carries, where the client itself does not tell."""
    base = next(
        m for n, m in sys.modules.items() if n.startswith("mistralai") and n.endswith(("t.basesdk", "i.basesdk"))
    )

    def answer(request: Any) -> Any:
        raise Sent(request.extensions["timeout"]["read"])

    web = base.httpx.Client(transport=base.httpx.MockTransport(answer))
    try:
        cls(api_key="none", client=web).models.list()
    except Sent as sent:
        return sent.args[0]
    return None


if __name__ == "__main__":
    main()
