"""The manifest of a batch: which rows have their job, line by line on disk before the next row is asked for.

Its first line says of which batch, list and options it is; every other line is a row's. It only grows. A last line that
was cut off is removed: its row is asked for again, and leads to the same job.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.errors import InvalidRequest

ENDING = ".manifest.jsonl"
FORM = 1
BEGINNING = b'{"manifest": '  # of every manifest: what is torn before there was more is ours only if it begins so
PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*")  # without capitals: some file systems do not tell them apart
SLUG_CHARS_MAX = 60
TELLING_CHARS = 8  # of a digest: they keep two names apart that look alike once they are harmless


def safe_name(name: str) -> str:
    """A file name for any text: itself where it is harmless, else what is harmless of it and part of its digest."""
    if PLAIN.fullmatch(name) and len(name) <= SLUG_CHARS_MAX:
        return name
    return f"{slug(name)}-{hashlib.sha256(name.encode()).hexdigest()[:TELLING_CHARS]}"


def slug(text: str) -> str:
    """Letters and digits of ASCII with dashes between; "x" where there is none."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:SLUG_CHARS_MAX].strip("-") or "x"


@dataclass(frozen=True, slots=True)
class Listed:
    """One row that has its job."""

    line: int
    custom_id: str | None
    job_id: str
    input_sha256: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a manifest is of. The same command again has the same head."""

    batch: str
    file: str
    where: str  #: the backend, and which of its projects or folders
    options: Mapping[str, Any]

    def require(self, there: Mapping[str, Any], path: Path) -> None:
        """Raises: InvalidRequest, saying what `there`, a head on disk, is of instead."""
        for name in ("batch", "file", "where"):
            if there.get(name) != getattr(self, name):
                was, now = there.get(name), getattr(self, name)
                raise _refused(path, f"is of another {name}, {was!r} and not {now!r}: name another with --manifest")
        options = there.get("options") or {}
        for name in sorted({*options, *self.options}):
            if options.get(name) != self.options.get(name):
                was, now = (
                    f"{name} {each[name]}" if name in each else f"no {name}" for each in (options, self.options)
                )
                raise _refused(path, f"was begun with {was}, and this is {now}: take the same options, or another name")


@dataclass(slots=True)
class Manifest:
    """The rows that are known, and where more are noted. `head`: its first line, None where there is none."""

    path: Path
    rows: list[Listed] = field(default_factory=list)
    head: Mapping[str, Any] | None = None
    whole_bytes: int = 0  #: of lines that were not cut off
    _file: IO[bytes] | None = None

    def of(self, batch: str) -> "Manifest":
        """Itself. Raises: InvalidRequest when it is another batch's."""
        if self.head is not None and self.head.get("batch") != batch:
            raise _refused(self.path, f"is of another batch, {self.head.get('batch')!r}")
        return self

    def note(self, row: Listed) -> None:
        """On disk when this returns. Raises: OSError."""
        assert self._file is not None  # only looked at
        said = {name: getattr(row, name) for name in Listed.__slots__}
        _append(self._file, said)


def read_manifest(path: Path, head: Head | None = None) -> Manifest:
    """As it is, torn or not; one that is not there has no rows. Nothing is written. Raises: InvalidRequest."""
    if not path.exists():
        return Manifest(path)
    with path.open("rb") as file:
        return _read(file, path, head)


@contextmanager
def writing_manifest(path: Path, head: Head) -> Iterator[Manifest]:
    """Made where it is not there, healed where it is torn, and held against another process meanwhile.

    Raises: InvalidRequest when it is of something else, or in use; OSError.
    """
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refused(path, "is in use: another process submits this batch at this moment") from None
        manifest = _read(file, path, head)
        file.truncate(manifest.whole_bytes)
        if manifest.head is None:
            _append(file, {"manifest": FORM, **{name: getattr(head, name) for name in Head.__slots__}})
            _keep_name(path)
        manifest._file = file  # noqa: SLF001 (whoever only reads it has none)
        yield manifest


def _read(file: IO[bytes], path: Path, head: Head | None) -> Manifest:
    """What of it is whole. Raises: InvalidRequest."""
    manifest = Manifest(path)
    file.seek(0)
    for number, raw in enumerate(file, 1):
        said = _object(raw)
        if said is None and number == 1 and not (raw.startswith(BEGINNING) or BEGINNING.startswith(raw)):
            raise _refused(path, "is no manifest of a batch")
        if said is None:
            if file.read(1):
                raise _refused(path, f"its line {number} cannot be read")
            break
        if number == 1:
            _require_head(said, head, path)
            manifest.head = said
        else:
            manifest.rows.append(_listed(said, path, number))
        manifest.whole_bytes += len(raw)
    return manifest


def _require_head(said: Mapping[str, Any], head: Head | None, path: Path) -> None:
    if said.get("manifest") != FORM:
        raise _refused(path, "is no manifest of a batch, or of a later version")
    if head is not None:
        head.require(said, path)


def _listed(said: Mapping[str, Any], path: Path, number: int) -> Listed:
    try:
        return Listed(**said)
    except TypeError:
        raise _refused(path, f"its line {number} is not of a row") from None


def _object(raw: bytes) -> dict[str, Any] | None:
    """None: cut off, or no JSON object."""
    try:
        said = json.loads(raw) if raw.endswith(b"\n") else None
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _append(file: IO[bytes], said: Mapping[str, Any]) -> None:
    file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _keep_name(path: Path) -> None:
    """The name, too, on the disk for good."""
    handle = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(path: Path, why: str) -> "InvalidRequest":
    from jobs.errors import InvalidRequest

    return InvalidRequest(str(path), why)
