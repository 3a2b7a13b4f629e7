"""A worker on one SQLite file, with a clock that the test moves and a craft that does what the test says."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown
from jobs.fields import Output
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.settings import Settings
from models.report import Made
from models.stage import Watcher
from tests.builders import an_output
from worker.door import Door
from worker.runner import JobRunner


@dataclass
class Craft:
    """Stands for the maker: gives an output, or does what it is told to before that."""

    deed: Callable[[Job, Watcher], object] = lambda job, watcher: None
    made: list[Job] = field(default_factory=list)
    full: int = 0  #: how often the bucket refuses what was made
    is_full: Callable[[], object] = lambda: None

    def make(self, job: Job, watcher: Watcher) -> Made:
        self.made.append(job)
        self.deed(job, watcher)
        return Made({}, "quadruped", "procedural", (), (), (), (), (), ((0.0,) * 3, (1.0,) * 3), watertight=True)

    def keep(self, job: Job, made: Made, watcher: Watcher) -> Output:
        if self.full:
            self.full -= 1
            self.is_full()
            raise BackendDown("The test filled the disk.")
        return an_output()

    def raises(self, error: Exception) -> None:
        def deed(job: Job, watcher: Watcher) -> object:
            raise error

        self.deed = deed

    def is_told_to_end(self, stopping: threading.Event) -> None:
        """In the middle of its work, and it listens."""

        def deed(job: Job, watcher: Watcher) -> object:
            stopping.set()
            problem = watcher.interrupted()
            assert problem is not None
            raise problem

        self.deed = deed


@dataclass
class Pausing:
    """A deed that begins, tells so, and goes on when it is let."""

    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, job: Job, watcher: Watcher) -> None:
        self.begun.set()
        assert self.go_on.wait(30)


@pytest.fixture
def craft() -> Craft:
    return Craft()


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    stopping = threading.Event()
    yield stopping
    stopping.set()


@pytest.fixture
def settings() -> Settings:
    """Beats so rare that none comes in a test: what is written is written by the runner."""
    return Settings(lease_s=300, beat_s=60, progress_s=60)


@pytest.fixture
def runner(  # noqa: PLR0917 (a fixture has as many arguments as it needs others)
    store: JobStore,
    records: Records,
    queue: SqliteJobQueue,
    letters: DeadLetters,
    craft: Craft,
    settings: Settings,
    stopping: threading.Event,
) -> JobRunner:
    return JobRunner(
        store=store,
        records=records,
        queue=queue,
        letters=letters,
        maker=craft,
        holder="me",
        settings=settings,
        stopping=stopping,
    )


@pytest.fixture
def door(runner: JobRunner, letters: DeadLetters) -> Door:
    """Of a worker whose models are loaded."""
    door = Door(runner, letters, threading.Event())
    door.warm.set()
    return door


def debug_of(records: Records, job_id: str = "a") -> Any:
    """What is kept of a failed attempt where no client reads."""
    return records.get(f"jobs/{job_id}/private", "debug")


def messages_in(queue: SqliteJobQueue) -> int:
    count = 0
    while queue.pull(0):
        count += 1
    return count
