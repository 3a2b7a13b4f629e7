"""A batch's jobs: how many run at a time, all of them in pages, the failed ones tried again, what they will take."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from jobs import batch as module
from jobs.audit import Audit, Entry
from jobs.batch import Batch, Batches
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.errors import BackendDown, InvalidRequest, JobMissing
from jobs.fields import Metrics, Report
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queue import JobQueue
from jobs.records import Records
from jobs.request import JobRequest, Quality, parse_request
from jobs.status import JobStatus
from tests.builders import an_output, claim, fail, finish, lease_of
from tests.fakes import FakeClock, Flaky


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ada")


@pytest.fixture
def batches(client: JobClient) -> Batches:
    return Batches(client)


def requests(words: str, *, quality: str = "draft") -> list[JobRequest]:
    return [parse_request({"input": {"prompt": each, "quality": quality}}) for each in words.split()]


def asked(batches: Batches, words: str, name: str = "nightly", **more: Any) -> Batch:
    plan = batches.plan(name, requests(words))
    batch = batches.begin(plan, **more)
    list(batches.make(plan))
    return batch


def prompts(jobs: Sequence[Job]) -> list[str]:
    return [job.input.prompt or "" for job in jobs]


def failed(store: JobStore, jobs: Sequence[Job]) -> None:
    for job in jobs:
        fail(store, job.id, lease_of(claim(store, job.id)))


# --- how many at a time ---


def test_the_number_is_on_record_and_in_each_job(batches: Batches) -> None:
    batch = asked(batches, "ant bee", inflight_max=3)
    assert batches.get(batch.id).inflight_max == 3
    assert [job.batch_inflight_max for job in batches.jobs(batch)] == [3, 3]


def test_left_out_it_stays_as_it_was(batches: Batches) -> None:
    asked(batches, "ant", inflight_max=3)
    batch = asked(batches, "bee")
    assert (batch.inflight_max, [job.batch_inflight_max for job in batches.jobs(batch)]) == (3, [3, 3])
    assert asked(batches, "cat", "another").inflight_max is None


def test_another_number_holds_for_jobs_that_are_made_later(batches: Batches, clock: FakeClock) -> None:
    asked(batches, "ant", inflight_max=3)
    clock.advance(1)
    batch = asked(batches, "ant bee", inflight_max=5)
    assert (batch.inflight_max, [job.batch_inflight_max for job in batches.jobs(batch)]) == (5, [3, 5])


@pytest.mark.parametrize("number", [0, -1, 1001])
def test_a_number_that_makes_no_sense_is_refused(batches: Batches, records: Records, number: int) -> None:
    plan = batches.plan("nightly", requests("ant"))
    with pytest.raises(InvalidRequest, match="1 to 1000"):
        batches.begin(plan, inflight_max=number)
    assert batches.find(limit=9) == []


# --- all of them ---


@pytest.mark.parametrize("page", [1, 2, 3, 99])
def test_its_jobs_come_in_the_order_they_were_made_however_large_a_page(
    batches: Batches, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(module, "PAGE", page)
    for words in ("dog", "ant", "cat"):
        batch = asked(batches, words)
        clock.advance(1)
    asked(batches, "cow", "another")
    assert prompts(list(batches.jobs(batch))) == ["dog", "ant", "cat"]
    first = next(batches.jobs(batch))
    assert prompts(list(batches.jobs(batch, after=first.id))) == ["ant", "cat"]
    with pytest.raises(JobMissing):
        next(batches.jobs(batch, after="j_nobody"))


def test_jobs_made_at_one_instant_come_once_each(batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    batch = asked(batches, "ant bee cat dog emu")
    ids = [job.id for job in batches.jobs(batch)]
    assert (len(ids), ids) == (5, sorted(ids))


def test_its_jobs_of_one_status(batches: Batches, store: JobStore) -> None:
    batch = asked(batches, "ant bee cat")
    failed(store, list(batches.jobs(batch))[:2])
    assert len(list(batches.jobs(batch, JobStatus.FAILED))) == 2
    assert len(list(batches.jobs(batch, JobStatus.QUEUED))) == 1


def test_a_strangers_job_and_one_that_nobody_can_read_are_left_out(
    batches: Batches, client: JobClient, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    batch = asked(batches, "ant bee")
    stranger = requests("cow")[0].model_copy(update={"batch_id": batch.id})
    replace(client, owner="bob").submit(stranger)
    broken = next(batches.jobs(batch))
    documents.write(documents.read("jobs", broken.id), {"attempts_left": "many"})
    assert len(list(batches.jobs(batch))) == 1


def test_pages_are_asked_for_as_far_as_somebody_listens(
    batches: Batches, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    batch = asked(batches, "ant bee cat dog emu")
    documents.calls.clear()
    next(batches.jobs(batch))
    assert documents.calls["find"] == 1


# --- the failed ones again ---


def retried(batches: Batches, batch: Batch, **more: Any) -> list[Job]:
    return list(batches.retry_failed(batch, why="The disk was full.", **more))


def test_failed_jobs_are_tried_again_with_their_attempts_renewed(batches: Batches, store: JobStore) -> None:
    batch = asked(batches, "ant bee cat")
    ant, bee, cat = batches.jobs(batch)
    failed(store, [ant, cat])
    finish(store, bee.id, lease_of(claim(store, bee.id)))
    assert {job.id for job in retried(batches, batch)} == {ant.id, cat.id}
    job = store.get(ant.id)
    assert job.replay is not None
    assert (job.status, job.attempts_left, job.replay.reason) == (JobStatus.QUEUED, 5, "The disk was full.")
    assert store.get(bee.id).status is JobStatus.SUCCEEDED
    assert retried(batches, batch) == []


def test_canceled_jobs_and_those_of_others_are_left_alone(batches: Batches, store: JobStore) -> None:
    batch, other = asked(batches, "ant"), asked(batches, "bee", "another")
    batches.client.cancel(next(batches.jobs(batch)).id)
    failed(store, list(batches.jobs(other)))
    assert retried(batches, batch) == []


def test_a_retry_is_on_record(batches: Batches, store: JobStore, records: Records) -> None:
    batch = asked(batches, "ant bee")
    failed(store, list(batches.jobs(batch)))
    retried(batches, batch, who="ops")
    (entry,) = entries(records)
    assert (entry.action, entry.who, entry.why, entry.ids) == ("batch.retry", "ops", "The disk was full.", (batch.id,))
    assert (entry.counts, entry.done_at is not None) == ({"replayed": 2}, True)


def entries(records: Records) -> list[Entry]:
    return list(Audit(records, "").latest(limit=9))


@pytest.mark.parametrize("before", [0, 1, 2])
def test_cut_off_anywhere_it_goes_on_and_tries_each_job_once(
    batches: Batches, store: JobStore, clock: FakeClock, before: int
) -> None:
    """Also one that has failed again meanwhile: it had its turn in this run."""
    batch = asked(batches, "ant bee cat")
    failed(store, list(batches.jobs(batch)))
    going = batches.retry_failed(batch, why="")
    first = list(islice(going, before))
    going.close()  # type: ignore[attr-defined]  # it is a generator
    failed(store, first)
    clock.advance(1)
    assert len(retried(batches, batch)) == 3 - before
    done = [entry.done_at is not None for entry in entries(batches.client.records)]
    assert done == ([True, False] if before else [True])
    failed(store, list(batches.jobs(batch, JobStatus.QUEUED)))
    assert len(retried(batches, batch)) == 3, "the run was over: this is another"


def test_what_failed_since_it_was_cut_off_is_tried_with_it(batches: Batches, store: JobStore, clock: FakeClock) -> None:
    batch = asked(batches, "ant bee cat")
    ant, bee, cat = batches.jobs(batch)
    failed(store, [ant, bee])
    going = batches.retry_failed(batch, why="")
    (first,) = islice(going, 1)
    going.close()  # type: ignore[attr-defined]  # it is a generator
    clock.advance(1)
    failed(store, [cat])
    assert {job.id for job in retried(batches, batch)} == {ant.id, bee.id, cat.id} - {first.id}


def test_what_fails_while_it_goes_on_is_not_tried_in_a_circle(
    batches: Batches, store: JobStore, clock: FakeClock
) -> None:
    batch = asked(batches, "ant bee cat")
    failed(store, list(batches.jobs(batch)))
    tried = []
    for job in batches.retry_failed(batch, why=""):
        clock.advance(1)
        failed(store, [job])
        tried.append(job.id)
    assert len(tried) == len(set(tried)) == 3


@pytest.mark.parametrize("limit, at_once", [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_it_is_bounded_and_said_again_goes_on(batches: Batches, store: JobStore, limit: int, at_once: int) -> None:
    batch = asked(batches, "ant bee cat")
    failed(store, list(batches.jobs(batch)))
    said = [len(retried(batches, batch, limit=limit)) for _ in range(3)]
    assert (said[0], sum(said)) == (at_once, 3)


def test_two_who_retry_at_once_try_each_job_once(batches: Batches, store: JobStore, records: Records) -> None:
    batch = asked(batches, "ant bee cat")
    failed(store, list(batches.jobs(batch)))
    other = Batches(replace(batches.client, store=JobStore(store.documents, store.clock)))
    ours = batches.retry_failed(batch, why="")
    first = next(ours)
    theirs = retried(other, batch)
    rest = list(ours)
    assert len({job.id for job in (first, *theirs, *rest)}) == 1 + len(theirs) + len(rest) == 3


def test_an_outage_comes_out_and_the_run_goes_on_later(batches: Batches, store: JobStore, documents: Flaky) -> None:
    batch = asked(batches, "ant bee")
    failed(store, list(batches.jobs(batch)))
    going = batches.retry_failed(batch, why="")
    next(going)
    documents.fail("read", 99)
    with pytest.raises(BackendDown):
        next(going)
    documents.heal()
    assert len(retried(batches, batch)) == 1


# --- what it will take ---


def ran(store: JobStore, job: Job, seconds: float) -> None:
    lease, metrics = lease_of(claim(store, job.id)), Metrics(wait_seconds=0, run_seconds=seconds)
    store.update(job.id, lambda job, now: job.finish(lease, an_output(), metrics, Report(), now=now))


def test_what_was_never_measured_is_not_estimated(batches: Batches) -> None:
    said = batches.estimate(batches.plan("nightly", requests("ant bee")), cost_per_hour=2)
    assert (said.jobs, said.seconds, said.gpu_hours, said.seconds_per_job, said.cost) == (2, None, None, None, None)
    assert (said.by_quality[Quality.DRAFT].seconds_per_job, said.by_quality[Quality.DRAFT].of) == (None, 0)


def test_the_median_of_each_quality_is_what_a_job_takes(batches: Batches, store: JobStore) -> None:
    before = asked(batches, "ant bee cat", "before")
    for job, seconds in zip(batches.jobs(before), (1, 2, 60), strict=True):
        ran(store, job, seconds)
    plan = batches.plan("nightly", requests("dog emu"))
    said = batches.estimate(plan, cost_per_hour=1800)
    assert (said.jobs, said.seconds, said.seconds_per_job, said.gpu_hours, said.cost) == (2, 4, 2, 4 / 3600, 2)
    assert said.by_quality[Quality.DRAFT].of == 3
    assert batches.estimate(plan).cost is None, "nobody said what an hour costs"
    mixed = batches.plan("mixed", [*requests("dog emu"), *requests("fox", quality="high")])
    assert (batches.estimate(mixed).jobs, batches.estimate(mixed).seconds) == (3, None), "no high one was measured"


def test_only_what_is_missing_is_estimated(batches: Batches, store: JobStore) -> None:
    ran(store, next(batches.jobs(asked(batches, "ant", "before"))), 7)
    asked(batches, "dog")
    assert batches.estimate(batches.plan("nightly", requests("dog emu fox dog"))).seconds == 14
    done = batches.estimate(batches.plan("nightly", requests("dog")))
    assert (done.jobs, done.seconds, done.seconds_per_job) == (0, 0, None)


def test_so_many_of_each_quality_can_be_said_without_a_plan(batches: Batches, store: JobStore) -> None:
    ran(store, next(batches.jobs(asked(batches, "ant", "before"))), 7)
    assert batches.estimate({Quality.DRAFT: 100_000, Quality.HIGH: 0}).seconds == 700_000
