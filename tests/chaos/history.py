"""Everything that ever happened to documents and messages, in one order, whoever did it.

Triggers in the SQLite file write it down in the same transaction. So the history of many processes is whole, also
that of those which were killed, and nobody has to tell it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from jobs.bucket import Blob, Bucket, files_of
from jobs.errors import BlobMissing
from jobs.job_store import JOBS
from jobs.queue import HOLD_S
from jobs.queues.sqlite import SqliteJobQueue
from jobs.status import DONE, Event, JobStatus
from jobs.store import Query
from jobs.stores.sqlite import SqliteDocumentStore, decode

Fields = Mapping[str, Any]
WAKE_UPS, LETTERS = "jobs", "dead-letters"  #: topics, as jobs/wiring.py calls them in a SQLite file

TRIGGERS = """
CREATE TABLE IF NOT EXISTS history (
    n INTEGER PRIMARY KEY AUTOINCREMENT, act TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, body, said, at REAL
);
CREATE TRIGGER IF NOT EXISTS history_create AFTER INSERT ON documents BEGIN
    INSERT INTO history (act, place, key, body) VALUES ('written', new.collection, new.key, new.fields);
END;
CREATE TRIGGER IF NOT EXISTS history_write AFTER UPDATE ON documents BEGIN
    INSERT INTO history (act, place, key, body) VALUES ('written', new.collection, new.key, new.fields);
END;
CREATE TRIGGER IF NOT EXISTS history_remove AFTER DELETE ON documents BEGIN
    INSERT INTO history (act, place, key) VALUES ('removed', old.collection, old.key);
END;
CREATE TRIGGER IF NOT EXISTS history_publish AFTER INSERT ON messages BEGIN
    INSERT INTO history (act, place, key, body, said, at)
    VALUES ('published', new.topic, new.id, new.data, new.attributes, new.visible_at);
END;
CREATE TRIGGER IF NOT EXISTS history_take AFTER UPDATE ON messages
    WHEN new.receipt IS NOT NULL AND new.receipt IS NOT old.receipt BEGIN
    INSERT INTO history (act, place, key, body, said, at)
    VALUES ('taken', new.topic, new.id, new.data, new.attributes, new.visible_at);
END;
CREATE TRIGGER IF NOT EXISTS history_ack AFTER DELETE ON messages BEGIN
    INSERT INTO history (act, place, key, body, said) VALUES ('acked', old.topic, old.id, old.data, old.attributes);
END;
"""


def record(database: Path) -> None:
    """Have everything written down from now on. Before the house moves in, or while it is there."""
    SqliteDocumentStore(database).count(Query(JOBS, 1))  # makes the tables
    SqliteJobQueue(database, WAKE_UPS).pull(0)
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(TRIGGERS)


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a document; `fields` is None when it was removed."""

    n: int
    collection: str
    key: str
    fields: Fields | None


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that happened to a message: published, taken (handed out) or acked."""

    n: int
    act: str
    topic: str
    id: str
    data: bytes = b""
    attributes: Mapping[str, str] = field(default_factory=dict)
    at: float | None = None  #: the queue's time; nobody notes that of an ack

    @property
    def job_id(self) -> str | None:
        """The job it names; None for garbage."""
        try:
            return str(json.loads(self.data)["job_id"])
        except (ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class Step:
    """Two versions of one job, one after the other."""

    n: int
    job_id: str
    old: Fields
    new: Fields

    @property
    def moved(self) -> bool:
        return bool(self.old["status"] != self.new["status"]) or self.claimed

    @property
    def claimed(self) -> bool:
        """A lease was given."""
        return token(self.new) is not None and token(self.new) != token(self.old)

    @property
    def changed(self) -> set[str]:
        """Names of the fields that differ, without those that every write has."""
        names = {*self.old, *self.new} - {"updated_at", "last_write"}
        return {name for name in names if self.old.get(name) != self.new.get(name)}

    @property
    def events(self) -> tuple[str, ...]:
        """What happened in one write. A claim may find a lease that has ended, which makes two."""
        if not self.moved:
            return ()
        if self.claimed:
            return (Event.LAPSE, Event.CLAIM) if token(self.old) is not None else (Event.CLAIM,)
        if token(self.old) is not None:
            return (str(self.new["attempts"][-1]["event"]),)
        if over(self.old):
            return (Event.REPLAY,)
        return {JobStatus.CANCELED: (Event.CANCEL,), JobStatus.FAILED: (Event.FAIL,)}.get(self.new["status"], ())

    def __str__(self) -> str:
        return f"{self.job_id}, {self.old['status']} to {self.new['status']} (event {self.n} of the history)"


def token(fields: Fields) -> int | None:
    """The fencing token under which a job runs; None when it does not run."""
    return fields["lease"]["token"] if fields.get("lease") else None


def over(fields: Fields) -> bool:
    """Whether only a replay moves it."""
    return fields["status"] in DONE


@dataclass(frozen=True)
class Evidence:
    """All that a checker may look at."""

    written: tuple[Written, ...] = ()
    passed: tuple[Passed, ...] = ()
    blobs: Mapping[str, Blob] = field(default_factory=dict)  #: name -> what the bucket has under it
    accepted: frozenset[str] = frozenset()  #: ids of the jobs whose submit was answered
    late_s: float = 0.0  #: how long nobody could sweep: its period, and outages

    @cached_property
    def lives(self) -> Mapping[str, tuple[Written, ...]]:
        """The versions of each job, in order."""
        lives: dict[str, list[Written]] = {}
        for each in self.written:
            if each.collection == JOBS:
                lives.setdefault(each.key, []).append(each)
        return {job_id: tuple(versions) for job_id, versions in lives.items()}

    @cached_property
    def last(self) -> Mapping[str, Fields]:
        """What was last seen of each job, also of those that were removed."""
        return {job_id: [each.fields for each in life if each.fields][-1] for job_id, life in self.lives.items()}

    @cached_property
    def in_order(self) -> list[Written | Passed]:
        return sorted([*self.written, *self.passed], key=lambda each: each.n)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(new.n, job_id, old.fields, new.fields)
            for job_id, life in self.lives.items()
            for old, new in pairwise(life)
            if old.fields is not None and new.fields is not None
        )


def gather(database: Path, bucket: Bucket, accepted: Iterable[str], *, late_s: float) -> Evidence:
    """The history in this file, and whatever the jobs in it say that the bucket has."""
    written, passed = _told(database)
    evidence = Evidence(tuple(written), tuple(passed), {}, frozenset(accepted), late_s)
    names = {name for fields in evidence.last.values() for name in files_in(fields)}
    return replace(evidence, blobs=dict(_there(bucket, names)))


def files_in(fields: Fields) -> Mapping[str, Fields]:
    """The artifacts that a document lists, by the names they have in the bucket."""
    listed = (fields.get("output") or {}).get("files", {})
    return {f"{files_of(fields['id'])}{fields['claims']}/{file}": artifact for file, artifact in listed.items()}


def _there(bucket: Bucket, names: Iterable[str]) -> Iterator[tuple[str, Blob]]:
    for name in names:
        try:
            yield name, bucket.stat(name)
        except BlobMissing:
            continue


def _told(database: Path) -> tuple[list[Written], list[Passed]]:
    written, passed = [], []
    with closing(sqlite3.connect(database)) as connection:
        for n, act, place, key, body, said, at in connection.execute("SELECT * FROM history ORDER BY n"):
            if act in {"written", "removed"}:
                written.append(Written(n, place, key, decode(body) if body else None))
            else:
                when = at - HOLD_S if act == "taken" else at
                passed.append(Passed(n, act, place, key, body, json.loads(said), when))
    return written, passed
