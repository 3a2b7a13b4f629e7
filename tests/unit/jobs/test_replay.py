"""A run of replays tries each of its jobs once: stopped anywhere, gone on with, done by two at once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, pairwise

import pytest

from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.dead_filter import ANY, DeadFilter, parse_filter
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, RecordMissing
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queue import JobQueue, Message
from jobs.records import Records
from jobs.replay import RUNS, Outcome, Replays, Run
from jobs.status import JobStatus
from tests.builders import a_job, claim, fail, lease_of
from tests.fakes import START, FakeClock, Flaky


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ops")


@pytest.fixture
def replays(store: JobStore, records: Records, letters: DeadLetters, client: JobClient, clock: FakeClock) -> Replays:
    return Replays(store, records, letters, client, clock)


@pytest.fixture
def five(store: JobStore, clock: FakeClock) -> list[str]:
    """Failed jobs, a second after each other; the last to fail first, as a run has them."""
    for job_id in "abcde":
        store.create(a_job(job_id))
        die(store, job_id)
        clock.advance(1)
    return list("edcba")


def die(store: JobStore, job_id: str) -> Job:
    return fail(store, job_id, lease_of(claim(store, job_id)))


def begin(replays: Replays, wanted: DeadFilter = ANY, *, limit: int | None = None, rps: float = 2.0) -> Run:
    return replays.begin(replays.plan(wanted, limit=limit), why="the quota was raised", who="eve", rps=rps)


def outcomes(replays: Replays, run: Run) -> dict[str, str]:
    return {tried.job_id: tried.outcome.value for tried in replays.go(run)}


def replays_of(store: JobStore, job_ids: Sequence[str]) -> list[int]:
    return [job.replay.count if (job := store.get(each)).replay else 0 for each in job_ids]


# --- one run ---


def test_a_plan_writes_nothing(replays: Replays, five: list[str], documents: Flaky) -> None:
    documents.calls.clear()
    plan = replays.plan(ANY)
    assert [job.id for job in plan.jobs] == five
    assert set(documents.calls) <= {"now", "find", "read"}


def test_a_run_is_on_record_before_its_first_change_and_completed_behind_its_last(
    replays: Replays, five: list[str], clock: FakeClock, store: JobStore
) -> None:
    run = begin(replays, parse_filter(["owner=ada"], until=clock.now()), limit=4, rps=5)
    assert replays.get(run.id) == run
    assert (run.why, run.who, run.begun_at, run.limit, run.rps) == (
        "the quota was raised",
        "eve",
        clock.now(),
        4,
        5,
    )
    assert run.filter == ("owner=ada", f"until={clock.now().isoformat()}")
    assert (run.done_at, replays_of(store, five)) == (None, [0] * 5)
    assert outcomes(replays, run) == dict.fromkeys("edcb", "replayed")
    done = replays.get(run.id)
    assert (done.counts, done.done_at) == ({"replayed": 4, "left": 0}, clock.now())
    assert replays_of(store, five) == [1, 1, 1, 1, 0]


def test_a_run_whose_answer_got_lost_is_begun_once(
    replays: Replays, five: list[str], documents: Flaky, records: Records
) -> None:
    documents.lose_answer("create")
    run = begin(replays)
    assert [key for key, _ in records.find(RUNS, {}, limit=9)] == [run.id]


def test_a_replayed_job_says_in_which_run_by_whom_and_why(replays: Replays, five: list[str], store: JobStore) -> None:
    run = begin(replays)
    outcomes(replays, run)
    job = store.get("a")
    assert job.replay is not None
    assert (job.status, job.replay.run, job.replay.by) == (JobStatus.QUEUED, run.id, "ops")
    assert job.replay.reason == "the quota was raised"


def test_only_failed_jobs_are_planned(replays: Replays, five: list[str], store: JobStore, letters: DeadLetters) -> None:
    letters.reject(Message(b"x"), message_id="7", why="")
    letters.drain(limit=9)
    store.create(a_job("waits"))
    store.create(a_job("gone"))
    store.update("gone", lambda job, now: job.request_cancel(now=now))
    assert [job.id for job in replays.plan(ANY).jobs] == five


@pytest.mark.parametrize("until", [None, START + timedelta(days=1)], ids=["any time", "until tomorrow"])
def test_what_fails_while_the_plan_is_made_is_not_in_it(
    replays: Replays, five: list[str], documents: Flaky, clock: FakeClock, until: datetime | None
) -> None:
    def meanwhile() -> None:
        clock.advance(1)
        replays.store.create(a_job("late"))
        die(replays.store, "late")

    documents.overtake("find", meanwhile)
    assert [job.id for job in replays.plan(DeadFilter(until=until)).jobs] == five


@pytest.mark.parametrize("limit, jobs", [(None, "edcba"), (9, "edcba"), (5, "edcba"), (2, "ed")])
def test_a_plan_ends_at_its_limit(replays: Replays, five: list[str], limit: int | None, jobs: str) -> None:
    plan = replays.plan(ANY, limit=limit)
    assert ("".join(job.id for job in plan.jobs), plan.more) == (jobs, False)


@pytest.mark.parametrize("limit, jobs, more", [(None, 3, True), (4, 3, True), (3, 3, False), (2, 2, False)])
def test_a_run_is_bounded_and_says_so(
    replays: Replays, five: list[str], monkeypatch: pytest.MonkeyPatch, limit: int | None, jobs: int, more: bool
) -> None:
    monkeypatch.setattr("jobs.replay.RUN_MAX", 3)
    plan = replays.plan(ANY, limit=limit)
    assert (len(plan.jobs), plan.more) == (jobs, more)


def test_a_run_that_nobody_began_is_missing(replays: Replays) -> None:
    with pytest.raises(RecordMissing, match="no r_1 in replays"):
        replays.get("r_1")


# --- not twice ---


@pytest.mark.parametrize("done", range(6))
def test_a_run_that_stopped_anywhere_goes_on_there(
    replays: Replays, five: list[str], store: JobStore, done: int
) -> None:
    run = begin(replays)
    going = replays.go(run)
    for _ in range(done):
        next(going)
    going.close()
    assert replays.get(run.id).done_at is None
    said = outcomes(replays, replays.get(run.id))
    assert list(said.values()) == ["before"] * done + ["replayed"] * (5 - done)
    assert replays_of(store, five) == [1] * 5
    assert replays.get(run.id).counts == {"replayed": 5, "left": 0}


@pytest.mark.parametrize("calls", range(9))
@pytest.mark.parametrize("trouble", ["fail", "lose_answer"])
@pytest.mark.parametrize("method", ["read", "write"])
def test_a_run_whose_store_went_away_at_any_call_goes_on(
    replays: Replays, five: list[str], documents: Flaky, method: str, trouble: str, calls: int
) -> None:
    run = begin(replays)
    for _ in range(calls):
        documents.overtake(method, lambda: None)
    getattr(documents, trouble)(method, 99)
    with suppress(BackendDown):
        outcomes(replays, run)
    documents.heal()
    outcomes(replays, replays.get(run.id))
    assert replays_of(replays.store, five) == [1] * 5


def test_a_job_that_failed_again_is_left_alone(replays: Replays, five: list[str], store: JobStore) -> None:
    run = begin(replays)
    going = replays.go(run)
    assert next(going).job_id == "e"
    die(store, "e")
    going.close()
    assert outcomes(replays, run)["e"] == "before"
    assert store.get("e").status is JobStatus.FAILED
    assert replays_of(store, "e") == [1]


def test_a_job_that_failed_after_the_run_began_is_not_its_to_try(
    replays: Replays, five: list[str], store: JobStore, client: JobClient, clock: FakeClock
) -> None:
    run = begin(replays)
    clock.advance(1)
    client.replay("c", why="by hand")
    die(store, "c")
    assert outcomes(replays, run)["c"] == "left"
    assert replays_of(store, "c") == [1]
    assert replays.get(run.id).counts == {"replayed": 4, "left": 1}


def test_a_job_that_failed_the_very_moment_the_run_began_is_its_to_try(replays: Replays, store: JobStore) -> None:
    store.create(a_job("now"))
    die(store, "now")
    assert outcomes(replays, begin(replays)) == {"now": "replayed"}


def test_that_is_asked_again_inside_the_change(
    replays: Replays, five: list[str], store: JobStore, clock: FakeClock, documents: Flaky
) -> None:
    """Between the last look and the write somebody replays the job, and it fails once more."""
    run = begin(replays, limit=1)

    def meanwhile() -> None:
        clock.advance(1)
        replays.client.replay("e", why="by hand")
        die(store, "e")

    documents.overtake("write", meanwhile)
    assert outcomes(replays, run) == {"e": "left"}
    assert store.get("e").status is JobStatus.FAILED
    assert replays_of(store, "e") == [1]


def test_a_clock_that_went_back_makes_no_second_try(replays: Replays, five: list[str], store: JobStore) -> None:
    run = begin(replays)
    assert next(replays.go(run)).job_id == "e"
    die(store, "e")
    store.update("e", lambda job, now: job.model_copy(update={"completed_at": START - timedelta(days=1)}))
    assert outcomes(replays, run)["e"] == "before"
    assert replays_of(store, "e") == [1]


@pytest.fixture
def other(replays: Replays, documents: Flaky, clock: FakeClock) -> Replays:
    """Another process over the same documents."""
    store = JobStore(documents, clock)
    return replace(replays, store=store, client=replace(replays.client, store=store))


@pytest.mark.parametrize("first", [1, 2, 3])
def test_two_at_once_try_each_job_once(
    replays: Replays, other: Replays, five: list[str], store: JobStore, first: int
) -> None:
    run = begin(replays)
    ours, theirs = replays.go(run), other.go(run)
    said = [*islice(ours, first), *theirs, *ours]
    assert [tried.job_id for tried in said if tried.outcome is Outcome.REPLAYED] == five
    assert {tried.outcome for tried in said} == {Outcome.REPLAYED, Outcome.BEFORE}
    assert replays_of(store, five) == [1] * 5
    assert replays.get(run.id).counts == {"replayed": 5, "left": 0}


def test_how_far_a_run_is_stands_in_its_record_and_is_not_turned_back(
    replays: Replays, other: Replays, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.replay.NOTED_EVERY_JOBS", 2)
    run = begin(replays)
    ahead, behind = replays.go(run), other.go(run)
    noted = []
    for going in (*[ahead] * 5, *[behind] * 3):
        next(going)
        noted.append(sum(replays.get(run.id).counts.values()))
    assert noted == [0, 0, 2, 2, 4, 4, 4, 4]
    assert (list(ahead), replays.get(run.id).counts) == ([], {"replayed": 5, "left": 0})
    next(behind)
    next(behind)
    assert replays.get(run.id).counts == {"replayed": 5, "left": 0}


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("method, looks", [("read", 1), ("read", 2), ("write", 0)])
@pytest.mark.parametrize("claimed", [False, True], ids=["waiting", "a worker has it already"])
def test_who_loses_the_race_for_a_job_leaves_it_to_the_other(
    replays: Replays, other: Replays, documents: Flaky, method: str, looks: int, claimed: bool
) -> None:
    run = begin(replays, limit=1)

    def meanwhile() -> None:
        assert outcomes(other, run) == {"e": "replayed"}
        if claimed:
            claim(other.store, "e")

    for _ in range(looks):
        documents.overtake(method, lambda: None)
    documents.overtake(method, meanwhile)
    assert outcomes(replays, run) == {"e": "before"}
    assert replays_of(replays.store, "e") == [1]
    assert replays.get(run.id).counts == {"replayed": 1, "left": 0}


@pytest.mark.parametrize("become", ["deleted", "canceled", "unreadable"])
def test_what_is_no_longer_there_to_try_keeps_no_other_from_it(
    replays: Replays, five: list[str], store: JobStore, client: JobClient, documents: Flaky, become: str
) -> None:
    run = begin(replays)
    if become == "deleted":
        store.delete("c")
    elif become == "canceled":
        client.replay("c", why="")
        client.cancel("c")
    else:
        documents.write(documents.read("jobs", "c"), {"input": 7})
    said = {tried.job_id: tried for tried in replays.go(run)}
    assert [said[each].outcome.value for each in five] == ["replayed", "replayed", "left", "replayed", "replayed"]
    assert said["c"].why


# --- slowly ---


@pytest.fixture
def published(client: JobClient, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each wake-up went out."""
    times: list[float] = []
    publish = client.queue.publish

    def noted(message: Message) -> str:
        times.append(clock.monotonic())
        return publish(message)

    monkeypatch.setattr(client.queue, "publish", noted)
    return times


def gaps(times: list[float]) -> list[float]:
    return [round(later - earlier, 6) for earlier, later in pairwise(times)]


def test_wake_ups_are_never_closer_than_the_rate_allows(
    replays: Replays, five: list[str], published: list[float], documents: Flaky, clock: FakeClock
) -> None:
    run = begin(replays, rps=4)
    documents.overtake("read", lambda: clock.advance(0.2))  # the first is slow, the second is not the quicker for it
    began = clock.monotonic()
    outcomes(replays, run)
    assert gaps(published) == [0.25] * 4
    assert clock.monotonic() - began < 1.3, "and the first does not wait"


def test_another_rate_may_be_asked_for_when_going_on(
    replays: Replays, five: list[str], published: list[float], clock: FakeClock
) -> None:
    list(replays.go(begin(replays, rps=4), rps=0.5))
    assert gaps(published) == [2.0] * 4


def test_what_is_not_tried_takes_no_time(replays: Replays, five: list[str], clock: FakeClock) -> None:
    run = begin(replays, rps=0.01)
    outcomes(replays, run)
    began = clock.monotonic()
    outcomes(replays, run)
    assert clock.monotonic() == began


def test_jobs_named_one_by_one_keep_the_rate_too(
    replays: Replays, five: list[str], published: list[float], store: JobStore
) -> None:
    said = list(replays.each(["a", "nobody", "b", "c"], why="", rps=10))
    assert [tried.outcome.value for tried in said] == ["replayed", "left", "replayed", "replayed"]
    assert min(gaps(published)) >= 0.1
    assert [job.replay and job.replay.run for job in map(store.get, "abc")] == [None] * 3


# --- by id ---


def test_only_a_named_job_may_be_a_canceled_one(replays: Replays, store: JobStore, client: JobClient) -> None:
    store.create(a_job("a"))
    client.cancel("a")
    assert [tried.outcome.value for tried in replays.would(["a"])] == ["replayed"]
    assert store.get("a").status is JobStatus.CANCELED
    assert [tried.outcome.value for tried in replays.each(["a"], why="")] == ["replayed"]
    assert store.get("a").status is JobStatus.QUEUED


@pytest.mark.parametrize("asked", [Replays.would, lambda *given: Replays.each(*given, why="")])
def test_a_store_out_of_reach_is_no_job_left_alone(
    replays: Replays, five: list[str], documents: Flaky, asked: Callable[..., object]
) -> None:
    documents.fail("read", 99)
    with pytest.raises(BackendDown):
        list(asked(replays, five))  # type: ignore[call-overload]


def test_what_would_be_replayed_is_said_without_a_change(
    replays: Replays, five: list[str], store: JobStore, documents: Flaky
) -> None:
    store.create(a_job("waits"))
    documents.calls.clear()
    said = list(replays.would(["a", "waits", "nobody"]))
    assert [tried.outcome.value for tried in said] == ["replayed", "left", "left"]
    assert set(documents.calls) == {"read"}


def test_runs_are_records(replays: Replays, five: list[str], records: Records) -> None:
    run = begin(replays)
    assert list(records.get(RUNS, run.id)["ids"]) == five
