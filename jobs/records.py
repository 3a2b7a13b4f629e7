"""Everything that is not a job: turns of owners, keys, limits, audit, batches, garbage dead letters.

Records live in named collections of the same document store, with the same compare-and-set.
A collection may be a path (`jobs/<id>/private`), as Firestore has it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jobs.clock import Clock, SystemClock
from jobs.errors import AlreadyThere, NotFound, Outrun, RecordExists, RecordMissing
from jobs.retry import asking_again, racing
from jobs.store import Condition, DocumentStore, Op, Query, place_of

Record = Mapping[str, Any]
RecordChange = Callable[[Record | None, datetime], Record]  #: pure: it may run several times


@dataclass(frozen=True, slots=True)
class Records:
    """Small JSON documents by collection and key."""

    documents: DocumentStore
    clock: Clock = field(default_factory=SystemClock)

    def get(self, collection: str, key: str) -> Record:
        """Raises: RecordMissing, BackendDown."""
        try:
            return asking_again(self.clock.sleep)(self.documents.read, collection, key).fields
        except NotFound:
            raise RecordMissing(collection, key) from None

    def create(self, collection: str, key: str, record: Record) -> None:
        """Raises: RecordExists, BackendDown."""
        try:
            asking_again(self.clock.sleep)(self.documents.create, collection, key, record)
        except AlreadyThere:
            raise RecordExists(f"There is a {key} in {collection} already.") from None

    def update(self, collection: str, key: str, change: RecordChange, *, lasting: bool = True) -> Record:
        """Replace the fields that `change(record, now)` gives; `record` is None when there is none yet.

        `now` is the store's time. Fields that `change` leaves out stay. `lasting`: not to be undone by a power cut.

        Raises: BackendDown, and whatever `change` raises.
        """

        def until_it_wins() -> Record:
            return racing(self.clock.sleep)(self._change, collection, key, change, lasting)

        return asking_again(self.clock.sleep)(until_it_wins)

    def find(self, collection: str, where: Record, *, limit: int) -> Iterator[tuple[str, Record]]:
        """Key and record of those whose fields equal `where`, in the order of their keys."""
        conditions = tuple(Condition(name, Op.IS, value) for name, value in where.items())
        query = Query(collection, limit, conditions)
        for document in asking_again(self.clock.sleep)(lambda: list(self.documents.find(query))):
            yield document.key, document.fields

    def latest(
        self, collection: str, by: str, *, limit: int, behind: tuple[datetime, str] | None = None
    ) -> Iterator[tuple[str, Record]]:
        """Key and record, the latest by the time in field `by` first, going on behind a time and a key."""
        query = Query(collection, limit, order=(f"-{by}",))
        query = replace(query, after=place_of(query, behind))
        for document in asking_again(self.clock.sleep)(lambda: list(self.documents.find(query))):
            yield document.key, document.fields

    def delete(self, collection: str, key: str) -> None:
        """Gone afterwards, whether it was there or not. Raises: BackendDown."""
        asking_again(self.clock.sleep)(self.documents.delete, collection, key)

    def _change(self, collection: str, key: str, change: RecordChange, lasting: bool) -> Record:
        try:
            old = self.documents.read(collection, key)
        except NotFound:
            return self._first(collection, key, change)
        new = dict(change(old.fields, old.read_at))
        changed = {name: value for name, value in new.items() if old.fields.get(name) != value}
        return self.documents.write(old, changed, lasting=lasting).fields if changed else old.fields

    def _first(self, collection: str, key: str, change: RecordChange) -> Record:
        """The first write of a record. Raises: Outrun when somebody else was first."""
        try:
            return self.documents.create(collection, key, change(None, self.documents.now())).fields
        except AlreadyThere as error:
            raise Outrun(str(error)) from None
