"""The ledger: nothing disappears. What becomes of each step, and what only a person can decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from assess.model.observed import Handler
from assess.model.step import Effect, Kind, Step, Visit
from assess.model.woven import WovenPipeline
from migrate.frameworks import name_of, wrapped_whole
from migrate.plan import Account, Activity, Becomes, Fate, How, KeyHow, OpenQuestion, Outcome, Plan, Wait
from migrate.rewriting.draft import Draft, Unit, WaitPoint
from migrate.rewriting.scripts import in_file
from migrate.rewriting.unheard import silent_client

_Ask = Callable[..., None]
_PAUSES = ("time.sleep", "asyncio.sleep", "sleep")
_MOST = 6


def accounts(plan: Plan, pipeline: WovenPipeline, draft: Draft) -> tuple[Account, ...]:
    """One line for each visit of each step: none that the assessment found is missing."""
    activities = {v: a for a in (*plan.activities, *plan.inside) for v in a.visits}
    waits = {v: w for w in plan.waits for v in w.visits}
    left = {v.id for _, v in draft.left}
    ways = pipeline.visits()
    found = []
    for visit, (known, _) in pipeline.visits().items():
        step = in_file(known, draft.legacy)
        if visit in left:
            found.append(_left(visit, step, draft))
        elif visit in waits:
            found.append(_waited(visit, step, waits[visit]))
        elif visit in activities:
            activity = activities[visit]
            found.append(_in_activity(visit, step, activity, _made_by(activity, ways), draft))
        elif step.kind is Kind.WAIT and step.call in _PAUSES:
            found.append(_paused(visit, step))
        else:
            found.append(_not_made(visit, step))
    return tuple(found)


def distinct(steps: Iterable[Step]) -> list[Step]:
    """Each step once, as grave as it is on the gravest of these ways."""
    found: dict[str, Step] = {}
    for step in steps:
        known = found.setdefault(step.id, step)
        if step.writes and not known.writes:
            found[step.id] = step
    return list(found.values())


def _made_by(activity: Activity, ways: Mapping[str, tuple[Step, Visit]]) -> list[Step]:
    return distinct(ways[v][0] for v in activity.visits if v in ways)


def _left(visit: str, step: Step, draft: Draft) -> Account:
    """A step of what takes messages or requests."""
    passed = next((p for p in draft.passages if p.takes_messages or p.request), None)
    where = passed.function if passed is not None else draft.entry
    place = f"{where.qualname} ({where.module.file}:{where.line})"
    if passed is not None and passed.request:
        because = "the handler does it before it answers; it then starts the run and leaves the rest to it"
        risk = "as before: a process that dies in it leaves the request unanswered and no run"
        return _account(visit, step, Outcome.LEFT, Becomes.LEFT, place, because, risk)
    if step.kind is Kind.WAIT:
        because, risk = "it pauses between messages, which is no part of a run", "none"
    else:
        because = (
            "one message is one run: taking and acknowledging stay with the consumer, which starts a run in between"
        )
        risk = "a message that is delivered twice joins the run that has its id"
    return _account(visit, step, Outcome.LEFT, Becomes.LEFT, place, because, risk)


def _waited(visit: str, step: Step, wait: Wait) -> Account:
    because = f"instead of {wait.replaces} the run waits until `decide` is called, at most {wait.at_most}"
    risk = "if nobody calls `decide`, the run ends as expired; see the open question"
    return _account(visit, step, Outcome.MOVED, Becomes.WAIT, wait.name, because, risk)


def _paused(visit: str, step: Step) -> Account:
    because = "the pause is a timer of the engine: it goes on after a crash, and no step is tried again for it"
    return _account(visit, step, Outcome.MOVED, Becomes.TIMER, "", because, "none")


def _not_made(visit: str, step: Step) -> Account:
    because = "the source does not show how a run gets to this step"
    risk = "the workflow does not make this call: what it did is missing until somebody adds it"
    return _account(visit, step, Outcome.PERSON, Becomes.NOTHING, "", because, risk)


def _account(
    visit: str, step: Step, outcome: Outcome, becomes: Becomes, where: str, because: str, risk: str
) -> Account:
    return Account(visit, step.file, step.line, step.call, outcome, becomes, where, because, risk)


def _in_activity(visit: str, step: Step, activity: Activity, together: Sequence[Step], draft: Draft) -> Account:
    """A step that an activity makes; it counts as moved unless a crash would repeat what the code could tell apart."""

    def account(outcome: Outcome, because: str, risk: str) -> Account:
        return _account(visit, step, outcome, Becomes.ACTIVITY, activity.name, because, risk)

    framework = next((u for u in draft.units if u.name == activity.name and u.framework), None)
    if framework is not None:
        return account(Outcome.MOVED, _as_one(framework), _risk(step, activity, together))
    if step.id in draft.people:
        return account(Outcome.PERSON, _waiting_inside(activity, draft), _ended_wait(activity))
    piece = draft.is_piece(activity.name)
    entry = (draft.entry.module.dotted, draft.entry.qualname) == (activity.module, activity.symbol)
    if activity.how is How.WHOLE and entry and not piece:
        because = f"the whole pipeline is one activity, because {_reason(draft, activity.name)}"
        return account(Outcome.PERSON, because, f"a crash starts again from the first step: {_repeats(together)}")
    if activity.how is How.WHOLE and piece and _too_much(draft, activity.name):
        because = f"lines {_lines(activity)} could not be told apart: {_reason(draft, activity.name)}"
        return account(Outcome.PERSON, because, f"a crash in them repeats all of them: {_repeats(together)}")
    because = _as_called(activity, len(together), piece=piece)
    whole = wrapped_whole(step) if activity.how is not How.INSIDE else None
    if whole is not None:
        because = f"{because}; {whole}"
    return account(Outcome.MOVED, because, _risk(step, activity, together))


def _waiting_inside(activity: Activity, draft: Draft) -> str:
    """Why a person is waited for where no run can wait."""
    why = next((u.reason for u in draft.units if u.name == activity.name and u.reason), "it is called unchanged")
    return f"a person is waited for inside the activity {activity.name} (lines {_lines(activity)}): {why}"


def _ended_wait(activity: Activity) -> str:
    most = activity.timeouts.start_to_close.value
    return f"an attempt ends after {most:g} s, and the wait with it; a worker lost in it asks again"


def _as_called(activity: Activity, steps: int, *, piece: bool) -> str:
    """How the activity reaches the legacy code."""
    if activity.how is How.INSIDE:
        return f"{activity.symbol} is called unchanged; the framework's own loop reaches it by its plugin"
    single = activity.line == activity.end_line
    written = f"line {_lines(activity)} is" if single else f"lines {_lines(activity)} are"
    lifted = piece or activity.how is How.LIFTED
    within = f", with the {steps} steps in {'them' if lifted and not single else 'it'}" if steps > 1 else ""
    return (f"{written} called as written" if lifted else f"{activity.symbol} is called unchanged") + within


def _as_one(unit: Unit) -> str:
    """Why a framework's run is one activity."""
    return f"the run of {name_of(unit.framework)} is one activity, called as written, because {unit.reason}"


def _lines(activity: Activity) -> str:
    return str(activity.line) if activity.line == activity.end_line else f"{activity.line}-{activity.end_line}"


def _reason(draft: Draft, name: str) -> str:
    return next((u.reason for u in draft.units if u.name == name and u.reason), "an object goes from one into the next")


def _too_much(draft: Draft, name: str) -> bool:
    """Whether one piece of code makes two writes or two billed calls, whichever functions a run takes in it."""
    return any(u.name == name and max(u.heaviest) > 1 for u in draft.units)


def _repeats(together: Sequence[Step]) -> str:
    """What a crash does again, by name: the writes and the billed calls; the rest only reads."""
    grave = [s for s in together if s.writes or s.billed]
    named = [f"`{s.call}` ({s.file}:{s.line}, {_words(s)})" for s in grave[:_MOST]]
    if len(grave) > _MOST:
        named.append(f"{len(grave) - _MOST} more")
    rest = len(together) - len(grave)
    if rest:
        reading = f"{rest} that only {'reads' if rest == 1 else 'read'} or can safely be done again"
        named.append(reading)
    return ", ".join(named[:-1]) + (" and " if len(named) > 1 else "") + named[-1] if named else "nothing"


def _words(step: Step) -> str:
    if step.writes:
        return "writes" if step.effect is Effect.WRITE else "may write"
    return "is paid for"


def _risk(step: Step, activity: Activity, together: Sequence[Step]) -> str:
    several = sum(s.writes or s.billed for s in together) > 1
    if activity.key.how is KeyHow.NONE:
        if several:
            return f"a worker lost in it stops the run: somebody has to look what was done of {_repeats(together)}"
        return "a worker lost in it stops the run: somebody has to look whether the write was made"
    if several:
        return f"a worker lost in it makes them again: {_repeats(together)}"
    if activity.key.how is KeyHow.HEADER and step.writes:
        return "a repeat writes twice unless the target honours the Idempotency-Key header"
    if activity.key.how is KeyHow.CARRIED and step.writes:
        return "a repeat writes twice if the key differs between attempts or the target ignores it"
    if step.billed:
        return "a worker lost in it makes the call again, and it is paid for again"
    return "a worker lost in it makes the call again, which changes nothing"


def questions(plan: Plan, pipeline: WovenPipeline, draft: Draft) -> tuple[OpenQuestion, ...]:
    """What a person has to decide, in the order of the steps."""
    found: list[OpenQuestion] = []

    def ask(file: str, line: int, question: str, because: str, risk: str, about: str | None = None) -> None:
        found.append(OpenQuestion(f"q{len(found) + 1}", file, line, question, because, risk, about))

    ways = pipeline.visits()
    for activity in plan.recorded:
        _ask_about(activity, _made_by(activity, ways), ask)
        _ask_about_answers(activity, _made_by(activity, ways), draft, ask)
    _ask_about_people(plan, draft, {s.id: s for s in pipeline.steps}, ask)
    for wait in plan.waits:
        ask(
            wait.file,
            wait.line,
            f"Who calls `decide` when {wait.name} is decided?",
            f"the code found out by {wait.replaces}; the workflow is told",
            "nobody tells it, and the run expires",
            wait.name,
        )
    for point in draft.waits:
        _ask_about_limit(point, ask)
    waited = {v for w in plan.waits for v in w.visits}
    for poll in pipeline.observed.polls:
        if not poll.bounded and not waited & set(poll.visits) and not {v.id for _, v in draft.left} & set(poll.visits):
            ask(
                poll.file,
                poll.line,
                f"How long may {poll.function.rpartition('.')[2]} go on asking?",
                "the loop has no end of its own; between two questions the run sleeps, and survives a crash",
                "what never answers keeps the run open for ever",
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
    for note in (n for n in draft.notes if n.question):
        inside = (a for a in plan.activities if a.file == note.file and a.line <= note.line <= a.end_line)
        ask(note.file, note.line, note.what, note.because, note.risk, next((a.name for a in inside), None))
    return tuple(found)


_ONCE = "until that is known it is tried once; a worker lost in it stops the run"


def _ask_about_people(plan: Plan, draft: Draft, steps: Mapping[str, Step], ask: _Ask) -> None:
    """A person who is waited for inside an activity: the engine cannot wait there."""
    frameworks = {u.name for u in draft.units if u.framework}
    for activity in plan.activities:
        asked = next((steps[i] for i in activity.steps if i in draft.people), None)
        if asked is not None and activity.name not in frameworks:
            ask(
                asked.file,
                asked.line,
                f"How is the wait for a person taken out of {activity.name}?",
                _waiting_inside(activity, draft),
                _ended_wait(activity),
                activity.name,
            )


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
    staying = next((r for r in activity.own_retries if r.fate is Fate.STAYS and r.written), None)
    if staying is not None:
        tries = f"{staying.attempts} times" if staying.attempts else "again and again"
        ask(
            staying.file,
            staying.line,
            f"Take the retries of {staying.by} out of {activity.symbol}?",
            f"it tries {tries} by itself, which cannot be switched off from outside, and the engine tries it again",
            "attempts multiply, and the engine's history does not show the inner ones",
            activity.name,
        )


def _ask_about_answers(activity: Activity, steps: list[Step], draft: Draft, ask: _Ask) -> None:
    for step in steps:
        package = silent_client(draft.legacy, step)
        if package is not None:
            ask(
                step.file,
                step.line,
                f"Does {activity.name} notice an answer that says no?",
                f"nothing looks at what `{step.call}` gives, and {package} raises no error for a 4xx or 5xx",
                "a write that was refused counts as done, is not tried again, and the run goes on",
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


def _ask_about_limit(wait: WaitPoint, ask: _Ask) -> None:
    """Code that runs when nobody has answered in time does not run in the workflow: the run ends as expired."""
    if wait.limit is not None and wait.limit.otherwise:
        ask(
            wait.file,
            wait.limit.line,
            f"What is to happen when nobody decides on {wait.name} in time?",
            "the loop has an `else` for that; the workflow ends as expired instead",
            "what stands in the `else` is not done",
            wait.name,
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
