"""Each look at a generated project finds what is there, and fails when that is taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.proving.clean import CleanRun, Made
from migrate.proving.counts import Call, tally
from migrate.proving.equivalence.comparing import Difference, What
from migrate.proving.equivalence.judged import Compared, Equivalence
from migrate.proving.history import Scheduled
from migrate.proving.household import Household
from migrate.proving.judging import Outcome, Row, Sent
from migrate.proving.kills import Kill, possible
from migrate.proving.kills import Point as Moment
from migrate.proving.points import files, killed
from migrate.proving.points.checklist import shown
from migrate.proving.points.evidence import Evidence, Verdict
from migrate.proving.points.ground import Ground, Original
from migrate.proving.points.suite import Suite
from migrate.proving.project import load_project
from migrate.usecases import migrate
from tests.proving.conftest import edit

CLAIMS = Path(__file__).parents[3] / "examples/claims_triage"
CALLS = (
    Call(1, "model", applied=False),
    Call(2, "board", applied=True, key="a"),
    Call(3, "crm", applied=True, key="b"),
    Call(4, "smtp", applied=True),
)
ROUTES = {
    "extract_entities": ("model",),
    "request_approval": ("board",),
    "update_crm": ("crm",),
    "notify_claimant": ("smtp",),
}
Look = Callable[[Ground], Iterable[Evidence]]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    folder = tmp_path_factory.mktemp("looks")
    assessment = assess(CLAIMS)
    result = migrate(assessment, CLAIMS, pipeline=None, engine="temporal", output=folder / "durable")
    project = load_project(folder / "durable")
    pipeline = assessment.pipeline(result.plan.pipeline)
    assert pipeline is not None
    steps = [a.name for a in project.activities if not a.local]
    clean = CleanRun(
        tuple(Made(name, ROUTES.get(name, ())) for name in steps),
        tally(CALLS),
        scheduled=tuple(Scheduled(name, f"{name}-1", outcome="completed", heartbeat=6, pause=1) for name in steps),
    )
    keys = (Sent("request_approval", 1, 1, 1), Sent("update_crm", 2, 1, 1))
    rows = tuple(Row(k, "R", Outcome.COMPLETED, keys=keys, recovered=7.5) for k in possible(clean, "", set(Moment)))
    with Household() as household:
        suite = Suite(project, Path(), folder, household)
    log = folder / "worker.log"
    log.write_text("working")
    return Ground(project, suite, Original(CLAIMS, pipeline), {"": clean}, rows, {}, (log,))


def verdict(look: Look, ground: Ground) -> bool | None:
    """Whether all evidence speaks for it; None if there is none."""
    found = list(look(ground))
    return all(e.holds for e in found) if found else None


LOOKS: list[Look] = [
    files.the_original_is_untouched,
    files.model_calls_stand_as_they_stood,
    files.workflow_code_is_pure,
    files.the_sandbox_is_on,
    files.failures_end_the_run,
    files.only_settings_name_places,
    files.questions_are_whole,
    killed.no_finished_step_repeats,
    killed.keyed_writes_have_one_effect,
    killed.repeats_carry_their_key,
    killed.the_next_step_comes_soon,
    killed.continued_runs_outlive_a_kill,
    killed.every_option_is_set,
]


@pytest.mark.parametrize("look", LOOKS)
def test_a_good_project_shows_it(ground: Ground, look: Look) -> None:
    assert verdict(look, ground) is True, list(look(ground))


@pytest.mark.parametrize(
    ("look", "module", "old", "new"),
    [
        (files.workflow_code_is_pure, "workflow", "        claim = ", "        import random\n        claim = "),
        (files.the_sandbox_is_on, "worker", "import asyncio\n", "import asyncio\n\nworkflow_runner = None\n"),
        (files.failures_end_the_run, "workflow", "        ArithmeticError,", "        Exception,"),
        (files.only_settings_name_places, "starter", 'static_summary="', 'static_summary="https://api.example.com/'),
        (files.only_settings_name_places, "starter", 'static_summary="', 'static_summary="eu-central-1 '),
        (files.questions_are_whole, "policies", "# TODO(lastgood): review.py:15: Does", "# TODO(lastgood): Does"),
        (files.questions_are_whole, "policies", "# TODO(lastgood): review.py:15: Does", "# Does"),
        (files.questions_are_whole, "adapter", "import sys\n", "import sys\n\nNO = 'TODO(lastgood): a.py:1: How?'\n"),
        (files.model_calls_stand_as_they_stood, "activities", '"""The steps', 'CALL()\n    """The steps'),
    ],
)
def test_a_file_that_was_spoiled(ground: Ground, tmp_path: Path, look: Look, module: str, old: str, new: str) -> None:
    package = tmp_path / ground.project.package
    package.mkdir()
    for name, text in ground.sources().items():
        (package / name).write_text(text)
    if look is files.model_calls_stand_as_they_stood:
        assert ground.original is not None
        call = next(s.call for s in ground.original.pipeline.steps if s.ai)
        new = new.replace("CALL", call)
    edit(package / f"{module}.py", old, new)
    spoiled = replace(ground, project=replace(ground.project, folder=tmp_path))
    assert verdict(look, spoiled) is False


def test_a_sandbox_that_hands_the_frameworks_modules_through(ground: Ground, tmp_path: Path) -> None:
    package = tmp_path / ground.project.package
    package.mkdir()
    for name, text in ground.sources().items():
        (package / name).write_text(text)
    driven = replace(ground, project=replace(ground.project, folder=tmp_path))
    runner = "SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PACKAGES))"
    (package / "graphs.py").write_text(f"def runner():\n    return {runner}\n")
    (package / "worker.py").write_text("Worker(client, workflow_runner=graphs.runner())\n")
    [shown] = files.the_sandbox_is_on(driven)
    assert shown.holds
    assert "handed through" in shown.says
    (package / "graphs.py").write_text("def runner():\n    return SandboxedWorkflowRunner(restrictions=NONE)\n")
    assert verdict(files.the_sandbox_is_on, driven) is False


def test_an_activity_that_a_plugin_asks_for_has_the_servers_id(ground: Ground) -> None:
    [(kind, clean), *_] = ground.cleans.items()
    [first, *others] = clean.scheduled

    def lacking(*unset: str) -> Ground:
        asked = (replace(first, unset=unset), *others)
        return replace(ground, cleans={**ground.cleans, kind: replace(clean, scheduled=asked)})

    assert verdict(killed.every_option_is_set, lacking("id")) is False
    asked = tuple(replace(a, by_plugin=a.name == first.activity) for a in ground.project.activities)
    project = replace(ground.project, activities=asked)
    assert verdict(killed.every_option_is_set, replace(lacking("id"), project=project)) is True
    assert verdict(killed.every_option_is_set, replace(lacking("id", "heartbeat"), project=project)) is False


def test_an_original_that_has_changed(ground: Ground) -> None:
    digests = dict.fromkeys(ground.project.digests, "0" * 64)
    assert (
        verdict(files.the_original_is_untouched, replace(ground, project=replace(ground.project, digests=digests)))
        is False
    )


def test_a_late_import_in_a_worker(ground: Ground, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("openai was imported after initial workflow load\n")
    assert verdict(files.the_sandbox_is_on, replace(ground, logs=(log,))) is False


def with_rows(ground: Ground, **changes: object) -> Ground:
    return replace(ground, rows=tuple(replace(row, **changes) for row in ground.rows))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("look", "changes"),
    [
        (killed.no_finished_step_repeats, {"finished_repeated": ("classify",)}),
        (killed.no_finished_step_repeats, {"outcome": Outcome.LOST}),
        (killed.keyed_writes_have_one_effect, {"keyed_off": ("update_crm",)}),
        (killed.keyed_writes_have_one_effect, {"doubled": ("notify_claimant",)}),
        (killed.repeats_carry_their_key, {"keys": (Sent("update_crm", 2, 2, 1),)}),
        (killed.repeats_carry_their_key, {"keys": (Sent("update_crm", 2, 1, 2),)}),
        (killed.continued_runs_outlive_a_kill, {"outcome": Outcome.LOST}),
        (killed.continued_runs_outlive_a_kill, {"finished_repeated": ("classify",)}),
        (killed.the_next_step_comes_soon, {"recovered": 23.0}),
        (killed.the_next_step_comes_soon, {"recovered": 41.0, "restarted": 30.0}),
    ],
)
def test_a_kill_that_went_wrong(ground: Ground, look: Look, changes: dict[str, object]) -> None:
    assert verdict(look, with_rows(ground, **changes)) is False


def test_a_run_that_stopped_for_a_person_has_not_come_to_its_last_writes(ground: Ground) -> None:
    first, *others = ground.rows
    stopped = replace(first, outcome=Outcome.NEEDS_PERSON, keys=(Sent("request_approval", 0, 0, 1),))
    assert verdict(killed.repeats_carry_their_key, replace(ground, rows=(stopped, *others))) is True


def test_no_kill_of_a_run_that_had_continued_as_new(ground: Ground) -> None:
    rows = tuple(row for row in ground.rows if row.kill.point is not Moment.CONTINUED)
    assert verdict(killed.continued_runs_outlive_a_kill, replace(ground, rows=rows)) is False


def test_a_worker_that_is_slow_to_start_is_waited_for(ground: Ground) -> None:
    slow = with_rows(ground, recovered=39.0, restarted=30.0)
    assert verdict(killed.the_next_step_comes_soon, slow) is True


def test_a_moment_that_no_kill_was_made_at(ground: Ground) -> None:
    rows = tuple(r for r in ground.rows if r.kill != Kill(Moment.END, "update_crm"))
    said = list(killed.no_finished_step_repeats(replace(ground, rows=rows)))
    assert [e.holds for e in said] == [False]
    assert "never killed at update_crm (end)" in said[0].says


def test_an_option_that_was_not_given_and_a_step_that_no_run_comes_by(ground: Ground) -> None:
    clean = ground.cleans[""]
    unset = replace(clean, scheduled=(replace(clean.scheduled[0], unset=("heartbeat",)), *clean.scheduled[1:]))
    said = [e.says for e in killed.every_option_is_set(replace(ground, cleans={"": unset}))]
    assert said == ["load_claim was asked for without heartbeat"]
    fewer = replace(clean, scheduled=clean.scheduled[1:])
    said = [e.says for e in killed.every_option_is_set(replace(ground, cleans={"": fewer}))]
    assert said == ["no run comes by load_claim: describe one in [[runs]]"]


def test_a_way_that_no_run_takes_or_that_differs(ground: Ground) -> None:
    same = Compared("a kind", "", "", "classify", "no fault", "done", "done", 3)
    other = replace(same, differences=(Difference(What.ARGUMENT, "model", "classify", "", "a", "b"),))
    steps = tuple(a.name for a in ground.project.activities)
    for told, expected in (
        (Equivalence((same,), walked=steps), Verdict.PASS),
        (Equivalence((same, other), walked=steps), Verdict.FAIL),
        (Equivalence((same,), walked=steps[1:], unseen=steps[:1]), Verdict.FAIL),
        (None, Verdict.FAIL),
    ):
        point = next(s for s in shown(replace(ground, equivalence=told)) if s.number == 4)
        assert point.verdict is expected
