"""Documents in SQLite: the JSON as it is, and an index over what the queries ask for."""

import json
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.clock import Clock, SystemClock
from jobs.errors import AlreadyThere, NotFound, Outrun
from jobs.sqlite import Database
from jobs.store import STORE_TIME, Condition, Document, Fields, Op, Query, at_path

TABLE = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    TEXT NOT NULL,
    fields     TEXT NOT NULL,
    UNIQUE (collection, key)
);
"""
# One per question that is asked while others wait; the names are the paths it asks for, in their order.
INDEXES = {
    "urgency": ("status", "priority", "turn", "created_at"),
    "leases": ("status", "lease.expires_at"),
    "untouched": ("status", "updated_at"),
    "starts": ("status", "started_at", "start_by"),
    "cancels": ("status", "cancel_requested", "updated_at"),
    "letters": ("status", "dead_letter.published_at", "updated_at"),
    "deaths": ("status", "completed_at"),
    "expiry": ("done", "expires_at"),
    "owners": ("owner_uid", "status", "created_at"),
    "batches": ("batch_id", "status", "created_at"),
    "batch_order": ("batch_id", "created_at"),
    "lanes": ("status", "batch_id", "priority", "turn", "created_at"),
    "age": ("created_at",),
}

INDEXED = sorted({path for paths in INDEXES.values() for path in paths})
CREATE = "INSERT OR IGNORE INTO documents (collection, key, version, fields) VALUES (?, ?, ?, ?)"
SELECT = "SELECT collection, key, version, fields FROM documents"  # the columns that hold something
READ = f"{SELECT} WHERE collection = ? AND key = ?"
WALK = f"{SELECT} WHERE (collection, key) > (?, ?) ORDER BY collection, key LIMIT ?"
WRITE = "UPDATE documents SET version = ?, fields = ? WHERE collection = ? AND key = ? AND version = ?"
PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
TIMES = {"not_before", "start_by"}  # fields that hold times, beside those whose name says so
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")  # of fixed width, so that text sorts as time
LISTS = list, tuple


def _make(db: sqlite3.Connection) -> None:
    """The table and its indexes. Each index ends with the key, because every order does.

    What the indexes are made of are virtual columns: they take no place, and are cheaper to write than an index of
    expressions, each of which SQLite asks of the JSON anew.
    """
    db.executescript(TABLE)
    there = {name for _, name, *_ in db.execute("PRAGMA table_xinfo(documents)")}
    for path in INDEXED:
        if path not in there:
            db.execute(f"ALTER TABLE documents ADD COLUMN {_quoted(path)} AS ({_extracted(path)})")
    for name, paths in INDEXES.items():
        db.execute(f"DROP INDEX IF EXISTS {name}")  # of expressions, as it was once
        columns = ", ".join(["collection", *map(_quoted, paths), "key"])
        db.execute(f"CREATE INDEX IF NOT EXISTS by_{name} ON documents ({columns})")


class SqliteDocumentStore:
    """A `DocumentStore` in one SQLite file, shared by any number of processes on one machine."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._db = Database(path, _make)
        self._clock = clock or SystemClock()

    def now(self) -> datetime:
        return self._clock.now()

    def create(self, collection: str, key: str, fields: Fields) -> Document:
        now = self._clock.now()
        stamped = {name: now if value is STORE_TIME else value for name, value in fields.items()}
        version = _new_version()
        row = (collection, key, version, encode(stamped))
        with self._db.writing() as db:
            done = db.execute(CREATE, row)
        if done.rowcount == 0:
            raise AlreadyThere(f"{collection}/{key} exists.")
        return Document(collection, key, stamped, version, now)

    def read(self, collection: str, key: str) -> Document:
        with self._db.reading() as db:
            row = db.execute(READ, (collection, key)).fetchone()
        if row is None:
            raise NotFound(f"There is no {collection}/{key}.")
        return self._document(row)

    def write(self, old: Document, changed: Fields, *, lasting: bool = True) -> Document:
        _refuse_lists_in_lists(changed)
        fields = {**old.fields, **changed}
        version = _new_version()
        row = (version, _as_json(fields), old.collection, old.key, old.version)
        with self._db.writing(lasting=lasting) as db:
            done = db.execute(WRITE, row)
        if done.rowcount == 0:
            raise Outrun(f"{old.collection}/{old.key} changed since it was read.")
        return Document(old.collection, old.key, fields, version, self._clock.now())

    def delete(self, collection: str, key: str, *, version: str | None = None) -> None:
        statement = "DELETE FROM documents WHERE collection = ? AND key = ? AND coalesce(version = ?, true)"
        with self._db.writing() as db:
            done = db.execute(statement, (collection, key, version))
        if version is not None and done.rowcount == 0:
            raise Outrun(f"{collection}/{key} changed since it was read.")

    def find(self, query: Query) -> Iterator[Document]:
        where, values = _where(query)
        order = ", ".join([*(_by(path) for path in query.order), f"key{_direction(query)}"])
        # Only field paths that PATH admits are written into the statement; values are bound.
        statement = f"{SELECT} WHERE {where} ORDER BY {order} LIMIT ?"
        with self._db.reading() as db:
            rows = db.execute(statement, (*values, query.limit)).fetchall()
        return (self._document(row) for row in rows)

    def count(self, query: Query) -> int:
        where, values = _where(query)
        statement = f"SELECT count(*) FROM (SELECT 1 FROM documents WHERE {where} LIMIT ?)"  # noqa: S608
        with self._db.reading() as db:
            return int(db.execute(statement, (*values, query.limit)).fetchone()[0])

    def walk(self, *, limit: int, after: Document | None = None) -> Iterator[Document]:
        place = (after.collection, after.key) if after else ("", "")  # no collection has an empty name
        with self._db.reading() as db:
            rows = db.execute(WALK, (*place, limit)).fetchall()
        return (self._document(row) for row in rows)

    def _document(self, row: Mapping[str, Any]) -> Document:
        return Document(row["collection"], row["key"], decode(row["fields"]), row["version"], self._clock.now())


def _new_version() -> str:
    """Never used before: a document deleted and made anew is another one, so a counter would not do."""
    return secrets.token_hex(8)


def encode(fields: Fields) -> str:
    """JSON text; times in one fixed-width UTC form. Raises: TypeError for what Firestore has no value for either."""
    _refuse_lists_in_lists(fields)
    return _as_json(fields)


def _refuse_lists_in_lists(value: Any) -> None:
    for item in _items(value):
        if isinstance(value, LISTS) and isinstance(item, LISTS):
            raise TypeError("a list directly in a list has no place in a document")
        _refuse_lists_in_lists(item)


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, LISTS) else ()


def decode(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text, object_hook=_with_times)
    return fields


def _as_text(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no place in a document")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_as_json = json.JSONEncoder(default=_as_text, ensure_ascii=False).encode


def _with_times(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields that hold times by their name, and look like one, come back as times."""
    for name, value in fields.items():
        if (name.endswith("_at") or name in TIMES) and isinstance(value, str) and TIME.fullmatch(value):
            fields[name] = datetime.fromisoformat(value)
    return fields


def _column(path: str) -> str:
    return _quoted(path) if path in INDEXED else _extracted(path)


def _quoted(path: str) -> str:
    return f'"{path}"'


def _extracted(path: str) -> str:
    return f"json_extract(fields, '$.{_checked(path)}')"


def _checked(path: str) -> str:
    if not PATH.fullmatch(path):
        raise ValueError(f"{path!r} is not a field path")
    return path


def _there(path: str) -> str:
    """None is a value too."""
    return f"json_type(fields, '$.{_checked(path)}') IS NOT NULL"


def _by(path: str) -> str:
    return f"{_column(path[1:])} DESC" if path.startswith("-") else _column(path)


def _direction(query: Query) -> str:
    """Ties go by key, in the direction of the last order; so a page ends and the next begins between two keys."""
    return " DESC" if query.order and query.order[-1].startswith("-") else ""


def _where(query: Query) -> tuple[str, list[Any]]:
    terms: list[str] = ["collection = ?", *(_there(path.lstrip("-")) for path in query.order)]
    values: list[Any] = [query.collection]
    for condition in query.where:
        term, value = _term(condition)
        terms.append(term)
        values.extend(value)
    onward, back = ("<", ">") if _direction(query) else (">", "<")
    for place, sign in ((query.after, onward), (query.before, back)):
        if place is not None:
            term, value = _from(query, sign, place)
            terms.append(term)
            values.extend(value)
    return " AND ".join(terms), values


def _term(condition: Condition) -> tuple[str, list[Any]]:
    column = _column(condition.field)
    if condition.value is None:
        return f"{column} IS NULL AND {_there(condition.field)}", []
    if condition.op is Op.HAS:
        # The path was checked by _column.
        inner = f"SELECT 1 FROM json_each(fields, '$.{condition.field}') WHERE value = ?"  # noqa: S608
        return f"EXISTS ({inner})", [condition.value]
    sign = "=" if condition.op is Op.IS else condition.op.value
    return f"{column} {sign} ?", [_value(condition.value)]


def _from(query: Query, sign: str, place: Document) -> tuple[str, list[Any]]:
    """Rows on one side of a place in the query's order, compared as a tuple; all orders run one way."""
    columns = [_column(path.lstrip("-")) for path in query.order]
    values = [_value(at_path(place.fields, path.lstrip("-"))) for path in query.order]
    marks = ", ".join("?" * (len(columns) + 1))
    return f"({', '.join([*columns, 'key'])}) {sign} ({marks})", [*values, place.key]


def _value(value: Any) -> Any:
    return _as_text(value) if isinstance(value, datetime) else value
