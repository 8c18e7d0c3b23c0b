"""Services misbehave as told: how often, for whom, before or after the work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest

from examples.services import Counted, Do, Services

Write = Callable[..., httpx.Response]


@pytest.fixture
def write(services: Services) -> Write:
    def post(claim_id: str = "CLM-1", **headers: str) -> httpx.Response:
        return httpx.post(
            f"{services.env['CRM_URL']}/records", json={"claim_id": claim_id}, headers=headers, timeout=60
        )

    return post


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as workers:
        yield workers


def test_fails_so_many_times_and_then_no_more(services: Services, write: Write) -> None:
    services.fault("crm.record", Do.FAIL, times=2, status=503)

    assert [write().status_code for _ in range(3)] == [503, 503, 201]
    tally = services.counts("CLM-1")["crm.record"]
    assert (tally.hits, tally.effects) == (3, 1)


def test_fails_until_reset(services: Services, write: Write) -> None:
    services.fault("crm.record", Do.FAIL, times=None)
    assert {write().status_code for _ in range(4)} == {500}

    services.reset()
    assert write().status_code == 201
    assert services.counts("CLM-1")["crm.record"].hits == 1


def test_a_failure_can_come_after_the_work(services: Services, write: Write) -> None:
    services.fault("crm.record", Do.FAIL, applied=True)

    assert write().status_code == 500
    assert services.counts("CLM-1")["crm.record"].effects == 1


def test_orders_for_one_run_leave_others_alone(services: Services, write: Write) -> None:
    services.fault("crm.record", Do.FAIL, run="CLM-2")

    assert write("CLM-1").status_code == 201
    assert write("CLM-2").status_code == 500


def test_rate_limit_says_when_to_come_back(services: Services, write: Write) -> None:
    services.fault("crm.record", Do.RATE_LIMIT, retry_after=17)
    answer = write()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "17")
    assert services.records() == []


def test_hang_applies_the_write_and_keeps_the_answer(
    services: Services, write: Write, pool: ThreadPoolExecutor
) -> None:
    services.fault("crm.record", Do.HANG)
    answer = pool.submit(write)

    assert services.wait("crm.record", run="CLM-1", what=Counted.HELD)
    tally = services.counts("CLM-1")["crm.record"]
    assert (tally.effects, tally.answered) == (1, 0)
    assert not answer.done()
    services.release("crm.record")
    assert answer.result().status_code == 201
    assert services.wait("crm.record", what=Counted.ANSWERED)


def test_hang_before_the_work(services: Services, write: Write, pool: ThreadPoolExecutor) -> None:
    services.fault("crm.record", Do.HANG, applied=False)
    answer = pool.submit(write)

    assert services.wait("crm.record", what=Counted.HELD)
    assert services.records() == []
    services.release()
    assert answer.result().status_code == 201
    assert len(services.records()) == 1


def test_release_of_one_route_leaves_others_held(services: Services, write: Write, pool: ThreadPoolExecutor) -> None:
    services.fault("crm.record", Do.HANG)
    answer = pool.submit(write)
    assert services.wait("crm.record", what=Counted.HELD)

    services.release("mail.send")
    assert not services.wait("crm.record", what=Counted.ANSWERED, timeout=0.1)
    services.release()
    assert answer.result().status_code == 201


def test_effect_counts_although_its_client_was_killed(services: Services) -> None:
    services.fault("crm.record", Do.HANG)
    post = f"import httpx; httpx.post('{services.env['CRM_URL']}/records', json={{'claim_id': 'CLM-1'}}, timeout=60)"
    with subprocess.Popen([sys.executable, "-c", post]) as client:
        assert services.wait("crm.record", run="CLM-1", what=Counted.HELD)
        client.kill()

    tally = services.counts("CLM-1")["crm.record"]
    assert (tally.hits, tally.effects, tally.answered) == (1, 1, 0)


def test_slow_call_is_answered_in_the_end(services: Services, write: Write, pool: ThreadPoolExecutor) -> None:
    services.fault("crm.record", Do.SLOW, seconds=0.05)
    assert write().status_code == 201

    services.fault("crm.record", Do.SLOW, seconds=3600)
    answer = pool.submit(write)
    assert services.wait("crm.record", count=2)
    assert len(services.records()) == 1, "slow comes before the work"
    while wait([answer], timeout=0.01).not_done:
        services.release()
    assert answer.result().status_code == 201
    assert services.counts("CLM-1")["crm.record"].held == 0, "slow is not held"


def test_key_is_applied_once(services: Services, write: Write) -> None:
    first, second = (write(**{"Idempotency-Key": "k1"}) for _ in range(2))

    assert first.json() == second.json()
    tally = services.counts("CLM-1")["crm.record"]
    assert (tally.hits, tally.effects) == (2, 1)
    assert write(**{"Idempotency-Key": "k2"}).json() != first.json()
    assert write("CLM-2", **{"Idempotency-Key": "k1"}).status_code == 422, "one key, another body"
    assert [call.key for call in services.log("CLM-1")] == ["k1", "k1", "k2"]


def test_without_a_key_each_write_counts(services: Services, write: Write) -> None:
    write()
    write()
    assert services.counts("CLM-1")["crm.record"].effects == 2


def test_key_is_applied_once_by_many_at_once(services: Services, write: Write, pool: ThreadPoolExecutor) -> None:
    answers = list(pool.map(lambda _: write(**{"Idempotency-Key": "k1"}).json()["id"], range(12)))

    assert len(set(answers)) == 1
    assert services.counts("CLM-1")["crm.record"].effects == 1


def test_key_after_a_lost_answer_gets_the_first_answer(
    services: Services, write: Write, pool: ThreadPoolExecutor
) -> None:
    services.fault("crm.record", Do.HANG)
    lost = pool.submit(write, **{"Idempotency-Key": "k1"})
    assert services.wait("crm.record", what=Counted.HELD)

    again = write(**{"Idempotency-Key": "k1"})
    services.release()
    assert again.json() == lost.result().json()
    assert len(services.records()) == 1
