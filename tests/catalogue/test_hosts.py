"""What a host tells: a model behind raw HTTP, a well-known service, a jurisdiction."""

import pytest

from assess.catalogue.catalogue import Catalogue
from assess.model.step import Kind

CATALOGUE = Catalogue.load()


@pytest.mark.parametrize(
    ("url", "kind", "provider", "jurisdiction"),
    [
        ("https://api.openai.com/v1/chat/completions", Kind.MODEL, "openai", "US"),
        ("https://api.openai.com/v1/embeddings", Kind.EMBEDDING, "openai", "US"),
        ("https://eu.api.openai.com/v1/responses", Kind.MODEL, "openai", "EU"),
        ("https://api.anthropic.com/v1/messages", Kind.MODEL, "anthropic", "US"),
        ("https://api.mistral.ai/v1/chat/completions", Kind.MODEL, "mistral", None),
        ("https://generativelanguage.googleapis.com/v1beta/models/x:generateContent", Kind.MODEL, "google", None),
        ("https://europe-west4-aiplatform.googleapis.com/v1/x", Kind.MODEL, "vertex", "EU"),
        ("https://europe-west2-aiplatform.googleapis.com/v1/x", Kind.MODEL, "vertex", "UK"),
        ("https://openrouter.ai/api/v1/chat/completions", Kind.MODEL, "openrouter", "US"),
        ("https://my-team.openai.azure.com/openai/deployments/x", Kind.MODEL, "azure_openai", None),
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/invoke", Kind.MODEL, "bedrock", "EU"),
        ("http://localhost:11434/api/chat", Kind.MODEL, "ollama", "own"),
        ("http://127.0.0.1:11434/api/embed", Kind.EMBEDDING, "ollama", "own"),
        ("api.groq.com", Kind.MODEL, "groq", "US"),
    ],
)
def test_a_model_host(url: str, kind: Kind, provider: str, jurisdiction: str | None) -> None:
    assert CATALOGUE.model_host(url) == (kind, provider, jurisdiction)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/api.openai.com",
        "http://localhost:8000/x",
        "https://api.openai.com.evil.example/",
        "http://[",
        "",
    ],
)
def test_another_host_is_no_model(url: str) -> None:
    assert CATALOGUE.model_host(url) is None


@pytest.mark.parametrize(
    ("url", "kind", "provider"),
    [
        ("https://graph.microsoft.com/v1.0/me/sendMail", Kind.SAAS, "microsoft_graph"),
        ("https://api.hubapi.com/crm/v3/objects/contacts", Kind.SAAS, "hubspot"),
        ("https://slack.com/api/chat.postMessage", Kind.MESSAGE, "slack"),
        ("https://hooks.slack.com/services/x", Kind.MESSAGE, "slack"),
        ("https://acme.zendesk.com/api/v2/tickets", Kind.SAAS, "zendesk"),
        ("https://abc.supabase.co/rest/v1/runs", Kind.DATABASE, "supabase"),
    ],
)
def test_a_service_host(url: str, kind: Kind, provider: str) -> None:
    assert CATALOGUE.service_host(url) == (kind, provider)


def test_an_unknown_service_is_unknown() -> None:
    assert CATALOGUE.service_host("https://api.acme.example/") is None


@pytest.mark.parametrize(
    ("host", "jurisdiction"),
    [
        ("sqs.eu-west-1.amazonaws.com", "EU"),
        ("sqs.eu-west-2.amazonaws.com", "UK"),
        ("dynamodb.us-east-1.amazonaws.com", "US"),
        ("api.stripe.com", None),
        ("us.cloud.langfuse.com", "US"),
        ("https://localhost:8000/x", "own"),
        ("api.acme.example", None),
    ],
)
def test_a_host_tells_its_jurisdiction_or_nothing(host: str, jurisdiction: str | None) -> None:
    assert CATALOGUE.host_jurisdiction(host) == jurisdiction
