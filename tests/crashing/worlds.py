"""The four examples as the campaign runs them: how they are started again, and what the other side makes of a call.

What a repeat does outside is said here by what the service is, and not by what the crash table says of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assess.model.step import Step, Visit
from examples.services import Services

ADDING = frozenset(
    """review.create crm.record mail.send slack.post bank.account bank.card erp.payment audit.event cms.message
    cms.closed""".split()
)
"""Routes where each request that is applied adds something. All others read, overwrite or remove."""


@dataclass(frozen=True, slots=True)
class World:
    """One example with one kind of run.

    `entry` is the file in which the pipeline begins. `routes` lead from a call as written, or a function that it stands
    in or is reached through, to the service's route; what has none stays in the process. `people` are functions and
    calls that ask a person. `answers` is what somebody types. `worker`: it is stopped once the queue is empty, and
    started again it gets what was not acknowledged.
    """

    name: str
    example: str
    run: str
    command: tuple[str, ...]
    entry: str
    routes: Mapping[str, str]
    people: frozenset[str]
    prepare: Callable[[Services], object] = lambda _: None
    answers: str = ""
    worker: bool = False

    def route(self, step: Step, way: Visit) -> str | None:
        """The route that a visit's call arrives at."""
        functions = [step.function, *(via.function for via in reversed(way.via))]
        names = [f"{_last(step.function)}:{step.call}", step.call, *map(_last, functions)]
        return next((self.routes[name] for name in names if name in self.routes), None)

    def asks(self, step: Step, way: Visit) -> bool:
        """Whether a person notices this visit."""
        functions = [step.function, *(via.function for via in way.via)]
        return any(_last(name) in self.people for name in functions) or step.call in self.people


def _last(function: str) -> str:
    return function.rpartition(".")[2]


def _claims(claim: str) -> World:
    routes = {
        "extract_entities": "openai.chat",
        "lookup_policy": "crm.policy",
        "classify": "mistral.chat",
        "request_approval": "review.create",
        "get_approval": "review.status",
        "update_crm": "crm.record",
        "notify_claimant": "mail.send",
    }
    people = frozenset({"request_approval", "get_approval"})
    command = ("claims_triage", claim)
    return World(f"triage of {claim}", "claims_triage", claim, command, "pipeline.py", routes, people)


def _invoice(invoice: str, outcome: str = "approved") -> World:
    def prepare(services: Services) -> None:
        services.dynamodb.outcome = outcome
        services.sqs.send(json.dumps({"bucket": "scans", "key": f"inbox/{invoice}.txt"}))

    routes = {
        "sqs.receive_message": "sqs.receive",
        "sqs.delete_message": "sqs.delete",
        "download": "s3.get",
        "read_page": "anthropic.messages",
        "find_order": "erp.order",
        "save_invoice": "dynamodb.put",
        "load_approval": "dynamodb.get",
        "send_mail": "mail.send",
        "pay": "erp.payment",
    }
    return World(
        f"{invoice}, {outcome}", "invoice_processing", invoice, ("invoice_processing.worker",), "worker.py", routes,
        frozenset({"load_approval", "ask_approver:smtp.send_message"}), prepare, worker=True,
    )  # fmt: skip


def _customer(application: str, word: str = "approve") -> World:
    def prepare(services: Services) -> None:
        services.slack.word = word

    routes = {
        "send_events": "audit.event",
        "look_up_company": "register.company",
        "check_sanctions": "register.sanctions",
        "describe_business": "openai.chat",
        "find_approval": "slack.replies",
        "slack.chat_postMessage": "slack.post",
        "open_account": "bank.account",
        "order_card": "bank.card",
        "send_mail": "mail.send",
    }
    command = ("customer_onboarding", application)
    people = frozenset({"ask_compliance"})
    return World(
        f"{application}, {word}", "customer_onboarding", application, command, "onboarding.py", routes, people, prepare
    )


def _batch(answer: str) -> World:
    routes = {
        "cms.get": "cms.reports",
        "judge": "anthropic.messages",
        "hide": "cms.hide",
        "warn_author": "cms.message",
        "review:cms.post": "cms.closed",
        "slack.chat_postMessage": "slack.post",
    }
    return World(
        f"BATCH-3001, {answer}", "content_review", "BATCH-3001", ("review.ipynb",), "review.ipynb", routes,
        frozenset({"input"}), answers=f"{answer}\n",
    )  # fmt: skip


WORLDS = (
    _claims("CLM-1001"),
    _claims("CLM-1002"),
    _invoice("INV-4001"),
    _invoice("INV-4002"),
    _invoice("INV-4002", "rejected"),
    _customer("APP-2001"),
    _customer("APP-2002"),
    _customer("APP-2002", "reject"),
    _batch("keep"),
    _batch("remove"),
)
