"""A batch as it is on record: under an id that its owner and its name always lead to."""

import base64
import hashlib
import re
from contextlib import suppress

from pydantic import AwareDatetime

from jobs.errors import InvalidRequest, RecordMissing
from jobs.job import Job
from jobs.job_store import JobQuery, JobStore
from jobs.records import Record, Records
from jobs.request import Frozen

BATCHES, NAMED = "batches", "named"
DIGEST_BYTES = 10  # 80 bits each of an owner and of a name among theirs; 16 characters of base32
BATCH_ID = re.compile(r"b_[a-z2-7]{32}")
OWNER_CHARS = len("b_") + 16  # of an id: up to here all batches of one owner have the same
INFLIGHT_MAX = 1_000  # jobs of a batch at a time, at most: more would be no limit


class Batch(Frozen):
    """A batch as it is on record."""

    id: str
    name: str
    owner: str
    total: int  #: as many jobs as were asked for; where that was cut off, fewer are there
    inflight_max: int | None = None  #: so many of its jobs run at a time; None: as many as there are workers
    created_at: AwareDatetime

    @classmethod
    def of(cls, record: Record, batch_id: str) -> "Batch":
        return cls.model_validate({**record, "id": batch_id})


def read_batch(records: Records, batch_id: str) -> tuple[Batch, Record]:
    """A batch, and the whole of its record. Raises: RecordMissing, also for what is no id of a batch; BackendDown."""
    if BATCH_ID.fullmatch(batch_id):
        with suppress(RecordMissing):
            record = records.get(collection_of(batch_id), batch_id)
            return Batch.of(record, batch_id), record
    raise RecordMissing(BATCHES, batch_id)


def id_for(owner: str, name: str) -> str:
    """Of an owner's batch of that name. Its first half is the owner's, so that an owner's batches lie together."""
    return f"b_{_digest(owner)}{_digest(name)}"


def collection_of(batch_id: str) -> str:
    """Where the owner of this batch has their batches."""
    return f"{BATCHES}/{batch_id[:OWNER_CHARS]}/{NAMED}"


def forget_if_empty(store: JobStore, records: Records, job: Job) -> None:
    """The record of a batch whose last job has just gone goes with it. Raises: BackendDown."""
    batch_id = job.batch_id or ""
    if BATCH_ID.fullmatch(batch_id) and not store.count(JobQuery(batch_id=batch_id), limit=1):
        records.delete(collection_of(batch_id), batch_id)


def checked_inflight_max(said: int | None) -> int | None:
    """Raises: InvalidRequest."""
    if said is not None and not 1 <= said <= INFLIGHT_MAX:
        raise InvalidRequest("inflight_max", f"must be 1 to {INFLIGHT_MAX}, not {said}")
    return said


def _digest(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]).decode().lower()
