"""The generated project as processes: its worker under watch, its starter, its approval command."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.proving.clean import Entry, first_ready, read_diary
from migrate.proving.description import Description
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.processes import Child
from migrate.proving.project import Project
from migrate.proving.server import TemporalServer
from migrate.proving.world import World

_RUNNER = Path(__file__).with_name("runner.py")


@dataclass(frozen=True, slots=True)
class Scene:
    """What all lanes of a proof share."""

    project: Project
    description: Description
    server: TemporalServer
    python: Path
    folder: Path
    household: Household

    def world(self, folder: Path) -> World:
        """Services and files for one lane; nothing is started yet."""
        return World(
            self.description,
            defaults=self.project.defaults,
            python=self.python,
            folder=folder,
            household=self.household,
        )


class Application:
    """The project's commands in one namespace. `settings` lead the application to its outside world."""

    def __init__(self, scene: Scene, namespace: str, folder: Path, settings: Mapping[str, str]) -> None:
        self._scene = scene
        self._folder = folder
        self._namespace = namespace
        self._env = self._environment(settings)
        self._orders = folder / "orders.json"
        self._diary = folder / "diary.jsonl"
        self._worker: Child | None = None
        self._continues = False

    @property
    def log(self) -> Path:
        """What the workers said."""
        return self._folder / "worker.log"

    def lead(self, settings: Mapping[str, str]) -> None:
        """Other settings from now on. A worker reads its own once, so one that runs with others is stopped."""
        env = self._environment(settings)
        if env != self._env:
            self.stop_worker()
            self._env = env

    def start_worker(self, *, calls: str | None = None, continues: bool = False) -> None:
        """Start a worker; with the address of the services' log it runs one activity at a time.

        `continues`: its runs continue as new after every step.
        """
        self._continues = continues
        words = ["--package", self._scene.project.package, "--orders", str(self._orders), "--diary", str(self._diary)]
        if calls is not None:
            words += ["--calls", calls]
        if continues:
            words += ["--continues", self._scene.project.continue_after]
        self._worker = self._start("The worker", [str(_RUNNER), *words], self.log)

    def ensure_worker(self, *, calls: str | None = None, continues: bool = False) -> None:
        """Start a worker unless one runs; one whose runs continue as new, or do not, gives way to another."""
        if continues is not self._continues:
            self.stop_worker()
        if not self.works:
            self.start_worker(calls=calls, continues=continues)

    def kill_worker(self) -> None:
        """SIGKILL."""
        if self._worker is not None:
            self._worker.kill()

    def stop_worker(self) -> None:
        """SIGTERM, as a deployment does."""
        if self._worker is not None:
            self._worker.stop()

    def ask_worker_to_stop(self) -> None:
        """SIGTERM; the worker finishes what it has begun."""
        if self._worker is not None:
            self._worker.ask_to_stop()

    @property
    def works(self) -> bool:
        """Whether a worker runs."""
        return self._worker is not None and self._worker.running

    @property
    def worker_code(self) -> int | None:
        """How the last worker ended; None while it runs."""
        return None if self._worker is None else self._worker.code

    def check_worker(self) -> None:
        """A worker that ended by itself, not by SIGKILL, is no proof of anything."""
        if self._worker is not None and self._worker.code not in (None, -signal.SIGKILL):
            said = self._worker.last_words()
            missing = "ModuleNotFoundError" in said or "ImportError" in said
            advice = "; --python names the interpreter that has the application's packages" if missing else ""
            raise ProofError(f"The worker ended by itself: {said} (its log: {self.log}){advice}")

    def order_death(self, activity: str, visit: int, moment: str, marker: Path) -> None:
        """Tell the worker where to kill itself; the marker appears when it did."""
        order = {"activity": activity, "visit": visit, "moment": moment, "marker": str(marker)}
        draft = self._orders.with_suffix(".part")
        draft.write_text(json.dumps(order), "utf-8")
        draft.replace(self._orders)

    def withdraw_order(self) -> None:
        """No worker has to die any more."""
        self._orders.unlink(missing_ok=True)

    def starter(self, arguments: Any, run: str) -> Child:
        """The command that starts a run; where no argument names the run, its id does."""
        named = [] if self._scene.project.business_key is not None else ["--key", run]
        return self._module("starter", "--input", json.dumps(arguments), *named)

    def approval(self, workflow: str, decision: Any, wait: str | None) -> Child:
        """The command by which a person decides; the wait is named only if there are several."""
        named = [] if wait is None else ["--wait", wait]
        return self._module("approve", workflow, "--decision", json.dumps(decision), *named)

    def script(self, file: Path, *words: str, bare: bool, settings: Mapping[str, str]) -> Child:
        """A script of ours in the application's interpreter; `bare`: with the given settings and nothing else."""
        paths = self._env["PYTHONPATH"].split(os.pathsep)[0] if bare else self._env["PYTHONPATH"]
        env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": paths} if bare else dict(self._env)
        command = [str(self._scene.python), str(file), *words]
        log = self._folder / f"{file.stem}.log"
        household, folder = self._scene.household, self._scene.project.folder
        return household.start(file.stem, command, folder=folder, log=log, env=env | dict(settings))

    def ready_after(self, moment: float) -> float | None:
        """When the next worker could take a step."""
        return first_ready(self._diary, moment)

    def diary(self, workflow: str) -> tuple[Entry, ...]:
        """What the workers noted of one workflow."""
        return read_diary(self._diary, workflow)

    def _module(self, name: str, *words: str) -> Child:
        log = self._folder / f"{name}.log"
        return self._start(f"The {name}", ["-m", f"{self._scene.project.package}.{name}", *words], log)

    def _start(self, name: str, words: list[str], log: Path) -> Child:
        scene = self._scene
        command = [str(scene.python), *words]
        return scene.household.start(name, command, folder=scene.project.folder, log=log, env=self._env)

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The application's settings, and an engine address that leads to the proof's own server and nowhere else."""
        env = {k: v for k, v in settings.items() if not k.startswith("TEMPORAL_")}
        paths = [str(self._scene.project.folder), *filter(None, [env.get("PYTHONPATH")])]
        no_profile = self._folder / "no-profile.toml"
        no_profile.touch()
        return env | {
            "PYTHONPATH": os.pathsep.join(paths),
            "TEMPORAL_ADDRESS": self._scene.server.address,
            "TEMPORAL_NAMESPACE": self._namespace,
            "TEMPORAL_CONFIG_FILE": str(no_profile),
        }
