"""The review board: approvals that people decide, played by a count of polls or by command."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import Any

from .exchange import Reply
from .replays import Replays
from .web import Request

OUTCOMES = ("approved", "rejected")


@dataclass(frozen=True, slots=True)
class Approval:
    """One question on the board."""

    id: str
    claim_id: str
    status: str = "pending"
    reviewer: str | None = None
    reason: str | None = None
    polls: int = 0

    def decided(self, status: str, reviewer: str, reason: str) -> Approval:
        """The approval after somebody decided. Raises ValueError on a status that is no decision."""
        if status not in OUTCOMES:
            raise ValueError(f"{status!r} is none of {', '.join(OUTCOMES)}")
        return replace(self, status=status, reviewer=reviewer, reason=reason)

    def wire(self) -> dict[str, Any]:
        """As the board shows it."""
        return {
            "id": self.id,
            "claim_id": self.claim_id,
            "status": self.status,
            "reviewer": self.reviewer,
            "reason": self.reason,
        }


class Review:
    """POST /approvals; GET /approvals/ID; POST /approvals/ID/decision.

    `decide_after` polls that still say pending, the board decides by itself with `outcome`; None: only when told.
    """

    routes = ("review.create", "review.status", "review.decide")

    def __init__(self, decide_after: int | None = 2, outcome: str = "approved") -> None:
        self.decide_after = decide_after
        self.outcome = outcome
        self._approvals: dict[str, Approval] = {}
        self._replays = Replays()
        self._lock = threading.RLock()

    def route(self, request: Request) -> str | None:
        """See Service."""
        if request.method == "GET":
            return "review.status" if re.fullmatch(r"/approvals/[^/]+", request.path) else None
        if re.fullmatch(r"/approvals/[^/]+/decision", request.path):
            return "review.decide"
        return "review.create" if request.path == "/approvals" else None

    def text(self, request: Request) -> str:
        """See Service: an approval's id leads to its claim."""
        with self._lock:
            approval = self._approvals.get(_id(request))
        return approval.claim_id if approval else ""

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        if route == "review.create":
            return self._replays.once(request.key, request.body, lambda: self._create(request.json()["claim_id"]))
        with self._lock:
            approval = self._approvals.get(_id(request))
            if approval is None:
                return Reply(404, self.error(404, "no such approval"))
            if route == "review.status":
                return Reply(200, self._polled(approval).wire())
            if approval.status != "pending":
                return Reply(409, self.error(409, f"already {approval.status}"))
            said = request.json()
            approval = approval.decided(said["status"], said.get("reviewer", "reviewer"), said.get("reason", ""))
            self._approvals[approval.id] = approval
            return Reply(200, approval.wire(), effect=True)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        return {"error": message, "status": status}

    def reset(self) -> None:
        """See Service. What decides, and how, stays."""
        with self._lock:
            self._approvals.clear()
        self._replays.reset()

    def approvals(self, claim_id: str | None = None) -> list[Approval]:
        """The questions on the board, in order."""
        with self._lock:
            return [approval for approval in self._approvals.values() if claim_id in (None, approval.claim_id)]

    def decide(self, claim_id: str, status: str, reviewer: str = "reviewer", reason: str = "") -> int:
        """Decide what is pending for a claim; returns how many that were. Raises ValueError, see Approval."""
        with self._lock:
            pending = [approval for approval in self.approvals(claim_id) if approval.status == "pending"]
            for approval in pending:
                self._approvals[approval.id] = approval.decided(status, reviewer, reason)
        return len(pending)

    def _create(self, claim_id: str) -> Reply:
        with self._lock:
            approval = Approval(id=f"apr-{len(self._approvals) + 1}", claim_id=claim_id)
            self._approvals[approval.id] = approval
        return Reply(201, approval.wire(), effect=True)

    def _polled(self, approval: Approval) -> Approval:
        approval = replace(approval, polls=approval.polls + 1)
        due = self.decide_after is not None and approval.polls > self.decide_after
        if due and approval.status == "pending":
            approval = approval.decided(self.outcome, "board", "looked at")
        self._approvals[approval.id] = approval
        return approval


def _id(request: Request) -> str:
    return request.path.split("/")[2] if request.path.count("/") >= 2 else ""
