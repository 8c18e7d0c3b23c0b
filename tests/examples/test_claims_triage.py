"""The example does what its README says, end to end, against services that count."""

from __future__ import annotations

import json

from examples.services import Do, Services, Tally
from tests.examples.application import Application


def test_small_claim_is_decided_by_the_rules(application: Application, services: Services) -> None:
    decision = application.triage("CLM-1001")

    assert (decision["outcome"], decision["decided_by"]) == ("approved", "rules")
    assert decision["amount"] == 465.5  # 615.50 on the invoice, less the deductible of 150
    assert decision["category"] == "motor"
    assert services.counts("CLM-1001") == {
        "openai.chat": Tally(hits=2, billed=2, answered=2),
        "crm.policy": Tally(hits=1, answered=1),
        "mistral.chat": Tally(hits=1, billed=1, answered=1),
        "crm.record": Tally(hits=1, effects=1, answered=1),
        "mail.send": Tally(hits=1, effects=1, answered=1),
    }
    [mail] = services.mails()
    assert mail.recipients == ("anna.lindqvist@mail.example",)
    assert "EUR 465.50" in mail.body


def test_large_claim_waits_for_the_board(application: Application, services: Services) -> None:
    decision = application.triage("CLM-1002")

    assert (decision["outcome"], decision["decided_by"]) == ("approved", "board")
    assert decision["amount"] == 8350
    counts = services.counts("CLM-1002")
    assert counts["openai.chat"].hits == 3, "one call a document"
    assert counts["review.create"].effects == 1
    assert counts["review.status"].hits == 3, "two polls said pending"
    order = list(dict.fromkeys(call.route for call in services.log("CLM-1002")))
    assert order == [
        "openai.chat",
        "crm.policy",
        "mistral.chat",
        "review.create",
        "review.status",
        "crm.record",
        "mail.send",
    ]


def test_injury_waits_however_small_it_is(application: Application, services: Services) -> None:
    assert application.triage("CLM-1003")["category"] == "injury"
    assert services.counts("CLM-1003")["review.create"].effects == 1


def test_claim_waits_until_a_person_rejects_it(application: Application, services: Services) -> None:
    services.review.decide_after = None
    with application.start("CLM-1002") as process:
        assert services.wait("review.status", run="CLM-1002", count=3)
        assert process.poll() is None
        assert services.review.decide("CLM-1002", "rejected", "Ms Steiner", "not insured") == 1
        out, err = process.communicate()

    assert process.returncode == 0, err
    decision = json.loads(out)
    assert (decision["outcome"], decision["amount"], decision["decided_by"]) == ("rejected", 0, "Ms Steiner")
    assert [record["outcome"] for record in services.records("CLM-1002")] == ["rejected"]
    assert "cannot pay" in services.mails()[0].body


def test_failed_policy_lookup_changes_the_amount_without_a_word(application: Application, services: Services) -> None:
    services.fault("crm.policy", Do.FAIL)

    with application.start("CLM-1001") as process:
        out, err = process.communicate()

    assert process.returncode == 0
    assert json.loads(out)["amount"] == 615.5, "the deductible is forgotten"
    assert "Traceback" not in err
    assert "WARNING" not in err


def test_digest_mails_what_was_decided_and_lookup_shows_it(application: Application, services: Services) -> None:
    assert application.run(module="claims_triage.digest").strip() == "0"
    assert services.mails() == []

    application.triage("CLM-1001")

    assert application.run(module="claims_triage.digest").strip() == "1"
    assert services.mails()[-1].subject == "1 claims decided"
    assert "1 approved" in services.mails()[-1].body
    assert "465.5" in application.run("CLM-1001", module="claims_triage.lookup")
