"""A restore: into whatever is there, cut off anywhere and done again, and a house that goes on."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from jobs.backup import Backup, Outcome
from jobs.backup_file import BackupReader
from jobs.errors import BackendDown
from jobs.job_store import JobStore
from jobs.records import Records
from jobs.status import JobStatus
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import Sweep
from tests.backups import everything, file_of, furnish, restored
from tests.builders import LEASE_S, a_job, claim
from tests.fakes import FakeClock, Flaky

# --- what is there already ---


def test_what_is_there_stays_or_becomes_what_the_file_says(backup: Backup) -> None:
    backup.documents.create("things", "same", {"n": 1})
    old = backup.documents.create("things", "changed", {"n": 1})
    more = backup.documents.create("things", "grown", {"n": 1})
    backup.documents.create("things", "gone", {"n": 1})
    file, before = file_of(backup), everything(backup.documents)
    backup.documents.write(old, {"n": 2})
    backup.documents.write(more, {"from_later": True})
    backup.documents.delete("things", "gone")
    meanwhile = everything(backup.documents)

    said = [("changed", "kept"), ("gone", "created"), ("grown", "kept"), ("same", "same")]
    assert restored(backup, file, dry_run=True) == said
    assert everything(backup.documents) == meanwhile
    assert restored(backup, file) == said
    assert everything(backup.documents) == meanwhile | {("things", "gone"): {"n": 1}}
    replaced = [("changed", "replaced"), ("gone", "same"), ("grown", "replaced"), ("same", "same")]
    assert restored(backup, file, replace=True, dry_run=True) == replaced
    assert restored(backup, file, replace=True) == replaced
    assert everything(backup.documents) == before
    assert {outcome for _, outcome in restored(backup, file, replace=True)} == {Outcome.SAME}


@pytest.mark.parametrize("more, method", [({}, "write"), ({"grown": True}, "delete")])
def test_a_replacement_never_overwrites_what_was_not_looked_at(
    backup: Backup, documents: Flaky, more: dict[str, Any], method: str
) -> None:
    """Somebody else puts it right between its look and its write: it looks again, and has nothing to do."""
    documents.create("things", "a", {"n": 1})
    file = file_of(backup)
    documents.write(documents.read("things", "a"), {"n": 2} | more)

    def put_right() -> None:
        documents.inner.delete("things", "a")
        documents.inner.create("things", "a", {"n": 1})

    documents.overtake(method, put_right)
    assert restored(backup, file, replace=True) == [("a", Outcome.SAME)]


def test_a_job_that_a_worker_holds_is_never_replaced(backup: Backup, documents: Flaky, clock: FakeClock) -> None:
    """Its next lease would have the token of this one."""
    jobs = JobStore(documents, clock)
    jobs.create(a_job("a"))
    file = file_of(backup)
    claim(jobs, "a")
    assert restored(backup, file, replace=True) == [("a", Outcome.KEPT)]
    assert jobs.get("a").claims == 1
    clock.advance(LEASE_S + 1)
    assert restored(backup, file, replace=True) == [("a", Outcome.REPLACED)]
    assert jobs.get("a").status is JobStatus.QUEUED


@pytest.mark.parametrize("method", ["create", "read", "write"])
@pytest.mark.parametrize("fault", [Flaky.fail, Flaky.lose_answer])
def test_a_call_that_fails_is_made_again(backup: Backup, documents: Flaky, method: str, fault: Any) -> None:
    documents.create("things", "a", {"n": 1})
    documents.create("things", "b", {"n": 1})
    file, before = file_of(backup), everything(documents)
    documents.write(documents.read("things", "a"), {"n": 2})
    documents.delete("things", "b")
    fault(documents, method)
    restored(backup, file, replace=True)
    assert everything(documents) == before


def test_a_restore_that_was_cut_off_anywhere_is_simply_done_again(
    backup: Backup, tmp_path: Path, clock: FakeClock
) -> None:
    furnish(backup.documents)
    file = file_of(backup)
    for done in range(5):
        house = Backup(SqliteDocumentStore(tmp_path / f"{done}.db", clock), clock)
        file.seek(0)
        assert len(list(itertools.islice(house.restore(BackupReader(file)), done))) == done % 5
        outcomes = [outcome for _, outcome in restored(house, file)]
        assert outcomes == [Outcome.SAME] * done + [Outcome.CREATED] * (4 - done)
        assert everything(house.documents) == everything(backup.documents)


def test_a_store_that_stays_away_ends_it(backup: Backup, documents: Flaky) -> None:
    furnish(documents)
    file = file_of(backup)
    documents.fail("walk", 99)
    with pytest.raises(BackendDown):
        file_of(backup)
    documents.fail("create", 99)
    with pytest.raises(BackendDown):
        restored(backup, file)


# --- a house that goes on ---


def test_what_ran_lapses_and_what_waited_is_found(
    backup: Backup, clock: FakeClock, tmp_path: Path, sweep: Sweep
) -> None:
    """The rooms of `sweep` are those of the new house here: the old one is made aside."""
    old = SqliteDocumentStore(tmp_path / "old.db", clock)
    jobs = JobStore(old, clock)
    for name in ("waits", "runs"):
        jobs.create(a_job(name))
    claim(jobs, "runs")
    restored(backup, file_of(Backup(old, clock)))
    here = JobStore(backup.documents, clock)
    assert (here.get("waits").status, here.get("runs").status) == (JobStatus.QUEUED, JobStatus.RUNNING)
    clock.advance(LEASE_S + 61)
    assert sweep.queue.pull(0) is None, "nobody was woken by the restore itself"
    sweep.run()
    assert here.get("runs").status is JobStatus.QUEUED
    assert sweep.queue.pull(0) is not None


def test_a_record_can_be_written_after_it_came_back(backup: Backup, elsewhere: Backup, records: Records) -> None:
    records.create("turns", "ada", {"turn": 7})
    restored(elsewhere, file_of(backup))
    there = Records(elsewhere.documents, elsewhere.clock)
    assert there.update("turns", "ada", lambda old, _now: {"turn": old["turn"] + 1 if old else 0}) == {"turn": 8}
