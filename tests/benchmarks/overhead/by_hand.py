"""A job's way through a worker as one writes it by hand, with Google's two libraries and nothing else.

Claim, five progress writes, one file, finish. The claim and the finish name the version they change, so two workers
cannot both have a job; nobody hands one back, sweeps, retries, cancels, or keeps an order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from google.api_core.exceptions import FailedPrecondition
from google.cloud import firestore, storage
from google.cloud.firestore_v1.base_query import FieldFilter

STEPS = 5
NAME = "object.glb"
CONTENT_TYPE = "model/gltf-binary"
LEASE_FOR = timedelta(seconds=45)
HOLDER = "by-hand/1"
LOOK, RUNNING_MAX = 4, 500  # as Lumen does: jobs/choose.py, jobs/job_store.py


class How(StrEnum):
    """How it tells its progress, and what it finds out by that."""

    SAME = "same calls"  # asks Google whatever Lumen asks, with nothing of Lumen around it
    READS = "reads first"  # is it still mine, shall it end? then writes that very version
    BLIND = "blind"  # writes, whoever has the job by now


@dataclass(frozen=True)
class ByHand:
    project: str
    bucket: str
    how: How

    @cached_property
    def db(self) -> firestore.Client:
        return firestore.Client(project=self.project)

    @cached_property
    def files(self) -> Any:
        return storage.Client(project=self.project).bucket(self.bucket)

    def serve(self, job_id: str, data: bytes, lap: Callable[[str], None]) -> bool:
        """Whether the job was ours to make, and is made. Raises: FailedPrecondition when it was taken from us."""
        job = self.db.collection("jobs").document(job_id)
        found = self._chosen(job_id) if self.how is How.SAME else job.get()
        fields = found.to_dict() or {}
        if fields.get("status") != "queued":
            return False
        token = fields["claims"] + 1
        try:
            version = self._write(job, found.update_time, _claimed(fields, token))
        except FailedPrecondition:
            return False
        if self.how is How.SAME:
            self._running()
        lap("claim")
        for step in range(1, STEPS + 1):
            version = self._tell(job, token, version, {"progress": 100 * step // (STEPS + 1), **_alive(_now())})
        lap("progress")
        name = f"jobs/{job_id}/{token}/{NAME}"
        self.files.blob(name).upload_from_string(data, content_type=CONTENT_TYPE, if_generation_match=0)
        lap("upload")
        if self.how is How.READS:
            version = self._mine(job, token)
        self._write(job, version, _finished(f"gs://{self.bucket}/{name}", len(data)))
        lap("finish")
        return True

    def _chosen(self, job_id: str) -> Any:
        """The job among the most urgent, if nobody has paused the house."""
        assert not self.db.collection("control").document("claims").get().exists
        self._running()
        queued = self.db.collection("jobs").where(filter=FieldFilter("status", "==", "queued"))
        due = queued.where(filter=FieldFilter("not_before", "<=", _now()))
        first = due.order_by("priority").order_by("turn").order_by("created_at").limit(LOOK).get()
        return next(each for each in first if each.id == job_id)

    def _running(self) -> None:
        """An equal job may be running."""
        running = self.db.collection("jobs").where(filter=FieldFilter("status", "==", "running"))
        running.order_by("updated_at").limit(RUNNING_MAX).get()

    def _tell(self, job: Any, token: int, version: Any, fields: dict[str, Any]) -> Any:
        """The version that it is now."""
        if self.how is How.BLIND:
            return job.update(fields).update_time
        return self._write(job, self._mine(job, token) if self.how is How.READS else version, fields)

    def _mine(self, job: Any, token: int) -> Any:
        found = job.get()
        fields = found.to_dict() or {}
        if fields["claims"] != token or fields["cancel_requested"]:
            raise FailedPrecondition("it is no longer ours, or shall end")
        return found.update_time

    def _write(self, job: Any, version: Any, fields: dict[str, Any]) -> Any:
        return job.update(fields, self.db.write_option(last_update_time=version)).update_time


def _claimed(fields: dict[str, Any], token: int) -> dict[str, Any]:
    now = _now()
    return {
        "status": "running",
        "lease": {"holder": HOLDER, "token": token, "expires_at": now + LEASE_FOR},
        "claims": token,
        "attempt": fields["attempt"] + 1,
        "attempts_left": fields["attempts_left"] - 1,
        "started_at": now,
        "updated_at": now,
    }


def _alive(now: datetime) -> dict[str, Any]:
    return {"lease.expires_at": now + LEASE_FOR, "updated_at": now}


def _finished(uri: str, size: int) -> dict[str, Any]:
    now = _now()
    return {
        "status": "succeeded",
        "done": True,
        "progress": 100,
        "lease": None,
        "output": {"files": {NAME: {"uri": uri, "bytes": size, "content_type": CONTENT_TYPE}}},
        "completed_at": now,
        "updated_at": now,
    }


def _now() -> datetime:
    return datetime.now(UTC)
