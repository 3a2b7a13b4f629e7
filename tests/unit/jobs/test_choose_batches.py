"""Of a batch that may run so many jobs at a time no more are chosen, and it hides no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs import choose as module
from jobs.choose import anything_soon, choose
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.store import Document, DocumentStore, Query
from jobs.stores.sqlite import SqliteDocumentStore
from tests.builders import LEASE_S, a_job, a_request, claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky


class Counting(Flaky):
    """Counts the documents that are read by queries: what Firestore charges for."""

    def __init__(self, inner: DocumentStore) -> None:
        super().__init__(inner)
        self.read_by_queries = 0

    def find(self, query: Query) -> Iterator[Document]:
        found = list(super().find(query))
        self.read_by_queries += len(found)
        return iter(found)


@pytest.fixture
def documents(tmp_path: Path, clock: FakeClock) -> Counting:
    return Counting(SqliteDocumentStore(tmp_path / "lumen.db", clock))


def of_batch(store: JobStore, batch: str | None, *ids: str, most: int | None = 1, **more: Any) -> None:
    for job_id in ids:
        request = a_request(f"bird {job_id}", batch_id=batch)
        store.create(a_job(job_id, request=request, batch_inflight_max=most, **more))


def chosen(store: JobStore, hint: str | None = None) -> list[str]:
    return [job.id for job in choose(store, now=store.clock.now(), hint=hint) if isinstance(job, Job)]


# --- how many ---


@pytest.mark.parametrize("most, left", [(1, []), (2, ["c"]), (3, ["c"]), (None, ["c"])])
def test_no_more_of_a_batch_run_than_may(store: JobStore, most: int | None, left: list[str]) -> None:
    of_batch(store, "b_1", "a", "b", "c", most=most)
    claim(store, "a")
    if most != 1:
        claim(store, "b")
    assert chosen(store) == (left if most != 2 else [])


def test_what_ends_makes_room(store: JobStore) -> None:
    of_batch(store, "b_1", "a", "b")
    running = claim(store, "a")
    assert chosen(store) == chosen(store, hint="b") == []
    finish(store, "a", lease_of(running))
    assert chosen(store) == ["b"]


def test_a_worker_that_went_silent_takes_up_no_room(store: JobStore, clock: FakeClock) -> None:
    of_batch(store, "b_1", "a", "b")
    claim(store, "a")
    clock.advance(LEASE_S)
    assert set(chosen(store)) == {"a", "b"}
    claim(store, "b")
    assert chosen(store) == [], "the lapsed one waits for room too"


def test_each_job_keeps_to_the_number_that_it_was_made_with(store: JobStore) -> None:
    of_batch(store, "b_1", "a", "b", most=1)
    of_batch(store, "b_1", "later", most=2)
    claim(store, "a")
    assert chosen(store) == ["later"]


def test_a_strangers_jobs_under_the_same_name_fill_nobodys_batch(store: JobStore) -> None:
    of_batch(store, "b_1", "theirs", owner="bob")
    of_batch(store, "b_1", "mine")
    claim(store, "theirs")
    assert chosen(store) == ["mine"]


# --- what waits behind it ---


@pytest.mark.parametrize("in_front", [3, 50])
@pytest.mark.parametrize("batch, most", [(None, None), ("b_0", None), ("b_2", 1), ("", None)])
def test_a_full_batch_hides_no_job_behind_it(
    store: JobStore, in_front: int, batch: str | None, most: int | None
) -> None:
    of_batch(store, "b_1", "running")
    claim(store, "running")
    for n in range(in_front):
        of_batch(store, "b_1", f"full{n}", turn=n)
    of_batch(store, batch, "behind", turn=1000, most=most)
    assert chosen(store) == ["behind"]


def test_behind_full_batches_the_most_urgent_goes_first(store: JobStore) -> None:
    for batch in ("b_1", "b_3"):
        of_batch(store, batch, f"running_{batch}")
        claim(store, f"running_{batch}")
    for n in range(60):
        of_batch(store, ("b_1", "b_3")[n % 2], f"full{n}", turn=n)
    of_batch(store, "b_2", "second", turn=200)
    of_batch(store, "b_2", "fourth", turn=400)
    of_batch(store, "b_0", "first", turn=100)
    of_batch(store, None, "third", turn=300)
    for expected in ("first", "second", "third"):
        assert chosen(store)[0] == expected
        claim(store, expected)
    assert chosen(store) == [], "the batch of the second and the fourth is full too"


def test_a_look_past_a_full_batch_reads_few_documents(store: JobStore, documents: Counting) -> None:
    of_batch(store, "b_1", "running")
    claim(store, "running")
    for n in range(120):
        of_batch(store, "b_1", f"full{n}", turn=n)
    documents.read_by_queries = 0
    assert chosen(store) == []
    assert documents.read_by_queries <= 4 + 50 + 2, "and not all that wait"


def test_equals_in_a_lane_do_not_hide_what_is_behind_them(store: JobStore) -> None:
    of_batch(store, "b_1", "running")
    claim(store, "running")
    for n in range(60):
        of_batch(store, "b_1", f"full{n}", turn=n)
    for n in range(6):
        store.create(a_job(f"equal{n}", request=a_request("the same"), turn=100 + n))
    claim(store, "equal0")
    of_batch(store, None, "behind", most=None, turn=1000)
    assert chosen(store) == ["behind"]


def test_so_many_batches_are_looked_at_and_no_more(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LANES_MAX", 2)
    of_batch(store, "b_1", "running")
    claim(store, "running")
    for n in range(60):
        of_batch(store, "b_1", f"full{n}", turn=n)
    of_batch(store, "b_2", "two", turn=100)
    of_batch(store, "b_3", "three", turn=101)
    assert chosen(store) == ["two"]


# --- wake-ups ---


def test_what_waits_for_room_is_not_soon(store: JobStore) -> None:
    of_batch(store, "b_1", "a", "b")
    assert anything_soon(store, now=START)
    running = claim(store, "a")
    assert not anything_soon(store, now=START), "whoever ends it wakes somebody up"
    of_batch(store, None, "free", most=None)
    assert anything_soon(store, now=START)
    claim(store, "free")
    finish(store, "a", lease_of(running))
    assert anything_soon(store, now=START)
