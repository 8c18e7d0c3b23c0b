"""What a kill costs today: the run starts from zero, pays again, and writes again what it had written."""

from __future__ import annotations

from examples.services import Counted, Do, Services
from tests.examples.application import Application


def kill_while_held(application: Application, services: Services, route: str, claim_id: str) -> None:
    """Start a run and kill -9 it in the call of this route: the work is done there, the answer is not."""
    services.fault(route, Do.HANG)
    with application.start(claim_id) as process:
        assert services.wait(route, run=claim_id, what=Counted.HELD)
        process.kill()
    assert process.returncode == -9
    services.release()


def test_killed_in_the_crm_call_it_writes_the_record_twice(application: Application, services: Services) -> None:
    kill_while_held(application, services, "crm.record", "CLM-1002")
    before = services.counts("CLM-1002")
    assert before["crm.record"].effects == 1, "the write counts although its writer is dead"
    assert "mail.send" not in before
    assert "no decision yet" in application.run("CLM-1002", module="claims_triage.lookup"), "the run is lost"

    application.triage("CLM-1002")

    counts = services.counts("CLM-1002")
    assert counts["openai.chat"].billed == 6, "three documents, paid twice"
    assert counts["mistral.chat"].billed == 2
    assert counts["review.create"].effects == 2, "a person was asked again"
    assert counts["crm.record"].effects == 2, "written twice"
    assert len(services.records("CLM-1002")) == 2
    assert counts["mail.send"].effects == 1


def test_killed_in_the_mail_call_the_claimant_gets_two(application: Application, services: Services) -> None:
    kill_while_held(application, services, "mail.send", "CLM-1001")
    application.triage("CLM-1001")

    counts = services.counts("CLM-1001")
    assert counts["crm.record"].effects == 2
    assert counts["mail.send"].effects == 2
    assert {mail.recipients for mail in services.mails()} == {("anna.lindqvist@mail.example",)}


def test_killed_while_it_waits_for_a_person_it_asks_again(application: Application, services: Services) -> None:
    kill_while_held(application, services, "review.status", "CLM-1003")
    application.triage("CLM-1003")

    counts = services.counts("CLM-1003")
    assert counts["openai.chat"].billed == 4, "two documents, paid twice"
    assert counts["review.create"].effects == 2
    assert counts["crm.record"].effects == 1
    assert counts["mail.send"].effects == 1


def test_rate_limited_model_is_asked_again_by_its_sdk(application: Application, services: Services) -> None:
    services.fault("openai.chat", Do.RATE_LIMIT)
    application.triage("CLM-1001")

    chat = services.counts("CLM-1001")["openai.chat"]
    assert (chat.hits, chat.billed) == (3, 2)


def test_one_server_error_of_the_crm_ends_the_run(application: Application, services: Services) -> None:
    services.fault("crm.record", Do.FAIL, status=503)
    with application.start("CLM-1001") as process:
        _, err = process.communicate()

    assert process.returncode == 1
    assert "503" in err
    assert services.counts("CLM-1001")["crm.record"].hits == 1
    assert services.mails() == []
