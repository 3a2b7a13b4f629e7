"""The promises of `jobs/job_store.py`, over any document store. A backend joins by giving the fixture `open_store`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from jobs.errors import JobExists, JobMissing, LeaseHeld, LeaseLost, Reason
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_store import JOBS, JobQuery, JobStore
from jobs.request import Priority
from jobs.status import JobStatus
from jobs.store import DocumentStore
from tests.builders import LEASE_FOR, a_failure, a_job, a_request, claim, fail, finish, lease_of
from tests.fakes import FakeClock, Flaky

OpenStore = Callable[[], DocumentStore]
WORKERS = 8
LONG = timedelta(days=365 * 100)


class JobStoreContract:
    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens one more handle on the test's own, at first empty backend, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def flaky(self, open_store: OpenStore) -> Flaky:
        return Flaky(open_store())

    @pytest.fixture
    def store(self, flaky: Flaky) -> JobStore:
        return JobStore(flaky, FakeClock())

    # --- create, get, delete ---

    def test_a_job_comes_back_as_it_was_stored(self, store: JobStore) -> None:
        request = a_request(
            "čáp 鸛 🐦", seed=2**31 - 1, tags=["big", "blue"], custom_id="c", batch_id="b", priority="high"
        )
        created = store.create(a_job("a", request=request, trace="t", idempotency_key="k", turn=7))
        assert store.get("a") == created
        assert created.input == request.input
        assert (created.tags, created.priority, created.turn) == (("big", "blue"), Priority.HIGH, 7)

    def test_a_new_job_has_the_stores_time_not_its_makers(self, store: JobStore, flaky: Flaky) -> None:
        before = flaky.create("things", "before", {}).read_at
        job = store.create(a_job(now=before + LONG))
        assert before <= job.created_at == job.updated_at == job.not_before < before + LONG

    def test_a_start_in_the_future_stays_in_the_future(self, store: JobStore) -> None:
        job = a_job()
        later = job.created_at + timedelta(hours=1)
        assert store.create(job.model_copy(update={"not_before": later})).not_before == later

    def test_the_same_id_is_not_created_again(self, store: JobStore) -> None:
        first = store.create(a_job())
        with pytest.raises(JobExists):
            store.create(a_job(owner="bob"))
        assert store.get("a") == first

    def test_what_is_not_there_is_missing(self, store: JobStore) -> None:
        with pytest.raises(JobMissing):
            store.get("a")
        with pytest.raises(JobMissing):
            store.update("a", lambda job, now: job)

    def test_a_deleted_job_is_gone(self, store: JobStore) -> None:
        store.create(a_job())
        store.delete("a")
        store.delete("a")
        with pytest.raises(JobMissing):
            store.get("a")

    # --- update ---

    def test_an_update_returns_what_is_then_read(self, store: JobStore) -> None:
        store.create(a_job())
        running = claim(store, "a")
        assert running.status is JobStatus.RUNNING
        assert store.get("a") == running
        assert finish(store, "a", lease_of(running)) == store.get("a")

    def test_an_update_is_given_the_stores_time(self, store: JobStore, flaky: Flaky) -> None:
        created = store.create(a_job())
        running = claim(store, "a")
        assert created.created_at <= running.updated_at <= flaky.read(JOBS, "a").read_at
        assert lease_of(running).expires_at == running.updated_at + LEASE_FOR

    def test_of_two_updates_the_second_sees_what_the_first_wrote(self, open_store: OpenStore) -> None:
        ada, bob = JobStore(open_store()), JobStore(open_store())
        ada.create(a_job())
        claim(ada, "a", holder="x")
        with pytest.raises(LeaseHeld):
            claim(bob, "a", holder="y")

    def test_of_many_claims_one_wins(self, open_store: OpenStore) -> None:
        JobStore(open_store()).create(a_job())
        all_have_read = Barrier(WORKERS)

        def try_to_claim(n: int) -> bool:
            flaky = Flaky(open_store())
            flaky.overtake("write", all_have_read.wait)  # all eight have read the queued job when the first one writes
            try:
                claim(JobStore(flaky, FakeClock()), "a", holder=f"worker-{n}")
            except LeaseHeld:
                return False
            return True

        with ThreadPoolExecutor(WORKERS) as pool:
            won = list(pool.map(try_to_claim, range(WORKERS)))
        assert won.count(True) == 1
        job = JobStore(open_store()).get("a")
        assert job.claims == 1
        assert lease_of(job).holder == f"worker-{won.index(True)}"

    def test_no_change_among_many_is_lost(self, open_store: OpenStore) -> None:
        JobStore(open_store()).create(a_job())

        def count_to_five(_: int) -> None:
            store = JobStore(open_store(), FakeClock())
            for _ in range(5):
                store.update("a", lambda job, now: job.model_copy(update={"turn": job.turn + 1}))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count_to_five, range(4)))
        assert JobStore(open_store()).get("a").turn == 20

    def test_a_lost_race_runs_the_change_again_on_what_won(
        self, store: JobStore, flaky: Flaky, open_store: OpenStore
    ) -> None:
        store.create(a_job())
        other = JobStore(open_store())
        flaky.overtake("write", partial(other.update, "a", lambda job, now: job.model_copy(update={"trace": "other"})))
        seen: list[str] = []

        def change(job: Job, now: datetime) -> Job:
            seen.append(job.trace)
            return job.model_copy(update={"turn": 5})

        store.update("a", change)
        assert seen == ["", "other"]
        assert (store.get("a").trace, store.get("a").turn) == ("other", 5)

    def test_a_change_that_raises_writes_nothing_and_its_error_comes_out(self, store: JobStore, flaky: Flaky) -> None:
        before = store.create(a_job())
        error = LeaseLost("not ours")

        def refuse(job: Job, now: datetime) -> Job:
            raise error

        with pytest.raises(LeaseLost) as caught:
            store.update("a", refuse)
        assert caught.value is error
        assert flaky.calls["write"] == 0
        assert store.get("a") == before

    def test_no_difference_is_no_write(self, store: JobStore, flaky: Flaky) -> None:
        before = store.create(a_job())
        assert store.update("a", lambda job, now: job) == before
        assert flaky.calls["write"] == 0

    def test_fields_that_this_version_does_not_know_survive(self, store: JobStore, flaky: Flaky) -> None:
        store.create(a_job())
        flaky.write(flaky.read(JOBS, "a"), {"from_the_future": {"a": [1, 2]}})
        finish(store, "a", lease_of(claim(store, "a")))
        assert flaky.read(JOBS, "a").fields["from_the_future"] == {"a": [1, 2]}

    # --- what others ask for ---

    def test_queued_jobs_come_by_priority_turn_and_age(self, store: JobStore) -> None:
        for job_id, priority, turn in [("a", "low", 0), ("b", "normal", 2), ("c", "normal", 1), ("d", "high", 9)]:
            store.create(a_job(job_id, request=a_request(job_id, priority=priority), turn=turn))
        store.create(a_job("e", turn=1))
        store.create(a_job("running"))
        claim(store, "running")
        due = self._soon(store)
        assert ids(store.queued(due_by=due, limit=9)) == ["d", "c", "e", "b", "a"]
        assert ids(store.queued(due_by=due, limit=2)) == ["d", "c"]
        assert ids(store.queued(due_by=due, limit=9, priority=Priority.NORMAL)) == ["c", "e", "b"]

    def test_queued_jobs_are_due_only_when_their_time_has_come(self, store: JobStore) -> None:
        job = store.create(a_job("a"))
        later = job.created_at + timedelta(hours=1)
        store.create(a_job("b", now=job.created_at).model_copy(update={"not_before": later}))
        assert ids(store.queued(due_by=later - timedelta(microseconds=1), limit=9)) == ["a"]
        assert ids(store.queued(due_by=later, limit=9)) == ["a", "b"]

    def test_queued_jobs_of_one_batch_or_of_none_come_by_urgency(self, store: JobStore) -> None:
        for job_id, batch, turn in [("a", "b_1", 2), ("b", "b_1", 1), ("c", "b_2", 0), ("d", None, 0)]:
            store.create(a_job(job_id, request=a_request(job_id, batch_id=batch), turn=turn))
        store.create(a_job("e", request=a_request("e", batch_id="b_1", not_before=store.now() + LONG)))
        due = self._soon(store)
        found = {each: list(store.queued_in(each, due_by=due, limit=9)) for each in ("b_1", "b_2", "b_3", None)}
        assert {batch: ids(jobs) for batch, jobs in found.items()} == {
            "b_1": ["b", "a"],
            "b_2": ["c"],
            "b_3": [],
            None: ["d"],
        }
        assert ids(store.queued_in("b_1", due_by=due, limit=1)) == ["b"]

    def test_batches_that_wait_are_stepped_through(self, store: JobStore) -> None:
        names = ["b_2", "b_1", "b_1", "b_11", None, "b_1 x", "čáp", ""]
        for n, batch in enumerate(names):
            store.create(a_job(f"j{n}", request=a_request(f"{n} birds", batch_id=batch)))
        store.create(a_job("over", request=a_request("over", batch_id="b_15")))
        store.update("over", lambda job, now: job.request_cancel(now=now))
        found, behind = [], store.next_batch_waiting(None)
        while behind is not None:
            found.append(behind)
            behind = store.next_batch_waiting(behind)
        assert found == ["", "b_1", "b_1 x", "b_11", "b_2", "čáp"]

    def test_jobs_of_a_batch_come_first_made_first_in_pages(self, store: JobStore) -> None:
        made = [store.create(a_job(each, request=a_request(each, batch_id="b_1"))) for each in ("c", "a", "b", "d")]
        store.create(a_job("e", request=a_request("e", batch_id="b_2")))
        running = claim(store, "a")
        in_order = [job.id for job in sorted(made, key=lambda job: (job.created_at, job.id))]
        found, behind = [], None
        while page := list(store.of_batch("b_1", None, limit=3, behind=behind)):
            found += ids(page)
            assert isinstance(page[-1], Job)
            behind = page[-1].created_at, page[-1].id
        assert found == in_order
        assert list(store.of_batch("b_1", JobStatus.RUNNING, limit=3)) == [running]

    def test_running_jobs_come_longest_silent_first(self, store: JobStore) -> None:
        for job_id, lease_s in [("a", 30), ("b", 10), ("c", 20)]:
            store.create(a_job(job_id))
            claim(store, job_id, lease_s=lease_s)
        store.create(a_job("queued"))
        store.update("b", lambda job, now: job.model_copy(update={"progress": 1}))
        running = [job for job in store.running() if isinstance(job, Job)]
        touched = [job.updated_at for job in running]
        assert touched == sorted(touched)
        ends = {str(job.id): lease_of(job).expires_at for job in running}
        assert set(ends) == {"a", "b", "c"}
        assert ids(store.lapsed(by=ends["c"], limit=9)) == ["b", "c"]
        assert ids(store.lapsed(by=ends["c"], limit=1)) == ["b"]
        assert ids(store.lapsed(by=ends["b"] - timedelta(microseconds=1), limit=9)) == []

    def test_unclaimed_jobs_come_longest_untouched_first(self, store: JobStore) -> None:
        for job_id in "abc":
            store.create(a_job(job_id))
        store.update("a", lambda job, now: job.model_copy(update={"turn": 1}))
        touched = [store.get(job_id).updated_at for job_id in "bca"]
        assert touched == sorted(touched)
        assert ids(store.unclaimed(since=touched[-1], limit=2)) == ids(store.unclaimed(since=touched[-1], limit=9))[:2]
        assert set(ids(store.unclaimed(since=touched[-1], limit=9))) == {"a", "b", "c"}
        assert ids(store.unclaimed(since=touched[0] - timedelta(microseconds=1), limit=9)) == []

    def test_jobs_for_later_are_not_unclaimed(self, store: JobStore) -> None:
        later = store.create(a_job("a")).created_at + timedelta(hours=1)
        store.create(a_job("b", now=later - timedelta(hours=1)).model_copy(update={"not_before": later}))
        touched = max(store.get(job_id).updated_at for job_id in "ab")
        assert ids(store.unclaimed(since=touched, limit=9)) == ["a"]
        assert ids(store.unclaimed(since=later, limit=9)) == ["a", "b"]

    def test_queued_jobs_with_the_flag_are_to_be_canceled(self, store: JobStore, flaky: Flaky) -> None:
        for job_id in "ab":
            store.create(a_job(job_id))
        flaky.write(flaky.read(JOBS, "b"), {"cancel_requested": True})
        assert ids(store.to_cancel(limit=9)) == ["b"]

    def test_too_late_is_what_had_to_be_started_before_then_and_never_was(self, store: JobStore) -> None:
        by = store.now() + LONG
        for job_id, start_by in (("a", by), ("b", by - timedelta(seconds=1)), ("started", by), ("patient", None)):
            store.create(a_job(job_id).model_copy(update={"start_by": start_by}))
        lease = lease_of(claim(store, "started"))
        store.update("started", lambda job, now: job.hand_back(lease, now=now))
        assert ids(store.too_late(by=by, limit=9)) == ["b"]
        assert ids(store.too_late(by=by + timedelta(microseconds=1), limit=9)) == ["b", "a"]

    def test_failed_jobs_are_unannounced_until_their_letter_is_out(self, store: JobStore) -> None:
        for job_id in "ab":
            store.create(a_job(job_id))
            fail(store, job_id, lease_of(claim(store, job_id)))
        store.update("a", lambda job, now: job.letter_published(now=now))
        assert ids(store.unannounced(limit=9)) == ["b"]

    def test_only_jobs_that_are_over_expire(self, store: JobStore) -> None:
        for job_id in "ab":
            store.create(a_job(job_id))
        done = finish(store, "a", lease_of(claim(store, "a")))
        assert ids(store.expired(by=done.expires_at + LONG, limit=9)) == ["a"]
        assert ids(store.expired(by=done.expires_at - timedelta(microseconds=1), limit=9)) == []

    def test_jobs_are_found_by_whatever_is_wanted(self, store: JobStore) -> None:
        store.create(a_job("a", owner="ada", request=a_request("a", tags=["red"], batch_id="one")))
        store.create(a_job("b", owner="bob", request=a_request("b", tags=["red", "blue"])))
        store.create(a_job("c", owner="bob"))
        fail(store, "c", lease_of(claim(store, "c")))

        def found(**wanted: object) -> list[str]:
            query = JobQuery(**wanted)  # type: ignore[arg-type]
            assert store.count(query, limit=9) == len(ids(store.find(query, limit=9)))
            return sorted(ids(store.find(query, limit=9)))

        assert found() == ["a", "b", "c"]
        assert found(owner_uid="bob") == ["b", "c"]
        assert found(status=JobStatus.QUEUED) == ["a", "b"]
        assert found(status=JobStatus.QUEUED, owner_uid="bob") == ["b"]
        assert found(batch_id="one") == ["a"]
        assert found(tag="red") == ["a", "b"]
        assert found(tag="re") == []
        assert found(reason=Reason.GENERATION_FAILED) == ["c"]
        assert found(created_since=store.get("a").created_at + LONG) == []

    def test_found_jobs_come_newest_first_in_pages(self, store: JobStore) -> None:
        for n in range(5):
            store.create(a_job(f"j{n}"))
        wanted = JobQuery()
        every = ids(store.find(wanted, limit=9))
        pages: list[str] = []
        while page := ids(store.find(wanted, limit=2, after=pages[-1] if pages else None)):
            pages += page
            assert len(pages) <= len(every), "the pages go round in circles"
        assert pages == every
        assert len(every) == 5
        created = [store.get(job_id).created_at for job_id in every]
        assert created == sorted(created, reverse=True)

    def test_failed_jobs_come_last_failed_first_in_pages(self, store: JobStore) -> None:
        for job_id in ("c", "a", "d", "b"):
            store.create(a_job(job_id))
            fail(store, job_id, lease_of(claim(store, job_id)))
        store.create(a_job("alive"))
        every = [job for job in store.failed(limit=9) if isinstance(job, Job)]
        places = [(job.completed_at, job.id) for job in every]
        assert places == sorted(places, reverse=True)
        assert {job.id for job in every} == set("abcd")
        for number, job in enumerate(every):
            assert job.completed_at is not None
            assert list(store.failed(limit=9, behind=(job.completed_at, job.id))) == every[number + 1 :]

    def test_whatever_lies_in_a_jobs_place_can_be_looked_at(self, store: JobStore, flaky: Flaky) -> None:
        job = store.create(a_job("a"))
        flaky.create(JOBS, "b", {"id": "b", "status": "odd"})
        assert store.look("a") == job
        odd = store.look("b")
        assert isinstance(odd, Unreadable)
        assert odd.document.fields["status"] == "odd"
        with pytest.raises(JobMissing):
            store.look("c")

    def test_a_page_behind_a_job_that_never_was_is_missing(self, store: JobStore) -> None:
        with pytest.raises(JobMissing):
            list(store.find(JobQuery(), limit=9, after="nobody"))

    def test_the_place_in_the_queue_counts_who_goes_before(self, store: JobStore) -> None:
        jobs = {
            job_id: store.create(a_job(job_id, request=a_request(job_id, priority=priority), turn=turn))
            for job_id, priority, turn in [("a", "low", 0), ("b", "normal", 2), ("c", "normal", 1), ("d", "high", 9)]
        }
        assert {job_id: store.ahead(job, limit=9) for job_id, job in jobs.items()} == {"d": 0, "c": 1, "b": 2, "a": 3}
        assert store.ahead(jobs["a"], limit=2) == 2
        claim(store, "d")
        assert store.ahead(jobs["a"], limit=9) == 2, "who runs waits no more"

    def test_a_retried_job_waits_for_its_time(self, store: JobStore) -> None:
        store.create(a_job())
        lease = lease_of(claim(store, "a"))
        backoff = timedelta(seconds=30)
        job = store.update(
            "a", lambda job, now: job.retry(lease, a_failure(now=now), not_before=now + backoff, now=now)
        )
        assert ids(store.queued(due_by=job.not_before - timedelta(microseconds=1), limit=9)) == []
        assert ids(store.queued(due_by=job.not_before, limit=9)) == ["a"]

    def _soon(self, store: JobStore) -> datetime:
        """Late enough for everything that shall start at once."""
        return max(job.created_at for job in store.find(JobQuery(), limit=99) if isinstance(job, Job))


def ids(found: object) -> list[str]:
    return [job.id for job in found if isinstance(job, Job)]  # type: ignore[attr-defined]
