"""Marks of workers that shall take no other job: before a machine is looked at, or a revision goes.

A worker is named as the holder of its leases: `host/1234-a1b2c3`. A mark of the part in front of the slash means every
worker there: a machine, or a revision. Marks lie beside the pause, in the one record that is read before a claim, so
they cost a claim nothing. A mark never ends by itself: whoever starts a new process gets a new name, so the
marks of single processes are only forgotten, the oldest first, when there are too many.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, ValidationError

from jobs.errors import InvalidRequest, NotFound, RecordMissing
from jobs.pause import CLAIMS, CONTROL
from jobs.records import Record, Records
from jobs.request import Frozen

MARKS_MAX = 100  # 20 kB of a record that every claim reads
WORKER_CHARS_MAX = 128


class Mark(Frozen):
    """Which workers take no other job, and what was said when that was decided."""

    worker: str
    by: str = ""
    reason: str = ""
    drained_at: AwareDatetime

    def means(self, holder: str) -> bool:
        """Whether this worker is meant: by its whole name, or by the machine or revision in front of the slash."""
        return self.worker in {holder, place_of(holder)}


def require_name(worker: str) -> None:
    """Raises: InvalidRequest for what can be no worker's name."""
    if not 0 < len(worker) <= WORKER_CHARS_MAX or not worker.isprintable():
        raise InvalidRequest("worker", f"{worker[:40]!r} is no name of a worker: 1 to {WORKER_CHARS_MAX} characters")


def place_of(holder: str) -> str:
    """The machine or revision of a worker."""
    return holder.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Drains:
    """The marks as they are on record. Every method may raise BackendDown."""

    records: Records

    def all(self) -> tuple[Mark, ...]:
        """The last to be drained first."""
        try:
            return tuple(marks_in(self.records.get(CONTROL, CLAIMS)))[::-1]
        except RecordMissing:
            return ()

    def get(self, worker: str) -> Mark:
        """The mark of that name. Raises: NotFound when there is none, naming the one that means this worker."""
        marks = self.all()
        found = next((mark for mark in marks if mark.worker == worker), None)
        if found is None:
            raise NotFound(_not_drained(worker, marks))
        return found

    def begin(self, worker: str, *, by: str, reason: str) -> Mark:
        """No more claims of these workers. One that is drained already keeps the time at which it was.

        Raises: InvalidRequest for what can be no worker's name.
        """
        require_name(worker)

        def change(record: Record | None, now: datetime) -> Record:
            marks = list(marks_in(record or {}))
            since = next((mark.drained_at for mark in marks if mark.worker == worker), now)
            new = Mark(worker=worker, by=by, reason=reason, drained_at=since)
            return _record([*(mark for mark in marks if mark.worker != worker), new])

        return next(mark for mark in marks_in(self.records.update(CONTROL, CLAIMS, change)) if mark.worker == worker)

    def end(self, worker: str) -> Mark:
        """These workers take jobs again; the mark that went. Raises: NotFound, as `get`."""
        mark = self.get(worker)

        def change(record: Record | None, _now: datetime) -> Record:
            return _record([mark for mark in marks_in(record or {}) if mark.worker != worker])

        self.records.update(CONTROL, CLAIMS, change)
        return mark


def mark_of(record: Record, holder: str) -> Mark | None:
    """The mark that keeps this worker from claiming, if one does."""
    return next((mark for mark in marks_in(record) if mark.means(holder)), None)


def held_back(records: Records, holder: str) -> bool:
    """Whether this worker may not claim: nobody may, or it is drained. One read. Raises: BackendDown."""
    try:
        record = records.get(CONTROL, CLAIMS)
    except RecordMissing:
        return False
    return record.get("paused") is True or mark_of(record, holder) is not None


def marks_in(record: Record) -> Iterator[Mark]:
    """The marks, the first to be drained first. What else was written there by hand stops no worker."""
    found = record.get("drained")
    for each in found if isinstance(found, Sequence) and not isinstance(found, str) else ():
        if isinstance(each, Mapping):
            try:
                yield Mark.model_validate(each)
            except ValidationError:
                continue


def _record(marks: Sequence[Mark]) -> Record:
    drained: list[dict[str, Any]] = [dict(mark) for mark in marks[-MARKS_MAX:]]
    return {"drained": drained}


def _not_drained(worker: str, marks: Sequence[Mark]) -> str:
    """What the one who asks has to know: perhaps another mark means it."""
    others = [mark.worker for mark in marks if mark.means(worker)]
    return f"{worker} is drained by the mark of {others[0]}: undo that." if others else f"{worker} is not drained."
