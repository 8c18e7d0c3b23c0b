"""Whether an engine that `durable_engine` can name lets a killed run go on from its last finished step.

This knows what an engine offers, not how a code base has set it up.
"""

from __future__ import annotations

REPLAYING = frozenset(
    {
        "aws_durable",
        "cadence",
        "dbos",
        "hatchet",
        "inngest",
        "mistral_workflows",
        "restate",
        "step_functions",
        "temporal",
    }
)
"""They record every finished step and go on by themselves after it."""

RECORDING = frozenset({"airflow", "dagster", "langgraph_checkpointer", "luigi", "prefect"})
"""They record finished tasks or nodes; how much of a killed run is repeated depends on retries and on the set-up."""

QUEUEING = frozenset({"arq", "celery", "dramatiq", "huey", "rq"})
"""They run whole tasks: after a kill a task is lost or starts from its first step."""


def replays(engine: str) -> bool:
    """Whether a finished step never repeats on this engine."""
    return engine in REPLAYING


def records(engine: str) -> bool:
    """Whether this engine keeps a readable state of each run, with its failure."""
    return engine in REPLAYING or engine in RECORDING


def takes_up(engine: str) -> bool:
    """Whether it takes up a killed run from what was finished; LangGraph's checkpointer only keeps a state."""
    return records(engine) and engine != "langgraph_checkpointer"
