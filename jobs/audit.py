"""Who did what to many jobs at once, to the queue, or to a key.

An entry is there before the first change, and completed after the last. One that was never completed tells of a
command that was killed or could not go on.
"""

import base64
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import AwareDatetime

from jobs.job_document import plain
from jobs.records import Records
from jobs.request import Frozen

AUDIT = "audit"
IDS_KEPT_MAX = 100  # of a run over thousands; the run's own record has all of them
PAGE = 100  # entries that are read at once where only some are wanted
ID_BYTES = 10  # 80 random bits, 16 characters of base32

Action = Literal[
    "dlq.replay",
    "dlq.resume",
    "dlq.purge",
    "dlq.drain",
    "claims.pause",
    "claims.resume",
    "claims.drain",
    "claims.undrain",
    "jobs.cancel",
    "jobs.priority",
    "batch.cancel",
    "batch.retry",
    "keys.create",
    "keys.rotate",
    "keys.revoke",
    "backup.restore",
]


class Entry(Frozen):
    """What was done. `done_at` is empty while it is being done, and stays so when it was cut off."""

    id: str
    action: str
    who: str
    why: str = ""
    run: str | None = None
    filter: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()  #: the first of them
    of: int = 0  #: how many there were to do
    counts: dict[str, int] = {}
    begun_at: AwareDatetime
    done_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """The entries of everybody, and the name under which this process adds to them."""

    records: Records
    who: str

    @contextmanager
    def entry(
        self, action: Action, *, why: str = "", run: str | None = None, filter_: Sequence[str] = (), ids: Sequence[str]
    ) -> Iterator["Counter[str]"]:
        """Goes around the changes: what the block counts is on record behind it. Raises: BackendDown."""
        key = new_id("a")
        said: dict[str, Any] = {"action": action, "who": self.who, "why": why, "run": run, "filter": list(filter_)}
        listed = {"ids": list(ids[:IDS_KEPT_MAX]), "of": len(ids), "counts": {}}
        # Not by `create`: under an id of our own what is there already is this entry, and its answer got lost.
        self.records.update(AUDIT, key, lambda _old, now: said | listed | {"begun_at": now, "done_at": None})
        counts: Counter[str] = Counter()
        yield counts
        self.records.update(AUDIT, key, lambda _old, now: {"done_at": now, "counts": plain(counts)})

    def latest(self, *, limit: int, after: str | None = None) -> Iterator[Entry]:
        """The newest first, going on behind entry `after`. Raises: RecordMissing, BackendDown."""
        behind = (self.records.get(AUDIT, after)["begun_at"], after) if after else None
        for key, record in self.records.latest(AUDIT, "begun_at", limit=limit, behind=behind):
            yield Entry.model_validate({**record, "id": key})

    def scan(self, wanted: Callable[[Entry], bool], *, after: str | None = None) -> Iterator[Entry]:
        """Those that are wanted, as `latest`, as far as somebody listens: asked for in pages and chosen here."""
        while page := list(self.latest(limit=PAGE, after=after)):
            yield from filter(wanted, page)
            after = page[-1].id


def new_id(letter: str) -> str:
    """A random id that says by its letter what it is of."""
    return f"{letter}_{base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().lower()}"
