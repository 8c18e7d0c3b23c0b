"""Quoted lines: no secret leaves the code base in a report, and the rest stays readable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.reading.excerpts import LONGEST, excerpt, mask
from assess.reading.tree import SourceTree

Tree = Callable[[Mapping[str, str | bytes]], Path]

# Put together here, so that no scanner of secrets takes this file for a leak.
OPENAI = "sk-" + "proj-" + "a1B2" * 8
SLACK = "xoxb" + "-1234567890-abcdefghij"
GITHUB = "ghp" + "_" + "x" * 36
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GOOGLE = "AIza" + "SyA1234567890abcdefghijklmnopqrstuv"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9" + "." + "eyJzdWIiOiIxMjM0In0" + ".sig"


@pytest.mark.parametrize("secret", [OPENAI, SLACK, GITHUB, AWS, GOOGLE, JWT])
def test_secrets_are_known_by_their_shape(secret: str) -> None:
    for line in (f'client = OpenAI("{secret}")', f"# old: {secret}", f'send({{"x": "{secret}"}})'):
        assert secret not in mask(line)
        assert mask(line).startswith(line[:4])


@pytest.mark.parametrize(
    "line",
    [
        'api_key = "hunter2hunter2"',
        "API_KEY='hunter2hunter2'",
        'OpenAI(api_key="hunter2hunter2")',
        'headers = {"x-api-key": "hunter2hunter2"}',
        '{"Authorization": "Bearer hunter2hunter2"}',
        'headers["Authorization"] = f"Bearer hunter2hunter2"',
        'login(user="me", password="hunter2hunter2")',
        'CLIENT_SECRET = b"hunter2hunter2"',
        'access_token="hunter2hunter2"',
        'engine = create_engine("postgresql://me:hunter2hunter2@db/claims")',
        'requests.get("https://me:hunter2hunter2@example.org/x")',
        "curl -H 'Authorization: Bearer hunter2hunter2'",
    ],
)
def test_secrets_are_known_by_their_names(line: str) -> None:
    assert "hunter2" not in mask(line)


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["OPENAI_API_KEY"] = "hunter2hunter2"',
        'os.environ.setdefault("OPENAI_API_KEY", "hunter2hunter2")',
        'key = os.getenv("API_KEY", "hunter2hunter2")',
        'password: str = "hunter2hunter2"',
        'api_key: str | None = "hunter2hunter2"',
        'password = """hunter2hunter2"""',
        'api_key = rb"hunter2hunter2"',
        'api_key = ("hunter2hunter2")',
        'pwd = "hunter2hunter2"',
        'mistral_key = "hunter2hunter2"',
        'auth=("me", "hunter2hunter2")',
        'smtp.login("me", "hunter2hunter2")',
        'redis.from_url("rediss://:hunter2hunter2@cache:6379/0")',
        'create_engine("postgres://me:p@ss:hunter2@db/claims")',
        'requests.get("https://example.org/a?api_key=hunter2hunter2&b=1")',
        '"Server=db;Password=hunter2hunter2;"',
        '"AccountName=a;AccountKey=hunter2hunter2=="',
        "curl -H 'Authorization: Basic hunter2hunter2'",
        f'stripe.api = "{"sk_" + "live_"}hunter2hunter2hunter2"',
        f'x = "{"SG" + "."}hunter2hunter2hunter2.hunter2"',
        f'x = "{"hf" + "_"}hunter2hunter2hunter2hunter2"',
        f'x = "{"glpat" + "-"}hunter2hunter2hunter2"',
    ],
)
def test_secrets_in_other_places(line: str) -> None:
    assert "hunter2" not in mask(line)


@pytest.mark.parametrize(
    "line",
    [
        'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
        'requests.get("https://example.org:8080/claims/1")',
        'model = "gpt-large"',
        "max_tokens = 4000",
        "if token == END: return tokens[0]",
        'log.info("token used: %s", count)',
        "def authorize(user): ...",
        'email = "someone@example.org"',
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert mask(line) == line


def test_masking_twice_changes_nothing() -> None:
    line = f'api_key = "hunter2hunter2"; x = "{OPENAI}"; u = "https://a:hunter2@b/"'
    assert mask(mask(line)) == mask(line)


@pytest.mark.parametrize(
    "line",
    ['"' * 20_000, "api_key=" * 5_000, "://" * 10_000, "a" * 200_000, "eyJ" + "-" * 100_000, "://" + "a" * 50_000],
)
def test_a_hostile_line_is_masked_all_the_same(line: str) -> None:
    mask(line)


LINES = "".join(f"line_{n} = {n}\n" for n in range(1, 31))


@pytest.mark.parametrize(
    ("line", "end", "first", "last"), [(10, 10, 8, 12), (1, 1, 1, 3), (30, 30, 28, 30), (5, 25, 3, 16), (10, 12, 8, 14)]
)
def test_an_excerpt_has_a_little_around_the_place(tree: Tree, line: int, end: int, first: int, last: int) -> None:
    source = SourceTree(tree({"a.py": LINES}))
    quoted = excerpt(source, "a.py", line, end, None)
    assert [q.line for q in quoted] == list(range(first, last + 1))
    assert quoted[0].text == f"line_{first} = {first}"


def test_long_lines_are_cut_and_masked_before(tree: Tree) -> None:
    source = SourceTree(tree({"a.py": f'x = "{"a" * (LONGEST - 20)}", "{OPENAI}"\n'}))
    (quoted,) = excerpt(source, "a.py", 1, 1, None)
    assert len(quoted.text) <= LONGEST
    assert OPENAI[:10] not in quoted.text


def test_no_excerpt_of_what_was_not_read(tree: Tree) -> None:
    source = SourceTree(tree({"a.py": b"\0x = 1\n", "b.py": "x = 1\n"}))
    assert excerpt(source, "a.py", 1, 1, None) == ()
    assert excerpt(source, "gone.py", 1, 1, None) == ()
    assert excerpt(source, "b.py", 99, 99, None) == ()
    assert excerpt(source, "b.py", 1, 1, 4) == ()


@pytest.mark.parametrize("piece", ["\\", "'", '"', "\\'", "'\\", '"""', "a:", "://", "secret", "' '", "token='"])
def test_no_line_takes_long(piece: str) -> None:
    """Backslashes after a quote that nothing closes were read in every way that there is."""
    mask("secret = 'x" + piece * 1_500)
    mask(piece * 1_500 + " secret")
