"""The cut-over of one pipeline: the changed files, and what has to be told because no diff can say it."""

from __future__ import annotations

import hashlib

from assess.model.woven import TriggerKind
from migrate.cutover.callers import Caller, callers_of
from migrate.cutover.change import CutOver, FileChange, Place, Told
from migrate.cutover.deciding import who_decides
from migrate.cutover.diffs import applied, unified
from migrate.cutover.edits import FileEdits
from migrate.plan import How, Plan
from migrate.rewriting.draft import Draft, WaitPoint
from migrate.rewriting.sites import Passage
from migrate.rewriting.source import Function, Module
from migrate.rewriting.taking import is_acknowledging

_STARTED_FROM_OUTSIDE = (
    TriggerKind.HTTP, TriggerKind.QUEUE, TriggerKind.SCHEDULE, TriggerKind.PLATFORM, TriggerKind.CLI,
)  # fmt: skip


def cut_over(plan: Plan, draft: Draft) -> CutOver:
    """What changes where a run begins. Reads the legacy files, changes none."""
    work = _CutOver(plan, draft)
    work.find()
    decides = who_decides(plan, draft, work.decided)
    return CutOver(tuple(work.changes()), tuple(work.told), decides)


class _CutOver:
    def __init__(self, plan: Plan, draft: Draft) -> None:
        self.plan = plan
        self.draft = draft
        self.told: list[Told] = []
        self._kept = [name for name, _, _ in draft.parameters]
        self._files: dict[str, FileEdits] = {}
        self._places: dict[str, list[Place]] = {}

    def find(self) -> None:
        """Note the edit of each place where a run begins."""
        entry = self.draft.entry
        place = f"{entry.module.file}:{entry.line}"
        region = next((p for p in self.draft.passages if p.call is None), None)
        if region is not None:
            self._region(region)
        elif entry.script:
            command = f"python -m {self.plan.package}.starter"
            told = f"whoever runs {entry.module.file} (a crontab, a job, a person) runs `{command}` instead"
            self.told.append(Told(place, told))
        elif any(u.how is How.WHOLE and u.symbol == entry.qualname and not u.piece for u in self.draft.units):
            told = f"an activity calls {entry.qualname} as it is, so it cannot start the workflow itself"
            self.told.append(Told(place, f"{told}: call `caller.start` where it is called"))
        elif entry.node.decorators or not self._callers():
            self._entry()

    def changes(self) -> list[FileChange]:
        """The diff of each changed file."""
        found = []
        root = self.draft.legacy.import_root
        for file, edits in sorted(self._files.items()):
            path = self.draft.legacy.root / file
            old = path.read_bytes().decode("utf-8")
            new = applied(old, edits.finished())
            relative = path.relative_to(root).as_posix()
            digest = hashlib.sha256(new.encode("utf-8")).hexdigest()
            found.append(FileChange(relative, unified(relative, old, new), digest, tuple(self._places[file])))
        return found

    def _edits(self, module: Module) -> FileEdits:
        return self._files.setdefault(module.file, FileEdits(module, self.plan.package))

    def _place(self, module: Module, line: int, function: Function | None, says: str) -> None:
        name = function.qualname if function is not None else module.dotted
        self._places.setdefault(module.file, []).append(Place(module.file, line, name, says))

    def _region(self, passage: Passage) -> None:
        module = passage.function.module
        keyed = self.plan.business_key is not None
        named = self._edits(module).region(passage, self._kept, keyed=keyed)
        line = module.span(passage.region[0])[0]
        says = _for_each(passage.acknowledged or self._acks())
        if passage.request:
            says = "reads what came with the request, then starts the run"
        self._place(module, line, passage.function, f"{says}{named}")

    def _callers(self) -> bool:
        """Whether the function is called somewhere; each call is changed."""
        found = callers_of(self.draft)
        for caller in found:
            if caller.module.cells:
                self.told.append(Told(self._at(caller), "a notebook: start the run there with `caller.run`"))
                continue
            says = self._edits(caller.module).call(caller, self.draft.entry, self._kept)
            if says is None:
                self._files.pop(caller.module.file, None)
                told = "the arguments cannot be told apart: call `caller.start` or `caller.run` there by hand"
                self.told.append(Told(self._at(caller), told))
                continue
            if caller.takes_messages and "goes on" in says:
                says = _for_each(self._acks())
            self._place(caller.module, caller.module.span(caller.call)[0], caller.function, says)
        return bool(found)

    def _acks(self) -> bool:
        """Whether the loop that takes messages acknowledges them."""
        return any(is_acknowledging(step.call) for step, _ in self.draft.left)

    def decided(self, function: Function, wait: WaitPoint) -> bool:
        """Whether the diff makes this endpoint tell the run what a person has decided."""
        key = self.plan.business_key
        line = self._edits(function.module).decided(function.qualname, wait, key) if key is not None else None
        if line is not None:
            self._place(function.module, line, function, f"tells the run that waits in `{wait.name}` what was decided")
        elif function.module.file not in self._places:
            self._files.pop(function.module.file, None)
        return line is not None

    def _at(self, caller: Caller) -> str:
        return f"{caller.module.file}:{caller.module.span(caller.call)[0]}"

    def _entry(self) -> None:
        """The function itself is what is started from outside."""
        entry = self.draft.entry
        outside = any(t.kind in _STARTED_FROM_OUTSIDE for t in self.draft.triggers)
        if entry.nested or not (entry.node.decorators or outside):
            place = f"{entry.module.file}:{entry.line}"
            told = (
                f"nothing in this code base calls {entry.qualname}: whoever does calls `caller.run` or `caller.start`"
            )
            self.told.append(Told(place, told))
            return
        # A worker of a task queue that waited for the run would be taken for as long as a person takes to decide.
        queued = any(t.kind is TriggerKind.QUEUE for t in self.draft.triggers)
        says = self._edits(entry.module).body(entry, self._kept, waits=not queued)
        self._place(entry.module, entry.line, entry, says)


def _for_each(acknowledged: object) -> str:
    if acknowledged:
        return "starts a run for each message, then acknowledges it"
    return "starts a run for each; what it finds again before the run has marked it joins that run"
