"""What a client does with jobs."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.buckets.disk import DiskBucket
from jobs.choose import choose
from jobs.client import JobClient
from jobs.errors import IdempotencyConflict, IllegalTransition, JobAlreadyDone, JobMissing, NotFound, StillRunning
from jobs.fields import Report
from jobs.job import Job
from jobs.job_store import JobQuery, JobStore
from jobs.queue import JobQueue, wake_up
from jobs.records import Records
from jobs.status import JobStatus
from tests.builders import KEEP_FOR, SOME_METRICS, a_request, an_output, claim, fail, finish, lease_of
from tests.fakes import START, DeafQueue, FakeClock, Flaky


@pytest.fixture
def client(store: JobStore, records: Records, queue: JobQueue, bucket: DiskBucket, clock: FakeClock) -> JobClient:
    return JobClient(store, records, queue, bucket, clock, owner="ada", attempts_max=4)


def wake_ups(queue: JobQueue) -> list[str]:
    hints = []
    while (delivery := queue.pull(0)) is not None:
        queue.ack(delivery)
        hints.append(delivery.message.attributes["job_id"])
    return hints


# --- submit ---


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_submitted_job_is_stored_and_somebody_is_woken(client: JobClient, queue: JobQueue) -> None:
    job = client.submit(a_request("flying bird"), trace=TRACE)
    assert client.get(job.id) == job
    assert (job.status, job.owner_uid, job.attempts_left, job.source) == (JobStatus.QUEUED, "ada", 4, "cli")
    assert (job.created_at, job.not_before, job.expires_at) == (START, START, START + KEEP_FOR)
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.message.data == wake_up(job.id).data
    assert delivery.message.attributes["traceparent"].split("-")[1] == TRACE.split("-")[1], "of one trace"


def test_a_job_for_later_is_kept_from_then_on(client: JobClient) -> None:
    """Where documents expire by themselves, one that waits must not."""
    later = START.replace(year=2030)
    assert client.submit(a_request("later", not_before=later)).expires_at == later + KEEP_FOR


def test_without_a_key_each_submit_is_a_job(client: JobClient) -> None:
    assert client.submit(a_request()).id != client.submit(a_request()).id


def test_a_trace_is_begun_where_none_is_given(client: JobClient) -> None:
    version, trace, span, flags = client.submit(a_request()).trace.split("-")
    assert (version, len(trace), len(span)) == ("00", 32, 16)
    assert flags in {"01", "03"}, "sampled; and random, where somebody records it"


def test_the_same_key_and_request_are_the_same_job(client: JobClient) -> None:
    first = client.submit(a_request(), key="k")
    assert client.submit(a_request(), key="k") == first
    assert len(client.find(JobQuery())) == 1


def test_the_same_key_for_another_request_is_a_conflict(client: JobClient) -> None:
    first = client.submit(a_request(), key="k")
    with pytest.raises(IdempotencyConflict, match="'k' was used for another request"):
        client.submit(a_request(seed=1), key="k")
    assert client.find(JobQuery()) == [first]


def test_keys_of_different_owners_do_not_meet(client: JobClient) -> None:
    first = client.submit(a_request(), key="k")
    assert replace(client, owner="bob").submit(a_request(seed=1), key="k").id != first.id


def test_a_repeated_submit_wakes_again_while_the_job_is_queued(client: JobClient, queue: JobQueue) -> None:
    job = client.submit(a_request(), key="k")
    client.submit(a_request(), key="k")
    assert wake_ups(queue) == [job.id, job.id]


def test_a_repeated_submit_of_a_job_under_way_or_over_wakes_nobody(
    client: JobClient, queue: JobQueue, store: JobStore
) -> None:
    job = client.submit(a_request(), key="k")
    wake_ups(queue)
    lease = lease_of(claim(store, job.id))
    assert client.submit(a_request(), key="k").status is JobStatus.RUNNING
    finish(store, job.id, lease)
    assert client.submit(a_request(), key="k").status is JobStatus.SUCCEEDED
    assert wake_ups(queue) == []


def test_a_wake_up_that_cannot_be_published_loses_nothing(
    client: JobClient, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        job = replace(client, queue=DeafQueue()).submit(a_request())
    assert store.get(job.id) == job
    assert "left to sweep" in caplog.text


def test_a_submit_whose_answer_was_lost_makes_one_job(client: JobClient, documents: Flaky) -> None:
    documents.lose_answer("create", 2)  # the owner's turn, and the job
    job = client.submit(a_request())
    assert client.find(JobQuery()) == [job]


# --- turns ---


def served(store: JobStore, jobs: int) -> list[Job]:
    """The first so many jobs, in the order in which one worker does them."""
    done = []
    for _ in range(jobs):
        job = choose(store, now=store.clock.now())[0]
        assert isinstance(job, Job)
        done.append(finish(store, job.id, lease_of(claim(store, job.id))))
    return done


def test_ten_jobs_of_one_owner_do_not_stand_behind_490_of_another(client: JobClient, store: JobStore) -> None:
    bob = replace(client, owner="bob")
    for n in range(490):
        client.submit(a_request(f"ada's {n}"))
    for n in range(10):
        bob.submit(a_request(f"bob's {n}"))
    owners = [job.owner_uid for job in served(store, 21)]
    assert owners[:20].count("bob") == 10
    assert owners[20] == "ada"


def test_who_comes_late_does_not_push_in(client: JobClient, store: JobStore) -> None:
    """An owner who submitted nothing for a while has saved up no turns."""
    bob = replace(client, owner="bob")
    bob.submit(a_request("bob's first"))
    served(store, 1)
    for n in range(20):
        client.submit(a_request(f"ada's {n}"))
    served(store, 10)
    for n in range(10):
        bob.submit(a_request(f"bob's {n}"))
    owners = [job.owner_uid for job in served(store, 10)]
    assert owners.count("ada") == owners.count("bob") == 5


def test_when_the_queue_was_empty_owners_are_level_again(client: JobClient, store: JobStore, clock: FakeClock) -> None:
    bob = replace(client, owner="bob")
    for n in range(30):
        client.submit(a_request(f"ada's {n}"))
    served(store, 30)
    clock.advance(1)
    for n in range(5):
        bob.submit(a_request(f"bob's {n}"))
        client.submit(a_request(f"ada's next {n}"))
    owners = [job.owner_uid for job in served(store, 10)]
    assert [set(owners[n : n + 2]) for n in range(0, 10, 2)] == [{"ada", "bob"}] * 5


def test_each_priority_has_turns_of_its_own(client: JobClient) -> None:
    for n in range(5):
        client.submit(a_request(f"low {n}", priority="low"))
    first = client.submit(a_request("high", priority="high"))
    assert client.submit(a_request("high 2", priority="high")).turn == first.turn + 1


def test_an_owners_jobs_go_in_the_order_of_their_submit(client: JobClient, store: JobStore) -> None:
    submitted = [client.submit(a_request(f"bird {n}")).id for n in range(12)]
    assert [job.id for job in served(store, 12)] == submitted


def test_a_job_for_later_does_not_hold_up_the_turns(client: JobClient, store: JobStore, clock: FakeClock) -> None:
    client.submit(a_request("later", not_before=START.replace(year=2030)))
    clock.advance(60)
    bob = replace(client, owner="bob")
    assert bob.submit(a_request("bob's")).turn == int(clock.now().timestamp() * 1000)


def test_the_position_is_how_many_go_before(client: JobClient, store: JobStore) -> None:
    jobs = [client.submit(a_request(f"bird {n}")) for n in range(3)]
    assert [client.position(job) for job in jobs] == [0, 1, 2]
    assert client.position(claim(store, jobs[0].id)) is None
    assert [client.position(job) for job in jobs[1:]] == [0, 1]


# --- watch ---


def test_watching_shows_every_change_until_the_end(client: JobClient, store: JobStore) -> None:
    job = client.submit(a_request())
    seen = []
    for now in client.watch(job.id):
        seen.append((now.status, now.progress))
        if now.status is JobStatus.QUEUED:
            claim(store, job.id)
        elif now.progress == 0:
            beat(store, now, 40)
        elif not now.done:
            finish(store, job.id, lease_of(now))
    assert seen == [
        (JobStatus.QUEUED, 0),
        (JobStatus.RUNNING, 0),
        (JobStatus.RUNNING, 40),
        (JobStatus.SUCCEEDED, 100),
    ]


def beat(store: JobStore, job: Job, progress: int) -> Job:
    report = Report(progress=progress)
    return store.update(job.id, lambda job, now: job.beat(lease_of(job), report, now=now, lease_for=KEEP_FOR))


def test_a_watch_ends_after_its_timeout_and_the_job_goes_on(client: JobClient, clock: FakeClock) -> None:
    job = client.submit(a_request())
    with pytest.raises(StillRunning, match="still queued"):
        list(client.watch(job.id, timeout_s=5))
    assert clock.monotonic() == pytest.approx(5, abs=0.2)
    assert client.get(job.id) == job


def test_a_job_that_is_over_is_shown_once(client: JobClient, clock: FakeClock) -> None:
    job = client.cancel(client.submit(a_request()).id)
    assert list(client.watch(job.id, timeout_s=0)) == [job]
    assert clock.monotonic() == 0


def test_a_job_that_never_was_cannot_be_watched(client: JobClient) -> None:
    with pytest.raises(JobMissing):
        list(client.watch("nobody"))


# --- result ---


def test_the_result_is_what_the_finishing_claim_kept(
    client: JobClient, store: JobStore, bucket: DiskBucket, tmp_path: Path
) -> None:
    job = client.submit(a_request())
    zombie = lease_of(claim(store, job.id))
    bucket.put(f"jobs/{job.id}/{zombie.token}/object.glb", b"zombie")
    store.clock.sleep(60)
    lease = lease_of(claim(store, job.id, holder="y"))
    for name in ("object.glb", "preview.png"):
        bucket.put(f"jobs/{job.id}/{lease.token}/{name}", name.encode())
    output = an_output("preview.png", "object.glb")
    store.update(job.id, lambda job, now: job.finish(lease, output, SOME_METRICS, Report(), now=now))
    paths = client.result(job.id, tmp_path / "new" / "out")
    assert [path.name for path in paths] == ["object.glb", "preview.png"]
    assert [path.read_bytes() for path in paths] == [b"object.glb", b"preview.png"]


def test_links_lead_to_what_the_finishing_claim_kept(client: JobClient, store: JobStore, bucket: DiskBucket) -> None:
    job = client.submit(a_request())
    claim(store, job.id, lease_s=0)
    finish(store, job.id, lease_of(claim(store, job.id)))
    for token in (1, 2):
        bucket.put(f"jobs/{job.id}/{token}/object.glb", bytes([token]))
    (address,) = client.links(job.id).values()
    assert Path(address.removeprefix("file://")).read_bytes() == b"\x02"


def test_a_job_without_result_has_none(client: JobClient, tmp_path: Path) -> None:
    job = client.submit(a_request())
    with pytest.raises(NotFound, match="is queued: it has no result"):
        client.result(job.id, tmp_path)
    with pytest.raises(NotFound, match="no result"):
        client.links(job.id)


# --- cancel and delete ---


def test_cancel_ends_a_queued_job_and_asks_a_running_one(client: JobClient, store: JobStore) -> None:
    queued, running = client.submit(a_request("a")), client.submit(a_request("b"))
    claim(store, running.id)
    assert client.cancel(queued.id).status is JobStatus.CANCELED
    asked = client.cancel(running.id)
    assert (asked.status, asked.cancel_requested) == (JobStatus.RUNNING, True)


def test_what_is_over_cannot_be_canceled(client: JobClient, store: JobStore) -> None:
    job = client.submit(a_request())
    fail(store, job.id, lease_of(claim(store, job.id)))
    with pytest.raises(JobAlreadyDone):
        client.cancel(job.id)
    with pytest.raises(JobMissing):
        client.cancel("nobody")


def test_delete_removes_a_job_and_its_files(client: JobClient, store: JobStore, bucket: DiskBucket) -> None:
    job, other = client.submit(a_request("a")), client.submit(a_request("b"))
    for each in (job, other):
        bucket.put(f"jobs/{each.id}/1/object.glb", b"")
    finish(store, job.id, lease_of(claim(store, job.id)))
    client.delete(job.id)
    with pytest.raises(JobMissing):
        client.get(job.id)
    assert [found.name for found in bucket.find("")] == [f"jobs/{other.id}/1/object.glb"]
    with pytest.raises(JobMissing):
        client.delete(job.id)


def test_delete_of_a_queued_job_keeps_it_from_running(client: JobClient, store: JobStore) -> None:
    job = client.submit(a_request())
    client.delete(job.id)
    assert choose(store, now=START) == []


def test_a_running_job_is_not_deleted(client: JobClient, store: JobStore) -> None:
    job = client.submit(a_request())
    running = claim(store, job.id)
    with pytest.raises(StillRunning, match="cancel it first"):
        client.delete(job.id)
    assert client.get(job.id) == running


# --- replay ---


def a_failed(client: JobClient, store: JobStore, prompt: str = "flying bird") -> Job:
    job = client.submit(a_request(prompt))
    return fail(store, job.id, lease_of(claim(store, job.id)))


def test_a_replayed_job_is_the_same_job_with_all_its_attempts(
    client: JobClient, store: JobStore, queue: JobQueue, clock: FakeClock
) -> None:
    job = a_failed(client, store)
    wake_ups(queue)
    clock.advance(60)
    again = replace(client, owner="ops", attempts_max=7).replay(job.id, why="the quota was raised")
    assert (again.status, again.attempt, again.attempts_left) == (JobStatus.QUEUED, 0, 7)
    assert (again.id, again.input, again.owner_uid, again.attempts) == (job.id, job.input, "ada", job.attempts)
    assert (again.error, again.dead_letter, again.completed_at) == (None, None, None)
    assert again.replay is not None
    assert (again.replay.by, again.replay.reason, again.replay.count) == ("ops", "the quota was raised", 1)
    assert again.replay.at == again.not_before == clock.now()
    assert store.get(job.id) == again
    assert wake_ups(queue) == [job.id]


def test_each_replay_is_counted(client: JobClient, store: JobStore) -> None:
    job = a_failed(client, store)
    for _ in range(2):
        again = client.replay(job.id, why="")
        fail(store, job.id, lease_of(claim(store, job.id)))
    assert again.replay is not None
    assert again.replay.count == 2


def test_a_canceled_job_is_replayed_without_its_cancel(client: JobClient, store: JobStore) -> None:
    job = client.cancel(client.submit(a_request()).id)
    assert job.cancel_requested
    assert not client.replay(job.id, why="").cancel_requested
    assert claim(store, job.id).status is JobStatus.RUNNING


def test_what_is_under_way_or_came_to_something_is_not_replayed(client: JobClient, store: JobStore) -> None:
    queued, running, done = (client.submit(a_request(f"bird {n}")) for n in ("a", "b", "c"))
    claim(store, running.id)
    finish(store, done.id, lease_of(claim(store, done.id)))
    before = [store.get(job.id) for job in (queued, running, done)]
    for job in (queued, running):
        with pytest.raises(IllegalTransition, match="has no event replay"):
            client.replay(job.id, why="")
    with pytest.raises(JobAlreadyDone):
        client.replay(done.id, why="")
    with pytest.raises(JobMissing):
        client.replay("nobody", why="")
    assert [store.get(job.id) for job in (queued, running, done)] == before


def test_a_replay_whose_wake_up_cannot_be_published_is_left_to_sweep(
    client: JobClient, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    job = a_failed(client, store)
    with caplog.at_level(logging.WARNING):
        again = replace(client, queue=DeafQueue()).replay(job.id, why="")
    assert store.get(job.id) == again
    assert "left to sweep" in caplog.text


def test_a_replay_whose_answer_was_lost_is_one_replay(client: JobClient, store: JobStore, documents: Flaky) -> None:
    job = a_failed(client, store)
    documents.lose_answer("write", 2)  # the owner's turn, and the job
    again = client.replay(job.id, why="")
    assert again.replay is not None
    assert again.replay.count == 1


def test_who_replays_does_not_push_in(client: JobClient, store: JobStore, clock: FakeClock) -> None:
    """An old job's turn has passed: with it, its owner's next jobs would go before everybody's."""
    old = a_failed(client, store, "old")
    clock.advance(3600)
    bob = replace(client, owner="bob")
    turns = [bob.submit(a_request(f"bob's {n}")).turn for n in range(3)]
    assert replace(client, owner="ops").replay(old.id, why="").turn == turns[0]
    client.submit(a_request("ada's next"))
    assert {job.input.prompt for job in served(store, 2)} == {"old", "bob's 0"}


def test_a_replayed_job_is_kept_as_long_as_a_new_one(client: JobClient, store: JobStore, clock: FakeClock) -> None:
    job = a_failed(client, store)
    clock.advance(KEEP_FOR.total_seconds() - 1)
    assert client.replay(job.id, why="").expires_at == clock.now() + KEEP_FOR


# --- find ---


def test_jobs_are_listed_newest_first_in_pages(client: JobClient, clock: FakeClock) -> None:
    jobs = []
    for n in range(5):
        clock.advance(1)
        jobs.append(client.submit(a_request(f"bird {n}")))
    newest = jobs[::-1]
    assert client.find(JobQuery(owner_uid="ada"), limit=2) == newest[:2]
    assert client.find(JobQuery(owner_uid="ada"), limit=9, after=newest[1].id) == newest[2:]
    assert client.find(JobQuery(owner_uid="bob")) == []


def test_jobs_that_cannot_be_read_are_not_listed(client: JobClient, documents: Flaky) -> None:
    job = client.submit(a_request())
    documents.create("jobs", "b", {"status": "queued", "created_at": START})
    assert client.find(JobQuery()) == [job]
