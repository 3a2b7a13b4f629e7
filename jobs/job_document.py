"""Between a document and the job in it: what can be read, what cannot, and what is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import ValidationError

from jobs.errors import JobUnreadable
from jobs.job import SCHEMA_VERSION, Job
from jobs.store import Document


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document in the jobs collection that this version cannot read as a job."""

    document: Document
    why: str

    @property
    def newer(self) -> bool:
        """Written by a later version of this program: not ours to judge."""
        version = self.document.fields.get("schema_version")
        return isinstance(version, int) and version > SCHEMA_VERSION

    @property
    def failed_at(self) -> datetime | None:
        """When it was condemned, if it was."""
        at = self.document.fields.get("completed_at")
        return at if isinstance(at, datetime) else None


def readable(found: Iterator[Job | Unreadable]) -> Iterator[Job]:
    """Only the jobs; for those who cannot do anything about the rest."""
    return (job for job in found if isinstance(job, Job))


def judged(document: Document) -> Job | Unreadable:
    try:
        return to_job(document)
    except JobUnreadable as error:
        return Unreadable(document, str(error))


def to_job(document: Document) -> Job:
    """Raises: JobUnreadable, naming the first field that is wrong."""
    version = document.fields.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise JobUnreadable(f"{document.key} has schema version {version}; this program knows {SCHEMA_VERSION}.")
    try:
        return Job.model_validate(dict(document.fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JobUnreadable(f"{document.key} is not a job: {where}: {first['msg']}") from None


def to_fields(job: Job) -> dict[str, Any]:
    """The document's fields: plain JSON values and datetimes."""
    fields: dict[str, Any] = plain(job.model_dump())
    return fields


def changed_fields(old: Job, new: Job) -> dict[str, Any]:
    """The mask: the top-level fields in which `new` differs, and nothing else."""
    before, after = vars(old), vars(new)
    names = {name for name, value in after.items() if value is not before[name] and value != before[name]}
    fields: dict[str, Any] = plain(new.model_dump(include=names))
    return fields


def plain(value: Any) -> Any:
    """Enums to their values, tuples to lists; datetimes stay, adapters know how to keep them."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
