"""Who goes next."""

from datetime import timedelta

import pytest

from jobs.choose import anything_soon, choose, first_due
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_store import JOBS, JobStore
from tests.builders import LEASE_S, a_job, a_request, claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky

SAME = a_request("the same bird")


def chosen(store: JobStore, hint: str | None = None) -> list[str]:
    return [job.id if isinstance(job, Job) else "?" for job in choose(store, now=store.clock.now(), hint=hint)]


def first(store: JobStore, hint: str | None = None) -> str | None:
    return next(iter(chosen(store, hint)), None)


def test_from_nothing_nothing_is_chosen(store: JobStore) -> None:
    assert chosen(store) == []
    assert first_due(store, now=START) is None
    assert not anything_soon(store, now=START)


def test_priority_goes_before_turn_and_turn_before_age(store: JobStore, clock: FakeClock) -> None:
    for job_id, priority, turn in [
        ("low", "low", 0),
        ("late", "normal", 7),
        ("old", "normal", 3),
        ("young", "normal", 3),
        ("high", "high", 9),
    ]:
        clock.advance(1)
        store.create(a_job(job_id, request=a_request(job_id, priority=priority), turn=turn))
    order = []
    while (chosen_id := first(store)) is not None:
        order.append(chosen_id)
        claim(store, chosen_id)
    assert order == ["high", "old", "young", "late", "low"]


def test_the_hinted_job_goes_first_among_its_equals_only(store: JobStore, clock: FakeClock) -> None:
    for job_id, turn in [("a", 1), ("b", 1), ("c", 1), ("d", 2)]:
        clock.advance(1)
        store.create(a_job(job_id, turn=turn))
    assert first(store) == "a"
    assert first(store, hint="c") == "c"
    assert first(store, hint="d") == "a"
    assert first(store, hint="nobody") == "a"


def test_a_job_whose_time_has_not_come_is_not_chosen(store: JobStore, clock: FakeClock) -> None:
    later = START + timedelta(seconds=30)
    store.create(a_job("a", request=a_request("a", not_before=later, priority="high")))
    store.create(a_job("b"))
    assert chosen(store) == ["b"]
    assert chosen(store, hint="a") == ["b"]
    clock.advance(30)
    assert first(store) == "a"


def test_a_job_whose_equal_is_running_is_passed_over(store: JobStore) -> None:
    for job_id in "ab":
        store.create(a_job(job_id, request=SAME))
    store.create(a_job("c", turn=5))
    running = claim(store, "a")
    assert chosen(store) == ["c"]
    assert chosen(store, hint="b") == ["c"]
    finish(store, "a", lease_of(running))
    assert first(store) == "b"


def test_equals_wait_no_longer_than_the_lease(store: JobStore, clock: FakeClock) -> None:
    for job_id in "ab":
        store.create(a_job(job_id, request=SAME))
    claim(store, "a")
    clock.advance(LEASE_S - 0.001)
    assert chosen(store) == []
    clock.advance(0.001)
    assert set(chosen(store)) == {"a", "b"}


@pytest.mark.parametrize("equals", [3, 4, 5, 49, 50, 60])
def test_equals_at_the_head_do_not_hide_a_due_job_behind_them(store: JobStore, equals: int) -> None:
    store.create(a_job("running", request=SAME))
    claim(store, "running")
    for n in range(equals):
        store.create(a_job(f"equal{n}", request=SAME, turn=n))
    store.create(a_job("behind", turn=1000))
    assert chosen(store) == ["behind"]


def test_lapsed_jobs_compete_like_any_other(store: JobStore, clock: FakeClock) -> None:
    for job_id, turn in [("a", 2), ("b", 1)]:
        store.create(a_job(job_id, turn=turn))
        claim(store, job_id)
    store.create(a_job("c", turn=3))
    store.create(a_job("d", request=a_request("d", priority="high"), turn=9))
    assert chosen(store) == ["d", "c"]
    clock.advance(LEASE_S)
    assert chosen(store) == ["d", "b", "a", "c"]


@pytest.mark.parametrize("equals", [3, 4, 60])
def test_a_lapsed_job_does_not_hide_a_more_urgent_one_behind_equals(
    store: JobStore, clock: FakeClock, equals: int
) -> None:
    store.create(a_job("lapsed", request=a_request("a lapsed bird", priority="low")))
    claim(store, "lapsed", lease_s=1)
    store.create(a_job("running", request=SAME))
    claim(store, "running")
    for n in range(equals):
        store.create(a_job(f"equal{n}", request=SAME, turn=n))
    clock.advance(1)
    assert chosen(store) == ["lapsed"]
    store.create(a_job("urgent", turn=1000))
    assert chosen(store) == ["urgent", "lapsed"]


def test_a_document_that_cannot_be_read_comes_first_and_hides_nothing(store: JobStore, documents: Flaky) -> None:
    for job_id in "ab":
        store.create(a_job(job_id))
    documents.write(documents.read(JOBS, "a"), {"attempts_left": "many"})
    found = choose(store, now=START)
    assert isinstance(found[0], Unreadable)
    assert chosen(store) == ["?", "b"]


def test_documents_of_a_later_version_are_passed_over(store: JobStore, documents: Flaky) -> None:
    for n in range(60):
        store.create(a_job(f"a{n}"))
        documents.write(documents.read(JOBS, f"a{n}"), {"schema_version": 2})
    assert first_due(store, now=START) is None
    store.create(a_job("b", turn=9))
    assert chosen(store) == ["b"]
    assert first_due(store, now=START) is not None
    assert anything_soon(store, now=START)


def test_what_is_due_within_ten_minutes_is_soon(store: JobStore) -> None:
    for job_id, wait_s, due, soon in [("c", 601, False, False), ("b", 600, False, True), ("a", 0, True, True)]:
        store.create(a_job(job_id, request=a_request(job_id, not_before=START + timedelta(seconds=wait_s))))
        assert (first_due(store, now=START) is not None) is due
        assert anything_soon(store, now=START) is soon


def test_running_jobs_are_not_due(store: JobStore) -> None:
    store.create(a_job())
    claim(store, "a")
    assert first_due(store, now=START) is None
    assert not anything_soon(store, now=START)
