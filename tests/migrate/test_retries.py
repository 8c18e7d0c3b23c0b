"""Retries that the code has, and their one owner afterwards: `retries.md` tells the plans; then the switch itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.plan import Activity
from migrate.usecases import migrate, plan
from tests.literate.story import Story, stories

STORIES = list(stories(Path(__file__).parent / "retries.md"))
USUAL = ("ValueError", "TypeError", "LookupError", "AttributeError", "ArithmeticError", "NotImplementedError")


def told(activity: Activity) -> str:
    retry = activity.retry
    numbers = (
        f"{retry.attempts.value:g} tries, pauses {retry.initial.value:g} x{retry.factor.value:g} "
        f"up to {retry.maximum.value:g}, {activity.timeouts.start_to_close.value:g} s each"
    )
    parts = [numbers]
    never = [name for name in retry.never_on if name not in USUAL]
    parts += [f"never on {', '.join(never)}"] if never else []
    parts += [f"only on {', '.join(retry.only_on)}"] if retry.only_on else []
    parts += [f"{own.by} {own.fate.value}" for own in activity.own_retries]
    return f"{activity.name}: {'; '.join(parts)}"


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_one_owner_takes_over(story: Story, tmp_path: Path) -> None:
    pipeline = assess(story.write(tmp_path)).pipelines[0]
    assert story.expect is not None
    assert [told(a) for a in plan(pipeline, tmp_path).activities] == story.expect.splitlines()


def test_the_pause_of_a_retry_is_no_step_that_is_tried_again(tmp_path: Path) -> None:
    story = next(s for s in STORIES if "workflow's own" in s.name)
    pipeline = assess(story.write(tmp_path)).pipelines[0]
    pause = next(s for s in pipeline.steps if s.call == "time.sleep")
    assert not pause.retry.set
    line = next(a for a in plan(pipeline, tmp_path).ledger if a.call == "time.sleep")
    assert (line.becomes, "no step is tried again for it" in line.because) == ("timer", True)


CALLED = """
import json
import backoff, openai, requests, stamina, tenacity
from requests.adapters import HTTPAdapter

calls = dict.fromkeys(["tenacity", "method", "backoff", "stamina", "polled"], 0)
client = openai.OpenAI(max_retries=5, api_key="none")
session = requests.Session()
session.mount("https://", HTTPAdapter(max_retries=3))

def _fail(name):
    calls[name] += 1
    raise OSError(name)

@tenacity.retry(stop=tenacity.stop_after_attempt(4))
def by_tenacity(): _fail("tenacity")

class Desk:
    @tenacity.retry(stop=tenacity.stop_after_attempt(4), reraise=True)
    def by_method(self): _fail("method")

@backoff.on_exception(backoff.constant, OSError, max_tries=4, interval=0)
def by_backoff(): _fail("backoff")

@stamina.retry(on=OSError, attempts=4, wait_initial=0)
def by_stamina(): _fail("stamina")

@backoff.on_predicate(backoff.constant, lambda n: n < 3, max_tries=5, interval=0)
def polled():
    calls["polled"] += 1
    return calls["polled"]

def every():
    for one in (by_tenacity, Desk().by_method, by_backoff, by_stamina, polled):
        try:
            one()
        except Exception:
            pass
    later = openai.OpenAI(max_retries=9, api_key="none")
    with_options = client.with_options(max_retries=4)
    fresh = HTTPAdapter(max_retries=7)
    clients = [client.max_retries, later.max_retries, with_options.max_retries, fresh.max_retries.total]
    return {"calls": calls, "clients": clients + [session.adapters["https://"].max_retries.total]}
"""


def test_the_worker_switches_the_others_off(tmp_path: Path) -> None:
    """The generated module, on the real libraries, in a process of its own; a poll for a result goes on as it was."""
    (tmp_path / "legacy").mkdir()
    story = STORIES[0].write(tmp_path / "legacy")
    migrate(assess(story), story, pipeline=None, engine="temporal", output=tmp_path / "out")
    module = next((tmp_path / "out").glob("*_workflow/own_retries.py"))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "desk.py").write_text(CALLED)
    program = (
        f"import sys, json; sys.path[:0] = [{str(tmp_path / 'code')!r}, {str(module.parent)!r}]\n"
        f"import desk, own_retries; said = own_retries.switch_off({str(tmp_path / 'code')!r})\n"
        "print(json.dumps({**desk.every(), 'said': said}))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found = json.loads(ended.stdout)
    assert found["calls"] == {"tenacity": 1, "method": 1, "backoff": 1, "stamina": 1, "polled": 3}
    assert found["clients"] == [0, 0, 0, 0, 0]
    assert "desk.client.max_retries was 5, is 0" in found["said"]
