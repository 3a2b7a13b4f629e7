"""Who did what is on record before the first change, and what came of it behind the last."""

from contextlib import suppress

import pytest

from jobs.audit import AUDIT, IDS_KEPT_MAX, Audit
from jobs.errors import BackendDown
from jobs.records import Records
from tests.fakes import START, FakeClock, Flaky


@pytest.fixture
def audit(records: Records) -> Audit:
    return Audit(records, "ops (eve@desk)")


def test_an_entry_is_there_before_the_first_change(audit: Audit, clock: FakeClock) -> None:
    with audit.entry("dlq.replay", why="quota", run="r_1", filter_=["owner=ada"], ids=["a", "b"]) as counts:
        (begun,) = audit.latest(limit=9)
        assert (begun.who, begun.action, begun.why, begun.run) == ("ops (eve@desk)", "dlq.replay", "quota", "r_1")
        assert (begun.filter, begun.ids, begun.of) == (("owner=ada",), ("a", "b"), 2)
        assert (begun.begun_at, begun.done_at, begun.counts) == (START, None, {})
        clock.advance(5)
        counts["replayed"] += 2
    (done,) = audit.latest(limit=9)
    assert done == begun.model_copy(update={"done_at": clock.now(), "counts": {"replayed": 2}})


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, BackendDown])
def test_what_was_cut_off_stays_unfinished(audit: Audit, stopped: type[BaseException]) -> None:
    with suppress(stopped), audit.entry("dlq.purge", ids=["a"]) as counts:
        counts["purged"] += 1
        raise stopped
    (entry,) = audit.latest(limit=9)
    assert (entry.done_at, entry.counts) == (None, {})


def test_without_a_record_nothing_is_done(audit: Audit, documents: Flaky) -> None:
    documents.fail("create", 99)
    with pytest.raises(BackendDown), audit.entry("dlq.purge", ids=["a"]):
        pytest.fail("the block ran")


@pytest.mark.parametrize("method", ["create", "write"])
def test_an_answer_that_got_lost_is_no_second_entry_and_no_error(audit: Audit, documents: Flaky, method: str) -> None:
    documents.lose_answer(method)
    with audit.entry("dlq.purge", ids=["a"]) as counts:
        counts["purged"] += 1
    (entry,) = audit.latest(limit=9)
    assert (entry.counts, entry.done_at is not None) == ({"purged": 1}, True)


def test_the_newest_are_first(audit: Audit, clock: FakeClock) -> None:
    for n in range(3):
        with audit.entry("dlq.drain", why=str(n), ids=()):
            clock.advance(1)
    assert [entry.why for entry in audit.latest(limit=2)] == ["2", "1"]


def test_of_many_ids_the_first_are_kept(audit: Audit, records: Records) -> None:
    with audit.entry("dlq.replay", ids=[f"j_{n}" for n in range(3_000)]):
        pass
    (entry,) = audit.latest(limit=1)
    assert (len(entry.ids), entry.ids[0], entry.of) == (IDS_KEPT_MAX, "j_0", 3_000)
    assert set(records.get(AUDIT, entry.id)) >= {"begun_at", "done_at"}
