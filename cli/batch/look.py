"""The first of two readings of a list: what is in it, what of that is new. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.batch.file import ListFile
from cli.batch.jobs import batches_of
from cli.batch.manifest import Head, Listed, read_manifest
from cli.batch.pictures import Pictures
from cli.batch.rows import BadRow, rows_of
from cli.batch.sort import Asked, Known, Sorter, Twin
from cli.context import Context

if TYPE_CHECKING:
    from jobs.job import Job
    from jobs.request import Quality


@dataclass(slots=True)
class Tally:
    """What the rows of a list come to."""

    rows: int = 0
    new: int = 0
    there: int = 0
    qualities: "Counter[Quality]" = field(default_factory=Counter)  #: of what is new
    twins: list[Twin] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def count(self, row: Asked | Twin | BadRow) -> None:
        self.rows += 1
        if isinstance(row, BadRow):
            self.bad.append(row)
        elif isinstance(row, Twin):
            self.twins.append(row)
        else:
            self.there += row.there
            self.new += not row.there
            self.qualities[row.wanted.request.input.quality] += not row.there

    def refuse(self, row: BadRow) -> None:
        """One that was new until somebody looked closer."""
        self.new -= 1
        self.bad.append(row)


@dataclass(frozen=True)
class Listing:
    """One list, and the batch that it is to become."""

    context: Context
    name: str
    file: ListFile
    manifest: Path
    wishes: Mapping[str, Any]  #: fields of the input that a row may leave out
    priority: str | None = None
    column: str | None = None
    id_column: str | None = None

    @cached_property
    def batch_id(self) -> str:
        from jobs.batch import id_for

        return id_for(self.owner, self.name)

    @property
    def owner(self) -> str:
        return self.context.client.owner

    @cached_property
    def pictures(self) -> Pictures:
        return Pictures(self.file.folder, self.context.client.upload)

    @cached_property
    def head(self) -> Head:
        """What its manifest has to be of."""
        options = {"format": self.file.kind, "column": self.column, "id_column": self.id_column, **self.wishes}
        said = {name: value for name, value in options.items() if value is not None}
        return Head(self.name, self.file.name, _place(self.context), said)

    def sorted(self, known: Known) -> Iterator[Asked | Twin | BadRow]:
        """Each row, and what it comes to. Raises: InvalidRequest, OSError."""
        sorter = Sorter(self.batch_id, self.owner, self.wishes, self.priority, self.pictures, known)
        return sorter.sort(rows_of(self.file, column=self.column, id_column=self.id_column))

    def known(self) -> tuple[Known, int]:
        """The jobs that need not be made, and how many the batch has. Raises: InvalidRequest, BackendDown.

        Where the manifest has them all, the store is not asked for each.
        """
        from jobs.batch import JOBS_MAX
        from jobs.job_store import JobQuery

        listed = {row.job_id: row.input_sha256 for row in read_manifest(self.manifest, self.head).rows}
        wanted = JobQuery(owner_uid=self.owner, batch_id=self.batch_id)
        count = self.context.platform.store.count(wanted, limit=JOBS_MAX)
        if count <= len(listed):
            return Known(listed), count
        stored: dict[str, str] = {}
        created_at: dict[str, str] = {}
        for job in self._stored():
            stored[job.id], created_at[job.id] = job.request_fingerprint, job.created_at.isoformat()
        return Known(listed, stored, created_at), count

    def _stored(self) -> "Iterator[Job]":
        """The batch's jobs, where it is on record."""
        from jobs.errors import RecordMissing

        batches = batches_of(self.context)
        try:
            batch = batches.get(self.batch_id)
        except RecordMissing:
            return iter(())
        return batches.jobs(batch)


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `total`: as many jobs as the batch will have."""

    tally: Tally
    known: Known
    total: int


def look(listing: Listing) -> Look:
    """Read the list once. Raises: InvalidRequest, BackendDown, OSError."""
    known, count = listing.known()
    tally = Tally()
    for row in listing.sorted(known):
        tally.count(row)
    return Look(tally, known, count + tally.new)


def noted(asked: Asked, at: str) -> Listed:
    """Its line in the manifest."""
    return Listed(asked.line, asked.wanted.request.custom_id, asked.job_id, asked.input_sha256, at)


def _place(context: Context) -> str:
    """Where its jobs live: a manifest tells of no other place's."""
    settings = context.settings
    if settings.backend.value == "local":
        return f"local {settings.data.resolve()}"
    return f"{settings.backend.value} {settings.project}/{settings.database}"
