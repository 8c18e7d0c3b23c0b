"""The original, run from its entry in the user's own interpreter, in an outside world of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assess.reading.notebook import NotANotebookError
from migrate.proving.application import Scene
from migrate.proving.description import Case
from migrate.proving.equivalence.courses import Course, ending_of
from migrate.proving.equivalence.faults import Fault
from migrate.proving.equivalence.outside import Words, read_calls
from migrate.proving.errors import ProofError
from migrate.proving.world import Run
from migrate.rewriting.notebooks import script_of

_ENTRY = Path(__file__).with_name("entry.py")
_NAME = "same-original"
_RUN_SECONDS = 120.0
_REST_SECONDS = 1.5
PACE = 0.15


class OriginalSide:
    """Runs the original once for each course; a process for each, as it is run today."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._folder = scene.folder / _NAME
        self._world = scene.world(self._folder)
        self._world.start()
        self._source = self._script()
        self._beside = any(a.beside for a in scene.project.activities)

    def course(self, case: Case, fault: Fault | None = None) -> Course:
        """One run; every call takes a moment, so that calls made at once are seen to be."""
        run = self._world.new_run(_NAME, case)
        self._world.arrange(run, PACE)
        if fault is not None:
            fault.order(self._world.control, run.id)
        told = self._run(run)
        words = Words.of(run.id, self._world.known())
        return Course(run.id, read_calls(self._world.calls_of(run), words), ending_of(told, words))

    def stop(self) -> None:
        """End the services."""
        self._world.stop()

    def _run(self, run: Run) -> Any:
        plan, ending = (self._folder / f"{run.id}.{part}.json" for part in ("plan", "ending"))
        plan.write_text(json.dumps(self._plan(run, ending)), "utf-8")
        command = [str(self._scene.python), str(_ENTRY), str(plan)]
        child = self._scene.household.start(
            "The original",
            command,
            folder=self._folder,
            log=self._folder / "original.log",
            env=self._world.environment(run),
        )
        self._scene.household.wait(lambda: not child.running or ending.exists(), seconds=_RUN_SECONDS)
        if ending.exists() and self._beside:
            self._come_to_rest()
        child.stop()
        try:
            told = json.loads(ending.read_text("utf-8"))
            if "unable" not in told:
                return told
            raise ProofError(
                f"The original cannot be entered, so nothing can be compared with it: {told['unable']} "
                f"(--only kills leaves the comparison out; its log: {child.log})"
            )
        except (OSError, ValueError):
            raise ProofError(
                f"The original came to no end that could be compared: {child.last_words()} (its log: {child.log})"
            ) from None

    def _come_to_rest(self) -> None:
        """Wait for what runs beside the run, until the services have heard nothing new for a while."""
        heard = -1
        while (now := len(self._world.control.whole_log())) != heard:
            heard = now
            self._scene.household.pause(_REST_SECONDS)

    def _plan(self, run: Run, ending: Path) -> dict[str, Any]:
        entry = self._scene.project.entry
        return {
            "root": str(self._scene.project.legacy_root),
            "module": entry.module,
            "symbol": entry.symbol,
            "file": str(self._scene.project.legacy_root / entry.file) if entry.file else "",
            "source": self._source,
            "arguments": self._world.arguments(run),
            "answers": "".join(f"{line}\n" for line in run.case.answers),
            "ending": str(ending),
            "stays": self._beside,
        }

    def _script(self) -> str | None:
        """The text of a script as it stands, of a notebook the cells up to the end of the entry; None: a function."""
        entry = self._scene.project.entry
        if not entry.script:
            return None
        file = self._scene.project.legacy_root / entry.file
        try:
            data = file.read_bytes()
            if file.suffix != ".ipynb":
                return data.decode("utf-8")
            lines = script_of(data)[0].split("\n")
        except (OSError, UnicodeDecodeError, NotANotebookError) as problem:
            raise ProofError(f"{file} cannot be read as the original: {problem}") from None
        return "\n".join(lines[: entry.end_line]) + "\n"
