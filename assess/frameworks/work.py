"""Job systems, consumers, schedulers and command lines."""

from assess.frameworks.rules import HandsOver, Registers, Starts, words
from assess.model.woven import TriggerKind

STARTS = (
    Starts("celery", words("task shared_task periodic_task"), TriggerKind.QUEUE, "celery", "celery"),
    Starts("rq", words("job"), TriggerKind.QUEUE, "rq"),
    Starts("dramatiq", words("actor"), TriggerKind.QUEUE, "dramatiq"),
    Starts("huey", words("task periodic_task db_task"), TriggerKind.QUEUE, "huey"),
    Starts("taskiq", words("task"), TriggerKind.QUEUE, "taskiq"),
    Starts("faust", words("agent timer crontab"), TriggerKind.QUEUE, "faust"),
    Starts("faststream", words("subscriber"), TriggerKind.QUEUE, "faststream"),
    Starts("arq", words("cron"), TriggerKind.SCHEDULE, "arq"),
    Starts("apscheduler", words("scheduled_job"), TriggerKind.SCHEDULE, "apscheduler"),
    Starts("schedule", words("repeat"), TriggerKind.SCHEDULE, "schedule"),
    Starts("click", words("command group"), TriggerKind.CLI, "click"),
    Starts("typer", words("command callback"), TriggerKind.CLI, "typer"),
    Starts("discord", words("event command"), TriggerKind.PLATFORM, "discord"),
)

REGISTERS = (
    Registers("pika", "basic_consume", ("on_message_callback",), 1, TriggerKind.QUEUE, "pika"),
    Registers("aio_pika", "consume", ("callback",), 0, TriggerKind.QUEUE, "aio_pika"),
    Registers("google", "subscribe", ("callback",), 1, TriggerKind.QUEUE, "pubsub"),
    Registers("apscheduler", "add_job", ("func",), 0, TriggerKind.SCHEDULE, "apscheduler"),
    Registers("schedule", "do", ("job_func",), 0, TriggerKind.SCHEDULE, "schedule"),
    Registers("telegram", "CommandHandler", ("callback",), 1, TriggerKind.PLATFORM, "telegram"),
    Registers("telegram", "MessageHandler", ("callback",), 1, TriggerKind.PLATFORM, "telegram"),
)

HANDS_OVER = (HandsOver("celery", words("delay apply_async send_task"), "celery"),)
