"""The plan and its ledger: what is told of each step, and what an engine does not have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from assess.model.wire import dumps, schema
from assess.usecases import assess
from migrate.engines.offers import ENGINES
from migrate.plan import Becomes, Outcome, Plan
from migrate.telling import counted, hardly_moves, outcomes, part_them, whole
from migrate.usecases import plan, plan_for
from tests.migrate.conftest import SHAPES, assessed

Tree = Callable[[Mapping[str, str]], Path]
HEAD = "import openai, requests\nclient = openai.OpenAI()\n\n"
CLAIMS = SHAPES.parents[2] / "examples" / "claims_triage"


def planned(root: Path) -> Plan:
    return plan(assess(root).pipelines[0], root)


def test_every_number_has_a_reason_and_the_form_is_published() -> None:
    made = plan_for(assessed(CLAIMS), CLAIMS, pipeline=None, engine="mistral")
    jsonschema.validate(json.loads(dumps(made)), schema(Plan))
    for activity in made.activities:
        retry, times = activity.retry, activity.timeouts
        numbers = (retry.attempts, retry.initial, retry.factor, retry.maximum)
        for number in (*numbers, times.start_to_close, times.schedule_to_close, times.heartbeat):
            assert number.because


@pytest.mark.parametrize(("engine", "lost"), [("temporal", set()), ("dbos", {"heartbeats"}), ("mistral", {"errors"})])
def test_what_an_engine_does_not_have_is_told(engine: str, lost: set[str]) -> None:
    made = plan_for(assessed(CLAIMS), CLAIMS, pipeline=None, engine=engine)
    assert made.target is not None
    assert made.target.engine in ENGINES
    words = {one.what.partition(" ")[0].strip(",") for one in made.target.lost}
    assert lost <= words
    assert bool(made.target.lost) == (engine != "temporal")
    names = {a.name for a in made.activities} | {w.name for w in made.waits} | {"timers", made.entry.symbol}
    assert all(set(one.where) <= names for one in made.target.lost)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_framework_inside_the_run_is_asked_of_each_engine_and_the_plan_names_none(engine: str) -> None:
    root = SHAPES / "graph"
    made = plan_for(assessed(root), root, pipeline=None, engine=engine)
    assert made.runs
    assert made.target is not None
    told = [one.where for one in made.target.lost if one.what.startswith("a framework's own loop")]
    assert told == ([] if engine == "temporal" else [tuple(run.activity for run in made.runs)])
    assert "temporal" not in dumps(replace(made, target=None)).lower()


def test_places_and_steps_of_a_run_are_counted_apart() -> None:
    made = plan_for(assessed(CLAIMS), CLAIMS, pipeline=None, engine="temporal")
    assert counted(made) == "12 steps of a run, at 11 places in the code"
    assert outcomes(made) == "12 moved, 0 left as they are, 0 need a person"
    told = "\n".join(whole(made, 100))
    assert all(f"ACTIVITY {a.name} " in told for a in made.activities)


TOGETHER = """
def entry(name: str) -> None:
    stream = client.responses.create(model="m", input=name, stream=True)
    requests.post("http://localhost/cases", json={"name": name})
    for event in stream:
        requests.post("http://localhost/told", json={"text": event.delta})
"""


def test_what_cannot_be_parted_is_told_once_with_what_ties_it(tree: Tree) -> None:
    made = planned(tree({"app.py": HEAD + TOGETHER}))
    assert [a.outcome for a in made.ledger] == [Outcome.PERSON] * 3
    text = " ".join("\n".join(whole(made, 100)).split())
    assert text.count("could not be told apart") == 1
    assert "`stream` goes from line 6 into line 8" in text
    # A proof would show little: what to do first is said instead.
    assert hardly_moves(made)
    assert "3 of 3 steps would still be repeated by a crash" in " ".join(part_them(made, 100))
    assert not hardly_moves(plan_for(assessed(CLAIMS), CLAIMS, pipeline=None, engine="temporal"))


def test_a_place_in_a_notebook_names_its_cell() -> None:
    root = SHAPES / "notebook"
    made = plan_for(assessed(root), root, pipeline=None, engine="temporal")
    known = {(s.cell, s.line) for p in assessed(root).pipelines for s in p.steps}
    assert {made.place(a.file, a.line) for a in made.ledger} == {f"report.ipynb[{c}]:{line}" for c, line in known}
    assert all(f"report.ipynb[{c}]:{line} " in "\n".join(whole(made, 100)) for c, line in known)


def test_a_task_queue_keeps_no_run_so_its_task_can_move(tree: Tree) -> None:
    code = (
        HEAD
        + """
from celery import Celery
app = Celery()

@app.task(bind=True)
def entry(self, name: str) -> None:
    text = client.responses.create(model="m", input=name).output_text
    requests.post("http://localhost/cases", json={"text": text})
"""
    )
    root = tree({"app.py": code})
    made = plan_for(assess(root), root, pipeline=None, engine="temporal")
    assert [a.outcome for a in made.ledger] == [Outcome.MOVED] * 2


def test_an_unchanged_function_tells_by_name_what_a_crash_in_it_repeats(tree: Tree) -> None:
    code = (
        "def both(text):\n"
        "    with requests.Session() as session:\n"
        '        session.post("https://a.example", json=text, timeout=3)\n'
        '        session.post("https://b.example", json=text, timeout=3)\n'
        "        yield 1\n\n\n"
        "def main(text):\n"
        '    answer = client.responses.create(model="m", input=text).output_text\n'
        "    list(both(answer))\n"
    )
    made = planned(tree({"app.py": HEAD + code}))
    lines = [a for a in made.ledger if a.call == "session.post"]
    assert [a.outcome for a in lines] == [Outcome.MOVED] * 2
    for line in lines:
        assert "with the 2 steps in it" in line.because
        assert "`session.post` (app.py:6, writes) and `session.post` (app.py:7, writes)" in line.risk


def test_a_write_in_a_loop_that_is_not_one_function_needs_a_person(tree: Tree) -> None:
    code = (
        "def main(text, items):\n"
        '    answer = client.responses.create(model="m", input=text, stream=True)\n'
        "    for event in answer:\n"
        '        requests.post("https://a.example", json=str(event), timeout=3)\n'
    )
    made = planned(tree({"app.py": HEAD + code}))
    post = next(a for a in made.ledger if a.call == "requests.post")
    assert (post.outcome, post.becomes) == (Outcome.PERSON, Becomes.ACTIVITY)
    assert "`requests.post` (app.py:7, writes)" in post.risk


def test_open_questions_stand_in_the_code_that_they_are_about(tmp_path: Path) -> None:
    from migrate.usecases import migrate  # noqa: PLC0415

    assessment = assessed(CLAIMS)
    done = migrate(assessment, CLAIMS, pipeline=None, engine="temporal", output=tmp_path / "out")
    code = " ".join(
        line.strip().removeprefix("# ")
        for line in (tmp_path / "out" / done.plan.package / "policies.py").read_text("utf-8").splitlines()
    )
    assert done.plan.questions
    for asked in done.plan.questions:
        assert f"TODO(lastgood): {asked.file}:{asked.line}: {asked.question}" in code
        assert f"{asked.because}; {asked.risk}." in code


@pytest.mark.parametrize("name", ["claims_triage", "content_review", "customer_onboarding", "invoice_processing"])
def test_a_question_asks_and_what_is_only_to_be_known_is_none(tmp_path: Path, name: str) -> None:
    from migrate.usecases import migrate  # noqa: PLC0415

    root = CLAIMS.parent / name
    done = migrate(assessed(root), root, pipeline=None, engine="temporal", output=tmp_path / "out")
    assert all(asked.question.endswith("?") for asked in done.plan.questions)
    told = {r.file: r.what for r in done.plan.remarks}
    if name == "customer_onboarding":
        assert "in a thread is part of the run" in told["audit.py"]
    ledger = (tmp_path / "out" / "LEDGER.md").read_text("utf-8")
    assert ("## Done in another way" in ledger) == bool(told)
    assert all(remark.what not in asked.question for remark in done.plan.remarks for asked in done.plan.questions)
    assert all(f"({r.file}:{r.line})" in ledger for r in done.plan.remarks)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("requests.post(URL, json={'id': case_id})", True),
        ("requests.post(URL, json={'id': case_id}).raise_for_status()", False),
        ("answer = requests.post(URL, json={'id': case_id})\n    answer.raise_for_status()", False),
        ("requests.get(URL)", False),
        ("client.files.create(file=case_id, purpose='p')", False),
    ],
)
def test_a_write_whose_answer_nobody_looks_at_is_asked_about(tree: Tree, written: str, asked: bool) -> None:
    source = f"{HEAD}URL = 'https://crm.example'\n\ndef work(case_id: str) -> str:\n"
    source += "    said = client.responses.create(model='m', input=case_id).output_text\n"
    source += f"    {written}\n    return said\n\nif __name__ == '__main__':\n    work('1')\n"
    made = planned(tree({"app.py": source}))
    [told] = [q for q in made.questions if "notice an answer that says no" in q.question] or [None]
    assert (told is not None) == asked
    assert told is None or (told.line == 8 and "requests raises no error" in told.because)
