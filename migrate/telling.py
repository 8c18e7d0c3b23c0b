"""A plan as text for a terminal: the summary that is told before anything is written, and the whole of it.

Its lines hold words of the scanned code as they stand there: whoever prints them makes them fit for a terminal.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from migrate.plan import Activity, Becomes, How, KeyHow, Number, Outcome, Plan

_ROOM = 44
"""Columns for a place and for a call."""
_HOW = {
    How.CALLED: "called unchanged",
    How.LIFTED: "lines called as written",
    How.WHOLE: "several steps, called unchanged",
    How.INSIDE: "called unchanged, by the framework's own loop",
}
_FINAL = {Outcome.LEFT: "left as it is", Outcome.PERSON: "needs a person"}


def many(number: int, one: str, more: str = "") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def counted(plan: Plan) -> str:
    """How many steps there are; a place of the code that a run comes by on several ways is a step on each of them."""
    steps = many(len(plan.ledger), "step")
    if plan.places == len(plan.ledger):
        return steps
    return f"{steps} of a run, at {many(plan.places, 'place')} in the code"


def outcomes(plan: Plan) -> str:
    """What becomes of the steps, with every number."""
    moved, left, person = (plan.counted(o) for o in (Outcome.MOVED, Outcome.LEFT, Outcome.PERSON))
    stay, need = "it is" if left == 1 else "they are", "needs" if person == 1 else "need"
    return f"{moved} moved, {left} left as {stay}, {person} {need} a person"


def summary(plan: Plan, width: int) -> list[str]:
    """What moves, what does not and why, and what a person has to decide: the same for a plan and for a project."""
    lines = [*_folded(f"{counted(plan)}: {outcomes(plan)}", width, 2), *_folded(_parts(plan), width, 2)]
    final = [a for a in plan.ledger if a.outcome is not Outcome.MOVED]
    for (outcome, why), together in groupby(final, lambda a: (a.outcome, f"{a.because}; {a.risk}")):
        places = dict.fromkeys(f"  {plan.place(a.file, a.line)}  {a.call}: {_FINAL[outcome]}" for a in together)
        lines += ["", *places, *_folded(why, width, 4)]
    if plan.questions:
        lines += ["", f"To be decided by you ({many(len(plan.questions), 'question')}):"]
        for asked in plan.questions:
            lines += ["", f"  {plan.place(asked.file, asked.line)}", *_folded(asked.question, width, 4)]
    if plan.remarks:
        lines += ["", "Done in another way:"]
        for remark in plan.remarks:
            lines += [
                "",
                f"  {plan.place(remark.file, remark.line)}",
                *_folded(f"{remark.what}; {remark.because}", width, 4),
            ]
    return lines


def hardly_moves(plan: Plan) -> bool:
    """Whether a person has to change the original first: a proof of what is left would show little."""
    return plan.counted(Outcome.PERSON) > plan.counted(Outcome.MOVED)


def part_them(plan: Plan, width: int) -> list[str]:
    """What to do first where most steps cannot be told apart, and where to begin."""
    stuck = [a for a in plan.ledger if a.outcome is Outcome.PERSON]
    first = plan.place(stuck[0].file, stuck[0].line)
    text = (
        f"Next: {len(stuck)} of {many(len(plan.ledger), 'step')} would still be repeated by a crash. Part them in the "
        f"original where the reasons above say, {first} first: each step in a function of its own, plain values "
        "between them. Then assess and migrate again; a proof comes after that."
    )
    return textwrap.wrap(text, max(width, 48), subsequent_indent="      ")


def _parts(plan: Plan) -> str:
    recorded = sum(not a.local for a in plan.recorded)
    parts = [many(recorded, "activity", "activities"), many(len(plan.waits), "durable wait")]
    timers = sum(a.becomes is Becomes.TIMER for a in plan.ledger)
    parts += [many(timers, "timer")] if timers else []
    inside = len(plan.recorded) - recorded + len(plan.in_line)
    parts += [many(inside, "function") + " without a step"] if inside else []
    return ", ".join(parts)


def whole(plan: Plan, width: int) -> list[str]:
    """Every part of the plan, each number with its reason."""
    usual = _usual(plan)
    lines = [
        f"{plan.name}: a plan, nothing is written",
        f"{plan.entry.module}.{plan.entry.symbol} ({_entry(plan)})",
        "",
    ]
    lines += [*summary(plan, width), "", "STEPS", *_steps(plan, width), "", "THE RUN", *_run(plan, width)]
    lines += ["", "FOR EVERY ACTIVITY unless said otherwise below", *_numbers(usual, width)]
    for activity in plan.recorded:
        lines += ["", *_activity(activity, plan, usual, width)]
    for wait in plan.waits:
        lines += ["", f"WAIT {wait.name}  {plan.place(wait.file, wait.line)}"]
        lines += _rows(
            [("instead of", wait.replaces), ("deadline", f"{wait.at_most}: {wait.deadline_hours.because}")], width
        )
        lines += _rows([("after that", f"the run ends as {wait.end_state}")], width)
    if plan.in_line:
        lines += ["", "RUN BY THE WORKFLOW ITSELF: pure code, copied as it stands"]
        lines += [f"  {i.module}.{i.symbol}  {plan.place(i.file, i.line)}" for i in plan.in_line]
    return [*lines, *_engine(plan, width)]


def _entry(plan: Plan) -> str:
    return plan.place(plan.entry.file, plan.entry.line)


def _steps(plan: Plan, width: int) -> list[str]:
    """A line for each, or two where one is not enough for all."""
    alarms = ["" if a.outcome is Outcome.MOVED else f"  ({a.outcome.value})" for a in plan.ledger]
    becomes = [f"{a.becomes.value} {a.where}".strip() + alarm for a, alarm in zip(plan.ledger, alarms, strict=True)]
    rows = [(plan.place(a.file, a.line), _cut(a.call)) for a in plan.ledger]
    place, call = (max((len(row[n]) for row in rows), default=0) for n in (0, 1))
    heads = [f"  {number:3} {at:{place}}  {calls}" for number, (at, calls) in enumerate(rows, 1)]
    lines = [f"{head:{place + call + 8}}  {then}" for head, then in zip(heads, becomes, strict=True)]
    if all(len(line) <= width for line in lines):
        return lines
    return [line for head, then in zip(heads, becomes, strict=True) for line in (head, f"        {then}")]


def _cut(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[: _ROOM - 1]}…"


def _run(plan: Plan, width: int) -> list[str]:
    rows = [("named by", plan.run_id), ("found by", ", ".join(plan.found_by)), ("stages", ", ".join(plan.stages))]
    rows += [("at once", f"{fan.activity}, {_number(fan.limit, ' at most')}") for fan in plan.fan_outs]
    return _rows(rows, width)


def _usual(plan: Plan) -> dict[str, Number]:
    """The numbers that most activities share, by their label."""
    found: dict[str, Number] = {}
    rows = [_policy(a) for a in plan.recorded]
    for label in dict.fromkeys(name for row in rows for name in row):
        number, times = Counter(row[label] for row in rows if label in row).most_common(1)[0]
        if times > 1 or len(rows) == 1:
            found[label] = number
    return found


def _policy(activity: Activity) -> dict[str, Number]:
    retry, times = activity.retry, activity.timeouts
    return {
        "attempts": retry.attempts,
        "first pause, s": retry.initial,
        "factor": retry.factor,
        "longest pause, s": retry.maximum,
        "one attempt, s": times.start_to_close,
        "all attempts, s": times.schedule_to_close,
        "heartbeat, s": times.heartbeat,
    }


def _numbers(numbers: dict[str, Number], width: int) -> list[str]:
    return _rows([(label, _number(number)) for label, number in numbers.items()], width)


def _activity(activity: Activity, plan: Plan, usual: dict[str, Number], width: int) -> list[str]:
    local = ", run beside the workflow" if activity.local else ""
    rows = []
    for label, number in _policy(activity).items():
        common = usual.get(label)
        if number != common:
            told = common is not None and number.because == common.because
            rows.append((label, f"{number.value:g}" if told else _number(number)))
    rows += [*_again(activity, plan), *_key(activity), *_gives(activity)]
    asked = [q for q in plan.questions if q.about == activity.name]
    rows += [("open question", f"{q.question} ({plan.place(q.file, q.line)})") for q in asked]
    head, about = (
        f"ACTIVITY {activity.name}",
        f"{plan.place(activity.file, activity.line)}  {_HOW[activity.how]}{local}",
    )
    fits = len(head) + 2 + len(about) <= width
    return [*([f"{head}  {about}"] if fits else [head, f"  {about}"]), *_rows(rows, width)]


def _again(activity: Activity, plan: Plan) -> Iterable[tuple[str, str]]:
    """On which errors it is tried again, where that is not as usual, and who else tries."""
    retry = activity.retry
    if retry.never_on != Counter(a.retry.never_on for a in plan.recorded).most_common(1)[0][0]:
        yield "never again on", f"{', '.join(retry.never_on)}: {retry.never_on_because}"
    if retry.only_on:
        yield "again only on", ", ".join(retry.only_on)
    for layer in activity.own_retries:
        tries = f", {layer.attempts} attempts" if layer.attempts else ""
        yield "tries by itself", f"{layer.by}{tries} ({plan.place(layer.file, layer.line)}): {layer.because}"


def _key(activity: Activity) -> Iterable[tuple[str, str]]:
    if activity.key.how is not KeyHow.NOT_NEEDED:
        yield "key of a write", f"{activity.key.how.value}: {activity.key.because}"


def _gives(activity: Activity) -> Iterable[tuple[str, str]]:
    given = activity.result
    if given.expected == 0:
        return
    size = "" if given.expected is None else f", about {given.expected:,} bytes"
    yield "gives", f"{given.type}{size}: {given.because}{'; pass a reference to it' if given.by_reference else ''}"


def _engine(plan: Plan, width: int) -> list[str]:
    target = plan.target
    if target is None:
        return []
    lines = ["", f"ON {target.engine.upper()} ({target.facts})", "  From the environment, and only from there:"]
    for setting in target.environment:
        lines += _folded(setting, width, 4)
    if not target.lost:
        return [*lines, "  Nothing of this plan is lost there."]
    lines.append("  Lost there:")
    for lost in target.lost:
        where = ", ".join(lost.where[:3]) + (f" and {len(lost.where) - 3} more" if len(lost.where) > 3 else "")
        lines += _folded(f"{lost.what} ({where}): {lost.instead}", width, 4)
    return lines


def _number(number: Number, unit: str = "") -> str:
    return f"{number.value:g}{unit}: {number.because}"


def _rows(rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    lines = []
    for label, text in rows:
        lines += textwrap.wrap(
            text, max(width, 48), initial_indent=f"  {label:18}", subsequent_indent=" " * 20, break_long_words=False
        )
    return lines


def _folded(text: str, width: int, indent: int) -> list[str]:
    return textwrap.wrap(text, max(width, 40), initial_indent=" " * indent, subsequent_indent=" " * indent)
