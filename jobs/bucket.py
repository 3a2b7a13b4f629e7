"""The port behind which files live: results, uploads, the shelf."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from jobs.errors import InvalidRequest

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
NAME_CHARS_MAX = 512
SEGMENT_CHARS_MAX = 255  # what file systems take

CONTENT_TYPES = {
    ".glb": "model/gltf-binary",
    ".ply": "application/octet-stream",
    ".npz": "application/octet-stream",
    ".png": "image/png",
    ".json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Blob:
    """One file in the bucket."""

    name: str
    uri: str
    bytes: int
    sha256: str
    content_type: str


class Bucket(Protocol):
    """Files by name. Whole or not at all.

    The contract every bucket keeps, and `tests/contracts/bucket.py` proves:

    - A reader sees all of a file or none of it, also when the writer is killed.
    - `put` without `replace` never changes what is there; the same bytes again are no error.
    - Names are relative, of letters, digits, `_`, `-`, `.` and `/`; no segment starts with a dot.
    """

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        """Raises: BlobExists when other bytes are there, InvalidRequest for the name, BackendDown."""

    def get(self, name: str) -> bytes:
        """Raises: BlobMissing, BackendDown."""

    def stat(self, name: str) -> Blob:
        """Raises: BlobMissing, BackendDown."""

    def find(self, prefix: str) -> Iterator[str]:
        """Names that start with `prefix`, sorted. Raises: BackendDown."""

    def delete(self, name: str) -> None:
        """Gone afterwards, whether it was there or not. Raises: BackendDown."""

    def link(self, name: str, *, for_s: float) -> str:
        """An address under which whoever has it can read the file for that long. Raises: BackendDown.

        A folder gives the file's own, which works on this machine and does not end.
        """


def checked_name(name: str) -> str:
    """`name`, if it can be a file's name and cannot leave the bucket. Raises: InvalidRequest."""
    longest = max(len(segment) for segment in name.split("/"))
    if len(name) > NAME_CHARS_MAX or longest > SEGMENT_CHARS_MAX or not NAME.fullmatch(name):
        raise InvalidRequest("name", f"{name[:80]!r} is not a file name")
    return name


def content_type(name: str) -> str:
    """By the name's ending; what we do not know is bytes."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def files_of(job_id: str) -> str:
    """The prefix of everything that any attempt kept for this job; behind it comes the attempt's token."""
    return f"jobs/{job_id}/"


def delete_under(bucket: Bucket, prefix: str) -> None:
    for name in bucket.find(prefix):
        bucket.delete(name)
