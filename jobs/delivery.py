"""One end told to one webhook: what is told, when it is tried again, and when it is given up."""

import base64
import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime

from jobs.addresses import Reply
from jobs.errors import NotDue, Reason
from jobs.job import Job
from jobs.request import Frozen
from jobs.webhooks import GONE, EventType, Webhook, body_of

LEASE = timedelta(seconds=60)  # a delivery is one sender's for so long: a request takes 15 s, finding its way some more
RETRY_AFTER_S = (5, 300, 1800, 7200, 18_000, 36_000, 36_000)  # Standard Webhooks' schedule, up to a day and more
TRIES_MAX = len(RETRY_AFTER_S) + 1
JITTER = 0.2  # of a pause, at most: what failed together shall not come back together
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when a delivery that is over is due


class BatchTold(Frozen):
    """What is told of a batch that is over."""

    id: str
    name: str
    request_counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """An end, as every webhook of its owner's is told of it."""

    owner: str
    event: EventType
    id: str  #: of the job, or of the batch
    ended_at: datetime
    over_since: datetime  #: webhooks that are younger are not told
    more: Mapping[str, Any]

    @classmethod
    def of_job(cls, job: Job, ended_at: datetime) -> "Told":
        more = {"job_id": job.id, "reason": job.error.reason if job.error else None}
        return cls(job.owner_uid, EventType.of(job.status), job.id, ended_at, ended_at, more)


class Delivery(Frozen):
    """One end for one webhook. Under a lease while it is being sent: then its next try is due after that."""

    webhook: str
    owner_uid: str
    event: EventType
    job_id: str = ""  #: empty when it is the end of a batch
    batch: BatchTold | None = None
    reason: Reason | None = None
    ended_at: AwareDatetime
    state: Literal["pending", "sent", "given up"] = "pending"
    tries: int = 0
    tried_at: AwareDatetime | None = None
    next_at: AwareDatetime
    last_error: str = ""
    created_at: AwareDatetime

    @classmethod
    def of(cls, told: Told, webhook: Webhook, *, now: datetime) -> "Delivery":
        """A new one, due at once."""
        times = {"ended_at": told.ended_at, "next_at": now, "created_at": now}
        whose = {"webhook": webhook.id, "owner_uid": told.owner, "event": told.event}
        return cls.model_validate({**whose, **times, **told.more})

    def claim(self, *, now: datetime) -> "Delivery":
        """Ours for a lease. The try counts now: what kills its sender is given up too. Raises: NotDue."""
        if self.next_at > now:
            raise NotDue(f"A delivery to {self.webhook} is due at {self.next_at}.")
        return self.model_copy(update={"tries": self.tries + 1, "tried_at": now, "next_at": now + LEASE})

    def settle(self, reply: Reply, *, now: datetime) -> "Delivery":
        """After a try: sent, due again later, or given up."""
        if reply.ok:
            changes: dict[str, Any] = {"state": "sent", "next_at": NEVER}
        elif reply.status == GONE or self.tries >= TRIES_MAX:
            changes = {"state": "given up", "next_at": NEVER}
        else:
            changes = {"next_at": now + pause_after(self.tries)}
        return self.model_copy(update=changes | {"last_error": reply.words})

    def body(self, public_url: str) -> bytes:
        """What is told: thin, for the job is there to be asked for, and may have been tried again meanwhile."""
        if self.batch:
            links = {"self": f"{public_url}/v1/batches/{self.batch.id}"}
            return body_of(self.event, self.ended_at, self.batch.model_dump() | {"links": links})
        data: dict[str, Any] = {"id": self.job_id, "status": self.event.partition(".")[2]}
        data |= {"reason": self.reason} if self.reason else {}
        return body_of(self.event, self.ended_at, data | {"links": {"self": f"{public_url}/v1/jobs/{self.job_id}"}})


def pause_after(tries: int) -> timedelta:
    """Until the next try."""
    return timedelta(seconds=RETRY_AFTER_S[tries - 1] * random.uniform(1, 1 + JITTER))  # noqa: S311 (spreads load)


def key_of(*parts: str | datetime) -> str:
    """The key of a delivery, which is its `webhook-id` too: the same for one end and one webhook, whoever makes it."""
    text = "\0".join(part if isinstance(part, str) else part.isoformat() for part in parts)
    return "msg_" + base64.b32encode(hashlib.sha256(text.encode()).digest()[:20]).decode().lower()
