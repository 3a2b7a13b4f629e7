"""Numbers that are known beforehand come out: of the queue, and of the newest jobs."""

from datetime import datetime, timedelta

import pytest

from jobs.errors import BackendDown, Reason
from jobs.fields import Failure, Metrics, Report
from jobs.job import Job
from jobs.job_store import JOBS, JobStore
from jobs.stats import (
    LATELY_JOBS,
    Percentiles,
    QueueState,
    RouteStats,
    at_work,
    percentiles,
    queue_state,
    run_seconds,
    stats,
)
from tests.builders import a_job, a_request, an_output, claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky

TRIES = 4  # jobs/retry.py asks no more often


def succeeds(store: JobStore, job_id: str, *, wait_s: float = 0, run_s: float = 1, route: str = "procedural") -> Job:
    metrics = Metrics(wait_seconds=wait_s, run_seconds=run_s, stage_seconds={"shape": run_s / 2})
    output = an_output().model_copy(update={"route": route})
    store.create(a_job(job_id))
    lease = lease_of(claim(store, job_id))
    return store.update(job_id, lambda job, now: job.finish(lease, output, metrics, Report(), now=now))


def fails(store: JobStore, job_id: str, reason: Reason, *, route: str | None = None) -> Job:
    store.create(a_job(job_id))
    lease = lease_of(claim(store, job_id))
    return store.update(
        job_id, lambda job, now: job.fail(lease, Failure.of(reason, "It broke.", at=now, route=route), now=now)
    )


# --- percentiles ---


@pytest.mark.parametrize(
    "seconds, p50, p95, p99",
    [
        ([7], 7, 7, 7),
        ([2, 1], 1, 2, 2),
        ([3, 1, 2], 2, 3, 3),
        (range(1, 101), 50, 95, 99),
        (range(1, 1001), 500, 950, 990),
        ([1] * 99 + [600], 1, 1, 1),
        ([1] * 98 + [600] * 2, 1, 1, 600),
    ],
    ids=str,
)
def test_a_percentile_is_a_value_that_was_measured(seconds: list[float], p50: float, p95: float, p99: float) -> None:
    assert percentiles(list(seconds)) == Percentiles(p50=p50, p95=p95, p99=p99, of=len(seconds))


def test_of_nothing_there_are_no_percentiles() -> None:
    assert percentiles([]) is None


# --- the queue ---


def test_an_empty_house_has_nothing_to_tell(store: JobStore) -> None:
    empty = QueueState(queued=0, running=0, oldest_queued_seconds=None, median_run_seconds=None)
    assert queue_state(store) == empty
    assert empty.eta_s(0) is None, "no number that nobody measured"


def test_what_waits_and_runs_is_counted(store: JobStore, clock: FakeClock) -> None:
    for job_id in "abc":
        store.create(a_job(job_id))
        clock.advance(10)
    claim(store, "c")
    found = queue_state(store)
    assert (found.queued, found.running, found.oldest_queued_seconds) == (2, 1, 30)


def test_a_job_waits_from_when_it_is_due_not_from_when_it_was_made(store: JobStore, clock: FakeClock) -> None:
    hour = timedelta(hours=1)
    store.create(a_job("a", request=a_request(not_before=(START + hour).isoformat())))
    clock.advance(600)
    assert queue_state(store).oldest_queued_seconds is None, "its time has not come"
    clock.advance(hour.total_seconds())
    assert queue_state(store).oldest_queued_seconds == 600


def test_a_job_that_went_back_to_the_queue_waits_anew(store: JobStore, clock: FakeClock) -> None:
    store.create(a_job("a"))
    lease = lease_of(claim(store, "a"))
    clock.advance(500)
    store.update("a", lambda job, now: job.hand_back(lease, now=now))
    clock.advance(5)
    assert queue_state(store).oldest_queued_seconds == 5


def test_the_median_is_of_the_last_jobs_that_succeeded(store: JobStore, clock: FakeClock) -> None:
    for n in range(3):
        succeeds(store, f"old{n}", run_s=1000)
        clock.advance(1)
    for n in range(LATELY_JOBS):
        succeeds(store, f"new{n}", run_s=n)
        clock.advance(1)
    fails(store, "failed", Reason.INTERNAL)
    assert queue_state(store).median_run_seconds == (LATELY_JOBS - 1) / 2


def test_what_jobs_take_is_known_from_the_newest_that_succeeded(store: JobStore) -> None:
    assert run_seconds(store, limit=2) == ()
    for job_id, run_s in (("a", 20.0), ("b", 40.0), ("c", 60.0)):
        succeeds(store, job_id, run_s=run_s)
    fails(store, "d", Reason.INTERNAL)
    store.create(a_job("e"))
    assert len(run_seconds(store, limit=2)) == 2
    assert sorted(run_seconds(store, limit=9)) == [20, 40, 60]


@pytest.mark.parametrize(
    "ahead, running, eta_s",
    [
        (0, 0, 40),  # its own run
        (0, 1, 60),  # half of another before it
        (3, 1, 180),
        (3, 2, 120),  # two at a time
        (3, 0, 160),  # one worker will come
    ],
)
def test_the_end_of_a_job_is_told_from_what_is_before_it(ahead: int, running: int, eta_s: float) -> None:
    queue = QueueState(queued=ahead, running=running, oldest_queued_seconds=None, median_run_seconds=40)
    assert queue.eta_s(ahead) == eta_s


def test_every_question_about_the_queue_is_bounded(store: JobStore, documents: Flaky) -> None:
    queue_state(store)
    assert documents.calls == {"now": 1, "find": 2, "count": 2}


# --- who is at work ---


def test_who_has_a_job_is_at_work_and_what_has_lapsed_says_so(store: JobStore, clock: FakeClock) -> None:
    for job_id, holder, lease_s in (("a", "m/2", 45), ("b", "m/1", 5), ("c", "m/3", 45)):
        store.create(a_job(job_id))
        claim(store, job_id, holder=holder, lease_s=lease_s)
    finish(store, "c", lease_of(store.get("c")))
    clock.advance(10)
    assert [(each.worker, each.job_id, each.since, each.lapsed) for each in at_work(store)] == [
        ("m/1", "b", START, True),
        ("m/2", "a", START, False),
    ]


def test_failures_at_one_route_are_counted_together_the_most_frequent_first(store: JobStore) -> None:
    for n, reason in enumerate((Reason.MESH_INVALID, Reason.INTERNAL, Reason.INTERNAL)):
        fails(store, f"f{n}", reason, route="partcrafter")
    assert [(each.reason, each.count) for each in stats(store).failures] == [("INTERNAL", 2), ("MESH_INVALID", 1)]


# --- the newest jobs ---


def test_what_became_of_the_jobs_is_counted(store: JobStore) -> None:
    for n, seconds in enumerate((10, 20, 30, 40)):
        succeeds(store, f"s{n}", wait_s=n, run_s=seconds)
    fails(store, "f0", Reason.MESH_INVALID, route="partcrafter")
    fails(store, "f1", Reason.GPU_OUT_OF_MEMORY, route="partcrafter")
    fails(store, "f2", Reason.MESH_INVALID)
    store.create(a_job("q"))
    store.create(a_job("r"))
    claim(store, "r")
    found = stats(store)
    assert (found.of, found.more, found.unreadable) == (9, False, 0)
    assert found.by_status == {"queued": 1, "running": 1, "succeeded": 4, "failed": 3, "canceled": 0}
    assert found.by_reason == {"MESH_INVALID": 2, "GPU_OUT_OF_MEMORY": 1}
    assert list(found.by_reason) == ["MESH_INVALID", "GPU_OUT_OF_MEMORY"], "the most frequent first"
    assert {(each.reason, each.route, each.count) for each in found.failures} == {
        ("MESH_INVALID", "partcrafter", 1),
        ("GPU_OUT_OF_MEMORY", "partcrafter", 1),
        ("MESH_INVALID", None, 1),
    }
    assert found.wait_seconds == Percentiles(p50=1, p95=3, p99=3, of=4)
    assert found.run_seconds == Percentiles(p50=20, p95=40, p99=40, of=4)
    assert found.stage_seconds == {"shape": Percentiles(p50=10, p95=20, p99=20, of=4)}
    assert found.by_route == {
        "partcrafter": RouteStats(succeeded=0, failed=2, run_seconds=None),
        "procedural": RouteStats(succeeded=4, failed=0, run_seconds=found.run_seconds),
    }


def test_what_was_made_before_is_not_counted(store: JobStore, clock: FakeClock) -> None:
    since: list[datetime] = []
    for job_id in "abc":
        since.append(store.create(a_job(job_id)).created_at)
        clock.advance(1)
    found = stats(store, since=since[1])
    assert (found.of, found.since, found.more) == (2, since[1], False)


@pytest.mark.parametrize("limit, of, more", [(2, 2, True), (3, 3, False), (4, 3, False)])
def test_the_newest_are_looked_at_and_the_answer_says_if_there_are_more(
    store: JobStore, clock: FakeClock, limit: int, of: int, more: bool
) -> None:
    for job_id, seconds in (("old", 1), ("b", 2), ("c", 3)):
        succeeds(store, job_id, run_s=seconds)
        clock.advance(1)
    found = stats(store, limit=limit)
    assert (found.of, found.more) == (of, more)
    assert found.run_seconds is not None
    assert found.run_seconds.p99 == 3


def test_a_document_that_is_no_job_is_counted_as_such(store: JobStore, documents: Flaky) -> None:
    documents.create(JOBS, "strange", {"status": "queued", "created_at": START})
    found = stats(store)
    assert (found.of, found.unreadable, sum(found.by_status.values())) == (1, 1, 0)


def test_a_store_out_of_reach_has_no_numbers(store: JobStore, documents: Flaky) -> None:
    documents.fail("find", TRIES)
    with pytest.raises(BackendDown):
        stats(store)
