"""The drafted workflow and the pipeline's facts make the plan: numbers, keys, the ledger, open questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from assess.model.step import Effect, Step, Visit
from assess.model.woven import WovenPipeline
from migrate.following import Steps, transitions
from migrate.ledger import accounts, distinct, questions
from migrate.numbers import effect_of, key_of, kind_of, payload_of, retry_of, timeouts_of, unseen
from migrate.plan import (
    PLAN_VERSION,
    Activity,
    Cell,
    FanOut,
    FrameworkRun,
    InLine,
    Number,
    Parameter,
    Plan,
    PlannedEntry,
    Remark,
    Wait,
)
from migrate.retrying import Surroundings, layers_of, told
from migrate.rewriting.copies import CopyKind
from migrate.rewriting.draft import LONGEST_NAME, Draft, Unit, WaitPoint
from migrate.rewriting.handling import handling
from migrate.rewriting.reaching import reached

_KEY_WORDS = re.compile(r"(^|_)(id|uuid|key|number|no|nr|ref|reference|slug|code)$", re.IGNORECASE)
# Keys of another kind: many read the name of a run.
_SECRETS = re.compile(r"(^|_)(api|access|secret|private|signing|auth|encryption|ssh)_?(key|id|code)s?$", re.IGNORECASE)
_DEADLINE_HOURS = 72
_AT_ONCE = 10


def make_plan(pipeline: WovenPipeline, draft: Draft) -> Plan:
    """The plan for a pipeline whose workflow has been drafted."""
    behind = reached(draft)
    activities = tuple(_activity(unit, draft, behind.get(unit.name, ())) for unit in draft.units)
    waits = _waits(draft)
    order, on_error = transitions(pipeline, _whose(draft, (*activities, *waits)))
    entry = draft.entry
    runs = tuple(
        FrameworkRun(
            unit.name,
            unit.drive.framework,
            ":".join(unit.drive.kept),
            tuple(_activity(inner, draft) for inner in unit.drive.inside),
            (unit.drive.wait,) if unit.drive.wait is not None else (),
        )
        for unit in draft.units
        if unit.drive is not None
    )
    plan = Plan(
        plan_version=PLAN_VERSION,
        pipeline=pipeline.id,
        name=_name(pipeline, draft),
        package=_package(draft),
        entry=PlannedEntry(
            entry.module.dotted,
            entry.qualname,
            entry.module.file,
            entry.line,
            tuple(Parameter(n, None if a.text == "Any" else a.text, d is None) for n, a, d in draft.parameters),
        ),
        business_key=_business_key(draft),
        run_id=_run_id(_business_key(draft)),
        activities=activities,
        waits=waits,
        fan_outs=tuple(_fan_out(a, draft) for a in activities if a.in_parallel),
        in_line=tuple(
            InLine(c.name, c.module, c.file, c.line)
            for c in draft.copies.taken.values()
            if c.name in draft.copied and c.kind is CopyKind.FUNCTION
        ),
        stages=(
            "started",
            *(a.name for a in activities),
            *(f"waiting: {w.name}" for w in waits),
            "done",
            "failed",
            "canceled",
            "expired",
        ),
        found_by=_found_by(_business_key(draft), waits),
        ledger=(),
        questions=(),
        runs=runs,
        cells=tuple(Cell(m.file, n, before) for m in draft.legacy.read() for n, before in sorted(m.cells.items())),
        order=order,
        order_on_error=on_error,
        handling=handling(draft),
    )
    return _accounted(plan, pipeline, draft)


def _whose(draft: Draft, named: Iterable[Activity | Wait]) -> Steps:
    messages = any(passage.takes_messages for passage in draft.passages)
    return Steps(
        {v: x.name for x in named for v in x.visits},
        [visit.id for _, visit in draft.left],
        messages,
        {unit.drive.wait: unit.name for unit in draft.units if unit.drive is not None and unit.drive.wait is not None},
    )


def _waits(draft: Draft) -> tuple[Wait, ...]:
    """The waits for people."""
    return tuple(
        Wait(
            w.name,
            w.file,
            w.line,
            w.end_line,
            tuple(v.id for _, v in w.visits),
            _replaces(w.visits),
            _deadline(w),
            "expired",
        )
        for w in draft.waits
    )


def _accounted(plan: Plan, pipeline: WovenPipeline, draft: Draft) -> Plan:
    return replace(
        plan,
        ledger=accounts(plan, pipeline, draft),
        questions=questions(plan, pipeline, draft),
        remarks=tuple(Remark(n.file, n.line, n.what, n.because, n.risk) for n in draft.notes if not n.question),
    )


def _activity(unit: Unit, draft: Draft, behind: tuple[Step, ...] = ()) -> Activity:
    """`behind` are steps that the code comes to although none of their visits is its own."""
    own = distinct(s for s, _ in unit.visits)
    steps = own or behind
    key = key_of(steps) if steps or not unit.uses else unseen(unit.uses)
    layers = layers_of(steps, _surroundings(unit, draft))
    retry = retry_of(steps, key, layers)
    return Activity(
        name=unit.name,
        how=unit.how,
        module=unit.module,
        symbol=unit.symbol,
        file=unit.file,
        line=unit.line,
        end_line=unit.end_line,
        colour=unit.colour,
        visits=tuple(dict.fromkeys(v.id for _, v in unit.visits)),
        steps=tuple(s.id for s in own),
        kind=kind_of(steps),
        effect=Effect.UNKNOWN if unit.uses and not steps else effect_of(steps),
        billed=any(s.billed for s in steps),
        in_loop=any(v.in_loop for _, v in unit.visits),
        in_parallel=any(v.in_parallel for _, v in unit.visits),
        local=unit.local,
        retry=retry,
        timeouts=timeouts_of(steps, retry, key, layers, takes_turns=bool(unit.state)),
        key=key,
        own_retries=told(layers),
        result=payload_of(steps, unit.returns.text),
    )


def _surroundings(unit: Unit, draft: Draft) -> Surroundings:
    """The unit's own lines, and those of the functions that became workflow code."""
    ways = [draft.entry, *(function for function, _ in draft.methods)]
    return Surroundings((unit.file, unit.line, unit.end_line), tuple((f.module.file, f.line, f.end_line) for f in ways))


def _replaces(visits: list[tuple[Step, Visit]]) -> str:
    step = visits[0][0]
    if step.call.rpartition(".")[2] == "input":
        return "input() at a terminal"
    if any(v.in_loop for _, v in visits):
        return f"asking `{step.call}` again and again ({step.file}:{step.line})"
    return f"`{step.call}` ({step.file}:{step.line})"


def _fan_out(activity: Activity, draft: Draft) -> FanOut:
    own = draft.limits.get(activity.name)
    if own is not None:
        limit = Number(own, "taken over from the code (max_workers)")
    else:
        limit = Number(_AT_ONCE, "the code sets no limit; ten at once keep a provider's rate limit in reach")
    return FanOut(activity.name, activity.file, activity.line, limit)


def _deadline(wait: WaitPoint) -> Number:
    """What the code says itself, else three days."""
    if wait.limit is None:
        return Number(_DEADLINE_HOURS, "three days, a weekend included; nobody waits for ever")
    because = f"taken over from the code, which asks {wait.limit.says} (line {wait.limit.line})"
    return Number(wait.limit.seconds / 3600, because)


def _name(pipeline: WovenPipeline, draft: Draft) -> str:
    """What people call the run: of what takes messages or requests, what is done with one."""
    if not any(p.takes_messages or p.request for p in draft.passages):
        return pipeline.name
    return draft.entry.name.strip("_").replace("_", " ").capitalize()


def _package(draft: Draft) -> str:
    name = re.sub(r"\W+", "_", draft.entry.name).strip("_").lower()[:LONGEST_NAME].strip("_") or "pipeline"
    return f"{name}_workflow"


def _business_key(draft: Draft) -> str | None:
    """The parameter that names a run; one that a caller may leave out names none."""
    given = [name for name, _, default in draft.parameters if default is None]
    return next((name for name in given if _KEY_WORDS.search(name) and not _SECRETS.search(name)), None)


def _found_by(key: str | None, waits: tuple[Wait, ...]) -> tuple[str, ...]:
    """What search attributes tell of a run: names and words, never contents."""
    return "its stage", *(["what it waits for"] if waits else []), *([f"its {key}"] if key is not None else [])


def _run_id(key: str | None) -> str:
    if key is None:
        return "a hash of its arguments: no parameter looks like an id"
    return f"its {key}: the same {key} is never run twice at once"
