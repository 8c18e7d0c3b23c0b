"""The ledger: nothing disappears. What becomes of each step, and what only a person can decide."""

from __future__ import annotations

from collections.abc import Callable

from assess.model.observed import Handler
from assess.model.step import Kind, RetryBy, Step
from assess.model.woven import WovenPipeline
from migrate.plan import Account, Activity, How, KeyHow, OpenQuestion, Outcome, Plan, Wait
from migrate.rewriting.draft import Draft

_Ask = Callable[..., None]
_PAUSES = ("time.sleep", "asyncio.sleep", "sleep")


def accounts(plan: Plan, pipeline: WovenPipeline, draft: Draft) -> tuple[Account, ...]:
    """One line for each visit of each step."""
    activities = {v: a for a in plan.activities for v in a.visits}
    waits = {v: w for w in plan.waits for v in w.visits}
    left = {v.id for _, v in draft.left}
    found = []
    for visit, (step, _) in pipeline.visits().items():
        if visit in left:
            found.append(_left(visit, step, draft))
        elif visit in waits:
            found.append(_waited(visit, step, waits[visit]))
        elif visit in activities:
            found.append(_moved(visit, step, activities[visit], draft))
        elif step.kind is Kind.WAIT and step.call in _PAUSES:
            found.append(
                _account(
                    visit,
                    step,
                    Outcome.MOVED,
                    "the engine's timer",
                    "a pause of the workflow is stored, and between two questions to a person it is not needed",
                    "none",
                )
            )
        else:
            found.append(
                _account(
                    visit,
                    step,
                    Outcome.PERSON,
                    "-",
                    "the way of a run to this step could not be followed in the source",
                    "the workflow does not make this call",
                )
            )
    return tuple(found)


def _account(visit: str, step: Step, outcome: Outcome, where: str, because: str, risk: str) -> Account:
    return Account(visit, step.file, step.line, step.call, outcome, where, because, risk)


def _left(visit: str, step: Step, draft: Draft) -> Account:
    """A step of the loop that takes messages."""
    where = next((p.function for p in draft.passages if p.takes_messages), draft.entry)
    pause = step.kind is Kind.WAIT
    return _account(
        visit,
        step,
        Outcome.LEFT,
        f"{where.qualname} ({where.module.file}:{where.line})",
        "it pauses between messages, which is no part of a run"
        if pause
        else "one message is one run: taking and acknowledging stay with the consumer, which starts a run in between",
        "none" if pause else "a message that is delivered twice joins the run that has its id",
    )


def _waited(visit: str, step: Step, wait: Wait) -> Account:
    return _account(
        visit,
        step,
        Outcome.MOVED,
        f"wait {wait.name}",
        f"instead of {wait.replaces} the run waits until `decide` is called, "
        f"at most {wait.deadline_hours.value:g} hours",
        "whoever decides has to call `decide`; see the open question",
    )


def _moved(visit: str, step: Step, activity: Activity, draft: Draft) -> Account:
    entry = draft.entry.module.dotted == activity.module and draft.entry.qualname == activity.symbol
    whole = entry and activity.how is How.WHOLE and not draft.is_piece(activity.name)
    where = f"activity {activity.name}"
    if whole:
        return _account(
            visit,
            step,
            Outcome.PERSON,
            where,
            f"all steps of the entry are one activity: {_reason(draft, activity.name)}",
            "a crash repeats every step from the first on",
        )
    if activity.how is How.WHOLE and draft.is_piece(activity.name) and _too_much(draft, activity.name):
        return _account(
            visit,
            step,
            Outcome.PERSON,
            where,
            f"an object goes from one step into the next: {_reason(draft, activity.name)}",
            "a crash repeats every step of the group",
        )
    because = {
        How.CALLED: f"{activity.symbol} is called unchanged",
        How.LIFTED: f"lines {activity.line}-{activity.end_line} are called as written",
        How.WHOLE: f"{activity.symbol} is called unchanged, with all {len(activity.steps)} steps in it",
    }[activity.how]
    return _account(visit, step, Outcome.MOVED, where, because, _risk(step, activity))


def _reason(draft: Draft, name: str) -> str:
    return next((u.reason for u in draft.units if u.name == name and u.reason), "they could not be told apart")


def _too_much(draft: Draft, name: str) -> bool:
    """Whether one piece of code makes two writes or two billed calls, whichever functions a run takes in it."""
    return any(u.name == name and max(u.heaviest) > 1 for u in draft.units)


def _risk(step: Step, activity: Activity) -> str:
    if activity.key.how is KeyHow.NONE:
        return "a worker lost in it stops the run: somebody has to look whether the write was made"
    if activity.key.how is KeyHow.HEADER and step.writes:
        return "a repeat writes twice unless the target honours the Idempotency-Key header"
    if activity.key.how is KeyHow.CARRIED and step.writes:
        return "a repeat writes twice if the key differs between attempts or the target ignores it"
    if step.billed:
        return "a worker lost in it makes the call again, and pays for it again"
    return "a worker lost in it makes the call again"


def questions(plan: Plan, pipeline: WovenPipeline, draft: Draft) -> tuple[OpenQuestion, ...]:
    """What a person has to decide, in the order of the steps."""
    found: list[OpenQuestion] = []

    def ask(file: str, line: int, question: str, because: str, risk: str, activity: str | None = None) -> None:
        found.append(OpenQuestion(f"q{len(found) + 1}", file, line, question, because, risk, activity))

    steps = {s.id: s for s in pipeline.steps}
    for activity in plan.activities:
        _ask_about(activity, [steps[i] for i in activity.steps], ask)
    for wait in plan.waits:
        ask(
            wait.file,
            wait.line,
            f"Who calls `decide` when {wait.name} is decided?",
            f"the code found out by {wait.replaces}; the workflow is told",
            "nobody tells it, and the run expires",
        )
    for handler in pipeline.observed.handlers:
        _ask_about_handler(handler, plan, ask)
    if plan.business_key is None:
        ask(
            plan.entry.file,
            plan.entry.line,
            "Which value names a run?",
            "no parameter looks like an id, so the run is named after a hash of its arguments",
            "two runs that are meant to differ but have equal arguments are taken for one",
        )
    for note in draft.notes:
        ask(note.file, note.line, note.what, note.because, note.risk)
    return tuple(found)


_ONCE = "until that is known it is tried once; a worker lost in it stops the run"


def _ask_about(activity: Activity, steps: list[Step], ask: _Ask) -> None:
    _ask_about_key(activity, steps, ask)
    if activity.how is How.WHOLE and sum(s.writes or s.billed for s in steps) > 1:
        ask(
            activity.file,
            activity.line,
            f"May {activity.name} be split?",
            f"{len(steps)} steps stand inside one function",
            "a worker lost in it repeats all of them",
            activity.name,
        )
    own = (RetryBy.LOOP, RetryBy.OTHER, RetryBy.BACKOFF)
    looping = next((s for s in steps if s.retry.set and s.retry.by in own), None)
    if looping is not None:
        ask(
            looping.file,
            looping.line,
            f"Take the retries out of {activity.symbol}?",
            f"it tries {looping.retry.attempts or 'several'} times by itself, and the engine tries it again",
            "attempts multiply, and the engine's history does not show the inner ones",
            activity.name,
        )


def _ask_about_key(activity: Activity, steps: list[Step], ask: _Ask) -> None:
    where = next((s for s in steps if s.writes), activity)
    name = activity.name
    if activity.key.how is KeyHow.NONE:
        question = f"May {name} be done twice, or can it be asked whether it was done?"
        ask(where.file, where.line, question if steps else f"Does {name} write?", activity.key.because, _ONCE, name)
    elif activity.key.how is KeyHow.HEADER:
        ask(
            where.file,
            where.line,
            f"Does the target of {name} honour the Idempotency-Key header?",
            "the code passes no key. The worker adds the header to the request; "
            "the code does not show what the target does with it",
            "if it does not, a repeat of this step writes twice: set `attempts=1` then",
            name,
        )
    elif activity.key.how is KeyHow.CARRIED:
        ask(
            where.file,
            where.line,
            f"Is the key of {name} the same on every attempt?",
            "the code passes a key of its own; whether it is made anew on each call is not shown",
            "a key made anew does not stop a second write",
            name,
        )


def _ask_about_handler(handler: Handler, plan: Plan, ask: _Ask) -> None:
    """An error that the legacy function swallows never reaches the engine, so it is never tried again."""
    if handler.raises or handler.stops or not handler.guards:
        return
    inside = [a for a in plan.activities if set(handler.guards) & set(a.visits)]
    for activity in inside:
        if activity.how is How.LIFTED or handler.function.rpartition(".")[2] == plan.entry.symbol.rpartition(".")[2]:
            continue
        leaves = f" and leaves `{handler.leaves}`" if handler.leaves else ""
        ask(
            handler.file,
            handler.line,
            f"Should an error in {activity.name} be swallowed?",
            f"the handler inside the function catches it{leaves}, so the engine takes the step for done",
            "a fault that would pass after a retry is taken for an answer",
            activity.name,
        )
        return
