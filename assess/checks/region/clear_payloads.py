"""The payloads of workflows lie in clear in the engine's history.

## What it does

Points at the place where a workflow's code connects to its engine, if no codec of the owner's encodes what crosses;
and at workflows whose engine keeps the history in a control plane of its vendor's.

## Why it matters

An engine stores the arguments and results of every step, for as long as it keeps its history. Workers in your region
do not change that: the history lies where the engine's server is. With a codec the server, and whoever runs it, sees
bytes only. Temporal calls this a payload codec; Mistral Workflows keeps payloads in its control plane unless its
payload encryption is on (documentation of both as read on 22 November 2026).

## When it is fine

Where the owner runs the engine's server in the region of their choice and its database is protected like any other.

## What to do

Give the client a data converter with a payload codec whose keys the owner holds, and pass large or personal content by
reference.

## What it cannot see

Who runs the server behind an address, encryption of its disk, and what the payloads hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from assess.checks.check import Found
from assess.checks.point import at_entry, own_machine
from assess.model.finding import Axis, Category, Need, Severity
from assess.model.observed import ChosenBy, Connection
from assess.model.source import TrailStop
from assess.model.step import Confidence
from assess.model.woven import WovenPipeline

AXIS = Axis.REGION
SEVERITY = Severity.MEDIUM
CONFIDENCE = Confidence.MEDIUM
CATEGORY = Category.POTENTIAL
EFFORT = 1.0
NEEDS = (Need.CLAIM_CHECK,)

BAD = """
import os

import httpx
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker


@activity.defn
async def load(address: str) -> str:
    async with httpx.AsyncClient(timeout=10) as client:
        return (await client.get(address)).text


@workflow.defn
class Reading:
    @workflow.run
    async def run(self, address: str) -> str:
        return await workflow.execute_activity(load, address)


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])  # finding: clear-payloads
    await Worker(client, task_queue="reading", workflows=[Reading], activities=[load]).run()
"""

GOOD = """
import os

import httpx
from codec import KeyedCodec
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import Worker


@activity.defn
async def load(address: str) -> str:
    async with httpx.AsyncClient(timeout=10) as client:
        return (await client.get(address)).text


@workflow.defn
class Reading:
    @workflow.run
    async def run(self, address: str) -> str:
        return await workflow.execute_activity(load, address)


async def main() -> None:
    converter = DataConverter(payload_codec=KeyedCodec())
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], data_converter=converter)
    await Worker(client, task_queue="reading", workflows=[Reading], activities=[load]).run()
"""

VENDORS = {"inngest": "Inngest", "mistral_workflows": "Mistral"}
"""Engines whose history lies with their vendor unless somebody arranged otherwise, as read on 22 November 2026."""


def look(pipeline: WovenPipeline) -> Iterator[Found]:
    """One finding for each connection without a codec, or at the entry of what a vendor's engine runs."""
    for connection in pipeline.observed.connections:
        if not connection.encoded:
            yield _found(pipeline, connection)
    vendor = VENDORS.get(pipeline.durable_engine)
    if vendor:
        yield at_entry(
            pipeline,
            f"The history of each run, with what its steps take and give, lies in the control plane of {vendor}.",
            reason="whether payload encryption is on stands outside of the code",
        )


def _found(pipeline: WovenPipeline, connection: Connection) -> Found:
    address = connection.address or "the SDK's default address"
    near = connection.by is ChosenBy.LITERAL and own_machine(address)
    return Found(
        file=connection.file,
        line=connection.line,
        end_line=connection.end_line,
        cell=connection.cell,
        symbol=pipeline.entry.symbol,
        target="connection",
        message=f"No codec encodes what the workflow sends to {address}: its history holds every payload in clear.",
        trail=(TrailStop(pipeline.entry.file, pipeline.entry.line, f"a run starts at {pipeline.entry.symbol}"),),
        severity=Severity.NOTE if near else None,
        reason="the server named here is on this machine" if near else "",
    )
