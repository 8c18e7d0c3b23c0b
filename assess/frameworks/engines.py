"""Engines that run workflows durably: a pipeline that one of them runs is scored as what it is."""

from assess.frameworks.rules import RunsGiven, Starts, words
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
    Starts("langgraph", words("entrypoint"), TriggerKind.PLATFORM, "langgraph", "langgraph_checkpointer"),
    Starts("mistralai", words("entrypoint"), TriggerKind.PLATFORM, "mistral_workflows", "mistral_workflows"),
)

TAKES_OVER_CALLS = words("dbos prefect")
"""Engines whose decorated function runs on the engine whoever calls it, without any other call to start it."""

RUNS_GIVEN = (
    RunsGiven("restate", words("run run_typed"), 1, ("action",)),
    RunsGiven("inngest", words("run"), 1, ("handler",)),
    RunsGiven(
        "aws_durable_execution_sdk_python",
        words("step run_in_child_context wait_for_callback"),
        0,
        ("func", "submitter"),
    ),
    RunsGiven("dbos", words("start_workflow start_workflow_async enqueue enqueue_async"), 0, ("func",), beside=True),
    RunsGiven("dbos", words("run_step run_step_async"), 1, ("func",)),
)

LIMITS = {
    "celery": ("time_limit", "soft_time_limit"),
    "hatchet_sdk": ("execution_timeout",),
    "mistralai": ("start_to_close_timeout",),
    "prefect": ("timeout_seconds",),
}
"""Settings of a decorator that limit how long the function runs, by package."""

MAPS = {"prefect": words("map")}
"""Methods of a decorated function that run it once an element, at once."""
