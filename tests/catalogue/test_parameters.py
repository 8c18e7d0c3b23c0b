"""Which parameters steer a call or a client, and where its content goes."""

import pytest

from assess.catalogue.catalogue import Catalogue
from assess.catalogue.facts import Client, Fact

CATALOGUE = Catalogue.load()


def fact(path: str) -> Fact:
    found = CATALOGUE.fact(path)
    assert found is not None
    return found


def client(path: str) -> Client:
    found = CATALOGUE.client(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "timeout", "retries"),
    [
        ("openai.OpenAI", 600, 2),
        ("anthropic.AsyncAnthropic", 600, 2),
        ("mistralai.client.Mistral", 5, 0),
        ("groq.Groq", 60, 2),
        ("httpx.AsyncClient", 5, 0),
        ("boto3.client(s3)", 60, 2),
        ("aioboto3.Session.client(sqs)", 60, 2),
    ],
)
def test_a_client_has_the_defaults_of_its_sdk(path: str, timeout: float, retries: float) -> None:
    found = client(path)
    assert found.timeout is not None
    assert found.retries is not None
    assert (found.timeout.default, found.retries.default) == (timeout, retries)


def test_requests_has_no_limit_at_all() -> None:
    assert client("requests.Session").timeout is None
    limit = fact("requests.post").timeout
    assert limit is not None
    assert (limit.names, limit.default) == (("timeout",), None)


def test_milliseconds_are_told() -> None:
    limit = fact("mistralai.client.Mistral.chat.complete").timeout
    assert limit is not None
    assert (limit.names, limit.scale) == (("timeout_ms",), 0.001)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("stripe.PaymentIntent.create", "idempotency_key"),
        ("resend.Emails.send", "options.idempotency_key"),
        ("requests.post", "headers.Idempotency-Key"),
        ("httpx.Client.post", "headers.Idempotency-Key"),
        ("openai.OpenAI.responses.create", "extra_headers.Idempotency-Key"),
        ("boto3.client(sqs).send_message", "MessageDeduplicationId"),
        ("boto3.client(s3).put_object", "IfNoneMatch"),
        ("celery.Celery.send_task", "task_id"),
    ],
)
def test_an_idempotency_key_has_its_parameter(path: str, name: str) -> None:
    key = fact(path).idempotency
    assert key is not None
    assert name in key.names


@pytest.mark.parametrize(
    ("path", "parameter", "variable"),
    [
        ("openai.OpenAI.chat.completions.create", "base_url", "OPENAI_BASE_URL"),
        ("openai.AzureOpenAI.chat.completions.create", "azure_endpoint", "AZURE_OPENAI_ENDPOINT"),
        ("boto3.client(bedrock-runtime).converse", "region_name", "AWS_REGION"),
        ("google.genai.Client.models.generate_content", "location", "GOOGLE_CLOUD_LOCATION"),
        ("qdrant_client.QdrantClient.upsert", "url", "QDRANT_URL"),
        ("langchain_mistralai.ChatMistralAI.invoke", "endpoint", "MISTRAL_BASE_URL"),
    ],
)
def test_a_place_can_be_chosen(path: str, parameter: str, variable: str) -> None:
    place = fact(path).place
    assert parameter in place.parameters
    assert variable in place.environment


def test_a_place_is_told_only_where_it_is_known() -> None:
    assert fact("openai.OpenAI.chat.completions.create").place.jurisdiction == "US"
    assert fact("openai.AzureOpenAI.chat.completions.create").place.jurisdiction is None
    assert fact("mistralai.client.Mistral.chat.complete").place.jurisdiction is None
    assert fact("sqlalchemy.orm.Session.commit").place.selfhosted


def test_state_at_the_provider() -> None:
    assert fact("openai.OpenAI.beta.threads.create").provider_state
    assert not fact("openai.OpenAI.chat.completions.create").provider_state
    assert "previous_response_id" in fact("openai.OpenAI.responses.create").writes_if


def test_what_an_argument_decides() -> None:
    assert fact("sqlalchemy.orm.Session.execute").kind_from == "sql"
    assert fact("requests.request").kind_from == "http_method"
    assert fact("requests.post").kind_from == "url"


def test_evidence_names_the_version_that_was_read() -> None:
    source = fact("openai.OpenAI.chat.completions.create").source
    assert source.startswith("openai==")
    assert "completions.py" in source
