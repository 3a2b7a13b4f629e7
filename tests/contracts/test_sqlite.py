"""SQLite keeps the promises of the document store, of what stands on it, and of the queue."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from jobs.errors import BackendDown, NotFound
from jobs.queue import HOLD_S, Delivery, JobQueue, wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Record, Records
from jobs.sqlite import Database
from jobs.store import STORE_TIME, DocumentStore, Op, Query
from jobs.stores.sqlite import SqliteDocumentStore
from tests.contracts.document_store import DocumentStoreContract
from tests.contracts.job_queue import JobQueueContract
from tests.contracts.job_store import JobStoreContract
from tests.contracts.records import RecordsContract
from tests.fakes import START, FakeClock
from tests.waiting import open_files

ROOT = Path(__file__).parents[2]
OpenStore = Callable[[], DocumentStore]


class OnSqlite:
    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "new" / "lumen.db"

    @pytest.fixture
    def open_store(self, file: Path, clock: FakeClock) -> OpenStore:
        return lambda: SqliteDocumentStore(file, clock)


class TestSqliteDocumentStore(OnSqlite, DocumentStoreContract):
    def test_the_stores_time_is_its_own_clocks(self, store: DocumentStore, clock: FakeClock) -> None:
        clock.advance(3600)
        created = store.create("things", "a", {"created_at": STORE_TIME})
        assert created.fields["created_at"] == START + timedelta(hours=1)
        clock.advance(1)
        assert store.read("things", "a").read_at == START + timedelta(hours=1, seconds=1)

    def test_a_path_that_is_no_path_is_refused(self, store: DocumentStore) -> None:
        for path in ("a'b", "a b", "", "a..b", "a)", "$.a"):
            with pytest.raises(ValueError, match="not a field path"):
                store.find(Query("things", 9).having(path, Op.IS, 1))
            with pytest.raises(ValueError, match="not a field path"):
                store.find(Query("things", 9, order=(path,)))

    def test_what_is_no_json_is_refused(self, store: DocumentStore) -> None:
        with pytest.raises(TypeError, match="no place in a document"):
            store.create("things", "a", {"data": b"x"})

    def test_a_list_in_a_list_is_refused_because_firestore_has_no_such_value(self, store: DocumentStore) -> None:
        for fields in ({"bounds": [[0, 1]]}, {"map": {"rows": [{"n": [[]]}]}}):
            with pytest.raises(TypeError, match="list directly in a list"):
                store.create("things", "a", fields)
        store.create("things", "a", {"rows": [{"n": [0, 1]}]})

    def test_a_file_that_is_no_database_is_an_outage(self, file: Path, store: DocumentStore) -> None:
        file.parent.mkdir()
        file.write_bytes(b"not a database" * 1000)
        with pytest.raises(BackendDown):
            store.read("things", "a")

    def test_a_folder_that_cannot_be_made_is_an_outage(self, file: Path, store: DocumentStore) -> None:
        file.parent.write_bytes(b"in the way")
        with pytest.raises(BackendDown):
            store.create("things", "a", {})

    def test_a_failed_write_leaves_the_store_usable(self, store: DocumentStore) -> None:
        store.create("things", "a", {})
        with pytest.raises(BackendDown):
            store.create("things", object(), {})  # type: ignore[arg-type]
        store.create("things", "b", {})
        assert store.count(Query("things", 9)) == 2


class TestJobStoreOnSqlite(OnSqlite, JobStoreContract):
    pass


class TestRecordsOnSqlite(OnSqlite, RecordsContract):
    def test_two_processes_share_one_file(self, file: Path) -> None:
        """Each adds one to the same number, 40 times, without losing any."""
        program = (
            "import sys\nfrom pathlib import Path\n"
            "from jobs.records import Records\nfrom jobs.stores.sqlite import SqliteDocumentStore\n"
            "records = Records(SqliteDocumentStore(Path(sys.argv[1])))\n"
            "for _ in range(40):\n"
            "    records.update('keys', 'a', lambda old, now: {'n': (old['n'] if old else 0) + 1})\n"
        )
        others = [subprocess.Popen([sys.executable, "-c", program, str(file)], cwd=ROOT) for _ in range(2)]
        records = Records(SqliteDocumentStore(file))

        def one_more(old: Record | None, now: datetime) -> Record:
            return {"n": (old["n"] if old else 0) + 1}

        for _ in range(40):
            records.update("keys", "a", one_more)
        assert [other.wait() for other in others] == [0, 0]
        assert records.get("keys", "a") == {"n": 120}


class TestSqliteJobQueue(OnSqlite, JobQueueContract):
    @pytest.fixture
    def open_queue(self, file: Path, clock: FakeClock) -> Callable[[], JobQueue]:
        return lambda: SqliteJobQueue(file, "jobs", clock)

    @pytest.fixture
    def lose(self, clock: FakeClock) -> Callable[[Delivery], None]:
        return lambda _delivery: clock.advance(HOLD_S)

    def test_topics_are_apart(self, queue: JobQueue, file: Path, clock: FakeClock) -> None:
        queue.publish(wake_up("a"))
        assert SqliteJobQueue(file, "dead-letters", clock).pull(0) is None

    def test_a_nacked_message_stays_away_as_long_as_asked(self, queue: JobQueue, clock: FakeClock) -> None:
        queue.publish(wake_up("a"))
        queue.nack(self._pull(queue), after_s=30)
        clock.advance(29.9)
        assert queue.pull(0) is None
        clock.advance(0.1)
        assert self._pull(queue).message == wake_up("a")

    def test_it_is_held_until_the_very_deadline(self, queue: JobQueue, clock: FakeClock) -> None:
        queue.publish(wake_up("a"))
        self._pull(queue)
        clock.advance(HOLD_S - 0.5)
        assert queue.pull(0) is None
        clock.advance(0.5)
        assert queue.pull(0) is not None

    def test_an_extended_message_is_held_that_long_from_now(self, queue: JobQueue, clock: FakeClock) -> None:
        queue.publish(wake_up("a"))
        held = self._pull(queue)
        clock.advance(HOLD_S - 1)
        queue.extend(held, 60)
        clock.advance(59)
        assert queue.pull(0) is None
        clock.advance(1)
        assert self._pull(queue).id == held.id

    def test_a_pull_waits_as_long_as_asked(self, queue: JobQueue, clock: FakeClock) -> None:
        assert queue.pull(2.0) is None
        assert clock.monotonic() == pytest.approx(2.0)

    def test_messages_and_documents_share_a_file(self, queue: JobQueue, open_store: OpenStore) -> None:
        open_store().create("things", "a", {})
        queue.publish(wake_up("a"))
        assert open_store().count(Query("things", 9)) == 1
        assert self._pull(queue).message == wake_up("a")


@pytest.mark.parametrize("lasting", [True, False])
def test_a_write_waits_for_the_disk_if_it_shall_last(tmp_path: Path, lasting: bool) -> None:
    """Each on the connection that the other left behind."""
    database = Database(tmp_path / "lumen.db", lambda db: db.execute("CREATE TABLE IF NOT EXISTS t (a)"))
    for last in (not lasting, lasting):
        with database.writing(lasting=last) as connection:
            (level,) = connection.execute("PRAGMA synchronous").fetchone()
    assert level == (2 if lasting else 1), "FULL or NORMAL, https://sqlite.org/pragma.html#pragma_synchronous"


def test_documents_wait_for_the_disk_and_messages_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    writing = Database.writing

    def seen(database: Database, *, lasting: bool = True) -> AbstractContextManager[sqlite3.Connection]:
        asked.append(lasting)
        return writing(database, lasting=lasting)

    monkeypatch.setattr(Database, "writing", seen)
    store, queue = SqliteDocumentStore(tmp_path / "lumen.db"), SqliteJobQueue(tmp_path / "lumen.db", "jobs")
    store.write(store.create("things", "a", {}), {"n": 1})
    store.delete("things", "a")
    assert asked == [True] * 3
    queue.publish(wake_up("a"))
    delivery = queue.pull(0)
    assert delivery is not None
    queue.extend(delivery, 1)
    queue.nack(delivery, after_s=0)
    queue.ack(delivery)
    assert asked[3:] == [False] * 5


def test_threads_that_come_and_go_leave_no_file_open(tmp_path: Path) -> None:
    """A worker has a new one for each job's beats."""
    store = SqliteDocumentStore(tmp_path / "lumen.db")
    store.create("things", "a", {})

    def ask() -> None:
        for key in "aba":
            with suppress(NotFound):
                store.read("things", key)

    before = open_files()
    for _ in range(20):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert open_files() <= before + 1


def test_a_connection_that_broke_is_not_used_again(tmp_path: Path) -> None:
    database = Database(tmp_path / "lumen.db", lambda db: None)
    with pytest.raises(BackendDown), database.writing() as first:
        first.execute("no statement")
    with database.writing() as second:
        second.execute("SELECT 1")
    assert second is not first


def test_threads_at_one_moment_have_connections_of_their_own(tmp_path: Path) -> None:
    database = Database(tmp_path / "lumen.db", lambda db: None)
    with database.reading() as first, database.reading() as second:
        assert first is not second
    with database.reading() as again:
        assert again in {first, second}
