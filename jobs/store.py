"""The port behind which documents live: small enough that an adapter holds translation and nothing else.

What a change means (fences, masks, retries, lost answers) is decided once, above the port, in
`jobs/job_store.py` and `jobs/records.py`; SQLite and Firestore only have to keep these promises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

Fields = Mapping[str, Any]


class _StoreTime:
    """Stands in a field for the store's own time at the write."""

    def __repr__(self) -> str:
        return "STORE_TIME"


STORE_TIME = _StoreTime()


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read. `version` is opaque: equal versions are the same write."""

    collection: str
    key: str
    fields: Fields
    version: str
    read_at: datetime  #: the store's time of the read, not this machine's


class Op(StrEnum):
    IS = "=="
    AT_MOST = "<="
    AT_LEAST = ">="
    BELOW = "<"
    HAS = "array-contains"


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` is a dotted path. None meets only `IS None`; a document without the field meets nothing."""

    field: str
    op: Op
    value: Any


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. Every query is bounded: `limit` has no default."""

    collection: str
    limit: int
    where: tuple[Condition, ...] = ()
    #: dotted paths; "-" in front means descending; ties go by key; documents without the field are left out
    order: tuple[str, ...] = ()
    after: Document | None = None  #: go on behind this one
    before: Document | None = None  #: end in front of this one

    def having(self, field: str, op: Op, value: Any) -> Self:
        """The same query with one more condition."""
        return replace(self, where=(*self.where, Condition(field, op, value)))


class DocumentStore(Protocol):
    """Documents by collection and key, with compare-and-set.

    The contract every store keeps, and `tests/contracts/document_store.py` proves:

    - Keys are any text. Fields are JSON values and aware datetimes; no list lies directly in a list (Firestore has
      no such value). Names that end in `_at`, `not_before` and `start_by` hold times.
    - `write` succeeds only on the very version that was read. Of two writers of one version, one gets `Outrun`.
    - `write` touches the fields it names and no other, so fields unknown to this program survive.
      One that changes nothing need not make a new version.
    - A write that raised BackendDown may have landed. Everything else that raises has not.
    - `read_at` and `now` are the store's own time, so a worker's wrong clock steals no lease.
    """

    def now(self) -> datetime:
        """The store's own time. Raises: BackendDown."""

    def create(self, collection: str, key: str, fields: Fields) -> Document:
        """Write a new document; a value `STORE_TIME` becomes the store's time. Raises: AlreadyThere, BackendDown."""

    def read(self, collection: str, key: str) -> Document:
        """Raises: NotFound, BackendDown."""

    def write(self, old: Document, changed: Fields, *, lasting: bool = True) -> Document:
        """Replace the named top-level fields of exactly `old`. Raises: Outrun, BackendDown.

        One that need not last may be undone by a power cut of the store's machine, and by nothing else.
        """

    def delete(self, collection: str, key: str, *, version: str | None = None) -> None:
        """Gone afterwards, whether it was there or not; with `version` only that very one.

        Raises: Outrun when `version` is not what is there, BackendDown.
        """

    def find(self, query: Query) -> Iterator[Document]:
        """At most `limit` documents, in order. Raises: BackendDown."""

    def count(self, query: Query) -> int:
        """How many `find` would give, `limit` at most. Raises: BackendDown."""

    def walk(self, *, limit: int, after: Document | None = None) -> Iterator[Document]:
        """At most `limit` documents of whichever collections, going on behind `after`, be that still there or not.

        The order is the store's own, and stays: who goes on behind the last one until nothing comes has met every
        document that was there all the while once. Only its collection and key are asked of `after`.

        Raises: BackendDown.
        """


def at_path(fields: Fields, path: str) -> Any:
    """The value at a dotted path; None when it is not there."""
    value: Any = fields
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def place_of(query: Query, place: tuple[datetime, str] | None) -> Document | None:
    """A document to go on behind in a query by one time, be there such a document or not."""
    if place is None:
        return None
    (path,), (at, key) = query.order, place
    return Document(query.collection, key, {path.lstrip("-"): at}, "", at)
