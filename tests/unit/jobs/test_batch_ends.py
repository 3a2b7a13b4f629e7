"""A batch that is over is told once: whoever looks, however often, and whoever was killed in between."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest

from jobs import deliveries as module
from jobs.addresses import Reply
from jobs.batch import Batch, Batches
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.deliveries import Deliveries
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queue import JobQueue
from jobs.records import Records
from jobs.request import JobInput, JobRequest
from jobs.status import JobStatus
from jobs.webhooks import EventType, Webhooks
from tests.builders import a_request, claim, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky
from tests.inbox import OVERLAP_S, URL, Inbox, restarted

CALLS = 33  # to the store, more than a run makes that tells of one batch
ONLY_BATCHES = [EventType.BATCH_COMPLETED]


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ada")


@pytest.fixture
def batches(client: JobClient, webhooks: Webhooks) -> Batches:
    webhooks.add("ada", URL, ONLY_BATCHES)
    return Batches(client)


def requests(words: str) -> list[JobRequest]:
    return [a_request(each) for each in words.split()]


def asked(batches: Batches, words: str, name: str = "nightly") -> Batch:
    plan = batches.plan(name, requests(words))
    batch = batches.begin(plan)
    list(batches.make(plan))
    batches.close(batch)
    return batch


def succeeds(store: JobStore, *jobs: Job) -> None:
    for job in jobs:
        finish(store, job.id, lease_of(claim(store, job.id)))


def fails(store: JobStore, *jobs: Job) -> None:
    for job in jobs:
        fail(store, job.id, lease_of(claim(store, job.id)))


def passing(clock: FakeClock, deliveries: Deliveries) -> Iterator[Deliveries]:
    """Runs, a second apart, of one process after the other."""
    while True:
        clock.advance(1)
        deliveries.run()
        yield deliveries
        clock.advance(1)
        restarted(deliveries).run()
        yield deliveries


def look(clock: FakeClock, deliveries: Deliveries, times: int = 4) -> None:
    list(islice(passing(clock, deliveries), times))


# --- once ---


def test_the_last_end_of_a_batch_is_told_once(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    batch = asked(batches, "ant bee cat")
    ant, bee, cat = batches.jobs(batch)
    succeeds(store, ant)
    look(clock, deliveries)
    fails(store, bee)
    look(clock, deliveries)
    assert inbox.messages == []
    batches.client.cancel(cat.id)
    look(clock, deliveries)
    (body,) = inbox.bodies()
    assert body["type"] == "batch.completed"
    assert body["data"] == {
        "id": batch.id,
        "name": "nightly",
        "request_counts": {"total": 3, "queued": 0, "running": 0, "succeeded": 1, "failed": 1, "canceled": 1},
        "links": {"self": f"https://lumen.example/v1/batches/{batch.id}"},
    }
    clock.advance(OVERLAP_S)
    look(clock, deliveries)
    assert len(inbox.messages) == 1


def test_its_jobs_are_told_one_by_one_only_to_those_who_want_it(
    batches: Batches, webhooks: Webhooks, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    webhooks.add("ada", f"{URL}/jobs", [EventType.SUCCEEDED])
    webhooks.add("bob", f"{URL}/bob")
    succeeds(store, *batches.jobs(asked(batches, "ant bee")))
    look(clock, deliveries)
    told = Counter((url, body["type"]) for (url, *_), body in zip(inbox.messages, inbox.bodies(), strict=True))
    assert told == {(URL, "batch.completed"): 1, (f"{URL}/jobs", "job.succeeded"): 2}


def test_several_processes_tell_it_once(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore
) -> None:
    succeeds(store, *batches.jobs(asked(batches, "ant bee cat")))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Deliveries.run, [restarted(deliveries) for _ in range(4)]))
    deliveries.run()
    assert len(inbox.messages) == 1


@pytest.mark.parametrize("calls", range(1, CALLS + 1))
def test_a_process_that_dies_anywhere_in_between_loses_and_doubles_nothing(
    batches: Batches,
    deliveries: Deliveries,
    inbox: Inbox,
    store: JobStore,
    monkeypatch: pytest.MonkeyPatch,
    calls: int,
) -> None:
    """At the end of its so many-th call to the store."""
    succeeds(store, *batches.jobs(asked(batches, "ant bee")))
    left = iter(range(calls))
    call = Flaky._call

    def until_it_dies(self: Flaky, method: str, what: Any) -> Any:
        answer = call(self, method, what)
        if next(left, None) == calls - 1:
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(Flaky, "_call", until_it_dies)
        try:
            restarted(deliveries).run()
        except KeyboardInterrupt:
            died = True
        else:
            died = False
    store.clock.sleep(61)  # what it had under a lease is another's by then
    restarted(deliveries).run()
    assert len(set(inbox.ids())) == 1, "twice at most, and then under one id"
    assert not (died and calls == CALLS), "a run asks for more by now: raise CALLS"
    assert len({body["timestamp"] for body in inbox.bodies()}) == 1


def test_many_batches_are_told_each(
    batches: Batches,
    deliveries: Deliveries,
    inbox: Inbox,
    store: JobStore,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "NOTICED_MAX", 3)
    monkeypatch.setattr(module, "PAGE", 2)
    for name in "abcd":
        succeeds(store, *batches.jobs(asked(batches, "ant bee cat", name)))
    look(clock, deliveries, 8)
    assert sorted(body["data"]["name"] for body in inbox.bodies()) == list("abcd")


# --- when it is over ---


def test_a_batch_that_was_cut_off_is_not_over(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    plan = batches.plan("nightly", requests("ant bee cat"))
    batch = batches.begin(plan)
    list(islice(batches.make(plan), 2))
    succeeds(store, *batches.jobs(batch))
    look(clock, deliveries)
    assert inbox.messages == []
    asked(batches, "ant bee cat")
    look(clock, deliveries)
    assert inbox.messages == []
    succeeds(store, *batches.jobs(batch, JobStatus.QUEUED))
    look(clock, deliveries)
    assert [body["data"]["request_counts"]["succeeded"] for body in inbox.bodies()] == [3]


def test_one_whose_jobs_are_all_there_is_over_also_if_nobody_closed_it(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    plan = batches.plan("nightly", requests("ant bee"))
    batch = batches.begin(plan)
    list(batches.make(plan))
    succeeds(store, *batches.jobs(batch))
    look(clock, deliveries)
    assert len(inbox.messages) == 1


def test_what_was_refused_or_deleted_is_not_waited_for(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    plan = batches.plan("nightly", [*requests("ant bee"), JobRequest(input=JobInput(image="img_" + "0" * 64))])
    batch = batches.begin(plan)
    assert (len(list(batches.make(plan))), batch.total) == (3, 3)
    batches.close(batch)
    ant, bee = batches.jobs(batch)
    batches.client.delete(bee.id)
    succeeds(store, ant)
    look(clock, deliveries)
    assert [body["data"]["request_counts"]["total"] for body in inbox.bodies()] == [1]


@pytest.mark.parametrize("move", ["queued", "running"])
def test_one_whose_job_waits_or_runs_is_not_over(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, move: str
) -> None:
    ant, bee = batches.jobs(asked(batches, "ant bee"))
    succeeds(store, ant)
    if move == "running":
        claim(store, bee.id)
    look(clock, deliveries)
    assert inbox.messages == []


def test_a_strangers_jobs_neither_end_a_batch_nor_keep_it_from_its_end(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, client: JobClient
) -> None:
    batch = asked(batches, "ant")
    theirs = JobClient(store, client.records, client.queue, client.bucket, clock, owner="bob")
    deliveries.webhooks.add("bob", f"{URL}/bob", ONLY_BATCHES)
    done, waiting = (theirs.submit(a_request(each, batch_id=batch.id)) for each in ("cow", "dog"))
    succeeds(store, done)
    look(clock, deliveries)
    assert inbox.messages == []
    succeeds(store, *batches.jobs(batch))
    look(clock, deliveries)
    assert [url for url, *_ in inbox.messages] == [URL]
    assert store.get(waiting.id).status is JobStatus.QUEUED


@pytest.mark.parametrize("batch_id", ["b_" + "a" * 32, "mine", "../x"])
def test_a_batch_that_is_on_no_record_has_no_end(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock, batch_id: str
) -> None:
    succeeds(store, batches.client.submit(a_request("ant", batch_id=batch_id)))
    look(clock, deliveries)
    assert inbox.messages == []


def test_what_was_over_before_the_webhook_was_there_is_not_told(
    client: JobClient, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    batches = Batches(client)
    succeeds(store, *batches.jobs(asked(batches, "ant")))
    clock.advance(1)
    deliveries.webhooks.add("ada", URL)
    look(clock, deliveries)
    assert inbox.messages == []


def test_while_nobody_wants_to_know_nothing_is_counted(
    client: JobClient, deliveries: Deliveries, store: JobStore, documents: Flaky
) -> None:
    batches = Batches(client)
    deliveries.webhooks.add("ada", URL, [EventType.SUCCEEDED])
    succeeds(store, *batches.jobs(asked(batches, "ant")))
    documents.calls.clear()
    deliveries.run()
    assert documents.calls["count"] == 0


# --- again ---


def test_after_a_replay_it_ends_once_more(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    batch = asked(batches, "ant bee")
    ant, bee = batches.jobs(batch)
    succeeds(store, ant)
    fails(store, bee)
    look(clock, deliveries)
    (again,) = batches.retry_failed(batch, why="")
    look(clock, deliveries)
    assert len(inbox.messages) == 1
    succeeds(store, again)
    look(clock, deliveries)
    assert [body["data"]["request_counts"]["succeeded"] for body in inbox.bodies()] == [1, 2]
    assert len(set(inbox.ids())) == 2


def test_a_replay_that_ends_before_anybody_looks_is_an_end_too(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    batch = asked(batches, "ant")
    fails(store, *batches.jobs(batch))
    look(clock, deliveries)
    succeeds(store, *batches.retry_failed(batch, why=""))
    look(clock, deliveries)
    assert len(inbox.messages) == 2


def test_more_that_is_asked_for_later_ends_once_more(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    batch = asked(batches, "ant")
    succeeds(store, *batches.jobs(batch))
    look(clock, deliveries)
    asked(batches, "ant bee")
    succeeds(store, *batches.jobs(batch, JobStatus.QUEUED))
    look(clock, deliveries)
    assert [body["data"]["request_counts"]["total"] for body in inbox.bodies()] == [1, 2]


def test_the_message_is_the_same_in_every_try(
    batches: Batches, deliveries: Deliveries, inbox: Inbox, store: JobStore, clock: FakeClock
) -> None:
    inbox.replies = [Reply(500, "It answered 500.")]
    batch = asked(batches, "ant bee")
    ant, bee = batches.jobs(batch)
    fails(store, ant)
    succeeds(store, bee)
    deliveries.run()
    list(batches.retry_failed(batch, why=""))
    clock.advance(10)
    deliveries.run()
    first, second = inbox.messages
    assert (first[1]["webhook-id"], first[2]) == (second[1]["webhook-id"], second[2])
    assert json.loads(second[2])["timestamp"] == START.isoformat()
