"""Concurrent code of every kind in runs that continue as new every few outcomes. Runs inside a generated project."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

from .probe import WORK, Probe, begun, policies, policy

CALLED: list[tuple[str, str]] = []


@activity.defn(name="probe")
def probe(text: str, seconds: float) -> list[str]:
    """Takes its time, or fails if told to."""
    CALLED.append((activity.info().activity_id, text))
    time.sleep(seconds)
    if text.startswith("bad"):
        raise ValueError(text)
    return [text]


async def in_the_order_of_their_end(run: Probe, text: str) -> Any:
    """What is done first is gone on with first; the order decides what comes next."""
    works = [asyncio.ensure_future(run.step_for(f"i{n}", probe, f"{text}{n}", 0.08 * (7 - n))) for n in range(8)]
    seen = []
    for following in run.as_completed(works):
        first = await following
        second = await run.step(probe, f"then {first[0]} after {len(seen)}", 0.0)
        seen.append(second[0])
    return seen


async def two_steps_for_each(run: Probe, text: str) -> Any:
    """Items in parallel, a few at once, each with a pause, an id and two steps; one fails and is caught."""
    gate = asyncio.Semaphore(3)

    async def one(n: int) -> Any:
        async with gate:
            name = str(run.uuid4())
            first = await run.step(probe, f"{'bad' if n == 4 else ''}{text}{n} {name}", 0.01 * (n % 3))
            first.append("changed by the code")
            await run.sleep(0.01 * run.random().randint(0, 5))
            second = await run.step(probe, f"{first[0]} again", 0.0)
            return [*first, *second]

    async def kept(n: int) -> Any:
        try:
            return await one(n)
        except ActivityError:
            return [*await run.step(probe, f"instead of {n}", 0.0)]

    return await asyncio.gather(*(kept(n) for n in range(7)))


async def races(run: Probe, _: str) -> Any:
    """The first of two wins and the other is cancelled; what takes too long is given up."""
    told = []
    for n in range(4):
        quick = asyncio.ensure_future(run.step(probe, f"quick {n}", 0.01))
        slow = asyncio.ensure_future(run.step(probe, f"slow {n}", 0.2))
        done, pending = await run.wait([quick, slow], return_when=asyncio.FIRST_COMPLETED)
        for other in pending:
            other.cancel()
        told.append((await done[0])[0])
        try:
            told.append((await run.wait_for(run.step(probe, f"late {n}", 0.5), 0.05))[0])
        except TimeoutError:
            told.append((await run.step(probe, f"instead of late {n}", 0.0))[0])
    try:
        async with run.timeout(0.05):
            told += await run.step(probe, "too late", 0.5)
    except TimeoutError:
        told += await run.step(probe, "instead of too late", 0.0)
    before = run.now()
    await run.sleep(0.05)
    assert run.now() > before
    return told


async def in_line(run: Probe, text: str) -> Any:
    """A loop as long as it is told to be."""
    told = []
    while len(told) < 12:
        told += await run.step(probe, f"{text} {len(told)} {run.random().random()} {run.time() > 0}", 0.0)
    return told


KINDS = [in_the_order_of_their_end, two_steps_for_each, races, in_line]
WORK |= {kind.__name__: kind for kind in KINDS}


async def refusals(client: Client, handle: WorkflowHandle[Any, Any]) -> tuple[int, list[str]]:
    """In how many parts it ran, and what the server was told that no task can come to."""
    run: str | None = handle.first_execution_run_id
    parts, told = 0, []
    while run:
        parts, events = parts + 1, client.get_workflow_handle(handle.id, run_id=run).fetch_history_events()
        run = None
        async for event in events:
            if event.HasField("workflow_task_failed_event_attributes"):
                told.append(event.workflow_task_failed_event_attributes.failure.message)
            if event.HasField("workflow_execution_continued_as_new_event_attributes"):
                run = event.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return parts, [t for t in told if "UnhandledCommand" not in t]


@pytest.mark.usefixtures(policy.__name__)
@pytest.mark.parametrize(("after", "cached"), [(2, 0), (5, 100)])
@pytest.mark.parametrize("kind", [kind.__name__ for kind in KINDS])
async def test_no_call_twice_and_no_doubt(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str, after: int, cached: int
) -> None:
    CALLED.clear()
    monkeypatch.setattr(policies, "CONTINUE_AFTER", after)
    queue = f"mixed-{uuid.uuid4()}"
    pool = ThreadPoolExecutor(8)
    options: dict[str, Any] = {"max_cached_workflows": cached, "max_concurrent_activities": 8}
    async with Worker(
        client, task_queue=queue, workflows=[Probe], activities=[probe], activity_executor=pool, **options
    ):
        handle = await begun(client, queue, kind, "text")
        result = await asyncio.wait_for(handle.result(), 60)
        parts, refused = await refusals(client, handle)
    assert refused == []
    assert parts > 1
    ids = Counter(call for call, _ in CALLED)
    assert [call for call, times in ids.items() if times > 1] == []
    texts = {text for _, text in CALLED}
    flat = result if isinstance(result[0], str) else [text for part in result for text in part]
    assert {text for text in flat if text != "changed by the code"} <= texts
    assert len(flat) == {"in_line": 12, "races": 9, "in_the_order_of_their_end": 8, "two_steps_for_each": 19}[kind]
