"""Fingerprints stay when lines move and variables are renamed, and tell apart what is different."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assess.model.assessment import Assessment
from assess.policy.fingerprints import of_place, shape
from assess.usecases import assess
from tests.policy.code import CODE

CHAIN = """
import asyncio
import logging

import httpx
import requests
from openai import OpenAI

client = OpenAI()
log = logging.getLogger(__name__)


def fetch(address):
    reply = requests.get(address, timeout=5)
    return reply.json()


def draft(record, tone):
    prompt = f"{tone}: {record['name']}"
    answer = client.responses.create(
        model="gpt-4.1",
        input=prompt,
    )
    return answer.output_text


def deliver(text, target):
    try:
        requests.post(target, json={"text": text})
    except Exception as problem:
        log.info("no %s", problem)
        outcome = None
    else:
        outcome = True
    for attempt in range(3):
        requests.post(target, json={"text": text, "try": attempt})
    return outcome


def run(address, target):
    record = fetch(address)
    first = draft(record, "kind")
    second = draft(record, "firm")
    deliver(first + second, target)


if __name__ == "__main__":
    run("https://a.example.org", "https://b.example.org")
"""
LOCALS = (
    "reply", "record", "tone", "prompt", "answer", "problem", "outcome", "attempt", "first", "second", "address",
)  # fmt: skip
NAMES = st.lists(st.from_regex(r"[a-z][a-z_]{0,12}x\d", fullmatch=True), min_size=len(LOCALS), unique=True)
GAPS = st.dictionaries(st.integers(0, 50), st.sampled_from(["\n", "# a note\n", "\n\n# two\n"]))


def assessment_of(code: str) -> Assessment:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "code"
        root.mkdir()
        (root / "app.py").write_text(code)
        return assess(root)


def prints(code: str) -> Counter[str]:
    return Counter(finding.fingerprint for finding in assessment_of(code).findings)


BEFORE = prints(CHAIN)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True)
@given(names=NAMES, gaps=GAPS)
def test_they_survive_moved_lines_and_renamed_variables(names: list[str], gaps: dict[int, str]) -> None:
    code = CHAIN
    for old, new in zip(LOCALS, names, strict=False):
        code = re.sub(rf"\b{old}\b(?!['\"])", new, code)
    lines = code.splitlines(keepends=True)
    assert prints("".join(gaps.get(n, "") + line for n, line in enumerate(lines))) == BEFORE


def test_they_are_unique_and_in_every_assessment() -> None:
    assert BEFORE
    assert set(BEFORE.values()) == {1}
    assert all(finding.fingerprint.startswith(finding.check) for finding in assessment_of(CHAIN).findings)


def test_equal_statements_are_numbered_in_order() -> None:
    twice = CODE.replace(
        'json={"answer": answer})',
        'json={"answer": answer})\n    requests.post("https://b.example", json={"b": answer})',
    )
    posts = [f for f in assessment_of(twice).findings if f.check == "unkeyed-write"]
    assert [f.fingerprint[-2:] for f in posts] == ["-1", "-2"]
    assert len({f.fingerprint[:-2] for f in posts}) == 1


def test_a_shape_knows_layout_names_and_literals_apart_from_the_rest() -> None:
    one = shape("out = client.post(url, json={'a': 1})  # why\nmore = 1\n", 1)
    assert one == shape("x = me.post(\n    f'{b}/c',\n\n    # so\n    json={\"long\": 22},\n)\nno = 2\n", 1)
    for other in (
        "out = client.put(url, json={'a': 1})",
        "out = client.post(url, data={'a': 1})",
        "out = await client.post(url, json={'a': 1})",
        "out = client.post(url, json == {'a': 1})",
    ):
        assert shape(other, 1) != one


def test_a_shape_ends_with_its_brackets() -> None:
    assert shape("    client.get(a),\n)\nrest = 1\n", 1) == "$ . get ( $ ) ,"
    assert shape("except A:\n    pass\nrest = 1\n", 2) == "except $ : pass"


def test_two_pipelines_through_one_place_are_one_place() -> None:
    example = Path(__file__).resolve().parent.parent.parent / "examples" / "claims_triage"
    both = [f for f in assess(example).findings if f.check == "no-timeout" and f.file == "llm.py"]
    assert len({f.fingerprint for f in both}) == 2
    assert len({of_place(f) for f in both}) == 1
