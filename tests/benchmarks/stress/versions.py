"""Every version of every job document, as a listener is told of them; so nobody who waits has to ask the store."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from google.cloud.firestore import Client

from jobs.job import Job
from jobs.job_document import to_job
from jobs.job_store import JOBS
from jobs.store import Document
from jobs.stores.firestore import _plain
from tests.chaos.history import Fields, Written, over

LONG_S = 150.0  # only a run that goes wrong waits that long


@dataclass
class Versions:
    """What was told so far."""

    written: list[Written] = field(default_factory=list)
    latest: dict[str, Fields] = field(default_factory=dict)
    _news: Condition = field(default_factory=Condition)

    def heard(self, _documents: Any, changes: Any, _read_at: Any) -> None:
        with self._news:
            for change in changes:
                key = str(change.document.id)
                fields = None if change.type.name == "REMOVED" else _plain(change.document.to_dict())
                self.written.append(Written(len(self.written), JOBS, key, fields))
                if fields is not None:
                    self.latest[key] = fields
            self._news.notify_all()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for what documents can tell. Looked at with each news, and not in between."""
        with self._news:
            assert self._news.wait_for(condition, LONG_S), f"waited {LONG_S:g} s in vain: {what}"

    def status(self, job_id: str) -> str:
        return str(self.latest.get(job_id, {}).get("status", ""))

    def claims(self, job_id: str) -> int:
        return int(self.latest[job_id]["claims"])

    def done(self, job_id: str) -> bool:
        return job_id in self.latest and over(self.latest[job_id])

    def job(self, job_id: str) -> Job:
        fields = self.latest[job_id]
        return to_job(Document(JOBS, job_id, fields, "", fields["updated_at"]))

    def ended(self, job_id: str) -> Job:
        """The job once it is over."""
        self.until(lambda: self.done(job_id), f"{job_id} is over")
        return self.job(job_id)

    def becomes(self, job_id: str, status: str) -> Job:
        self.until(lambda: self.status(job_id) == status, f"{job_id} is {status}")
        return self.job(job_id)


@contextmanager
def listening(project: str) -> Iterator[Versions]:
    """To all job documents of this project."""
    versions = Versions()
    watch = Client(project=project).collection(JOBS).on_snapshot(versions.heard)
    try:
        yield versions
    finally:
        watch.unsubscribe()
