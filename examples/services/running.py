"""All services together: started, addressed, stopped."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from .anthropic_api import Anthropic
from .aws import S3, SCANS, DynamoDB, Sqs
from .control import Control
from .crm import Crm
from .exchange import Exchange
from .faults import Do, Fault, Faults
from .ledger import Call, Counted, Ledger, Tally
from .model_apis import Mistral, OpenAI
from .offices import audit, bank, cms, erp, register
from .review import Review
from .runs import RUN_IDS, Runs
from .slack import Slack
from .smtp import MAIL_ROUTE, Mail, MailServer
from .web import Service, WebServer


class Services:
    """The loopback world. As a context manager it runs inside the block.

    `port` and `smtp_port` 0: any free one. `run_pattern` is how run ids look. `decide_after`: see
    Review. `scans`: the folder whose files are in the bucket. `more`: services beside these, or in place of one, by
    the first part of their paths.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        smtp_port: int = 0,
        run_pattern: str = RUN_IDS,
        decide_after: int | None = 2,
        scans: Path = SCANS,
        more: Mapping[str, Service] = MappingProxyType({}),
    ) -> None:
        self.ledger = Ledger()
        self.crm = Crm()
        self.review = Review(decide_after)
        self.slack, self.sqs, self.dynamodb = Slack(decide_after), Sqs(), DynamoDB(decide_after)
        self._services: dict[str, Service] = {
            "openai": OpenAI(),
            "mistral": Mistral(),
            "anthropic": Anthropic(),
            "crm": self.crm,
            "review": self.review,
            "slack": self.slack,
            "s3": S3(scans),
            "sqs": self.sqs,
            "dynamodb": self.dynamodb,
            "erp": erp(),
            "bank": bank(),
            "register": register(),
            "audit": audit(),
            "cms": cms(),
            **more,
        }
        self._faults = Faults({MAIL_ROUTE, *(route for service in self._services.values() for route in service.routes)})
        runs = Runs(run_pattern)
        self._exchange = exchange = Exchange(self.ledger, self._faults)
        control = Control(self.ledger, self._faults, self.review, self.reset, self.people)
        self._web = WebServer(port, self._services, control, exchange, runs)
        try:
            self._mail = MailServer(smtp_port, exchange, runs)
        except OSError:
            self._web.server_close()
            raise
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer; returns at once."""
        for server in (self._web, self._mail):
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let held calls go, answer what has arrived, close. Ports are free afterwards."""
        for server in (self._web, self._mail):
            server.shutdown()
        self._faults.close()
        for thread in self._threads:
            thread.join()
        for server in (self._web, self._mail):
            server.server_close()

    @property
    def addresses(self) -> dict[str, str]:
        """Where each service answers."""
        web = f"http://127.0.0.1:{self._web.server_address[1]}"
        mail = f"127.0.0.1:{self._mail.server_address[1]}"
        return {**{name: f"{web}/{name}" for name in self._services}, "smtp": mail, "control": f"{web}/_control"}

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead the example here."""
        at = self.addresses
        host, _, port = at["smtp"].partition(":")
        return {
            "OPENAI_API_KEY": "loopback",
            "OPENAI_BASE_URL": f"{at['openai']}/v1",
            "MISTRAL_API_KEY": "loopback",
            "MISTRAL_SERVER_URL": at["mistral"],
            "CRM_URL": at["crm"],
            "REVIEW_URL": at["review"],
            "REVIEW_POLL_SECONDS": "0.2",
            "ANTHROPIC_API_KEY": "loopback",
            "ANTHROPIC_BASE_URL": at["anthropic"],
            "SLACK_BOT_TOKEN": "xoxb-loopback",
            "SLACK_URL": f"{at['slack']}/api/",
            "SLACK_POLL_SECONDS": "0.2",
            **_aws(at),
            "INVOICE_QUEUE_URL": f"{at['sqs']}/000000000000/invoices",
            "RECEIVE_WAIT_SECONDS": "1",
            "APPROVAL_POLL_SECONDS": "0.2",
            "ERP_URL": at["erp"],
            "BANK_URL": at["bank"],
            "REGISTER_URL": at["register"],
            "AUDIT_URL": at["audit"],
            "CMS_URL": at["cms"],
            "SMTP_HOST": host,
            "SMTP_PORT": port,
            # A proxy that the machine has set must not get what is meant for this process.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def counts(self, run: str) -> dict[str, Tally]:
        """Tallies of a run by route."""
        return self.ledger.tallies().get(run, {})

    def log(self, run: str | None = None) -> list[Call]:
        """Calls of a run, or all, in order of arrival."""
        return self.ledger.log(run)

    def mails(self) -> list[Mail]:
        """Delivered mails, in order."""
        return self._mail.mails()

    def records(self, claim_id: str | None = None) -> list[dict[str, Any]]:
        """Records in the CRM, in order."""
        return self.crm.records(claim_id)

    def fault(self, route: str, do: Do, **how: Any) -> None:
        """Order a fault; `how` are fields of Fault."""
        self._faults.order(Fault(route, do, **how))

    def release(self, route: str | None = None) -> None:
        """Let held calls go on."""
        self._faults.release(route)

    def wait(
        self, route: str, *, run: str | None = None, what: Counted = Counted.HITS, count: int = 1, timeout: float = 30
    ) -> bool:
        """Wait until a route has counted so many; False if the time was over first."""
        return self.ledger.wait(route, run, what, count, timeout)

    def people(self, outcome: str) -> None:
        """What everybody decides who is asked from now on, wherever it is: "approved" or "rejected"."""
        self.review.outcome = self.dynamodb.outcome = outcome
        self.slack.word = "approve" if outcome == "approved" else "reject"

    def reset(self, pace: float = 0.0) -> None:
        """Forget calls, orders, records, approvals and mails; held calls go on. From now on each takes `pace` seconds."""
        self._exchange.pace = pace
        self._faults.reset()
        for service in self._services.values():
            service.reset()
        self._mail.reset()
        self.ledger.reset()


def _aws(at: dict[str, str]) -> dict[str, str]:
    """boto3 finds its services in the environment; no file of the user's own is to be read."""
    return {
        "AWS_ACCESS_KEY_ID": "loopback",
        "AWS_SECRET_ACCESS_KEY": "loopback",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_ENDPOINT_URL_S3": at["s3"],
        "AWS_ENDPOINT_URL_SQS": at["sqs"],
        "AWS_ENDPOINT_URL_DYNAMODB": at["dynamodb"],
    }
