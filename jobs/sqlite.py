"""One SQLite file, opened so that several processes can share it and a crash loses nothing."""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from jobs.errors import BackendDown

BUSY_S = 10.0  # how long a writer waits for another; a write takes well under a millisecond


class Database:
    """As many connections as are in use at one moment, in WAL mode.

    One per thread would be the simpler rule, but a worker has a new thread for each job's beats, and what such a
    thread had open was seen to stay open until the garbage collector came by.

    `synchronous=FULL` makes a commit wait for the disk: what was accepted is there after a power cut. What may get lost
    in one need not wait (`lasting=False`); the next commit that waits takes it along to the disk.
    """

    def __init__(self, path: Path, make: Callable[[sqlite3.Connection], object]) -> None:
        """`make` the tables, where there are none yet."""
        self._path = path
        self._make_tables = make
        self._idle: list[sqlite3.Connection] = []  # taken and put back whole: a list's own operations need no lock
        self._first = threading.Lock()
        self._turn = threading.Lock()  # among threads of ours: who waits inside SQLite sleeps, up to 100 ms at a time
        self._made = False

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One that nobody else has. Where something went wrong it is not used again."""
        self._make()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        return connection

    def _make(self) -> None:
        """Tables and WAL mode, by one thread of one process at a time.

        The change to WAL mode does not wait for others as SQLite's statements do, so a file lock does.
        """
        with self._first:
            if self._made:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.with_suffix(".lock").open("w") as lock, closing(self._open()) as connection:
                fcntl.flock(lock, fcntl.LOCK_EX)
                connection.execute("PRAGMA journal_mode=WAL")
                self._make_tables(connection)
            self._made = True

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Raises: BackendDown for whatever SQLite cannot do."""
        try:
            with self._connection() as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise BackendDown(f"SQLite file {self._path}: {error}") from error

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction that has the write lock from its first line. Raises: BackendDown."""
        with self._turn, self.reading() as connection:
            connection.execute(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # some errors of SQLite end it themselves
                    connection.execute("ROLLBACK")
                raise
