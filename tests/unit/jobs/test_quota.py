"""Whether more jobs are taken on: an owner's places, the queue's age."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jobs.errors import BackendDown, InvalidRequest, Overloaded, QuotaExceeded
from jobs.job_store import JobStore
from jobs.quota import LOOK_EVERY_S, PLACE_FREE_S, QUEUE_SHORTER_S, Backlog, OpenJobs
from tests.builders import a_job, a_request, claim, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky
from tests.waiting import until

AGE_S = 1800


@pytest.fixture
def places(store: JobStore, clock: FakeClock) -> OpenJobs:
    return OpenJobs(store, clock, 3)


@pytest.fixture
def backlog(store: JobStore, clock: FakeClock) -> Backlog:
    return Backlog(store, clock, AGE_S)


# --- places of one owner ------------------------------------------------------------------------------


def test_the_last_place_is_given_and_no_more(places: OpenJobs, store: JobStore) -> None:
    for job_id in ("a", "b"):
        store.create(a_job(job_id))
    with places.take("ada", 1):
        store.create(a_job("c"))
    with pytest.raises(QuotaExceeded) as caught:
        places.take("ada", 1)
    assert caught.value.retry_after_s == PLACE_FREE_S


def test_waiting_and_running_jobs_take_places_and_those_that_are_over_do_not(places: OpenJobs, store: JobStore) -> None:
    for job_id in "abcd":
        store.create(a_job(job_id))
    finish(store, "a", lease_of(claim(store, "a")))
    fail(store, "b", lease_of(claim(store, "b")))
    claim(store, "c")
    with pytest.raises(QuotaExceeded):
        places.take("ada", 2)
    places.take("ada", 1).give_back()
    store.update("d", lambda job, now: job.request_cancel(now=now))
    places.take("ada", 2).give_back()


def test_jobs_of_others_take_no_places(places: OpenJobs, store: JobStore) -> None:
    for job_id in "abc":
        store.create(a_job(job_id, owner="bob"))
    places.take("ada", 3).give_back()


def test_more_than_there_can_ever_be_is_not_a_matter_of_coming_back(places: OpenJobs) -> None:
    with pytest.raises(InvalidRequest, match="4 jobs at once, and one owner may have 3"):
        places.take("ada", 4)


def test_who_is_on_the_way_counts_until_the_jobs_are_written_and_no_longer(places: OpenJobs, store: JobStore) -> None:
    with places.take("ada", 2):
        for job_id in "ab":
            store.create(a_job(job_id))
    places.take("ada", 1).give_back()
    places.take("ada", 1).give_back()


def test_who_is_written_and_on_the_way_at_once_is_waited_for_and_not_counted_twice(
    places: OpenJobs, store: JobStore
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with places.take("ada", 1):
            store.create(a_job("a"))
            asking = pool.submit(places.take, "ada", 2)
            until(lambda: places._coming["ada"].people == 2, "somebody waits for it")
        asking.result().give_back()


def test_of_many_submits_at_once_exactly_so_many_pass(places: OpenJobs, store: JobStore) -> None:
    begin = threading.Barrier(16)

    def submit(n: int) -> bool:
        begin.wait()
        try:
            with places.take("ada", 1):
                store.create(a_job(f"j{n}"))
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(submit, range(16))) == 3
    assert places._coming == {}, "nothing is kept of who is gone"


def test_places_given_back_twice_are_given_back_once(places: OpenJobs, store: JobStore) -> None:
    taken, others = places.take("ada", 1), places.take("ada", 2)
    taken.give_back()
    taken.give_back()
    with pytest.raises(InvalidRequest):
        places.take("ada", 4)
    others.give_back()
    assert places._coming == {}


def test_what_is_refused_by_a_store_that_is_away_leaves_nothing_behind(places: OpenJobs, documents: Flaky) -> None:
    documents.fail("count", 100)
    with pytest.raises(BackendDown):
        places.take("ada", 1)
    documents.heal()
    places.take("ada", 3).give_back()


# --- the age of the queue -----------------------------------------------------------------------------


def test_the_queue_is_too_old_at_that_age_and_not_a_moment_earlier(
    backlog: Backlog, store: JobStore, clock: FakeClock
) -> None:
    store.create(a_job("a"))
    clock.advance(AGE_S - LOOK_EVERY_S)
    backlog.require_room()
    clock.advance(LOOK_EVERY_S)
    with pytest.raises(Overloaded) as caught:
        backlog.require_room()
    assert caught.value.retry_after_s == QUEUE_SHORTER_S
    claim(store, "a")
    clock.advance(LOOK_EVERY_S)
    backlog.require_room()


def test_a_job_that_is_not_due_waits_for_its_time_and_not_for_a_worker(
    backlog: Backlog, store: JobStore, clock: FakeClock
) -> None:
    store.create(a_job("a", request=a_request(not_before=START + timedelta(seconds=AGE_S))))
    clock.advance(2 * AGE_S - LOOK_EVERY_S)
    backlog.require_room()
    clock.advance(LOOK_EVERY_S)
    with pytest.raises(Overloaded):
        backlog.require_room()


def test_the_store_is_asked_once_a_second_however_many_submit(
    backlog: Backlog, documents: Flaky, clock: FakeClock
) -> None:
    for _ in range(100):
        backlog.require_room()
        clock.advance(0.1)
    assert documents.calls["find"] <= 11
