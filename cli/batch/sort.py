"""What each row of a list comes to: a job to make, one that is there, the same as a row before it, or no job.

Nothing is written, and only a digest of each row is kept: a list may have a hundred thousand.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cli.batch.pictures import Pictures
from cli.batch.rows import BadRow, Row, Rows

if TYPE_CHECKING:
    from jobs.batch import Wanted

RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Asked:
    """A row with a job, to be made or there already. `listed`: the manifest has it."""

    line: int
    wanted: "Wanted"
    job_id: str
    input_sha256: str
    there: bool
    listed: bool
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Twin:
    """A row that asks for the same as one before it: there is one job for both."""

    line: int
    first: int


@dataclass(frozen=True, slots=True)
class Known:
    """Jobs that need not be made: by id, the digest of what each is for."""

    listed: Mapping[str, str] = field(default_factory=dict)  #: in the manifest
    stored: Mapping[str, str] = field(default_factory=dict)  #: in the store, if it was looked into
    created_at: Mapping[str, str] = field(default_factory=dict)  #: of those in the store


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts a list's rows for one batch of one owner. Of two that sort the same list, both say the same."""

    batch_id: str
    owner: str
    wishes: Mapping[str, Any]  #: fields of the input that a row may leave out; of `seed` also "random"
    priority: str | None
    pictures: Pictures
    known: Known

    def sort(self, rows: Rows) -> Iterator[Asked | Twin | BadRow]:
        firsts: dict[str, tuple[int, bytes]] = {}
        for row in rows:
            asked = self._asked(row) if isinstance(row, Row) else row
            yield asked if isinstance(asked, BadRow) else _unless_twin(asked, firsts)

    def _asked(self, row: Row) -> Asked | BadRow:
        from jobs.batch import as_wanted
        from jobs.errors import InvalidRequest
        from jobs.job import job_id_for
        from jobs.request import parse_request

        custom_id = row.body.get("custom_id")
        try:
            request = parse_request(self._body(row))
            wanted = as_wanted(self.batch_id, row.line, request)
        except InvalidRequest as error:
            return BadRow(row.line, error.why, error.field, custom_id if isinstance(custom_id, str) else None)
        job_id, sha256 = job_id_for(self.owner, wanted.key), request.input.fingerprint()
        for before in (self.known.listed, self.known.stored):
            if before.get(job_id, sha256) != sha256:
                return BadRow(row.line, f"is that of {job_id}, which is for something else", "custom_id", custom_id)
        listed = job_id in self.known.listed
        there = listed or job_id in self.known.stored
        return Asked(row.line, wanted, job_id, sha256, there, listed, row.picture)

    def _body(self, row: Row) -> dict[str, Any]:
        """With what the options say where the row says nothing. Raises: InvalidRequest for its picture."""
        wishes = {**self.wishes, **row.body["input"]}
        if row.picture is not None:
            wishes["image"] = self.pictures.id_of(row.picture)
        if wishes.get("seed") == RANDOM:
            wishes["seed"] = self._drawn(row.body.get("custom_id"), wishes)
        handling = {"priority": self.priority} if self.priority else {}
        return {**handling, **row.body, "input": wishes}

    def _drawn(self, *said: Any) -> int:
        """Another seed for every row, and the same whenever it is sent again: or a batch cut off would be doubled."""
        text = json.dumps([self.batch_id, *said], sort_keys=True)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def _unless_twin(asked: Asked, firsts: dict[str, tuple[int, bytes]]) -> Asked | Twin | BadRow:
    digest = bytes.fromhex(asked.input_sha256)[:16]
    first, same = firsts.setdefault(asked.job_id, (asked.line, digest))
    if same != digest:
        custom_id = asked.wanted.request.custom_id
        return BadRow(asked.line, f"is that of line {first}, which asks for something else", "custom_id", custom_id)
    return asked if first == asked.line else Twin(asked.line, first)
