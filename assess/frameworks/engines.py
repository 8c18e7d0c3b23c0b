"""Engines that run workflows durably: a pipeline that one of them runs is scored as what it is."""

from assess.frameworks.rules import Starts, words
from assess.model.woven import TriggerKind

STARTS = (
    Starts("temporalio", words("run"), TriggerKind.PLATFORM, "temporal", "temporal"),
    Starts("dbos", words("workflow scheduled"), TriggerKind.PLATFORM, "dbos", "dbos"),
    Starts("prefect", words("flow"), TriggerKind.PLATFORM, "prefect", "prefect"),
    Starts("airflow", words("dag"), TriggerKind.SCHEDULE, "airflow", "airflow"),
    Starts("dagster", words("job asset op"), TriggerKind.PLATFORM, "dagster", "dagster"),
    Starts("restate", words("handler main"), TriggerKind.PLATFORM, "restate", "restate"),
    Starts("hatchet_sdk", words("task workflow durable_task"), TriggerKind.PLATFORM, "hatchet", "hatchet"),
    Starts("inngest", words("create_function"), TriggerKind.PLATFORM, "inngest", "inngest"),
    Starts(
        "aws_durable_execution_sdk_python",
        words("durable_execution"),
        TriggerKind.PLATFORM,
        "aws_durable",
        "aws_durable",
    ),
    Starts(
        "mistralai_workflows",
        words("define entrypoint"),
        TriggerKind.PLATFORM,
        "mistral_workflows",
        "mistral_workflows",
    ),
    Starts("mistralai", words("entrypoint"), TriggerKind.PLATFORM, "mistral_workflows", "mistral_workflows"),
)

TAKES_OVER_CALLS = words("dbos prefect")
"""Engines whose decorated function runs on the engine whoever calls it, without any other call to start it."""
