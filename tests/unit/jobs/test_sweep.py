"""The lifeline: what everybody else forgot."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.batch_record import collection_of, id_for
from jobs.buckets.disk import DiskBucket
from jobs.client import remove
from jobs.errors import JobMissing, RecordMissing
from jobs.job_store import JOBS, JobStore
from jobs.queue import JobQueue, Message
from jobs.records import Records
from jobs.status import JobStatus
from jobs.store import Fields
from jobs.sweep import ANNOUNCING, EACH_MAX, UNCLAIMED, WAKE_UPS_MAX, Sweep, Swept
from tests.builders import KEEP_FOR, LEASE_S, a_job, a_request, claim, fail, finish, lease_of
from tests.fakes import START, DeafQueue, FakeClock, Flaky

UNCLAIMED_S = UNCLAIMED.total_seconds()


def hints(queue: JobQueue) -> Iterator[str]:
    while (delivery := queue.pull(0)) is not None:
        queue.ack(delivery)
        yield delivery.message.attributes["job_id"]


def test_with_nothing_to_do_nothing_is_done(sweep: Sweep) -> None:
    swept = sweep.run()
    assert swept == Swept()
    assert not swept


# --- lapse ---


def test_a_silent_workers_job_goes_back_and_somebody_is_woken(
    sweep: Sweep, store: JobStore, queue: JobQueue, clock: FakeClock
) -> None:
    store.create(a_job())
    claim(store, "a")
    clock.advance(LEASE_S - 0.001)
    assert not sweep.run()
    clock.advance(0.001)
    assert sweep.run() == Swept(lapsed=1)
    assert store.get("a").status is JobStatus.QUEUED
    assert list(hints(queue)) == ["a"]


def test_the_last_attempts_silence_fails_the_job_and_is_announced(
    sweep: Sweep, store: JobStore, queue: JobQueue, topic: JobQueue, clock: FakeClock
) -> None:
    store.create(a_job(attempts_left=1))
    claim(store, "a")
    clock.advance(LEASE_S)
    assert sweep.run() == Swept(lapsed=1, drained=1)
    job = store.get("a")
    assert job.status is JobStatus.FAILED
    assert job.dead_letter is not None
    assert job.dead_letter.published_at == clock.now()
    assert list(hints(queue)) == []


def test_a_silent_workers_canceled_job_is_canceled(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    store.create(a_job())
    claim(store, "a")
    store.update("a", lambda job, now: job.request_cancel(now=now))
    clock.advance(LEASE_S)
    assert sweep.run() == Swept(lapsed=1)
    assert store.get("a").status is JobStatus.CANCELED


def test_a_beat_that_came_first_is_respected(sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    store.create(a_job())
    lease = lease_of(claim(store, "a"))
    clock.advance(LEASE_S)
    other = JobStore(documents.inner, clock)
    for_a_day = timedelta(days=1)
    documents.overtake(
        "write", lambda: other.update("a", lambda job, now: job.beat(lease, now=now, lease_for=for_a_day))
    )
    assert not sweep.run()
    assert lease_of(store.get("a")).token == lease.token


def test_a_running_document_that_cannot_be_read_is_condemned(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    changes: dict[str, Fields] = {"a": {"attempts_left": "many"}, "b": {"schema_version": 2}}
    for job_id, change in changes.items():
        store.create(a_job(job_id))
        claim(store, job_id)
        documents.write(documents.read(JOBS, job_id), change)
    clock.advance(LEASE_S)
    assert sweep.run() == Swept(condemned=1, announced=1, drained=1)
    assert documents.read(JOBS, "a").fields["status"] == "failed"
    assert documents.read(JOBS, "a").fields["dead_letter"]["published_at"] is not None
    assert not sweep.run(), "it was announced once"
    assert documents.read(JOBS, "b").fields["status"] == "running"


# --- cancel ---


def test_a_flag_set_in_the_document_of_a_queued_job_is_settled(sweep: Sweep, store: JobStore, documents: Flaky) -> None:
    store.create(a_job())
    documents.write(documents.read(JOBS, "a"), {"cancel_requested": True})
    assert sweep.run() == Swept(canceled=1)
    assert store.get("a").status is JobStatus.CANCELED


# --- dead letters ---


def test_a_dead_letter_that_was_not_published_is_once_nobody_else_can_be_about_to(
    sweep: Sweep, store: JobStore, clock: FakeClock
) -> None:
    store.create(a_job())
    fail(store, "a", lease_of(claim(store, "a")))
    clock.advance(ANNOUNCING.total_seconds() - 0.001)
    assert not sweep.run(), "its worker says it, and would say it a second time"
    clock.advance(0.001)
    assert sweep.run() == Swept(announced=1, drained=1)
    assert not sweep.run()
    assert store.get("a").dead_letter is not None


def test_garbage_on_the_dead_letter_topic_becomes_a_record(sweep: Sweep, records: Records) -> None:
    sweep.letters.reject(Message(b"\xff\x00"), message_id="7", why="not JSON")
    assert sweep.run() == Swept(drained=1)
    assert records.get("dead_letters", "m-7")["reason"] == "BAD_MESSAGE"


# --- removal ---


def test_what_was_kept_long_enough_is_removed_with_its_files(
    sweep: Sweep, store: JobStore, bucket: DiskBucket, clock: FakeClock
) -> None:
    for job_id in ("over", "waiting"):
        store.create(a_job(job_id))
        bucket.put(f"jobs/{job_id}/1/object.glb", b"")
    finish(store, "over", lease_of(claim(store, "over")))
    clock.advance(KEEP_FOR.total_seconds() - 1)
    assert sweep.run().removed == 0
    clock.advance(1)
    assert sweep.run().removed == 1
    with pytest.raises(JobMissing):
        store.get("over")
    assert store.get("waiting").status is JobStatus.QUEUED
    assert [found.name for found in bucket.find("")] == ["jobs/waiting/1/object.glb"]


def test_a_batch_goes_with_its_last_job_and_not_before(
    sweep: Sweep, store: JobStore, records: Records, clock: FakeClock
) -> None:
    batch_id = id_for("ada", "nightly")
    records.create(collection_of(batch_id), batch_id, {"name": "nightly"})
    for job_id in ("first", "last"):
        store.create(a_job(job_id, batch_id=batch_id))
        clock.advance(1)
    finish(store, "first", lease_of(claim(store, "first")))
    clock.advance(KEEP_FOR.total_seconds())
    assert sweep.run().removed == 1
    assert records.get(collection_of(batch_id), batch_id)["name"] == "nightly"
    finish(store, "last", lease_of(claim(store, "last")))
    assert sweep.run().removed == 1
    with pytest.raises(RecordMissing):
        records.get(collection_of(batch_id), batch_id)


@pytest.mark.parametrize("method", ["read", "delete"])
def test_a_job_that_is_tried_again_while_it_is_removed_stays_with_what_its_new_attempt_makes(
    sweep: Sweep, store: JobStore, documents: Flaky, bucket: DiskBucket, clock: FakeClock, method: str
) -> None:
    store.create(a_job())
    fail(store, "a", lease_of(claim(store, "a")))
    clock.advance(KEEP_FOR.total_seconds())
    bucket.put("jobs/a/1/object.glb", b"of the attempt that failed")

    def try_again() -> None:
        store.update("a", lambda job, now: job.again(attempts=3, by="ops", reason="", now=now))
        claim(store, "a", holder="the other")
        bucket.put("jobs/a/2/object.glb", b"new")

    # The first thing that is deleted is what was kept for developers, the second is the document.
    documents.overtake("delete", lambda: documents.overtake(method, try_again))
    assert sweep.run().removed == 0
    assert (store.get("a").status, store.get("a").claims) == (JobStatus.RUNNING, 2)
    assert [found.name for found in bucket.find("")] == ["jobs/a/2/object.glb"]


def test_a_job_that_was_tried_again_and_failed_again_is_another_one_to_remove(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    fail(store, "a", lease_of(claim(store, "a")))
    clock.advance(KEEP_FOR.total_seconds())

    def try_again() -> None:
        store.update("a", lambda job, now: job.again(attempts=3, by="ops", reason="", now=now))
        fail(store, "a", lease_of(claim(store, "a")))

    documents.overtake("delete", try_again)
    assert sweep.run().removed == 0
    assert store.get("a").claims == 2


def test_a_job_that_was_tried_again_and_canceled_before_anybody_claimed_it_is_another_one_to_remove(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    fail(store, "a", lease_of(claim(store, "a")))
    clock.advance(KEEP_FOR.total_seconds())

    def try_again() -> None:
        store.update("a", lambda job, now: job.again(attempts=3, by="ops", reason="", now=now))
        store.update("a", lambda job, now: job.request_cancel(now=now))

    documents.overtake("delete", try_again)
    assert sweep.run().removed == 0
    assert store.get("a").status is JobStatus.CANCELED


def test_what_a_new_attempt_keeps_while_the_files_are_removed_stays(
    store: JobStore, records: Records, bucket: DiskBucket
) -> None:
    store.create(a_job())
    failed = fail(store, "a", lease_of(claim(store, "a")))
    for token in (1, 2):
        bucket.put(f"jobs/a/{token}/object.glb", b"")
    remove(failed, store, records, bucket)
    assert [found.name for found in bucket.find("")] == ["jobs/a/2/object.glb"]


def test_a_removal_whose_answer_got_lost_is_a_removal(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    finish(store, "a", lease_of(claim(store, "a")))
    clock.advance(KEEP_FOR.total_seconds())
    documents.lose_answer("delete")
    documents.lose_answer("delete")
    assert sweep.run().removed == 1


# --- wake-ups ---


def test_a_due_job_that_nobody_claims_wakes_somebody(
    sweep: Sweep, store: JobStore, queue: JobQueue, clock: FakeClock
) -> None:
    store.create(a_job())
    clock.advance(UNCLAIMED_S - 1)
    assert not sweep.run()
    clock.advance(1)
    assert sweep.run() == Swept(woken=1)
    assert list(hints(queue)) == ["a"]


def test_a_job_for_later_wakes_nobody(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    store.create(a_job(request=a_request(not_before=START + timedelta(hours=1))))
    clock.advance(UNCLAIMED_S * 2)
    assert not sweep.run()


def test_jobs_for_later_do_not_hide_one_that_is_due(
    sweep: Sweep, store: JobStore, queue: JobQueue, clock: FakeClock
) -> None:
    for n in range(WAKE_UPS_MAX * 2):
        store.create(a_job(f"later{n}", request=a_request(f"{n} birds", not_before=START + timedelta(days=1))))
    clock.advance(1)
    store.create(a_job("due"))
    clock.advance(UNCLAIMED_S)
    assert sweep.run() == Swept(woken=1)
    assert list(hints(queue)) == ["due"]


def test_wake_ups_are_bounded(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    for n in range(WAKE_UPS_MAX + 5):
        store.create(a_job(f"j{n}"))
    clock.advance(UNCLAIMED_S)
    assert sweep.run().woken == WAKE_UPS_MAX


# --- faults and company ---


def test_one_failing_step_leaves_the_others(
    sweep: Sweep, store: JobStore, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for job_id in ("silent", "failed", "over"):
        store.create(a_job(job_id))
    fail(store, "failed", lease_of(claim(store, "failed")))
    finish(store, "over", lease_of(claim(store, "over")))
    clock.advance(KEEP_FOR.total_seconds())
    claim(store, "silent")
    clock.advance(LEASE_S)
    deaf = replace(sweep, queue=DeafQueue(), letters=replace(sweep.letters, topic=DeafQueue()))
    with caplog.at_level(logging.WARNING):
        swept = deaf.run()
    assert (swept.lapsed, swept.announced, swept.removed) == (1, 0, 2)
    assert swept.left
    assert store.get("silent").status is JobStatus.QUEUED
    assert "sweep left" in caplog.text


def test_a_letter_without_sense_does_not_stop_the_sweep(
    sweep: Sweep, store: JobStore, topic: JobQueue, records: Records, clock: FakeClock
) -> None:
    message_id = topic.publish(Message(b"\xff not JSON"))
    store.create(a_job())
    clock.advance(UNCLAIMED_S)
    assert sweep.run() == Swept(drained=1, woken=1)
    assert records.get("dead_letters", f"m-{message_id}")["reason"] == "BAD_MESSAGE"


def test_a_store_that_is_away_fails_no_sweep(sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    store.create(a_job())
    claim(store, "a")
    clock.advance(LEASE_S)
    documents.fail("find", 1000)
    assert sweep.run() == Swept(left=6), "every step but the one that asks the topic"
    documents.heal()
    assert sweep.run() == Swept(lapsed=1)


def test_two_sweeps_at_once_do_everything_once(
    sweep: Sweep, store: JobStore, documents: Flaky, queue: JobQueue, clock: FakeClock
) -> None:
    for n in range(10):
        store.create(a_job(f"silent{n}"))
        claim(store, f"silent{n}")
        store.create(a_job(f"flagged{n}"))
        documents.write(documents.read(JOBS, f"flagged{n}"), {"cancel_requested": True})
    clock.advance(LEASE_S)
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda each: each.run(), [sweep, replace(sweep, store=JobStore(documents, clock))])
    assert one.lapsed + two.lapsed == 10
    for n in range(10):
        silent, flagged = store.get(f"silent{n}"), store.get(f"flagged{n}")
        assert (silent.status, silent.attempts_left, len(silent.attempts)) == (JobStatus.QUEUED, 2, 1)
        assert flagged.status is JobStatus.CANCELED
    assert sorted(hints(queue)) == [f"silent{n}" for n in range(10)]


def test_a_sweep_overtaken_before_it_writes_harms_nothing(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    claim(store, "a")
    clock.advance(LEASE_S)
    other = JobStore(documents.inner, clock)
    documents.overtake("write", lambda: claim(other, "a", holder="y"))
    assert not sweep.run()
    assert lease_of(store.get("a")).holder == "y"


def test_a_sweep_is_bounded_and_the_next_one_goes_on(sweep: Sweep, store: JobStore, clock: FakeClock) -> None:
    for n in range(EACH_MAX + 3):
        store.create(a_job(f"j{n}"))
        claim(store, f"j{n}")
    clock.advance(LEASE_S)
    assert sweep.run().lapsed == EACH_MAX
    assert sweep.run().lapsed == 3


def test_an_expired_document_that_cannot_be_read_is_removed_too(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    fail(store, "a", lease_of(claim(store, "a")))
    documents.write(documents.read(JOBS, "a"), {"attempts": "what", "dead_letter": {"published_at": START}})
    clock.advance(KEEP_FOR.total_seconds() + 1)
    assert sweep.run().removed == 1
    with pytest.raises(JobMissing):
        store.get("a")


def test_what_was_kept_for_developers_goes_with_its_job(
    sweep: Sweep, store: JobStore, records: Records, clock: FakeClock
) -> None:
    store.create(a_job())
    finish(store, "a", lease_of(claim(store, "a")))
    records.create("jobs/a/private", "debug", {"traceback": "..."})
    clock.advance(KEEP_FOR.total_seconds() + 1)
    assert sweep.run().removed == 1
    assert list(records.find("jobs/a/private", {}, limit=9)) == []


# --- whose time it is ---


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_sweep_goes_by_the_stores_time_however_wrong_its_machines_clock_is(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock, hours: int
) -> None:
    wrong = JobStore(documents, FakeClock(START + timedelta(hours=hours)))
    ours = replace(sweep, store=wrong, letters=replace(sweep.letters, store=wrong))
    for job_id in ("silent", "over"):
        store.create(a_job(job_id, expires_at=START + timedelta(minutes=30)))
        claim(store, job_id)
    finish(store, "over", lease_of(store.get("over")))
    store.create(a_job("waiting"))
    assert not ours.run()
    clock.advance(LEASE_S)
    assert ours.run() == Swept(lapsed=1)
    clock.advance(UNCLAIMED_S)
    assert ours.run() == Swept(woken=2)
    clock.advance(1800)
    assert ours.run().removed == 1


def test_a_store_that_stutters_when_it_is_asked_the_time_is_asked_again(sweep: Sweep, documents: Flaky) -> None:
    documents.fail("now", 2)
    assert sweep.run() == Swept()


@pytest.mark.parametrize("hours", [-1, 1])
def test_garbage_is_filed_at_the_stores_time(sweep: Sweep, documents: Flaky, records: Records, hours: int) -> None:
    wrong = JobStore(documents, FakeClock(START + timedelta(hours=hours)))
    ours = replace(sweep, letters=replace(sweep.letters, store=wrong))
    ours.letters.reject(Message(b"x"), message_id="7", why="not JSON")
    assert ours.run() == Swept(drained=1)
    assert records.get("dead_letters", "m-7")["filed_at"] == START


# --- letters that are not lost ---


def test_the_letter_of_a_condemned_document_that_could_not_be_published_stays_due(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    claim(store, "a")
    documents.write(documents.read(JOBS, "a"), {"attempts_left": "many"})
    clock.advance(LEASE_S)
    deaf = replace(sweep, letters=replace(sweep.letters, topic=DeafQueue()))
    assert deaf.run() == Swept(condemned=1, left=2), "neither announced nor drained"
    assert sweep.run() == Swept(announced=1, drained=1)


def test_the_letter_of_a_job_that_lost_all_its_workers_names_the_last(
    sweep: Sweep, store: JobStore, topic: JobQueue, clock: FakeClock
) -> None:
    store.create(a_job(attempts_left=2))
    for holder in ("first", "last"):
        claim(store, "a", holder=holder)
        clock.advance(LEASE_S)
        sweep._lapse(Swept())
    delivery = topic.pull(0)
    assert delivery is not None
    assert json.loads(delivery.message.data)["worker"] == "last"


def test_a_letter_without_sense_is_filed_under_the_message_it_is_about(
    sweep: Sweep, topic: JobQueue, records: Records
) -> None:
    topic.publish(Message(b"not JSON", {"source_message_id": "7"}))
    assert sweep.run() == Swept(drained=1)
    assert records.get("dead_letters", "m-7")["source_message_id"] == "7"


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_document_is_condemned_at_the_stores_time(
    sweep: Sweep, store: JobStore, documents: Flaky, clock: FakeClock, hours: int
) -> None:
    store.create(a_job())
    claim(store, "a")
    documents.write(documents.read(JOBS, "a"), {"attempts_left": "many"})
    clock.advance(LEASE_S)
    ours = replace(sweep, store=JobStore(documents, FakeClock(START + timedelta(hours=hours))))
    assert ours.run().condemned == 1
    assert documents.read(JOBS, "a").fields["completed_at"] == clock.now()
