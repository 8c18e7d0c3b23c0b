"""One kill and what came of it: an application runs, dies at a step, and is run again as its supervisor would."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assess.model.assessment import Pipeline
from assess.model.score import When
from assess.model.step import Kind
from examples.services import Call, Counted, Services
from tests.crashing.lanes import Lane
from tests.crashing.worlds import World

HOME = Path(__file__).resolve().parents[2]
EXAMPLES = HOME / "examples"
PATIENCE = 120.0
"""Seconds until a run that does not come to its end fails the trial."""


class TrialError(Exception):
    """A run that should have come to its end, or to the place of the kill, did not."""


class EndedFirst(Exception):  # noqa: N818 - nothing is wrong with it
    """Nobody waits for the work that was to be killed, and the process came to its own end before."""


@dataclass(frozen=True, slots=True)
class Death:
    """A place and a moment; `nth` counts from 1 how often the run has come to this visit."""

    visit: str
    when: When
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run left: visits in the order in which they began, those that ended, and its calls at the services."""

    begun: tuple[str, ...]
    ended: frozenset[str]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A world with the pipeline that is killed in it, and a folder for everything that is written."""

    world: World
    pipeline: Pipeline
    folder: Path
    lane: Lane

    def clean(self) -> Seen:
        """A run that nobody kills."""
        with Services() as services:
            self.world.prepare(services)
            seen = self._run(services, "clean", None)
        # A worker that looks for the next message, and finds none, has begun no run.
        idle = self.world.worker and seen.begun[-1] == seen.begun[0]
        return replace(seen, begun=seen.begun[:-1]) if idle else seen

    def killed(self, death: Death) -> tuple[Seen, Seen]:
        """What the killed run left, and the one after it."""
        with Services() as services:
            self.world.prepare(services)
            first = self._run(services, "killed", death)
            services.release()
            services.sqs.redeliver()
            return first, self._run(services, "again", None)

    def _run(self, services: Services, name: str, death: Death | None) -> Seen:
        journal = self.folder / f"{name}.journal"
        plan = self.folder / f"{name}.json"
        plan.write_text(json.dumps(self._plan(services, journal, death)), "utf-8")
        earlier = len(services.log())
        answers = self.folder / "answers"
        answers.write_text(self.world.answers, "utf-8")
        self.lane.start(plan, self._env(services), answers, self.folder / f"{name}.err")
        code = self._see_to_the_end(services, death, journal)
        if death is not None and code == 0 and self._beside(death.visit):
            raise EndedFirst
        if death is not None and code != -9:
            raise TrialError(f"{self.world.name}: {death} was not reached: {self._said(name)}")
        if death is None and not self.world.worker and code != 0:
            raise TrialError(f"{self.world.name}: ended with {code}: {self._said(name)}")
        begun, ended = _read(journal)
        return Seen(begun, ended, tuple(services.log()[earlier:]))

    def _see_to_the_end(self, services: Services, death: Death | None, journal: Path) -> int:
        until = time.monotonic() + PATIENCE
        route = self._route(death.visit) if death is not None else None
        while (code := self.lane.ended()) is None:
            held = route is not None and services.wait(route, what=Counted.HELD, timeout=0.02)
            done = death is None and self.world.worker and _idle(services, journal)
            late = time.monotonic() > until
            if held or done or late:
                self.lane.kill()
            if late:
                raise TrialError(f"{self.world.name}: {death or 'the run'} took longer than {PATIENCE:.0f} s")
            time.sleep(0.02)
        return code

    def _plan(self, services: Services, journal: Path, death: Death | None) -> dict[str, Any]:
        steps = [
            {"visit": way.id, "file": step.file, "cell": step.cell, "line": step.line, "column": step.column}
            | {"name": step.call.rpartition(".")[2], "via": [{"file": via.file, "line": via.line} for via in way.via]}
            for step, way in self.pipeline.visits().values()
        ]
        return {
            "root": str(EXAMPLES / self.world.example),
            "command": list(self.world.command),
            "journal": str(journal),
            "steps": steps,
            "kill": None if death is None else self._kill(services, death),
        }

    def _kill(self, services: Services, death: Death) -> dict[str, Any]:
        step, _ = self.pipeline.visits()[death.visit]
        route = self._route(death.visit)
        if death.when is When.AFTER:
            how = "end"
        elif route is not None:
            how = "hang"
        else:
            how = {Kind.WAIT: "begin", Kind.HUMAN: "asked"}.get(step.kind, "local")
        control = f"{services.addresses['control']}/fault"
        return {"visit": death.visit, "nth": death.nth, "how": how, "route": route, "control": control}

    def _beside(self, visit: str) -> bool:
        return any(visit in work.visits for work in self.pipeline.observed.detached)

    def _route(self, visit: str) -> str | None:
        return self.world.route(*self.pipeline.visits()[visit])

    def _env(self, services: Services) -> dict[str, str]:
        database = f"sqlite:///{self.folder / 'claims.db'}"
        return {**os.environ, **services.env, "DATABASE_URL": database, "PYTHONDONTWRITEBYTECODE": "1"}

    def _said(self, name: str) -> str:
        return (self.folder / f"{name}.err").read_text("utf-8", "replace")[-2000:]


def _idle(services: Services, journal: Path) -> bool:
    """Whether a worker has begun to look for messages, and there are none."""
    return services.sqs.waiting() == 0 and journal.exists() and bool(journal.stat().st_size)


def _read(journal: Path) -> tuple[tuple[str, ...], frozenset[str]]:
    begun: list[str] = []
    ended: set[str] = set()
    for line in journal.read_text("utf-8").splitlines() if journal.exists() else ():
        what, _, visits = line.split(" ")
        if what == "begin":
            begun += visits.split(",")
        elif what == "end":
            ended.update(visits.split(","))
    return tuple(begun), frozenset(ended)


def deaths(clean: Seen, pipeline: Pipeline) -> list[Death]:
    """During and right after each visit that the clean run comes to, the first time and, if there is one, the last."""
    found = []
    for visit in pipeline.visits():
        times = clean.begun.count(visit)
        for nth in dict.fromkeys((1, times)) if times else ():
            found += [Death(visit, when, nth) for when in When]
    return found
