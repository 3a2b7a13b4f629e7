"""Documents in Firestore, by compare-and-set.

Not by transactions: two that meet on one document wait 2 s for each other, and one whose process died
locks the document for 60 s (both measured on the emulator, 2026-11). A write that names the version it
has read costs its loser milliseconds.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition
from google.api_core.exceptions import NotFound as NoSuchDocument
from google.cloud.firestore import (
    SERVER_TIMESTAMP,
    Client,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    WriteBatch,
    WriteOption,
)
from google.cloud.firestore import Query as FirestoreQuery
from google.cloud.firestore_v1.field_path import FieldPath
from proto.datetime_helpers import DatetimeWithNanoseconds

from jobs.clock import Clock, SystemClock
from jobs.errors import AlreadyThere, NotFound, Outrun
from jobs.gcp import CALL_S, speaking_our_errors
from jobs.store import STORE_TIME, Document, Fields, Op, Query, at_path

Snapshot = DocumentSnapshot[Any]
KEY = "__name__"  # Firestore's word for a document's own key
NOTHING = ("lumen", "nothing")  # never written; asking for it tells the time
OPERATORS = {op: op.value for op in Op} | {Op.HAS: "array_contains"}


class FirestoreDocumentStore:
    """A `DocumentStore` in one Firestore database. Connects when it is first used, so never before a fork."""

    def __init__(self, project: str, database: str = "(default)", clock: Clock | None = None) -> None:
        self._project = project
        self._database = database
        self._clock = clock or SystemClock()
        self._zero: datetime | None = None  # the store's time when our monotonic clock stood at 0

    @cached_property
    def _client(self) -> Client:
        return Client(project=self._project, database=self._database)

    def now(self) -> datetime:
        """The time that its last answer told, and what has passed here since."""
        if self._zero is None:
            self._snapshot(*NOTHING)
        assert self._zero is not None  # every answer tells
        return self._zero + timedelta(seconds=self._clock.monotonic())

    def create(self, collection: str, key: str, fields: Fields) -> Document:
        stamps = {name: SERVER_TIMESTAMP for name, value in fields.items() if value is STORE_TIME}
        with self._asking(f"{collection}/{key}"):
            batch = self._client.batch()
            batch.create(self._reference(collection, key), {**fields, **stamps})
            try:
                (result,) = batch.commit(retry=None, timeout=CALL_S)
            except AlreadyExists:
                raise AlreadyThere(f"{collection}/{key} exists.") from None
        # All stamps of one write are one time.
        stamped = {name: _plain(result.transform_results[0].timestamp_value) for name in stamps}
        return self._written(collection, key, {**fields, **stamped}, batch)

    def read(self, collection: str, key: str) -> Document:
        snapshot = self._snapshot(collection, key)
        if not snapshot.exists:
            raise NotFound(f"There is no {collection}/{key}.")
        return self._document(collection, snapshot)

    def write(self, old: Document, changed: Fields, *, lasting: bool = True) -> Document:  # noqa: ARG002 (all last)
        with self._asking(f"{old.collection}/{old.key}"):
            only_if = self._only_if(old.version)
            mask = {FieldPath(name).to_api_repr(): value for name, value in changed.items()}  # a dot is no path
            batch = self._client.batch()
            batch.update(self._reference(old.collection, old.key), mask, only_if)
            try:
                batch.commit(retry=None, timeout=CALL_S)
            except (FailedPrecondition, Aborted, NoSuchDocument):
                raise Outrun(f"{old.collection}/{old.key} changed since it was read.") from None
        return self._written(old.collection, old.key, {**old.fields, **changed}, batch)

    def delete(self, collection: str, key: str, *, version: str | None = None) -> None:
        with self._asking(f"{collection}/{key}"):
            only_if = self._only_if(version) if version else None
            try:
                self._reference(collection, key).delete(only_if, retry=None, timeout=CALL_S)
            except (FailedPrecondition, Aborted, NoSuchDocument):
                raise Outrun(f"{collection}/{key} changed since it was read.") from None

    def _only_if(self, version: str) -> WriteOption:
        return self._client.write_option(last_update_time=DatetimeWithNanoseconds.from_rfc3339(version))

    def find(self, query: Query) -> Iterator[Document]:
        with self._asking(query.collection):
            snapshots = list(self._query(query).stream(retry=None, timeout=CALL_S))
        return (self._document(query.collection, snapshot) for snapshot in snapshots)

    def count(self, query: Query) -> int:
        with self._asking(query.collection):
            counting: Any = self._query(query).count()  # its types say it is a class
            counted = counting.get(retry=None, timeout=CALL_S)
        return int(counted[0][0].value)  # the emulator counts nothing as 0.0

    def walk(self, *, limit: int, after: Document | None = None) -> Iterator[Document]:
        """By a query that names no collection, as Google's own recursive delete asks: documents under one that is
        missing are met too, and no index is needed but that of the names.
        """
        asked = self._client.collection_group("").order_by(KEY).limit(limit)
        if after is not None:
            asked = asked.start_after([self._reference(after.collection, after.key)])
        with self._asking("all collections"):
            snapshots = list(asked.stream(retry=None, timeout=CALL_S))
        return (self._document(_collection_of(snapshot), snapshot) for snapshot in snapshots)

    # --- how it is asked -----------------------------------------------------------------------

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        with speaking_our_errors(f"Firestore, {what}"):
            yield

    def _reference(self, collection: str, key: str) -> DocumentReference:
        return self._client.collection(collection).document(_id(key))

    def _snapshot(self, collection: str, key: str) -> Snapshot:
        with self._asking(f"{collection}/{key}"):
            snapshot = self._reference(collection, key).get(retry=None, timeout=CALL_S)
        self._told(_plain(snapshot.read_time))
        return snapshot

    def _query(self, query: Query) -> FirestoreQuery:
        asked = self._client.collection(query.collection).limit(query.limit)
        for condition in query.where:
            asked = asked.where(filter=FieldFilter(condition.field, OPERATORS[condition.op], condition.value))
        direction = FirestoreQuery.ASCENDING
        for path in query.order:
            direction = FirestoreQuery.DESCENDING if path.startswith("-") else FirestoreQuery.ASCENDING
            asked = asked.order_by(path.lstrip("-"), direction)
        if query.after or query.before:
            asked = asked.order_by(KEY, direction)  # where no place is named, Firestore orders ties so by itself
        if query.after:
            asked = asked.start_after(_place(query, query.after))
        return asked.end_before(_place(query, query.before)) if query.before else asked

    # --- what it answers -----------------------------------------------------------------------

    def _document(self, collection: str, snapshot: Snapshot) -> Document:
        read_at = _plain(_time(snapshot.read_time))
        self._told(read_at)
        version = _time(snapshot.update_time).rfc3339()
        return Document(collection, unquote(snapshot.id), _plain(snapshot.to_dict()), version, read_at)

    def _written(self, collection: str, key: str, fields: Fields, batch: WriteBatch) -> Document:
        assert batch.write_results is not None  # it was committed
        read_at = _plain(batch.commit_time)
        self._told(read_at)
        return Document(collection, key, fields, batch.write_results[0].update_time.rfc3339(), read_at)

    def _told(self, read_at: datetime) -> None:
        self._zero = read_at - timedelta(seconds=self._clock.monotonic())


def _place(query: Query, document: Document) -> list[Any]:
    """Of a document in a query's order, which the key ends."""
    return [*(at_path(document.fields, path.lstrip("-")) for path in query.order), _id(document.key)]


def _collection_of(snapshot: Snapshot) -> str:
    """The path of the collection it lies in."""
    return str(snapshot.reference.path).rpartition("/")[0]


def _time(told: Any) -> DatetimeWithNanoseconds:
    """A snapshot has its times as Google's library reads them, but a query over many collections leaves them unread."""
    return told if isinstance(told, DatetimeWithNanoseconds) else DatetimeWithNanoseconds.from_timestamp_pb(told)


def _id(key: str) -> str:
    """A key as Firestore takes it: no slash, neither "." nor "..", not `__like_this__`."""
    safe = key.replace("%", "%25").replace("/", "%2F")
    return f"%{ord(safe[0]):02X}{safe[1:]}" if safe in {".", ".."} or safe.startswith("__") else safe


def _plain(value: Any) -> Any:
    """Times as Python has them; Firestore's own kind carries nanoseconds that nobody here needs."""
    if isinstance(value, datetime):
        return datetime(*value.timetuple()[:6], value.microsecond, tzinfo=UTC)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
