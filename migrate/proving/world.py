"""The outside world of one lane, running: its services, its files, and the settings that lead the application there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate.proving.control import Control
from migrate.proving.description import Case, Command, Description, filled
from migrate.proving.errors import ProofError
from migrate.proving.household import Household
from migrate.proving.processes import Child, outer_environment

_START_SECONDS = 30
_CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a kind: what tells it apart at the services."""

    id: str
    case: Case


class World:
    """Services and files of one lane. Nothing in it is shared, so runs of different lanes cannot be mixed up.

    `defaults`: whom the application would call without these settings. A proof calls nobody outside this machine.
    """

    def __init__(
        self, description: Description, *, defaults: Mapping[str, str], python: Path, folder: Path, household: Household
    ) -> None:
        self._description = description
        self._defaults = defaults
        self._folder = folder
        self._household = household
        self._known = {"here": str(description.here), "work": str(folder), "python": str(python)}
        self._settings: dict[str, str] = {}
        self._runs = 0
        self._ids: set[str] = set()
        self._control: Control | None = None
        self._services: Child | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def control(self) -> Control:
        """The control of the services."""
        if self._control is None:
            raise ProofError("The services are not started.")
        return self._control

    def ensure(self) -> None:
        """Start the services unless they run."""
        if self._services is None or not self._services.running:
            self.start()

    def start(self) -> None:
        """Start the services and wait until they have said where they answer."""
        addresses = self._folder / "addresses.json"
        addresses.unlink(missing_ok=True)
        log = self._folder / "services.log"
        known = self._known | {"addresses": str(addresses)}
        command = self._description.services
        self._services = child = self._household.start(
            "The services", filled(command.words, known), folder=command.folder, log=log, env=self._outer()
        )
        self._household.wait(lambda: addresses.exists() or not child.running, seconds=_START_SECONDS)
        if not addresses.exists():
            raise ProofError(f"The services did not start: {child.last_words()} (their log: {log})")
        said = _read(addresses)
        found = {str(k): str(v) for k, v in said.get("addresses", {}).items()}
        if _CONTROL not in found:
            raise ProofError(f"The services name no address {_CONTROL!r} by which a proof could ask them.")
        self._settings = {str(k): str(v) for k, v in said.get("env", {}).items()}
        self._known |= _placeholders(found)
        self._control = Control(found[_CONTROL])
        self._call_nobody_else()

    def _call_nobody_else(self) -> None:
        given = {**self._outer(), **self._settings, **self._description.environment}
        for setting, host in self._defaults.items():
            if not given.get(setting):
                raise ProofError(
                    f"A run would call {host}: {setting}, which leads it elsewhere, is set neither by the services' "
                    f"`env` nor under [environment] in {self._description.file}."
                )

    def stop(self) -> None:
        """End the services."""
        if self._services is not None:
            self._services.stop()

    def new_run(self, lane: str, case: Case) -> Run:
        """A new run of this kind, with its files laid out. The lane's name keeps ids apart."""
        self._runs += 1
        name = str(filled(case.run_id, self._known | {"number": f"{lane}-{self._runs:03d}"}))
        for copied in case.copies:
            target = self._folder / str(filled(copied.target, self._known | {"run": name}))
            self._copy(copied.source, target)
        self._ids.add(name)
        return Run(name, case)

    def arguments(self, run: Run) -> Any:
        """What the workflow's starter gets."""
        return filled(run.case.arguments, self._known | {"run": run.id})

    def decision(self, wait: str, run: Run) -> Any:
        """What a person decides at this wait."""
        decisions = run.case.decisions
        if wait not in decisions and "default" not in decisions:
            raise ProofError(f"{self._description.file} has no decision for the wait {wait!r}: add it to [decisions].")
        return filled(decisions.get(wait, decisions.get("default")), self._known | {"run": run.id})

    def known(self) -> Mapping[str, str]:
        """What belongs to this world alone: its addresses and its folders, by their names."""
        return {k: v for k, v in self._known.items() if k not in ("here", "python")}

    def calls_of(self, run: Run) -> list[dict[str, Any]]:
        """What the services tell of this run since everything was arranged for it: no call that names another run."""
        others = self._ids - {run.id}
        return [call for call in self.control.whole_log() if call.get("run") not in others]

    def arrange(self, run: Run, pace: float) -> None:
        """Everything at the services anew, and the people of this kind of run; every call takes so many seconds."""
        self.control.reset(pace)
        self.control.arranged(run.case.orders)

    def environment(self, run: Run) -> dict[str, str]:
        """The settings of the application: this process's, then what leads to the services, then the description's."""
        described: dict[str, str] = filled(self._description.environment, self._known | {"run": run.id})
        return self._outer() | self._settings | described

    def original(self, run: Run) -> Child:
        """Start the original once for this run."""
        command = self._description.original
        if command is None:
            raise ProofError(f"{self._description.file} has no [original] to compare with.")
        return self._start_original(command, run)

    def _start_original(self, command: Command, run: Run) -> Child:
        words = filled(command.words, self._known | {"run": run.id})
        log = self._folder / "original.log"
        return self._household.start("The original", words, folder=command.folder, log=log, env=self.environment(run))

    def _copy(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy2(source, target)
        except OSError as problem:
            raise ProofError(f"{source} cannot be copied for a run: {problem.strerror}.") from None

    def _outer(self) -> dict[str, str]:
        return outer_environment() | {"PYTHONUNBUFFERED": "1"}


def _read(addresses: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(addresses.read_text("utf-8"))
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("addresses"), dict):
        raise ProofError(f"The services wrote no JSON with their addresses to {addresses}.")
    return data


def _placeholders(addresses: Mapping[str, str]) -> dict[str, str]:
    """{name} for each address, {name.host} and {name.port} for its parts."""
    known: dict[str, str] = {}
    for name, address in addresses.items():
        host, _, port = address.rpartition("//")[2].partition("/")[0].partition(":")
        known |= {name: address, f"{name}.host": host, f"{name}.port": port}
    return known
