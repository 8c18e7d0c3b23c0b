"""What a proof asks of the services that play the outside world.

They answer these requests under one control address, in JSON:

    GET  log?run=RUN    -> {"calls": [{"number", "route", "run", "key", "effect", "held"}]}
                           in order of arrival; without a run, all. `number` counts all calls from 1; `key` is the
                           idempotency key that the call carried, or null; `effect`: the call changed something here (a
                           repeat that was recognised by its key did not); `held`: its answer was held back by order.
    POST fault          <- {"route", "do": "hang" | "slow" | "fail" | "refuse" | "rate_limit", "run", "times",
                           "seconds", "retry_after", "where"}
                           the next so many calls of this route and run; older orders come first. `hang`: do the work,
                           then hold the answer back until released. `slow`: answer so many seconds later. `fail`: do
                           nothing and answer with an error that may pass (500; 451 in SMTP); `refuse`: with one that
                           will not (422; 554), in the service's own words. `rate_limit`: with 429 and a `Retry-After`
                           of as many seconds as `retry_after` says. `times` null: always.
    POST release        <- {"route"}                   let the held calls go on

For the comparison with the original they know more:

    GET  log            -> each call also has "arguments", "refused", "until". `arguments` is what was asked, without
                           credentials: over HTTP {"method", "path", "query", "headers", "body"}, of a mail {"sender",
                           "recipients", "headers", "body"}; other keys are as good. `refused`: it was answered with an
                           error by order. `until`: the number of the newest call when its answer left, null before.
    POST fault          <- "where": {PATH: VALUE}      only calls whose arguments have these values; a path is keys and
                           places with dots between them: {"body.messages.1.content": "..."}
    POST reset          <- {"pace"}                    forget calls, orders and all that was written; from now on each
                           call takes at least so many seconds, so that calls made at once are seen to be
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from migrate.proving.counts import Call
from migrate.proving.errors import ProofError
from migrate.proving.loopback import NoAnswerError, ask


class Control:
    """The control address of running services."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    @property
    def log(self) -> str:
        """Where the services say what was called."""
        return f"{self.address}/log"

    def calls(self, run: str) -> tuple[Call, ...]:
        """The calls of a run, in order of arrival."""
        return tuple(
            Call(int(c["number"]), str(c["route"]), applied=bool(c.get("effect")), key=str(c.get("key") or ""))
            for c in self._log(run)
        )

    def hold(self, run: str, route: str, nth: int) -> None:
        """Hold the answer of the nth call of this route in this run back, after its work is done."""
        if nth > 1:
            self.let_pass(run, route, nth - 1)
        self._order("fault", {"route": route, "run": run, "do": "hang", "times": 1})

    def let_pass(self, run: str | None, route: str, times: int) -> None:
        """Answer so many calls of this route as ever, before the next order counts."""
        self._order("fault", _of(run) | {"route": route, "do": "slow", "seconds": 0, "times": times})

    def holds(self, run: str) -> bool:
        """Whether a call of this run is held back."""
        return any(c.get("held") for c in self._log(run))

    def reset(self, pace: float) -> None:
        """Begin anew; every call takes at least so many seconds."""
        try:
            self._order("reset", {"pace": pace})
        except ProofError as problem:
            raise ProofError(
                f"{problem} The comparison with the original needs it (docs/proof.md; --only kills leaves it out)."
            ) from None

    def arranged(self, orders: Iterable[Mapping[str, Any]]) -> None:
        """Orders of the description; the key `order` is the request, the rest its fields."""
        for order in orders:
            self._order(str(order["order"]), {k: v for k, v in order.items() if k != "order"})

    def fault(self, run: str | None, route: str, do: str, times: int | None, where: Mapping[str, Any]) -> None:
        """Answer so many of these calls with an error; without a run, whichever they name."""
        self._order("fault", _of(run) | {"route": route, "do": do, "times": times, "where": dict(where)})

    def busy(self, run: str, route: str, seconds: int) -> None:
        """Answer the next call with 429 and say when to come again."""
        order = {"route": route, "run": run, "do": "rate_limit", "times": 1, "retry_after": seconds}
        self._order("fault", order)

    def whole_log(self) -> list[dict[str, Any]]:
        """All calls as the services tell them, with the run that each names, if it names one."""
        return self._log("")

    def release(self, route: str) -> None:
        """Let what is held go on."""
        self._order("release", {"route": route})

    def _log(self, run: str) -> list[dict[str, Any]]:
        try:
            return list(ask(self.log, {"run": run})["calls"])
        except (NoAnswerError, KeyError, TypeError) as problem:
            raise ProofError(f"The services do not say what was called: {problem}") from None

    def _order(self, what: str, order: dict[str, Any]) -> None:
        try:
            ask(f"{self.address}/{what}", send=order)
        except NoAnswerError as problem:
            raise ProofError(f"The services did not take the order {what}: {problem}") from None


def _of(run: str | None) -> dict[str, Any]:
    return {} if run is None else {"run": run}
