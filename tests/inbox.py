"""Who is told of ends in tests: an inbox instead of the world outside, and jobs that end."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from jobs.addresses import Reply
from jobs.deliveries import (
    DELIVERIES,
    OVERLAP,
    Deliveries,
)
from jobs.delivery import LEASE, Delivery
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.records import Records
from tests.builders import a_job, claim, fail, finish, lease_of

URL = "https://hooks.example/lumen"
WELL = Reply(204)
OVERLAP_S, LEASE_S = OVERLAP.total_seconds(), LEASE.total_seconds()


@dataclass
class Inbox:
    """What was posted, where to and with which headers. `replies` come first, then `otherwise`."""

    messages: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    otherwise: Reply = WELL
    meanwhile: Callable[[], object] = lambda: None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.messages.append((url, headers, body))
        self.meanwhile()
        return self.replies.pop(0) if self.replies else self.otherwise

    def bodies(self) -> list[Any]:
        return [json.loads(body) for *_, body in self.messages]

    def told(self) -> list[str]:
        """The ids of the jobs, in order."""
        return [body["data"]["id"] for body in self.bodies()]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.messages]


def restarted(deliveries: Deliveries) -> Deliveries:
    """As another process has it, or this one after a restart."""
    return Deliveries(deliveries.store, deliveries.webhooks, deliveries.post, deliveries.public_url)


def succeeded(store: JobStore, job_id: str = "a", owner: str = "ada") -> Job:
    store.create(a_job(job_id, owner=owner, now=store.now()))
    return finish(store, job_id, lease_of(claim(store, job_id)))


def failed(store: JobStore, job_id: str = "a") -> Job:
    store.create(a_job(job_id, now=store.now()))
    return fail(store, job_id, lease_of(claim(store, job_id)))


def canceled(store: JobStore, job_id: str = "a", *, ago_s: float = 0) -> Job:
    """`ago_s`: its write lands that long after the time it carries."""
    store.create(a_job(job_id, now=store.now()))
    return store.update(job_id, lambda job, now: job.request_cancel(now=now - timedelta(seconds=ago_s)))


def kept(records: Records) -> list[Delivery]:
    return [Delivery.model_validate(record) for _, record in records.find(DELIVERIES, {}, limit=500)]
