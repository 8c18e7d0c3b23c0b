"""Temporal: how a workflow waits for what comes from outside, and which words tell that a person sends it."""

import re

from assess.frameworks.rules import words

ROOT = "temporalio"
WAITS = "temporalio.workflow.wait_condition"
ARRIVES = words("signal update")
"""Decorators of `temporalio.workflow` on methods that the outside calls."""
PERSON = re.compile(
    r"approv|review|sign_?off|decision|decid|confirm|human|consent|moderat|reject|feedback|answer|reply|chat|user|person",
    re.IGNORECASE,
)
