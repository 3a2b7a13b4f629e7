"""The shelf: outputs of finished stages, found again by what went into them.

A crashed attempt runs the pipeline again and finds the finished stages here: that is resume.
An equal request finds all of them: that is the cache. Neither may ever fail a job.

What nobody used for long goes, and of each stage only so many stay. An entry that is gone is a stage that is run again.
"""

import hashlib
import json
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from math import inf
from operator import attrgetter
from typing import Protocol

from models.stage import Files, Params, Stage

log = logging.getLogger(__name__)

DIGEST_CHARS = 64
FOLDER = "shelf/"
TOUCH_EVERY_S = 3600.0  # a hot entry costs one more request an hour, not one a hit; its last use is known to the hour
TOUCHED_MAX = 1000  # keys that one process remembers, 100 bytes each: what one worker uses in an hour, about
REMOVALS_MAX = 200  # of one trim; two requests each, so it is over within 20 s, and who trims can do something else


class Entry(Protocol):
    """One line of a listing. `jobs.bucket.Found` is one."""

    @property
    def name(self) -> str: ...

    @property
    def used_at(self) -> datetime: ...


class Blobs(Protocol):
    """Where the shelf stands. `jobs.bucket.Bucket` is one."""

    def put(self, name: str, data: bytes, *, replace: bool = False) -> object: ...

    def get(self, name: str) -> bytes: ...

    def find(self, prefix: str) -> Iterable[Entry]: ...

    def touch(self, name: str) -> None: ...

    def delete(self, name: str) -> None: ...


def shelf_key(stage: Stage, params: Params, given: Files) -> str:
    """The stage's name and a sha256 over everything the output depends on."""
    inputs = {name: hashlib.sha256(given[name]).hexdigest() for name in stage.reads}
    recipe = {"stage": stage.name, "version": stage.version, "params": dict(params), "inputs": inputs}
    return f"{stage.name}/{hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()}"


class Shelf:
    """Entries by key. What cannot be read, or is damaged, is not there; what cannot be written is made again."""

    def __init__(self, blobs: Blobs, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._blobs = blobs
        self._monotonic = monotonic
        self._touched: OrderedDict[str, float] = OrderedDict()

    def get(self, key: str) -> dict[str, bytes] | None:
        """A hit is a use: the entry stays."""
        try:
            files = unwrap(self._blobs.get(FOLDER + key))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with the shelf, the stage can be run)
            log.debug("not on the shelf: %s (%s)", key, error)
            return None
        self._touch(key)
        return files

    def put(self, key: str, files: Files) -> bool:
        """Whether it is there now."""
        try:
            self._blobs.put(FOLDER + key, wrap(files), replace=True)
        except Exception as error:  # noqa: BLE001 (a good result must not die of a full disk)
            log.warning("could not put %s on the shelf: %s", key, error)
            return False
        return True

    def trim(self, *, unused_since: datetime, entries_max: int) -> list[str]:
        """Remove what was not used since then, and of each stage the least recently used beyond `entries_max`.

        At most REMOVALS_MAX at once, whose keys are returned: as many as that, and there may be more to do. It can be
        repeated, by any number of processes at once. What fails is left to the next time.

        Whether an entry was used meanwhile is looked at right before it goes. A use between that look and the end is
        overtaken, and no worse than a miss: who read it has it, and who comes later runs the stage again.
        """
        removed: list[str] = []
        try:
            spare = _spare(self._blobs.find(FOLDER), unused_since, entries_max)
            for entry in islice(spare, REMOVALS_MAX):
                if self._unused(entry):
                    self._blobs.delete(entry.name)
                    removed.append(entry.name.removeprefix(FOLDER))
        except Exception as error:  # noqa: BLE001 (a shelf that is too full for an hour does no harm)
            log.warning("could not trim the shelf: %s", error)
        return removed

    def _unused(self, entry: Entry) -> bool:
        """Whether it still is as it was listed."""
        return any(now == entry for now in self._blobs.find(entry.name))

    def _touch(self, key: str) -> None:
        """Once in a while, and no sooner again if that fails: then a hit would cost a timeout each time."""
        now = self._monotonic()
        if now - self._touched.get(key, -inf) < TOUCH_EVERY_S:
            return
        self._touched[key] = now
        self._touched.move_to_end(key)
        if len(self._touched) > TOUCHED_MAX:
            self._touched.popitem(last=False)
        try:
            self._blobs.touch(FOLDER + key)
        except Exception as error:  # noqa: BLE001 (the entry was read; that it was used can be said another time)
            log.warning("could not touch %s on the shelf: %s", key, error)


def _spare(entries: Iterable[Entry], unused_since: datetime, entries_max: int) -> Iterator[Entry]:
    """What has to go: of each stage what is too old or too much, the least recently used first."""
    stages: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        stages[entry.name.rpartition("/")[0]].append(entry)
    for each in stages.values():
        each.sort(key=attrgetter("used_at"))
        beyond = len(each) - entries_max
        yield from (entry for n, entry in enumerate(each) if n < beyond or entry.used_at < unused_since)


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
