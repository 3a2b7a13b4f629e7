"""The one place that names an adapter: settings in, a platform out."""

from dataclasses import dataclass
from datetime import timedelta

from jobs.bucket import Bucket
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.clock import Clock, SystemClock
from jobs.deadletter import DeadLetters
from jobs.errors import SettingsInvalid
from jobs.job_store import JobStore
from jobs.queue import JobQueue
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.settings import Backend, Settings
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import Sweep


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything a process needs of the core, ready to use."""

    store: JobStore
    records: Records
    queue: JobQueue
    letters: DeadLetters
    bucket: Bucket
    clock: Clock
    settings: Settings

    def client(self, *, owner: str | None = None, source: str = "cli") -> JobClient:
        return JobClient(
            self.store,
            self.records,
            self.queue,
            self.bucket,
            self.clock,
            owner=owner or self.settings.owner,
            attempts_max=self.settings.attempts_max,
            keep_for=timedelta(days=self.settings.keep_days),
            source=source,
        )

    def sweep(self) -> Sweep:
        return Sweep(self.store, self.queue, self.letters, self.bucket)


def wire(settings: Settings, clock: Clock | None = None) -> Platform:
    """Connects to nothing yet: adapters open their files and clients when first used.

    Raises: SettingsInvalid for a backend that is not built in.
    """
    if settings.backend is not Backend.LOCAL:
        raise SettingsInvalid(f"LUMEN_BACKEND: {settings.backend} has no adapters in this version; use local.")
    clock = clock or SystemClock()
    database = settings.data / "lumen.db"
    documents = SqliteDocumentStore(database, clock)
    store, records = JobStore(documents, clock), Records(documents, clock)
    return Platform(
        store=store,
        records=records,
        queue=SqliteJobQueue(database, "jobs", clock),
        letters=DeadLetters(store, records, SqliteJobQueue(database, "dead-letters", clock)),
        bucket=DiskBucket(settings.data / "bucket"),
        clock=clock,
        settings=settings,
    )
