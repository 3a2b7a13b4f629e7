"""A queue in SQLite: the laptop's Pub/Sub, with a real ack deadline and real redelivery."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.bell import Bell
from jobs.clock import Clock, SystemClock
from jobs.queue import HOLD_S, Delivery, Message
from jobs.sqlite import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    topic      TEXT NOT NULL,
    data       BLOB NOT NULL,
    attributes TEXT NOT NULL,
    visible_at REAL NOT NULL,
    receipt    TEXT
);
CREATE INDEX IF NOT EXISTS next_message ON messages (topic, visible_at);
"""
LOOK_EVERY_S = 0.05  # how late a message may be noticed whose time has come; a new one rings


class SqliteJobQueue:
    """A `JobQueue` for one topic in one SQLite file.

    No commit of it waits for the disk: a message says "look", and what a power cut takes of it sweep makes up for. A
    dead letter is on the disk before its document says so, for that write waits, and takes along what came before.
    """

    def __init__(self, path: Path, topic: str, clock: Clock | None = None) -> None:
        self._db = Database(path, lambda db: db.executescript(SCHEMA))
        self._topic = topic
        self._bell = Bell(path.with_suffix(f".{topic}.bell"))
        self._clock = clock or SystemClock()

    def publish(self, message: Message) -> str:
        row = (self._topic, message.data, json.dumps(dict(message.attributes)), self._now())
        with self._db.writing(lasting=False) as db:
            done = db.execute("INSERT INTO messages (topic, data, attributes, visible_at) VALUES (?, ?, ?, ?)", row)
        self._bell.ring()
        return str(done.lastrowid)

    def pull(self, wait_s: float) -> Delivery | None:
        until = self._clock.monotonic() + wait_s
        while (delivery := self._next()) is None:
            if (left := until - self._clock.monotonic()) <= 0:
                return None
            self._clock.sleep(min(LOOK_EVERY_S, left), self._bell.wait)
        return delivery

    def extend(self, delivery: Delivery, for_s: float) -> None:
        row = (self._now() + for_s, int(delivery.id), delivery.receipt)
        with self._db.writing(lasting=False) as db:
            db.execute("UPDATE messages SET visible_at = ? WHERE id = ? AND receipt = ?", row)

    def ack(self, delivery: Delivery) -> None:
        with self._db.writing(lasting=False) as db:
            db.execute("DELETE FROM messages WHERE id = ? AND receipt = ?", (int(delivery.id), delivery.receipt))

    def nack(self, delivery: Delivery, *, after_s: float) -> None:
        row = (self._now() + after_s, int(delivery.id), delivery.receipt)
        with self._db.writing(lasting=False) as db:
            db.execute("UPDATE messages SET visible_at = ?, receipt = NULL WHERE id = ? AND receipt = ?", row)

    def _next(self) -> Delivery | None:
        """Look before taking the write lock, so that waiting workers do not stand in anybody's way."""
        now = self._now()
        due = "SELECT id FROM messages WHERE topic = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT 1"
        with self._db.reading() as db:
            if db.execute(due, (self._topic, now)).fetchone() is None:
                return None
        receipt = secrets.token_hex(8)
        take = f"UPDATE messages SET visible_at = ?, receipt = ? WHERE id = ({due}) RETURNING *"  # noqa: S608 (constant)
        with self._db.writing(lasting=False) as db:
            row = db.execute(take, (now + HOLD_S, receipt, self._topic, now)).fetchone()
        return None if row is None else _delivery(row, receipt)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _delivery(row: Mapping[str, Any], receipt: str) -> Delivery:
    return Delivery(str(row["id"]), Message(row["data"], json.loads(row["attributes"])), receipt)
