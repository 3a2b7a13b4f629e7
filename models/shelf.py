"""The shelf: outputs of finished stages, found again by what went into them.

A crashed attempt runs the pipeline again and finds the finished stages here: that is resume.
An equal request finds all of them: that is the cache. Neither may ever fail a job.
"""

import hashlib
import json
import logging
from typing import Protocol

from models.stage import Files, Params, Stage

log = logging.getLogger(__name__)

DIGEST_CHARS = 64
FOLDER = "shelf/"


class Blobs(Protocol):
    """Where the shelf stands. `jobs.bucket.Bucket` is one."""

    def put(self, name: str, data: bytes, *, replace: bool = False) -> object: ...

    def get(self, name: str) -> bytes: ...


def shelf_key(stage: Stage, params: Params, given: Files) -> str:
    """sha256 over everything the output depends on."""
    inputs = {name: hashlib.sha256(given[name]).hexdigest() for name in stage.reads}
    recipe = {"stage": stage.name, "version": stage.version, "params": dict(params), "inputs": inputs}
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()


class Shelf:
    """Entries by key. What cannot be read, or is damaged, is not there; what cannot be written is made again."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def get(self, key: str) -> dict[str, bytes] | None:
        try:
            return unwrap(self._blobs.get(FOLDER + key))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with the shelf, the stage can be run)
            log.debug("not on the shelf: %s (%s)", key, error)
            return None

    def put(self, key: str, files: Files) -> bool:
        """Whether it is there now."""
        try:
            self._blobs.put(FOLDER + key, wrap(files), replace=True)
        except Exception as error:  # noqa: BLE001 (a good result must not die of a full disk)
            log.warning("could not put %s on the shelf: %s", key, error)
            return False
        return True


def wrap(files: Files) -> bytes:
    """Files as one blob: its sha256, a line of names and sizes, the contents.

    Examples
    --------
    >>> unwrap(wrap({"a.json": b"{}", "b": b""}))
    {'a.json': b'{}', 'b': b''}
    """
    index = json.dumps({name: len(content) for name, content in files.items()})
    body = b"\n".join([index.encode(), b"".join(files.values())])
    return hashlib.sha256(body).hexdigest().encode() + body


def unwrap(data: bytes) -> dict[str, bytes]:
    """Raises: ValueError when a single bit differs from what was wrapped."""
    digest, body = data[:DIGEST_CHARS], data[DIGEST_CHARS:]
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise ValueError("the entry is damaged")
    index, _, contents = body.partition(b"\n")
    files, at = {}, 0
    for name, size in json.loads(index).items():
        files[name] = contents[at : at + size]
        at += size
    return files
