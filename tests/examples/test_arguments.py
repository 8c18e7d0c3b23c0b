"""What the services note of a call: what it asked for, whether it was refused, what came meanwhile."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from examples.services import Do, Services


def record(services: Services, claim: str) -> int:
    url = f"{services.env['CRM_URL']}/records?why=test"
    return httpx.post(url, json={"claim_id": claim}, headers={"Authorization": "secret"}, timeout=30).status_code


def test_a_request_is_noted_without_its_credentials(services: Services) -> None:
    record(services, "CLM-1")
    (call,) = services.log()
    asked = dict(call.arguments)
    assert (asked["method"], asked["path"], asked["query"]) == ("POST", "/records", {"why": "test"})
    assert asked["body"] == {"claim_id": "CLM-1"}
    assert "content-type" in asked["headers"]
    assert "secret" not in str(asked)


def test_a_mail_is_noted_with_its_envelope(services: Services) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.example", "b@x.example", "Good news"
    message.set_content("CLM-1 is paid.\n")
    with smtplib.SMTP(services.env["SMTP_HOST"], int(services.env["SMTP_PORT"])) as smtp:
        smtp.send_message(message)
    (call,) = services.log("CLM-1")
    asked = dict(call.arguments)
    assert (asked["sender"], asked["recipients"]) == ("a@x.example", ["b@x.example"])
    assert (asked["headers"]["subject"], asked["body"]) == ("Good news", "CLM-1 is paid.\n")


def test_one_call_of_many_is_refused_for_good(services: Services) -> None:
    services.fault("crm.record", Do.REFUSE, times=None, where={"body.claim_id": "CLM-2"})
    assert [record(services, f"CLM-{n}") for n in (1, 2, 3, 2)] == [201, 422, 201, 422]
    assert [call.refused for call in services.log()] == [False, True, False, True]


def test_each_service_refuses_in_its_own_words(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in services.env.items():
        monkeypatch.setenv(name, value)
    for route in ("dynamodb.put", "slack.post", "mail.send"):
        services.fault(route, Do.REFUSE)
    with pytest.raises(ClientError, match="ValidationException"):
        boto3.client("dynamodb").put_item(TableName="t", Item={"id": {"S": "1"}})
    with pytest.raises(SlackApiError, match="refused by order"):
        WebClient(token="t", base_url=services.env["SLACK_URL"]).chat_postMessage(channel="c", text="t")  # noqa: S106
    with (
        smtplib.SMTP(services.env["SMTP_HOST"], int(services.env["SMTP_PORT"])) as smtp,
        pytest.raises(smtplib.SMTPDataError, match="554"),
    ):
        smtp.sendmail("a@x.example", ["b@x.example"], "Subject: x\n\ny")
    assert [call.effect for call in services.log()] == [False, False, False]


def test_calls_that_are_made_at_once_are_seen_to_be(services: Services) -> None:
    services.reset(pace=0.3)
    with ThreadPoolExecutor() as pool:
        list(pool.map(record, [services] * 3, ["CLM-1", "CLM-2", "CLM-3"]))
    record(services, "CLM-4")
    first, *_, last = services.log()
    assert first.until is not None
    assert first.until >= first.number + 2
    assert last.until == last.number


def test_everybody_decides_as_told(services: Services) -> None:
    control = services.addresses["control"]
    assert httpx.post(f"{control}/people", json={"outcome": "rejected"}, timeout=30).status_code == 200
    assert (services.review.outcome, services.slack.word, services.dynamodb.outcome) == (
        "rejected",
        "reject",
        "rejected",
    )
    assert httpx.post(f"{control}/people", json={"outcome": "perhaps"}, timeout=30).status_code == 400
