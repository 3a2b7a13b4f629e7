"""Many jobs that make nothing, for several workers: what these hold after each lot, and what was written.

Triggers in the SQLite file count the writes, so those of every process are counted, and nobody has to tell.
"""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jobs.job_store import JOBS
from jobs.queues.sqlite import SqliteJobQueue
from jobs.store import Query
from jobs.stores.sqlite import SqliteDocumentStore
from tests.footprint import DATABASE, Footprint
from tests.house import House, Running
from tests.waiting import until

LATE_S = 600.0  # only a failing soak waits that long for a lot
LOOK_EVERY_S = 0.2  # at counts of thousands of rows, which take their time too
PROGRAM = [sys.executable, "-m", "tests.noop"]
# As they are by default: here they decide how much is written.
DEFAULTS = {"LUMEN_LEASE_S": "45", "LUMEN_BEAT_S": "10", "LUMEN_SWEEP_S": "5", "LUMEN_PROGRESS_S": "1"}
COUNTERS = """
CREATE TABLE written (collection, key, writes INTEGER, ends INTEGER, PRIMARY KEY (collection, key));
CREATE TRIGGER count_create AFTER INSERT ON documents BEGIN
    INSERT OR IGNORE INTO written VALUES (new.collection, new.key, 0, 0);
    UPDATE written SET writes = writes + 1 WHERE collection = new.collection AND key = new.key;
END;
CREATE TRIGGER count_write AFTER UPDATE ON documents BEGIN
    INSERT OR IGNORE INTO written VALUES (new.collection, new.key, 0, 0);
    UPDATE written SET writes = writes + 1, ends = ends + (new.fields ->> '$.done' > old.fields ->> '$.done')
    WHERE collection = new.collection AND key = new.key;
END;
"""
# Of each job: writes, ends, its status, claims, and the whole seconds from its first claim to its end, rounded up.
LIVES = """
SELECT writes, ends, fields ->> '$.status', fields ->> '$.claims',
       ceil(86400 * (julianday(fields ->> '$.completed_at') - julianday(fields ->> '$.started_at')))
FROM documents JOIN written USING (collection, key) WHERE collection = 'jobs'
"""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of one job, and what that took."""

    writes: int
    ends: int
    status: str
    claims: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Lot:
    """After one lot of jobs: how many there were so far, and what each worker and its model child hold at rest."""

    jobs: int
    size: int
    seconds: float
    workers: tuple[Footprint, ...]
    children: tuple[Footprint, ...]

    @property
    def rate(self) -> float:
        """Jobs a second of those that this lot was of."""
        return self.size / self.seconds


@dataclass
class Soak(House):
    """A house whose workers make nothing."""

    workers: list[Running] = field(default_factory=list)
    jobs: int = 0

    @property
    def database(self) -> Path:
        return self.data / DATABASE

    def env(self, **more: str) -> Mapping[str, str]:
        return super().env(**DEFAULTS | self.more | more)

    def start(self, *args: str, **env: str) -> Running:
        return self.run([*PROGRAM, *args], args[0], **env)

    def begin(self, workers: int, **env: str) -> None:
        """Have so many workers ready, and every write counted."""
        self.data.mkdir(parents=True)
        SqliteDocumentStore(self.database).count(Query(JOBS, 1))  # makes the tables
        SqliteJobQueue(self.database, "jobs").pull(0)
        with closing(sqlite3.connect(self.database)) as connection:
            connection.executescript(COUNTERS)
        started = [self.start("-v", "worker", "--pull", **env) for _ in range(workers)]
        for each in started:
            until(lambda each=each: "ready; loading took" in each.said(), "it is ready", within_s=LATE_S)
        self.workers = started

    def serve(self, jobs: int) -> Lot:
        """Submit so many, each different, and wait until they are over and everybody rests."""
        begun = time.monotonic()
        for _ in range(jobs):
            self.submit("cat", quality="draft", seed=self.jobs)
            self.jobs += 1
        self.over()
        took = time.monotonic() - begun
        children = [worker.models() for worker in self.workers]
        return Lot(self.jobs, jobs, took, _at_rest(each.pid for each in self.workers), _at_rest(children))

    def over(self) -> None:
        """Wait until every job is over and everybody rests."""
        self._waited(lambda: self.quiet() == (0, 0), f"{self.jobs} jobs are over")

    def quiet(self) -> tuple[int, int]:
        """Jobs that are not over, and wake-ups under way."""
        with self._asking() as ask:
            (open_jobs,) = ask("SELECT count(*) FROM documents WHERE collection = 'jobs' AND NOT fields ->> '$.done'")
            (messages,) = ask("SELECT count(*) FROM messages")
        return int(open_jobs[0]), int(messages[0])

    def lives(self) -> list[Life]:
        with self._asking() as ask:
            return [Life(*row) for row in ask(LIVES)]

    def written(self) -> dict[str, int]:
        """How many documents were written in each collection, all in all."""
        with self._asking() as ask:
            rows = ask("SELECT collection, sum(writes) FROM written GROUP BY collection")
            return {str(name): int(count) for name, count in rows}

    @contextmanager
    def _asking(self) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
        with closing(sqlite3.connect(self.database)) as connection:
            yield lambda statement: connection.execute(statement).fetchall()

    def _waited(self, condition: Callable[[], bool], what: str) -> None:
        """As `until`, but seldom: the looks would be most of the work."""
        end = time.monotonic() + LATE_S
        while not condition():
            assert time.monotonic() < end, f"waited {LATE_S:g} s in vain: {what}"
            time.sleep(LOOK_EVERY_S)


def _at_rest(pids: Iterable[int]) -> tuple[Footprint, ...]:
    return tuple(map(at_rest, pids))


def at_rest(pid: int) -> Footprint:
    """Two looks in a row that saw the same files and threads: sweep may be just at work."""

    def steady() -> Footprint | None:
        one, two = Footprint.of(pid), Footprint.of(pid)
        same = (one.files, one.threads) == (two.files, two.threads)
        return two if same else None

    found = until(steady, f"process {pid} rests")
    assert found is not None
    return found
