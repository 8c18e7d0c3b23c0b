"""The three applications beside the first do what their READMEs say, end to end, against services that count."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examples.services import Services, Tally
from tests.examples.application import EXAMPLES, started
from tests.examples.notebook import play


@pytest.fixture
def env(services: Services) -> dict[str, str]:
    return {**os.environ, **services.env}


def onboard(application: str, env: dict[str, str]) -> str:
    with started("customer_onboarding", application, cwd=EXAMPLES, env=env) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def test_a_clear_customer_is_onboarded_at_once(services: Services, env: dict[str, str]) -> None:
    assert onboard("APP-2001", env) == "account acc-1"
    counts = services.counts("APP-2001")
    assert counts["openai.chat"] == Tally(hits=1, billed=1, answered=1)
    assert counts["bank.account"].effects == counts["bank.card"].effects == counts["mail.send"].effects == 1
    assert counts["slack.post"].hits == 1, "sales hears of it; compliance is not asked"
    assert "slack.replies" not in counts
    assert [call.key for call in services.log("APP-2001") if call.route == "bank.account"] == ["account-APP-2001"]


def test_a_risky_customer_waits_for_compliance(services: Services, env: dict[str, str]) -> None:
    assert onboard("APP-2002", env) == "account acc-1"
    counts = services.counts("APP-2002")
    assert counts["register.sanctions"].hits == 2, "one question for each owner"
    assert counts["slack.replies"].hits == 3, "two looks showed no answer"
    assert counts["slack.post"].effects == 2


def test_a_customer_that_compliance_refuses_gets_no_account(services: Services, env: dict[str, str]) -> None:
    services.slack.word = "reject"
    assert onboard("APP-2002", env) == "refused"
    assert "bank.account" not in services.counts("APP-2002")
    assert services.mails()[-1].subject == "Your application"


@pytest.mark.parametrize(("invoice", "pages", "mails"), [("INV-4001", 1, 1), ("INV-4002", 3, 2)])
def test_an_invoice_is_paid(services: Services, env: dict[str, str], invoice: str, pages: int, mails: int) -> None:
    with started("invoice_processing.submit", invoice, cwd=EXAMPLES, env=env) as submitting:
        submitting.communicate()
    assert services.sqs.waiting() == 1
    with started("invoice_processing.worker", cwd=EXAMPLES, env=env) as worker:
        until = time.monotonic() + 60
        while services.sqs.waiting() and worker.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        worker.kill()
        worker.communicate()
    assert services.sqs.waiting() == 0
    counts = services.counts(invoice)
    assert counts["anthropic.messages"].billed == pages
    assert (counts["erp.payment"].effects, counts["mail.send"].effects) == (1, mails)
    assert [item["status"] for item in services.dynamodb.items()] == [{"S": "paid"}]


def test_a_message_that_is_not_deleted_comes_again(services: Services, env: dict[str, str]) -> None:
    services.dynamodb.decide_after = None
    services.sqs.send(json.dumps({"bucket": "scans", "key": "inbox/INV-4002.txt"}))
    for _ in range(2):
        with started("invoice_processing.worker", cwd=EXAMPLES, env=env) as worker:
            seen = services.counts("INV-4002").get("dynamodb.get", Tally()).hits
            assert services.wait("dynamodb.get", run="INV-4002", count=seen + 1)
            worker.kill()
            worker.communicate()
        services.sqs.redeliver()
    assert services.counts("INV-4002")["dynamodb.put"].effects == 2, "asked twice"
    assert [mail.subject.split(":")[0] for mail in services.mails()] == ["Please approve INV-4002"] * 2


def test_the_notebook_asks_its_moderator(services: Services, env: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", play(EXAMPLES / "content_review" / "review.ipynb")],
        cwd=tmp_path, env=env, input="remove\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "post-3: keep or remove?" in done.stdout
    counts = services.counts("BATCH-3001")
    assert counts["anthropic.messages"].billed == 3
    assert counts["cms.hide"].effects == counts["cms.message"].effects == 2
    assert counts["cms.closed"].effects == counts["slack.post"].effects == 1
