"""A drained worker is marked by its name, or by that of its machine or revision, beside the pause."""

import pytest

from jobs.drain import MARKS_MAX, Drains, Mark, held_back, mark_of
from jobs.errors import BackendDown, InvalidRequest, NotFound
from jobs.pause import CLAIMS, CONTROL, Pauses
from jobs.records import Records
from tests.fakes import START, FakeClock, Flaky

TRIES = 4  # jobs/retry.py asks no more often
HOLDER = "rev-1/7-abc"


@pytest.fixture
def drains(records: Records) -> Drains:
    return Drains(records)


def test_where_nobody_was_ever_drained_everybody_claims(drains: Drains, records: Records) -> None:
    assert (drains.all(), held_back(records, HOLDER)) == ((), False)


@pytest.mark.parametrize(
    "worker, holder, meant",
    [
        ("rev-1/7-abc", "rev-1/7-abc", True),
        ("rev-1", "rev-1/7-abc", True),
        ("rev-1", "rev-1", True),
        ("rev-1/7-abc", "rev-1/7-abd", False),
        ("rev-1/7", "rev-1/7-abc", False),
        ("rev-1", "rev-10/7-abc", False),
        ("rev", "rev-1/7-abc", False),
    ],
)
def test_a_mark_means_one_worker_or_all_of_a_place(
    drains: Drains, records: Records, worker: str, holder: str, meant: bool
) -> None:
    assert drains.begin(worker, by="eve", reason="a new disk") == Mark(
        worker=worker, by="eve", reason="a new disk", drained_at=START
    )
    assert held_back(records, holder) is meant


def test_whoever_drains_again_adds_a_reason_and_keeps_the_time(drains: Drains, clock: FakeClock) -> None:
    drains.begin("rev-1", by="eve", reason="a new disk")
    clock.advance(60)
    drains.begin("rev-1", by="bob", reason="two new disks")
    assert drains.all() == (Mark(worker="rev-1", by="bob", reason="two new disks", drained_at=START),)


def test_undone_is_undone_and_says_what_went(drains: Drains, records: Records) -> None:
    for worker in ("rev-1", "rev-2"):
        drains.begin(worker, by="eve", reason="old")
    assert drains.end("rev-1").worker == "rev-1"
    assert [mark.worker for mark in drains.all()] == ["rev-2"]
    assert not held_back(records, HOLDER)


def test_who_undoes_a_mark_that_is_not_there_hears_which_one_is(drains: Drains) -> None:
    with pytest.raises(NotFound, match="rev-1 is not drained"):
        drains.end("rev-1")
    drains.begin("rev-1", by="eve", reason="old")
    with pytest.raises(NotFound, match="rev-1/7-abc is drained by the mark of rev-1"):
        drains.end(HOLDER)


def test_of_too_many_marks_the_oldest_go(drains: Drains) -> None:
    for n in range(MARKS_MAX + 2):
        drains.begin(f"host/{n}", by="eve", reason="old")
    marks = [mark.worker for mark in drains.all()]
    assert (len(marks), marks[0], marks[-1]) == (MARKS_MAX, f"host/{MARKS_MAX + 1}", "host/2")


def test_the_pause_and_the_marks_share_a_record_and_leave_each_other_alone(drains: Drains, records: Records) -> None:
    pauses = Pauses(records)
    drains.begin("rev-1", by="eve", reason="a new disk")
    pauses.begin(by="bob", reason="new weights")
    assert held_back(records, "rev-2/1")
    pauses.end(by="bob", reason="done")
    assert (held_back(records, "rev-2/1"), held_back(records, HOLDER)) == (False, True)
    pauses.begin(by="bob", reason="new weights")
    drains.end("rev-1")
    assert pauses.get().reason == "new weights"


def test_one_read_answers_for_pause_and_marks(drains: Drains, records: Records, documents: Flaky) -> None:
    drains.begin("rev-1", by="eve", reason="a new disk")
    documents.calls.clear()
    held_back(records, HOLDER)
    assert documents.calls == {"read": 1}


def test_a_record_out_of_reach_lets_nobody_claim(records: Records, documents: Flaky) -> None:
    documents.fail("read", TRIES)
    with pytest.raises(BackendDown):
        held_back(records, HOLDER)


@pytest.mark.parametrize("drained", ["rev-1", 7, ["rev-1"], [{"worker": "rev-1"}], {"worker": "rev-1"}, None])
def test_what_was_written_by_hand_stops_no_worker(records: Records, drained: object) -> None:
    records.create(CONTROL, CLAIMS, {"drained": drained})
    assert mark_of(records.get(CONTROL, CLAIMS), HOLDER) is None
    assert Drains(records).all() == ()


@pytest.mark.parametrize("worker", ["", "x" * 129, "a\nb", "\x1b[31m"])
def test_what_is_no_name_is_refused(drains: Drains, worker: str) -> None:
    with pytest.raises(InvalidRequest, match="no name of a worker"):
        drains.begin(worker, by="eve", reason="old")
    assert drains.all() == ()
