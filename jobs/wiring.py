"""The one place that names an adapter: settings in, a platform out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from jobs.audit import Audit
from jobs.bucket import Bucket
from jobs.buckets.disk import DiskBucket
from jobs.client import JobClient
from jobs.clock import Clock, SystemClock
from jobs.deadletter import DeadLetters
from jobs.errors import SettingsInvalid
from jobs.job_store import JobStore
from jobs.purge import Purge
from jobs.queue import HOLD_S, JobQueue
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.replay import Replays
from jobs.resource import Resource
from jobs.settings import Backend, Settings
from jobs.store import DocumentStore
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import Sweep
from jobs.traced import traced


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

    def client(self, *, owner: str | None = None, source: str = "cli", request_id: str = "") -> JobClient:
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
            request_id=request_id,
        )

    def sweep(self) -> Sweep:
        return Sweep(self.store, self.queue, self.letters, self.bucket)

    def replays(self) -> Replays:
        return Replays(self.store, self.records, self.letters, self.client(), self.clock)

    def purge(self) -> Purge:
        return Purge(self.letters, self.bucket)

    def audit(self, who: str) -> Audit:
        return Audit(self.records, who)


@dataclass(frozen=True, slots=True)
class Adapters:
    """One of each port."""

    documents: DocumentStore
    queue: JobQueue
    letters: JobQueue
    bucket: Bucket


def wire(settings: Settings, clock: Clock | None = None) -> Platform:
    """Connects to nothing yet: adapters open their files and clients when first used, never before a fork.

    Raises: SettingsInvalid for a backend whose libraries are not installed.
    """
    clock = clock or SystemClock()
    return platform_over(adapters(settings, clock), settings, clock)


def platform_over(ours: Adapters, settings: Settings, clock: Clock) -> Platform:
    """The core over any four adapters."""
    store, records = JobStore(ours.documents, clock), Records(ours.documents, clock)
    return Platform(
        store=store,
        records=records,
        queue=ours.queue,
        letters=DeadLetters(store, records, ours.letters),
        bucket=ours.bucket,
        clock=clock,
        settings=settings,
    )


def adapters(settings: Settings, clock: Clock) -> Adapters:
    """Those of the backend that the settings name, each call of them seen. Raises: SettingsInvalid."""
    with _installed(settings.backend):
        ours = _google(settings, clock) if settings.backend is Backend.GCP else _local(settings, clock)
    return Adapters(
        documents=traced(DocumentStore, ours.documents, "store"),
        queue=traced(JobQueue, ours.queue, "queue"),
        letters=traced(JobQueue, ours.letters, "dead_letters"),
        bucket=traced(Bucket, ours.bucket, "bucket"),
    )


def _local(settings: Settings, clock: Clock) -> Adapters:
    database = settings.data / "lumen.db"
    return Adapters(
        documents=SqliteDocumentStore(database, clock),
        queue=SqliteJobQueue(database, "jobs", clock),
        letters=SqliteJobQueue(database, "dead-letters", clock),
        bucket=DiskBucket(settings.data / "bucket"),
    )


def _google(settings: Settings, clock: Clock) -> Adapters:
    from jobs.buckets.gcs import GcsBucket
    from jobs.queues.pubsub import PubsubQueue
    from jobs.stores.firestore import FirestoreDocumentStore

    project = settings.project
    return Adapters(
        documents=FirestoreDocumentStore(project, settings.database, clock),
        queue=PubsubQueue(project, settings.topic, settings.subscription),
        letters=PubsubQueue(project, settings.dead_letter_topic, settings.dead_letter_subscription),
        bucket=GcsBucket(project, settings.bucket, clock),
    )


def resources(settings: Settings) -> list[Resource]:
    """Everything that has to be there before the first job, in the order in which it has to be made.

    Raises: SettingsInvalid for a backend whose libraries are not installed.
    """
    with _installed(settings.backend):
        return _googles_resources(settings) if settings.backend is Backend.GCP else _local_resources(settings)


@contextmanager
def _installed(backend: Backend) -> Iterator[None]:
    """A laptop has no libraries of Google's: they are imported where they are wired, and missed in a sentence."""
    try:
        yield
    except ModuleNotFoundError as error:
        need = f"{error.name} is not installed; pip install --no-deps -r requirements-gcp.txt"
        raise SettingsInvalid(f"LUMEN_BACKEND={backend}: {need}") from None


def _local_resources(settings: Settings) -> list[Resource]:
    from jobs.resources.sqlite import SqliteFile

    return [SqliteFile(settings.data / "lumen.db", SqliteDocumentStore(settings.data / "lumen.db"))]


def _googles_resources(settings: Settings) -> list[Resource]:
    """The dead letters' subscription before all else that could fail: without it their topic keeps nothing."""
    from jobs.resources.firestore import FirestoreDatabase
    from jobs.resources.pubsub import PubsubSubscription, PubsubTopic, Push
    from jobs.resources.storage import StorageBucket
    from jobs.stores.firestore import FirestoreDocumentStore

    project, letters = settings.project, settings.dead_letter_topic
    push = Push(settings.push_url, settings.push_account, settings.audience) if settings.push_url else None
    ack_s = settings.push_s if push else HOLD_S
    documents = FirestoreDocumentStore(project, settings.database)
    return [
        FirestoreDatabase(project, settings.database, settings.location, documents),
        PubsubTopic(project, letters),
        PubsubSubscription(project, settings.dead_letter_subscription, letters, ack_s=HOLD_S),
        PubsubTopic(project, settings.topic),
        PubsubSubscription(project, settings.subscription, settings.topic, ack_s=ack_s, push=push),
        StorageBucket(project, settings.bucket, settings.location, shelf_days=settings.shelf_days),
    ]
