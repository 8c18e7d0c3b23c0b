"""The forty points, and how each is shown. A point that names no look of ours is shown by the project's tests alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

from migrate.proving.points import files, killed
from migrate.proving.points.evidence import Evidence, Point, Shown, judged
from migrate.proving.points.ground import Ground

_SUITE_SECONDS = 60.0


def shown(ground: Ground) -> tuple[Shown, ...]:
    """Every point with its verdict. What was measured counts like what was looked at."""
    return tuple(
        judged(point, ground, (*ground.measured.get(point.number, ()), *ground.suite.shows(point.number)))
        for point in POINTS
    )


def _tests_pass(ground: Ground) -> Iterator[Evidence]:
    suite = ground.suite
    failed = [t for t in suite.tests if t.outcome == "failed"]
    passed = sum(t.outcome == "passed" for t in suite.tests)
    if suite.trouble:
        yield Evidence(holds=False, says=suite.trouble)
        return
    for test in failed[:5]:
        yield Evidence(holds=False, says=f"{test.name} failed: {test.says}")
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    took = suite.processor if busy else suite.seconds
    loaded = f", {suite.processor:.0f} s of them at work, because the machine was busy" if busy else ""
    closed = "no key in the environment and no way off the machine"
    says = f"{passed} tests passed in {suite.seconds:.0f} s{loaded}, with {closed}"
    yield Evidence(holds=not failed and took < _SUITE_SECONDS, says=says)


def _ways_are_the_same(ground: Ground) -> Iterator[Evidence]:
    """Point 4: the calls of every kind of run come in the order of the original, and some run comes by every step."""
    told = ground.equivalence
    if told is None:
        return
    differ = [row for row in told.rows if row.differences]
    for row in differ[:5]:
        yield Evidence(holds=False, says=f"{row.step or 'a run'} differs from the original: {row.fault or row.case}")
    if told.unseen:
        yield Evidence(holds=False, says=f"no run comes by {', '.join(told.unseen)}: describe one in [[runs]]")
    elif not differ:
        says = f"{len(told.rows)} runs by all {len(told.walked)} steps and waits made the original's calls in its order"
        yield Evidence(holds=True, says=says)


def _nobody_is_asked(ground: Ground) -> str | None:
    return None if ground.project.waits else "this pipeline asks no person"


def _nothing_is_keyed(ground: Ground) -> str | None:
    return None if any(a.keyed for a in ground.project.activities) else "no write of this pipeline carries a key"


def _no_request(ground: Ground) -> str | None:
    asks = {"http", "model", "embedding", "agent", "saas"}
    return None if any(a.kind in asks for a in ground.project.activities) else "no step of this pipeline asks over HTTP"


def _no_model(ground: Ground) -> str | None:
    return None if any(a.billed for a in ground.project.activities) else "no step of this pipeline calls a model"


POINTS: tuple[Point[Ground], ...] = (
    Point(1, "its tests pass with no edit, no network and no key, in under a minute", (_tests_pass,)),
    Point(2, "the original's files are byte for byte as they were", (files.the_original_is_untouched,)),
    Point(3, "every call of a model stands unchanged", (files.model_calls_stand_as_they_stood,)),
    Point(4, "every way through the original exists in the workflow, in its order", (_ways_are_the_same,)),
    Point(5, "workflow code reads no clock, draws no lots and touches nothing outside", (files.workflow_code_is_pure,)),
    Point(6, "a worker runs in the default sandbox and nothing is imported late", (files.the_sandbox_is_on,)),
    Point(7, "importing the workflow and the starter needs no key and none of the original's packages"),
    Point(8, "the tests pass with no workflow kept in memory"),
    Point(9, "a saved history replays, and a changed step is noticed"),
    Point(10, "the errors that end a run are named, and not all of them", (files.failures_end_the_run,)),
    Point(11, "a bad answer of a model ends the run as failed, soon"),
    Point(
        12, "every activity has its time-outs, heartbeat, retry policy, summary and id", (killed.every_option_is_set,)
    ),
    Point(13, "a fault that passes repeats its step alone"),
    Point(14, "a fault that does not pass ends the run after one call"),
    Point(15, "Retry-After delays the next attempt", spared=_no_request),
    Point(16, "one owner retries: so many attempts, so many requests", spared=_no_model),
    Point(
        17,
        "after a kill at any moment of any step the run goes on and repeats no finished step",
        (killed.no_finished_step_repeats,),
    ),
    Point(
        18, "each write with a key has one effect; one without is tried once", (killed.keyed_writes_have_one_effect,)
    ),
    Point(
        19,
        "a key is the same for all attempts and another for each call",
        (killed.repeats_carry_their_key,),
        _nothing_is_keyed,
    ),
    Point(20, "after a kill the next step is soon done", (killed.the_next_step_comes_soon,)),
    Point(21, "a worker that is asked to stop finishes its step and leaves in good order"),
    Point(22, "blocking originals run beside each other on threads"),
    Point(23, "a decision is refused when it comes too early, twice, or from nobody", spared=_nobody_is_asked),
    Point(24, "an approval has a deadline and an end without an answer", spared=_nobody_is_asked),
    Point(25, "a run tells its stage, its finished steps and what it waits for"),
    Point(26, "search attributes are registered by a command, and missing ones reported at the start"),
    Point(27, "a document of more than 2 MiB goes through; without storage it fails after one call"),
    Point(28, "a result that cannot be stored fails after one call"),
    Point(29, "with a key set, no plain text is in the history or in the storage"),
    Point(30, "no prompt, document or key is in ids, search attributes, memo, summaries or logs"),
    Point(31, "address, namespace and keys come from the environment only", (files.only_settings_name_places,)),
    Point(32, "two profiles reach two servers with no change of code"),
    Point(33, "the same business id, started twice, is one run"),
    Point(34, "no run ends before its handlers have"),
    Point(35, "a run that grows long continues as new", (killed.continued_runs_outlive_a_kill,)),
    Point(36, "worker versions are off unless a build id is set"),
    Point(37, "one trace a run, and no span twice under replay"),
    Point(38, "types and style are clean; the same input gives the same bytes"),
    Point(39, "every open question names its place, its reason and its risk", (files.questions_are_whole,)),
    Point(40, "the runbook's commands work"),
)
