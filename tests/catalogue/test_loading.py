"""Only what is asked for is parsed, and each file once."""

from assess.catalogue.catalogue import SDK, Catalogue


def test_loading_parses_nothing() -> None:
    assert Catalogue.load().parsed == []


def test_a_look_up_parses_the_files_of_its_root_only() -> None:
    catalogue = Catalogue.load()
    catalogue.fact("requests.post")
    catalogue.client("requests.Session")
    catalogue.harmless("requests.Session.mount")
    catalogue.fact("acme.Client.send")
    assert catalogue.parsed == [SDK / "requests.toml"]


def test_a_dotted_root_does_not_parse_its_neighbours() -> None:
    catalogue = Catalogue.load()
    catalogue.fact("google.cloud.storage.Client.bucket.blob.exists")
    assert catalogue.parsed == [SDK / "google_cloud_storage.toml"]


def test_an_alias_parses_the_file_it_leads_to() -> None:
    catalogue = Catalogue.load()
    fact = catalogue.fact("azure.ai.projects.AIProjectClient.get_openai_client.chat.completions.create")
    assert fact is not None
    assert {file.name for file in catalogue.parsed} == {"azure_ai.toml", "openai.toml"}


def test_roots_are_those_that_can_leave_the_process() -> None:
    roots = Catalogue.load().roots
    assert {"openai", "boto3", "requests", "google", "builtins"} <= roots
    assert roots.isdisjoint({"pydantic", "loguru", "re"})
