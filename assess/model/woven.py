"""A pipeline as it is read from the code, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assess.model.flow import Flow
from assess.model.graph import Edge
from assess.model.observed import Observed
from assess.model.step import Step, Visit


class TriggerKind(StrEnum):
    """What starts a pipeline from outside."""

    HTTP = "http"
    CLI = "cli"
    QUEUE = "queue"
    SCHEDULE = "schedule"
    SCRIPT = "script"
    NOTEBOOK = "notebook"
    LIBRARY = "library"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a pipeline; `detail` is the route, queue, schedule or command."""

    kind: TriggerKind
    detail: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a pipeline starts: the line of the def, of the call that builds a graph, 1 for a script."""

    file: str
    line: int
    cell: int | None
    symbol: str

    @property
    def place(self) -> str:
        """`file:line`, in a notebook `file[cell]:line`."""
        cell = "" if self.cell is None else f"[{self.cell}]"
        return f"{self.file}{cell}:{self.line}"


@dataclass(frozen=True, slots=True)
class WovenPipeline:
    """One way through the code that something outside can start. This is all that checks and crash table see."""

    id: str
    name: str
    entry: Entry
    triggers: tuple[Trigger, ...]
    frameworks: tuple[str, ...]
    ai: bool
    chain: bool
    durable_engine: str
    flow: Flow
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    observed: Observed

    def visits(self) -> dict[str, tuple[Step, Visit]]:
        """Each visit's id with its step, as it is on that way, and itself, in order of the flow."""
        by_id = {visit.id: (step.on_way(visit), visit) for step in self.steps for visit in step.visits}
        order = dict.fromkeys([*self.flow.visits(), *by_id])
        return {visit: by_id[visit] for visit in order if visit in by_id}
