"""A pause holds from the next claim on, for everybody, and sweep wakes nobody meanwhile."""

import pytest

from jobs.errors import BackendDown
from jobs.job_store import JobStore
from jobs.pause import CLAIMS, CONTROL, Pause, Pauses, is_paused
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.sweep import Sweep
from tests.builders import a_job, claim
from tests.fakes import START, FakeClock, Flaky

HOUR_S = 3600
TRIES = 4  # jobs/retry.py asks no more often


@pytest.fixture
def pauses(records: Records) -> Pauses:
    return Pauses(records)


def test_where_nobody_ever_paused_nothing_is_paused(pauses: Pauses, records: Records) -> None:
    assert pauses.get() == Pause(paused=False, by="", reason="", paused_at=None)
    assert not is_paused(records)


def test_a_pause_says_who_why_and_since_when(pauses: Pauses, records: Records) -> None:
    said = pauses.begin(by="eve", reason="new weights")
    assert said == pauses.get() == Pause(paused=True, by="eve", reason="new weights", paused_at=START)
    assert is_paused(records)


def test_who_pauses_again_adds_a_reason_and_keeps_the_time(pauses: Pauses, clock: FakeClock) -> None:
    pauses.begin(by="eve", reason="new weights")
    clock.advance(HOUR_S)
    assert pauses.begin(by="bob", reason="a drive") == Pause(paused=True, by="bob", reason="a drive", paused_at=START)


def test_an_end_says_who_and_why_and_the_next_pause_begins_anew(
    pauses: Pauses, records: Records, clock: FakeClock
) -> None:
    pauses.begin(by="eve", reason="new weights")
    assert pauses.end(by="bob", reason="done") == Pause(paused=False, by="bob", reason="done", paused_at=None)
    assert not is_paused(records)
    clock.advance(HOUR_S)
    assert pauses.begin(by="eve", reason="again").paused_at == clock.now()


def test_a_record_out_of_reach_is_neither_an_answer_nor_a_pause(records: Records, documents: Flaky) -> None:
    documents.fail("read", TRIES)
    with pytest.raises(BackendDown):
        is_paused(records)


def test_a_pause_written_by_hand_counts(records: Records) -> None:
    records.create(CONTROL, CLAIMS, {"paused": True})
    assert is_paused(records)


def test_what_else_is_written_by_hand_stops_no_worker(records: Records) -> None:
    records.create(CONTROL, CLAIMS, {"paused": "soon", "by": 7})
    assert not is_paused(records)


# --- sweep ---


def hints(queue: SqliteJobQueue) -> list[str]:
    found = []
    while delivery := queue.pull(0):
        found.append(delivery.message.attributes["job_id"])
    return found


def test_sweep_wakes_nobody_during_a_pause_and_somebody_behind_it(
    sweep: Sweep, store: JobStore, queue: SqliteJobQueue, pauses: Pauses, clock: FakeClock
) -> None:
    store.create(a_job("a"))
    clock.advance(HOUR_S)
    pauses.begin(by="eve", reason="new weights")
    assert (sweep.run().woken, hints(queue)) == (0, [])
    pauses.end(by="eve", reason="done")
    assert (sweep.run().woken, hints(queue)) == (1, ["a"])


def test_sweep_does_all_else_during_a_pause(
    sweep: Sweep, store: JobStore, queue: SqliteJobQueue, pauses: Pauses, clock: FakeClock
) -> None:
    """A job whose worker is gone goes back to the queue, and is there when the pause is over."""
    store.create(a_job("a"))
    claim(store, "a")
    pauses.begin(by="eve", reason="new weights")
    clock.advance(HOUR_S)
    swept = sweep.run()
    assert (swept.lapsed, swept.left, store.get("a").status) == (1, 0, "queued")
