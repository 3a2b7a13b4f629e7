"""The port behind which files live: results, uploads, the shelf."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from jobs.errors import InvalidRequest

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
NAME_CHARS_MAX = 512
SEGMENT_CHARS_MAX = 255  # what file systems take
SHELF = "shelf/"  # where `models/shelf.py` puts its entries; a test holds the two together
UPLOADS = "uploads/"

CONTENT_TYPES = {
    ".glb": "model/gltf-binary",
    ".ply": "application/octet-stream",
    ".npz": "application/octet-stream",
    ".png": "image/png",
    ".json": "application/json",
    ".zip": "application/zip",
    ".stl": "model/stl",
}
CHUNK_BYTES = 1 << 20  # of a file that is moved without being in memory as a whole


@dataclass(frozen=True, slots=True)
class Blob:
    """One file in the bucket."""

    name: str
    uri: str
    bytes: int
    sha256: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a listing. `used_at`: when it was put or last touched, by the bucket's own time."""

    name: str
    bytes: int
    used_at: datetime


class Bucket(Protocol):
    """Files by name. Whole or not at all.

    The contract every bucket keeps, and `tests/contracts/bucket.py` proves:

    - A reader sees all of a file or none of it, also when the writer is killed.
    - `put` without `replace` never changes what is there; the same bytes again are no error.
    - Names are relative, of letters, digits, `_`, `-`, `.` and `/`; no segment starts with a dot.
    - `touch` moves a file's `used_at` forward, never back, and changes nothing else.
    - `put_file` and `get_file` keep no more than a few MB of the file in memory.
    """

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        """Raises: BlobExists when other bytes are there, InvalidRequest for the name, BackendDown."""

    def get(self, name: str) -> bytes:
        """Raises: BlobMissing, BackendDown."""

    def put_file(self, name: str, path: Path, *, replace: bool = False) -> Blob:
        """As `put`, for a file of any size. Raises: what `put` does; OSError when `path` cannot be read."""

    def get_file(self, name: str, path: Path) -> Blob:
        """As `get`, into a file that is there as a whole or as it was. Raises: BlobMissing, BackendDown, OSError."""

    def stat(self, name: str) -> Blob:
        """Raises: BlobMissing, BackendDown."""

    def find(self, prefix: str) -> Iterator[Found]:
        """The files whose names start with `prefix`, sorted by name. Raises: BackendDown.

        What somebody else put there under a name that is none of ours is not among them.
        """

    def touch(self, name: str) -> None:
        """It was used just now. No error when it is gone. Raises: BackendDown."""

    def delete(self, name: str) -> None:
        """Gone afterwards, whether it was there or not. Raises: BackendDown."""

    def link(self, name: str, *, for_s: float) -> str:
        """An address under which whoever has it can read the file for that long. Raises: BackendDown.

        A folder gives the file's own, which works on this machine and does not end.
        """


def checked_name(name: str) -> str:
    """`name`, if it can be a file's name and cannot leave the bucket. Raises: InvalidRequest."""
    if not is_name(name):
        raise InvalidRequest("name", f"{name[:80]!r} is not a file name")
    return name


def is_name(name: str) -> bool:
    longest = max(len(segment) for segment in name.split("/"))
    return len(name) <= NAME_CHARS_MAX and longest <= SEGMENT_CHARS_MAX and bool(NAME.fullmatch(name))


def content_type(name: str) -> str:
    """By the name's ending; what we do not know is bytes."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def files_of(job_id: str) -> str:
    """The prefix of everything that any attempt kept for this job; behind it comes the attempt's token."""
    return f"jobs/{job_id}/"


def measured(source: BinaryIO, target: BinaryIO | None = None) -> tuple[int, str]:
    """How many bytes are left in `source`, and their sha256. `target` gets them on the way."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return size, digest.hexdigest()


@contextmanager
def arriving(path: Path) -> Iterator[BinaryIO]:
    """A file that gets the name `path` when all of it has been written to disk, and is gone if that does not happen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
