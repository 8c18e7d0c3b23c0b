"""/_control/...: the services told what to do, and asked what happened, by whoever drives a proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from .exchange import Reply
from .faults import Do, Fault, Faults
from .ledger import Counted, Ledger
from .review import OUTCOMES, Review
from .web import Request

LONGEST_WAIT = 60.0


class Control:
    """Each command is one method; its JSON body or query holds the arguments."""

    def __init__(
        self,
        ledger: Ledger,
        faults: Faults,
        review: Review,
        reset: Callable[[float], None],
        people: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._faults = faults
        self._review = review
        self._reset = reset
        self._people = people
        self._commands: dict[str, Callable[[dict[str, Any]], Any]] = {
            "counts": self._counts,
            "decide": self._decide,
            "fault": self._fault,
            "log": self._log,
            "people": self._decide_all,
            "release": self._release,
            "reset": self._forget,
            "review": self._set_review,
            "wait": self._wait,
        }

    def command(self, verb: str, request: Request) -> Reply:
        """Carry out one command."""
        if verb not in self._commands:
            return Reply(404, {"error": f"no command {verb!r}; there are {', '.join(self._commands)}"})
        try:
            return Reply(200, self._commands[verb]({**request.query, **request.json()}))
        except KeyError as missing:
            return Reply(400, {"error": f"{verb}: {missing} is missing"})
        except (TypeError, ValueError) as problem:
            return Reply(400, {"error": f"{verb}: {problem}"})

    def _counts(self, given: dict[str, Any]) -> Any:
        runs = self._ledger.tallies()
        wanted = {given["run"]: runs.get(given["run"], {})} if "run" in given else runs
        return {run: {route: asdict(tally) for route, tally in routes.items()} for run, routes in wanted.items()}

    def _log(self, given: dict[str, Any]) -> Any:
        return {"calls": [asdict(call) for call in self._ledger.log(given.get("run"))]}

    def _fault(self, given: dict[str, Any]) -> Any:
        known = {field.name for field in fields(Fault)}
        if unknown := sorted(given.keys() - known):
            raise ValueError(f"{', '.join(unknown)} unknown; known are {', '.join(sorted(known))}")
        fault = Fault(**{**given, "route": given["route"], "do": Do(given["do"])})
        self._faults.order(fault)
        return asdict(fault)

    def _release(self, given: dict[str, Any]) -> Any:
        self._faults.release(given.get("route"))
        return {}

    def _forget(self, given: dict[str, Any]) -> Any:
        pace = float(given.get("pace", 0))
        if not 0 <= pace <= LONGEST_WAIT:
            raise ValueError(f"pace is between 0 and {LONGEST_WAIT:.0f} seconds")
        self._reset(pace)
        return {}

    def _decide(self, given: dict[str, Any]) -> Any:
        decided = self._review.decide(
            given["run"], given["status"], given.get("reviewer", "reviewer"), given.get("reason", "")
        )
        return {"decided": decided}

    def _set_review(self, given: dict[str, Any]) -> Any:
        if "decide_after" in given:
            after = given["decide_after"]
            self._review.decide_after = None if after is None else int(after)
        if "outcome" in given:
            if given["outcome"] not in OUTCOMES:
                raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
            self._review.outcome = given["outcome"]
        return {"decide_after": self._review.decide_after, "outcome": self._review.outcome}

    def _decide_all(self, given: dict[str, Any]) -> Any:
        if given["outcome"] not in OUTCOMES:
            raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
        self._people(given["outcome"])
        return {"outcome": given["outcome"]}

    def _wait(self, given: dict[str, Any]) -> Any:
        reached = self._ledger.wait(
            given["route"],
            given.get("run"),
            Counted(given.get("what", Counted.HITS)),
            int(given.get("count", 1)),
            min(float(given.get("timeout", 10)), LONGEST_WAIT),
        )
        return {"reached": reached}
