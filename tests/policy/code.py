"""Code that the tests of the owner's decisions are told with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assess.checks.registry import all_checks
from assess.model.assessment import Assessment
from assess.policy.finding import find_policy
from assess.policy.values import Policy
from assess.usecases import Settings, assess

CODE = """
import requests
from openai import OpenAI

client = OpenAI()


def handle(text):
    try:
        answer = client.responses.create(model="m", input=text).output_text
    except Exception:
        answer = None
    requests.post("https://crm.example.org/records", json={"answer": answer})


if __name__ == "__main__":
    handle("x")
"""

NAMES = frozenset(check.id for check in all_checks())


def configured(root: Path, named: Path | None = None) -> Policy:
    return find_policy(root, named, NAMES)


def assessed(root: Path, policy: Policy | None = None) -> Assessment:
    return assess(root, Settings(policy=configured(root) if policy is None else policy))


def suppressed(assessment: Assessment) -> Mapping[str, tuple[str, str]]:
    """Check to what suppresses it and why, of the findings that are."""
    return {
        f.check: (f.suppressed.by.value, f.suppressed.reason) for f in assessment.findings if f.suppressed is not None
    }
