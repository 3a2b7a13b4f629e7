"""The failed jobs of a batch tried again, each once in a run, and what was cut off gone on with.

Which run it is stands in the batch's record, and in each job that was tried. A job that failed again in the same run is
left alone, so a run ends; it is found by whoever begins another.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from jobs.audit import Audit, new_id
from jobs.batch_record import Batch, collection_of
from jobs.client import JobClient
from jobs.errors import BackendDown, LumenError
from jobs.job import Job
from jobs.records import Record

RETRY_MAX = 10_000  # jobs in one go, as many as a replay of dead letters takes


def retry(
    client: JobClient, batch: Batch, failed: Iterator[Job], *, why: str, who: str, limit: int = RETRY_MAX
) -> Iterator[Job]:
    """Those of the `failed` that are tried now, `limit` at most.

    Whoever stops listening leaves a run that the next call goes on with. Raises: BackendDown.
    """
    run, begun_at = _begin(client, batch)
    with Audit(client.records, who).entry("batch.retry", why=why, run=run, ids=(batch.id,)) as counts:
        due = (job for job in failed if job.is_for(run, begun_at))
        for job in islice(due, limit):
            tried = _try(client, job, why, (run, begun_at))
            counts["replayed" if tried else "left"] += 1
            if tried:
                yield tried
        if next(due, None) is None:
            _end(client, batch, run)


def _try(client: JobClient, job: Job, why: str, run: tuple[str, datetime]) -> Job | None:
    """None when somebody else was there first, or it is gone."""
    try:
        job = client.replay(job.id, why=why, within=run)
    except BackendDown:
        raise
    except LumenError:
        return None
    ours = job.last_write is not None and job.last_write.holder == client.store.holder
    return job if ours and job.replay is not None and job.replay.run == run[0] else None


def _begin(client: JobClient, batch: Batch) -> tuple[str, datetime]:
    """The run that is not over yet, or a new one; jobs that failed until now are its to try."""
    new = new_id("r")

    def change(old: Record | None, now: datetime) -> Record:
        return {"retry_run": (old and old.get("retry_run")) or new, "retry_begun_at": now}

    record = client.records.update(collection_of(batch.id), batch.id, change)
    return record["retry_run"], record["retry_begun_at"]


def _end(client: JobClient, batch: Batch, run: str) -> None:
    def change(old: Record | None, _now: datetime) -> Record:
        return {"retry_run": None} if old and old.get("retry_run") == run else {}

    client.records.update(collection_of(batch.id), batch.id, change)
