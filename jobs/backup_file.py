"""A backup as a file: JSON Lines that begin by saying what they are, and end with a seal.

    {"format": "lumen-backup", "version": 1, "made_at": "2026-11-26T15:30:46+00:00", "backend": "local", ...}
    {"collection": "jobs", "key": "j_...", "fields": {"status": "queued", "created_at": {"$time": "2026-..."}, ...}}
    {"count": 1, "sha256": "..."}

JSON knows neither times nor numbers that are none, so those are marked; a map that looks like a mark is marked itself.
The seal counts the documents and has the sha256 of every byte above it: a file that was cut off anywhere has none.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Literal

from pydantic import AwareDatetime, Field, ValidationError

from jobs.errors import InvalidRequest
from jobs.request import Frozen
from jobs.store import Document

FORMAT: Literal["lumen-backup"] = "lumen-backup"
VERSION: Literal[1] = 1
LINE_MAX_BYTES = 64 << 20  # Firestore takes 1 MiB a document, which JSON may write as 6; SQLite has no limit of its own
TIME, NUMBER, MAP = "$time", "$number", "$map"
MARKS = frozenset({TIME, NUMBER, MAP})
# As Firestore has it: names and keys in turn, and a name at the end.
COLLECTION = r"^[^/]+(/[^/]+/[^/]+)*$"


class Head(Frozen):
    """The first line."""

    format: Literal["lumen-backup"] = FORMAT
    version: Literal[1] = VERSION
    made_at: AwareDatetime  #: the store's time when the export began
    backend: str
    jobs_only: bool = False
    since: AwareDatetime | None = None  #: of jobs only those that changed since then


class Saved(Frozen):
    """A document as the file has it."""

    collection: str = Field(pattern=COLLECTION)
    key: str = Field(min_length=1)
    fields: dict[str, Any]


class Seal(Frozen):
    """The last line."""

    count: int
    sha256: str


@dataclass(slots=True)
class BackupWriter:
    """Writes one file. It is whole only once it is sealed."""

    out: IO[bytes]
    count: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def begin(self, head: Head) -> None:
        self._line(head.model_dump(mode="json"))

    def add(self, document: Document) -> None:
        """Raises: TypeError for a value that has no place in a backup; then nothing is written."""
        self._line({"collection": document.collection, "key": document.key, "fields": _marked(document.fields)})
        self.count += 1

    def seal(self) -> Seal:
        seal = Seal(count=self.count, sha256=self._digest.hexdigest())
        self._line(dict(seal))
        self.out.flush()
        return seal

    def _line(self, value: Mapping[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
        self._digest.update(line)
        self.out.write(line)


@dataclass(slots=True)
class BackupReader:
    """Reads one file from where it stands, a line at a time."""

    file: IO[bytes]
    torn: str = ""  #: what is wrong with it, once it was read as far as it goes
    _digest: Any = field(default_factory=hashlib.sha256)
    _lines: int = 0

    def head(self) -> Head:
        """The first line. Raises: InvalidRequest when this is no backup, or one of a later version."""
        try:
            said = json.loads(self._next())
            if isinstance(said, dict) and said.get("format") == FORMAT and said.get("version") != VERSION:
                raise InvalidRequest("file", f"a backup of version {said.get('version')}; this program reads {VERSION}")
            return Head.model_validate(said)
        except (ValueError, RecursionError):
            raise InvalidRequest("file", f"no backup: its first line does not say {FORMAT}") from None

    def documents(self) -> Iterator[Saved]:
        """As many as can be read. `torn` says afterwards whether that was all."""
        count, sha256 = 0, self._digest.hexdigest()
        while not self.torn:
            try:
                said = json.loads(self._next())
                if isinstance(said, dict) and said.keys() == Seal.model_fields.keys():
                    self._compare(Seal.model_validate(said), count, sha256)
                    return
                saved = Saved.model_validate(_unmarked(said))
            except (ValueError, RecursionError) as error:
                self.torn = f"line {self._lines} {_why(error)}"
                return
            yield saved
            count, sha256 = count + 1, self._digest.hexdigest()

    def _next(self) -> bytes:
        """Raises: ValueError when there is no whole line."""
        self._lines += 1
        line = self.file.readline(LINE_MAX_BYTES)
        if not line.endswith(b"\n"):
            raise ValueError("is not there: the file was cut off" if len(line) < LINE_MAX_BYTES else "is too long")
        self._digest.update(line)
        return line

    def _compare(self, seal: Seal, count: int, sha256: str) -> None:
        if (seal.count, seal.sha256) != (count, sha256):
            self.torn = f"its seal is of {seal.count} documents with other bytes; here are {count}"
        elif self.file.read(1):
            self.torn = f"something follows its seal in line {self._lines}"


def check(file: IO[bytes]) -> Head:
    """What kind of backup it is, all of which was read. Raises: InvalidRequest when it is none, or not whole."""
    reader = BackupReader(file)
    head = reader.head()
    for _ in reader.documents():
        pass
    if reader.torn:
        raise InvalidRequest("file", f"not whole: {reader.torn}")
    return head


def _why(error: Exception) -> str:
    """Words of our own as they are; those of a parser say more than anybody wants to know."""
    if isinstance(error, ValidationError):
        return _first(error)
    return str(error) if type(error) is ValueError else "is no document"


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"is no document: {'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"


# --- values ---


def _marked(value: Any) -> Any:
    """As JSON has it. Raises: TypeError."""
    match value:
        case datetime():
            return {TIME: value.astimezone(UTC).isoformat()}
        case float() if not math.isfinite(value):
            return {NUMBER: str(value)}
        case Mapping():
            marked = {name: _marked(each) for name, each in value.items()}
            return {MAP: marked} if _is_mark(marked) else marked
        case list() | tuple():
            return [_marked(each) for each in value]
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"it holds a value of type {type(value).__name__}")


def _unmarked(value: Any) -> Any:
    """Raises: ValueError for what no store could have said."""
    match value:
        case dict() if _is_mark(value):
            ((mark, inner),) = value.items()
            return _meant(mark, inner)
        case dict():
            return {name: _unmarked(each) for name, each in value.items()}
        case list():
            if any(isinstance(each, list) for each in value):
                raise ValueError("is no document: a list lies directly in a list")
            return [_unmarked(each) for each in value]
    return value


def _meant(mark: str, inner: Any) -> Any:
    if mark == MAP and isinstance(inner, dict):
        return {name: _unmarked(each) for name, each in inner.items()}
    if not isinstance(inner, str):
        raise ValueError(f"is no document: {mark} holds no text")  # noqa: TRY004 (the file is wrong, not our call)
    try:
        return float(inner) if mark == NUMBER else _moment(inner)
    except (ValueError, OverflowError):
        raise ValueError(f"is no document: {inner[:40]!r} is no {mark}") from None


def _moment(text: str) -> datetime:
    """Raises: ValueError, also for a time of no zone; OverflowError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _is_mark(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and not MARKS.isdisjoint(value)
