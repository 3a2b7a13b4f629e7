"""Dead letters: what cannot succeed, said once on a topic of its own, with everything needed to understand it.

The document is the outbox: `dead_letter.published_at` is empty until the message is out. A crash
between the two steps publishes again rather than never. Ops look at documents, never at the topic.
"""

import heapq
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any, TypeVar

from pydantic import ValidationError

from jobs.dead_filter import ANY, DeadFilter
from jobs.errors import LumenError, NotFound, RecordExists
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_store import JobStore
from jobs.letter import Garbage, garbage_in, letter_for, letter_for_unreadable, letter_of_garbage, plain_id
from jobs.queue import Delivery, JobQueue, Message
from jobs.records import Record, Records
from jobs.store import STORE_TIME, at_path

log = logging.getLogger(__name__)

LETTERS = "dead_letters"
FIRST_KEY = "0"  # sorts before every key of garbage; Firestore takes no empty one
GARBAGE_KEY = "m-"  # in front of a message's id; a job's id begins otherwise
LONG_AGO = datetime.min.replace(tzinfo=UTC)  # the place of what has no time that anybody can read
PAGE = 200  # documents a question; Firestore counts each as a read, also one that a filter passes over
Dead = Job | Unreadable | Garbage  #: whatever ops find among the dead letters
Place = tuple[datetime, str]  #: in the order of the list: when it died, and its id
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The dead-letter topic, and the records of what came with no job."""

    store: JobStore
    records: Records
    topic: JobQueue

    def announce(self, job: Job) -> None:
        """Publish a failed job's letter and note that it is out. Raises: BackendDown."""
        self.topic.publish(letter_for(job))
        self.store.update(job.id, lambda current, now: current.letter_published(now=now))

    def announce_unreadable(self, condemned: Unreadable) -> None:
        """The same for a document that no model can read. Raises: BackendDown."""
        self.topic.publish(letter_for_unreadable(condemned))
        self.store.announced(condemned)

    def try_to_announce(self, job: Job) -> None:
        """As `announce`; what cannot be said now is said by sweep."""
        try:
            self.announce(job)
        except LumenError as error:
            log.warning("dead letter of %s is left to sweep: %s", job.id, error)

    def reject(self, message: Message, *, message_id: str, why: str) -> None:
        """Keep a message in which no job was found. Raises: BackendDown; then it must not be acked.

        By this machine's clock: garbage is kept also while the store is out of reach. The record has the store's time.
        """
        self.topic.publish(letter_of_garbage(Garbage.of(message, message_id, why), at=self.store.clock.now()))

    def drain(self, *, limit: int) -> int:
        """Take letters off the topic, keep garbage as records that ops can list. Returns how many were taken."""
        taken = 0
        while taken < limit and (delivery := self.topic.pull(0)) is not None:
            self._file(delivery)
            self.topic.ack(delivery)
            taken += 1
        return taken

    def forget(self, *, before: datetime, limit: int) -> int:
        """Remove garbage that was filed before then, the latest of it first. How many went. Raises: BackendDown."""
        old = list(self.records.latest(LETTERS, "filed_at", limit=limit, behind=(before, FIRST_KEY)))
        for key, _ in old:
            self.records.delete(LETTERS, key)
        return len(old)

    def find(self, wanted: DeadFilter = ANY, *, limit: int, after: str | None = None) -> list[Dead]:
        """Failed jobs and garbage together, the last to die first, going on behind dead letter `after`.

        Raises: NotFound when `after` has no place among them; BackendDown.
        """
        page = min(limit, PAGE) if wanted == ANY else PAGE
        return list(islice(self.scan(wanted, after=after, page=page), limit))

    def scan(self, wanted: DeadFilter = ANY, *, after: str | None = None, page: int = PAGE) -> Iterator[Dead]:
        """As `find`, as far as somebody listens: documents are asked for in pages and filtered here."""
        behind = self._place(after) if after else wanted.begins_behind
        both = heapq.merge(self._jobs(behind, page), self._garbage(behind, page), key=_order, reverse=True)
        found = takewhile(lambda dead: not wanted.ends_before(died_at(dead)), both)
        return (dead for dead in found if wanted.takes(_fields(dead), died_at(dead)))

    def get(self, key: str) -> Dead:
        """The dead letter of that id: a job's, or `m-` and a message's. Raises: JobMissing, RecordMissing, BackendDown.

        A job is given in whatever state it is: whoever replayed it may want to see what came of that.
        """
        if key.startswith(GARBAGE_KEY):
            return _on_record(key, self.records.get(LETTERS, key))
        return self.store.look(key)

    def _jobs(self, behind: Place | None, page: int) -> Iterator[Dead]:
        pages = _pages(lambda place: list(self.store.failed(limit=page, behind=place)), _place_of, behind, page)
        return _timeless_last(pages)

    def _garbage(self, behind: Place | None, page: int) -> Iterator[Dead]:
        def ask(place: Place | None) -> list[tuple[str, Record]]:
            return list(self.records.latest(LETTERS, "filed_at", limit=page, behind=place))

        pages = _pages(ask, lambda found: (found[1]["filed_at"], found[0]), behind, page)
        return _timeless_last(_on_record(key, record) for key, record in pages)

    def _place(self, after: str) -> Place:
        at = died_at(self.get(after))
        if at is None:
            raise NotFound(f"{after} is not among the dead letters any more; begin the list again.")
        return at, after

    def _file(self, delivery: Delivery) -> None:
        """A job's letter is in its document already; garbage has only this record."""
        if delivery.message.attributes.get("job_id"):
            return
        garbage = garbage_in(delivery.message)
        key = GARBAGE_KEY + (garbage.source_message_id or plain_id(delivery.id))
        try:
            self.records.create(LETTERS, key, garbage.record() | {"filed_at": STORE_TIME})
        except RecordExists:
            log.info("dead letter %s is on record already", key)


def id_of(dead: Dead) -> str:
    """What ops call it by."""
    return dead.document.key if isinstance(dead, Unreadable) else dead.id


def died_at(dead: Dead) -> datetime | None:
    """When it came to be among the dead letters; None when it is not, or its document does not say."""
    match dead:
        case Job():
            return dead.completed_at
        case Garbage():
            return dead.filed_at
        case Unreadable():
            return dead.failed_at


def _order(dead: Dead) -> Place:
    return died_at(dead) or LONG_AGO, id_of(dead)


def _fields(dead: Dead) -> Any:
    """What a filter may ask of it, by the paths of a job's document."""
    match dead:
        case Job():
            return dead.model_dump(include={"error", "owner_uid", "batch_id", "tags", "priority"})
        case Garbage():
            return {"error": {"reason": dead.reason}}
        case Unreadable():
            return dead.document.fields


def _pages(
    ask: Callable[[Place | None], Sequence[T]], place_of: Callable[[T], Place], behind: Place | None, page: int
) -> Iterator[T]:
    """All that `ask` has, a page at a time."""
    while True:
        found = ask(behind)
        yield from found
        if len(found) < page:
            return
        behind = place_of(found[-1])


def _place_of(dead: Job | Unreadable) -> Place:
    """As its document has it: the time may be no time at all, but it is what the store sorts by."""
    at: Any = at_path(dead.document.fields, "completed_at") if isinstance(dead, Unreadable) else dead.completed_at
    return at, id_of(dead)


def _timeless_last(found: Iterable[Dead]) -> Iterator[Dead]:
    """A store has texts in front of times; whoever wrote one there shall not push in."""
    timeless = []
    for dead in found:
        if died_at(dead) is None:
            timeless.append(dead)
        else:
            yield dead
    yield from sorted(timeless, key=id_of, reverse=True)


def _on_record(key: str, record: Record) -> Garbage:
    """Whatever lies there is shown: a record that is none of ours becomes the original of one."""
    try:
        return Garbage.model_validate({**record, "id": key})
    except ValidationError:
        found = Garbage.of(Message(json.dumps(record, default=str).encode()), "", "a record that is none of ours")
        at = record.get("filed_at")
        return found.model_copy(update={"id": key, "filed_at": at if isinstance(at, datetime) else None})
