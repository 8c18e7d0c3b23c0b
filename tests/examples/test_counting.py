"""Which run a call is counted for, and what is kept of it."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import httpx

from examples.services import Counted, Services


def post(services: Services, headers: dict[str, str] | None = None, **fields: str) -> None:
    httpx.post(f"{services.env['CRM_URL']}/records", json={"claim_id": "x", **fields}, headers=headers)


def test_run_is_told_by_header_before_body(services: Services) -> None:
    post(services, note="about CLM-1001-kill-7, soon")
    post(services, headers={"X-Run-Id": "run/9"}, note="about CLM-1001")

    assert [call.run for call in services.log()] == ["CLM-1001-kill-7", "run/9"]


def test_call_that_names_several_runs_belongs_to_none(services: Services) -> None:
    post(services, note="CLM-1001 and CLM-1002")
    post(services, note="nobody")
    post(services, note="CLM-1001, again CLM-1001")

    assert [call.run for call in services.log()] == ["-", "-", "CLM-1001"]


def test_run_ids_may_look_otherwise() -> None:
    with Services(run_pattern=r"order-\d+") as services:
        post(services, note="order-17 of CLM-1001")
        assert services.counts("order-17")["crm.record"].effects == 1
        assert services.counts("CLM-1001") == {}


def test_equal_payloads_are_seen(services: Services) -> None:
    for note in ("CLM-1 a", "CLM-1 a", "CLM-1 b"):
        post(services, note=note)
    first, second, third = services.log("CLM-1")

    assert first.payload == second.payload != third.payload
    assert first.number < second.number < third.number


def test_wait_gives_up(services: Services) -> None:
    assert not services.wait("crm.record", timeout=0.01)
    post(services, note="CLM-1")
    assert services.wait("crm.record", run="CLM-1", what=Counted.EFFECTS, timeout=0.01)
    assert not services.wait("crm.record", run="CLM-2", timeout=0.01)


def test_message_id_is_delivered_once(services: Services) -> None:
    def send(message_id: str | None) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Your claim CLM-1"
        if message_id:
            message["Message-ID"] = message_id
        message.set_content("Grüße")
        with smtplib.SMTP(services.env["SMTP_HOST"], int(services.env["SMTP_PORT"])) as smtp:
            smtp.send_message(message)

    for message_id in ("<1@b.example>", "<1@b.example>", "<2@b.example>", None, None):
        send(message_id)

    tally = services.counts("CLM-1")["mail.send"]
    assert (tally.hits, tally.effects) == (5, 4)
    assert services.mails()[0].body.strip() == "Grüße"
