"""Each provider's own SDK accepts what the services answer, errors included."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator

import httpx
import openai
import pytest
from mistralai.client import Mistral
from mistralai.client.errors import SDKError

from examples.services import Do, Services

READ = {"role": "system", "content": "Answer with policy_number and amount."}
SORT = {"role": "system", "content": "Answer with a category."}


@pytest.fixture
def openai_client(services: Services) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=services.env["OPENAI_BASE_URL"], api_key="loopback", max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture
def mistral_client(services: Services) -> Iterator[Mistral]:
    with Mistral(api_key="loopback", server_url=services.env["MISTRAL_SERVER_URL"]) as client:
        yield client


def test_openai_chat(openai_client: openai.OpenAI) -> None:
    said = {"role": "user", "content": "Policy POL-77, broke a window.\nGlass EUR 20.00\nTotal EUR 1,020.50"}
    answers = [openai_client.chat.completions.create(model="gpt-4o-mini", messages=[READ, said]) for _ in range(2)]

    assert answers[0] == answers[1], "the same prompt gets the same answer"
    found = json.loads(answers[0].choices[0].message.content)
    assert (found["policy_number"], found["amount"]) == ("POL-77", 1020.5)
    assert answers[0].usage.total_tokens > 0


def test_openai_responses_and_embeddings(openai_client: openai.OpenAI) -> None:
    response = openai_client.responses.create(model="gpt-4o-mini", instructions="Sum up.", input="four words of text")
    assert response.output_text == "A text of 4 words."

    vectors = openai_client.embeddings.create(model="text-embedding-3-small", input=["a", "b", "a"]).data
    assert vectors[0].embedding == vectors[2].embedding != vectors[1].embedding


def test_openai_errors(openai_client: openai.OpenAI, services: Services) -> None:
    def ask() -> None:
        openai_client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "hello"}])

    services.fault("openai.chat", Do.RATE_LIMIT, retry_after=7)
    with pytest.raises(openai.RateLimitError) as limited:
        ask()
    assert limited.value.response.headers["retry-after"] == "7"

    services.fault("openai.chat", Do.FAIL, status=503)
    with pytest.raises(openai.InternalServerError, match="ordered to fail"):
        ask()

    with pytest.raises(openai.UnprocessableEntityError):
        openai_client.post("/chat/completions", body={"model": "no messages"}, cast_to=object)

    tally = services.counts("-")["openai.chat"]
    assert (tally.hits, tally.billed) == (3, 0), "a refused call costs nothing"


@pytest.mark.parametrize(
    ("text", "category"),
    [("the pipe burst", "water_damage"), ("the car was parking", "motor"), ("nothing known", "other")],
)
def test_mistral_chat(mistral_client: Mistral, text: str, category: str) -> None:
    answer = mistral_client.chat.complete(
        model="mistral-small-latest", messages=[SORT, {"role": "user", "content": text}]
    )
    assert json.loads(answer.choices[0].message.content)["category"] == category


def test_mistral_errors(mistral_client: Mistral, services: Services) -> None:
    for order, status in ((Do.RATE_LIMIT, 429), (Do.FAIL, 500)):
        services.fault("mistral.chat", order)
        with pytest.raises(SDKError) as refused:
            mistral_client.chat.complete(model="m", messages=[SORT])
        assert refused.value.status_code == status


def test_review_board(services: Services) -> None:
    board = services.env["REVIEW_URL"]
    services.review.decide_after = 1
    asked = httpx.post(f"{board}/approvals", json={"claim_id": "CLM-1"}).json()
    assert asked["status"] == "pending"

    seen = [httpx.get(f"{board}/approvals/{asked['id']}").json()["status"] for _ in range(3)]
    assert seen == ["pending", "approved", "approved"]
    late = httpx.post(f"{board}/approvals/{asked['id']}/decision", json={"status": "rejected"})
    assert late.status_code == 409
    assert httpx.get(f"{board}/approvals/apr-9").status_code == 404
    assert services.counts("CLM-1")["review.status"].hits == 3, "a poll is counted for the claim that it asks about"


def test_review_board_takes_a_persons_decision(services: Services) -> None:
    board = services.env["REVIEW_URL"]
    services.review.decide_after = None
    asked = httpx.post(f"{board}/approvals", json={"claim_id": "CLM-1"}).json()
    decision = f"{board}/approvals/{asked['id']}/decision"

    assert httpx.post(decision, json={"status": "perhaps"}).status_code == 422
    assert httpx.post(decision, json={"status": "approved", "reviewer": "Ms Steiner"}).status_code == 200
    assert httpx.get(f"{board}/approvals/{asked['id']}").json()["reviewer"] == "Ms Steiner"


def test_crm_lists_what_was_written_and_refuses_what_it_cannot_read(services: Services) -> None:
    crm = services.env["CRM_URL"]
    assert httpx.post(f"{crm}/records", content=b"[]").status_code == 422
    assert httpx.post(f"{crm}/records", json={"no": "claim"}).status_code == 422
    httpx.post(f"{crm}/records", json={"claim_id": "CLM-1", "outcome": "approved"})

    [record] = httpx.get(f"{crm}/records", params={"claim_id": "CLM-1"}).json()["records"]
    assert record["outcome"] == "approved"
    assert httpx.get(f"{crm}/policies/POL-55102").json()["deductible"] == 500
    assert httpx.get(f"{crm}/policies/None").status_code == 404
    assert httpx.get(f"{crm}/elsewhere").status_code == 404


def test_smtp_takes_lines_that_begin_with_a_dot(services: Services) -> None:
    with smtplib.SMTP(services.env["SMTP_HOST"], int(services.env["SMTP_PORT"])) as smtp:
        smtp.sendmail("a@b.example", ["c@d.example", "e@f.example"], "Subject: CLM-7\r\n\r\n.dot\r\nrest\r\n")

    [mail] = services.mails()
    assert mail.recipients == ("c@d.example", "e@f.example")
    assert mail.body.splitlines() == [".dot", "rest"]
    assert services.counts("CLM-7")["mail.send"].effects == 1


def test_smtp_refuses_on_command(services: Services) -> None:
    host, port = services.env["SMTP_HOST"], int(services.env["SMTP_PORT"])
    for order, code in ((Do.RATE_LIMIT, 451), (Do.FAIL, 554)):
        services.fault("mail.send", order, status=554)
        with smtplib.SMTP(host, port) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
            smtp.sendmail("a@b.example", ["c@d.example"], "Subject: no\r\n\r\n")
        assert refused.value.smtp_code == code
    assert services.mails() == []
