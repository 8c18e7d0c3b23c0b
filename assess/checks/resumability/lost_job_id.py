"""The id of a provider's job is kept in memory only.

## What it does

Points at a call that starts a job with a provider (a batch, a fine-tuning, a video, a run) whose id only this process
knows while it waits for the end.

## Why it matters

Such jobs take minutes to a day and are paid for. A process that dies in between leaves a job that goes on, is billed,
and that nobody can find; the next run starts another one.

## When it is fine

Where the provider lists its jobs by a name that the run can know again.

## What to do

Store the id before the first wait, and look for it before a new job is started. On a durable engine the id is the
result of a finished step.

## What it cannot see

A store that gets the id in a way that the code base does not show, and names by which the job can be found.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_step, calls
from assess.model.engine import records
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.graph import EdgeKind
from assess.model.step import Confidence, Effect, Kind, Step
from assess.model.woven import WovenPipeline

AXIS = Axis.RESUMABILITY
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.MANDATORY
EFFORT = 0.5
NEEDS = (Need.DURABLE_STATE,)

BAD = """
import time

from openai import OpenAI

client = OpenAI()


def run(file: str) -> str | None:
    batches = client.batches
    job = batches.create(input_file_id=file, endpoint="/v1/responses", completion_window="24h")  # finding: lost-job-id
    for _ in range(1000):
        job = client.batches.retrieve(job.id)
        if job.status in ("completed", "failed", "expired"):
            return job.output_file_id
        time.sleep(60)
    raise TimeoutError(file)
"""

GOOD = """
import sqlite3
import time

from openai import OpenAI

client = OpenAI()


def run(db: sqlite3.Connection, file: str) -> str | None:
    job = client.batches.create(input_file_id=file, endpoint="/v1/responses", completion_window="24h")
    db.execute("INSERT INTO jobs VALUES (?, ?) ON CONFLICT (file) DO NOTHING", (file, job.id))
    db.commit()
    for _ in range(1000):
        job = client.batches.retrieve(job.id)
        if job.status in ("completed", "failed", "expired"):
            return job.output_file_id
        time.sleep(60)
    raise TimeoutError(file)
"""

JOBS = ("batch", "fine_tuning", "job", "operation", "run", "transcript", "video")
"""Words in the path of a call that starts something which goes on at the provider."""
STORES = frozenset({Kind.DATABASE, Kind.FILE, Kind.OBJECT_STORE, Kind.QUEUE})


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each job that is asked about again and whose id no store gets."""
    if records(pipeline.durable_engine):
        return
    visits = pipeline.visits()
    for step in pipeline.steps:
        if not _starts_job(step):
            continue
        own = {visit.id for visit in step.visits}
        fed = [visits[e.target][0] for e in pipeline.edges if e.kind is EdgeKind.DATA and e.source in own]
        asked = [s for s in fed if s.effect is Effect.READ and s.provider == step.provider and s.in_loop]
        stored = any(s.kind in STORES and s.effect is not Effect.READ for s in fed)
        if asked and not stored:
            message = (
                f"{calls(step)} starts a job that {calls(asked[0])} asks about, and only this process knows its id."
            )
            yield at_step(pipeline, step, message)


def _starts_job(step: Step) -> bool:
    path = (step.target or step.call).lower()
    return step.effect is Effect.WRITE and step.region.provider_state and any(word in path for word in JOBS)
