"""The CRM: policies to read, records to write. It honours `Idempotency-Key`, if one is sent."""

from __future__ import annotations

import re
import threading
from typing import Any

from .exchange import Reply
from .replays import Replays
from .web import Request

POLICIES: dict[str, dict[str, Any]] = {
    "POL-20417": {"deductible": 150.0, "sum_insured": 25_000.0},
    "POL-31870": {"deductible": 0.0, "sum_insured": 50_000.0},
    "POL-55102": {"deductible": 500.0, "sum_insured": 40_000.0},
}


class Crm:
    """GET /policies/NUMBER; POST /records; GET /records?claim_id=..."""

    routes = ("crm.policy", "crm.record", "crm.list")

    def __init__(self) -> None:
        self._records: list[dict[str, Any]] = []
        self._replays = Replays()
        self._lock = threading.Lock()

    def route(self, request: Request) -> str | None:
        """See Service."""
        if request.method == "GET" and re.fullmatch(r"/policies/[^/]+", request.path):
            return "crm.policy"
        return {("POST", "/records"): "crm.record", ("GET", "/records"): "crm.list"}.get((request.method, request.path))

    def text(self, request: Request) -> str:  # noqa: ARG002 - path and body say it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        if route == "crm.policy":
            number = request.path.rpartition("/")[2]
            policy = POLICIES.get(number)
            return Reply(200, {"number": number, **policy}) if policy else Reply(404, self.error(404, "no such policy"))
        if route == "crm.list":
            return Reply(200, {"records": self.records(request.query.get("claim_id"))})
        return self._replays.once(request.key, request.body, lambda: self._add(request.json()))

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        return {"error": message, "status": status}

    def reset(self) -> None:
        """See Service."""
        with self._lock:
            self._records.clear()
        self._replays.reset()

    def records(self, claim_id: str | None = None) -> list[dict[str, Any]]:
        """What was written, in order."""
        with self._lock:
            return [record for record in self._records if claim_id in (None, record["claim_id"])]

    def _add(self, fields: dict[str, Any]) -> Reply:
        with self._lock:
            record = {"id": f"rec-{len(self._records) + 1}", "claim_id": fields["claim_id"], **fields}
            self._records.append(record)
        return Reply(201, record, effect=True)
