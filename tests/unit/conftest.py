"""A platform on one SQLite file with a clock that the test moves."""

from pathlib import Path

import pytest

from jobs.buckets.disk import DiskBucket
from jobs.deadletter import DeadLetters
from jobs.job_store import JobStore
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import Sweep
from tests.fakes import FakeClock, Flaky


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def documents(tmp_path: Path, clock: FakeClock) -> Flaky:
    return Flaky(SqliteDocumentStore(tmp_path / "lumen.db", clock))


@pytest.fixture
def store(documents: Flaky, clock: FakeClock) -> JobStore:
    return JobStore(documents, clock)


@pytest.fixture
def records(documents: Flaky, clock: FakeClock) -> Records:
    return Records(documents, clock)


@pytest.fixture
def queue(tmp_path: Path, clock: FakeClock) -> SqliteJobQueue:
    return SqliteJobQueue(tmp_path / "lumen.db", "jobs", clock)


@pytest.fixture
def topic(tmp_path: Path, clock: FakeClock) -> SqliteJobQueue:
    """Where dead letters go."""
    return SqliteJobQueue(tmp_path / "lumen.db", "dead-letters", clock)


@pytest.fixture
def letters(store: JobStore, records: Records, topic: SqliteJobQueue) -> DeadLetters:
    return DeadLetters(store, records, topic)


@pytest.fixture
def bucket(tmp_path: Path) -> DiskBucket:
    return DiskBucket(tmp_path / "bucket")


@pytest.fixture
def sweep(store: JobStore, queue: SqliteJobQueue, letters: DeadLetters, bucket: DiskBucket) -> Sweep:
    return Sweep(store, queue, letters, bucket)
