"""Whose turn it is: owners share the queue, however many jobs each of them has."""

from datetime import datetime
from functools import partial

from jobs.job import Job
from jobs.job_document import readable
from jobs.job_store import JobStore
from jobs.records import Record, Records
from jobs.request import Priority

TURNS = "turns"


def take_turn(store: JobStore, records: Records, owner: str, priority: Priority) -> int:
    """A job's place among the owners: behind the owner's last one, and never before whose turn it is.

    While jobs of this priority wait, the current turn is that of the first of them. When none waits, everybody starts
    level again, at the clock: it has passed every turn given before, unless an owner submitted more than one job a
    millisecond ever since the queue was empty.

    Raises: BackendDown.
    """
    now = store.now()
    first = _first(store, priority, now)
    current = first.turn if first else int(now.timestamp() * 1000)
    key, change = f"{owner}.{priority.name.lower()}", partial(_after_the_last, current)
    return int(records.update(TURNS, key, change, lasting=False)["turn"])  # the job's own write takes it to the disk


def _first(store: JobStore, priority: Priority, now: datetime) -> Job | None:
    """Whose turn it is. A few more are looked at where the very first cannot be read."""
    for limit in (1, 4):
        found = list(store.queued(due_by=now, limit=limit, priority=priority))
        first = next(readable(iter(found)), None)
        if first or len(found) < limit:
            return first
    return None


def _after_the_last(current: int, record: Record | None, _now: datetime) -> Record:
    last = int(record["turn"]) if record else -1
    return {"turn": max(current, last + 1)}
