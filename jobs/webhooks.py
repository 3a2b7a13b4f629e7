"""Webhooks: whom to tell when a job or a batch is over, where, and how they know that it is us (standardwebhooks.com).

An owner's webhooks lie in one record, so that there are never more than are allowed. Their secrets lie there as they
are, because signing needs them: whoever may read the store may sign.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from jobs.errors import InvalidRequest, RecordMissing
from jobs.job_document import plain
from jobs.records import Record, Records
from jobs.request import Frozen
from jobs.status import JobStatus

WEBHOOKS = "webhooks"
CURSORS = "cursors"  #: how far what looks through the documents has come
OF_ENDS = "webhooks"  #: the key of ours: everything that ended before is noticed
OWNED_MAX = 10  # each end of a job of theirs is that many requests of ours
SECRET_PREFIX = "whsec_"  # noqa: S105 (the standard's mark of a secret, none itself)
SECRET_BYTES = 32  # the standard: 24 to 64 bytes
ID_BYTES = 10  # 80 random bits
GONE = 410  # Standard Webhooks: who answers this wants to hear no more


class EventType(StrEnum):
    """What an owner may be told."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELED = "job.canceled"
    BATCH_COMPLETED = "batch.completed"  #: none of its jobs waits or runs any more, however they ended

    @classmethod
    def of(cls, status: JobStatus) -> "EventType":
        """What the end of a job in that status is called."""
        return cls(f"job.{status.value}")


ENDS = tuple(EventType)
TEST = "webhook.test"  #: a message about no job, sent when somebody asks for it


class Webhook(Frozen):
    """One address to tell, and how the telling went."""

    id: str
    url: str
    events: tuple[EventType, ...]
    secret: str
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None = None  #: it answered 410: it wants to hear no more
    failures: int = 0  #: deliveries that failed since the last that did not
    last_error: str = ""  #: why the last one failed; "" when it did not

    def wants(self, event: EventType, at: datetime) -> bool:
        """What was over before the webhook was there is not told."""
        return self.disabled_at is None and event in self.events and at >= self.created_at

    def noted(self, error: str, *, gone: bool, now: datetime) -> "Webhook":
        """After a delivery."""
        failures = self.failures + 1 if error else 0
        changes: dict[str, Any] = {"failures": failures, "last_error": error}
        return self.model_copy(update=changes | ({"disabled_at": now} if gone else {}))

    def headers(self, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
        """What proves that a message is ours, and of now."""
        timestamp = str(int(at.timestamp()))
        key = base64.b64decode(self.secret.removeprefix(SECRET_PREFIX))
        signature = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
        return {
            "Content-Type": "application/json",
            "User-Agent": "lumen-webhooks",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }


def body_of(event: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The form that the standard gives to every message."""
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}).encode()


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Everybody's."""

    records: Records
    check: Callable[[str], object]  #: looks at a URL before it is taken; raises InvalidRequest

    def add(self, owner: str, url: str, events: Sequence[EventType] = ENDS) -> Webhook:
        """Ends from now on are told there. Raises: InvalidRequest, BackendDown."""
        if not events:
            raise InvalidRequest("events", f"must be some of {', '.join(ENDS)}")
        self.check(url)
        new: dict[str, Any] = {"id": f"wh_{secrets.token_hex(ID_BYTES)}", "url": url, "secret": new_secret()}
        new["events"] = tuple(dict.fromkeys(events))
        # The cursor comes first: without one nobody looks for ends.
        self.records.update(CURSORS, OF_ENDS, lambda old, now: old or {"ended_at": now})

        def change(old: Record | None, now: datetime) -> Record:
            there = _in(old)
            if any(each.id == new["id"] for each in there):
                return _record(there)  # our own write: it landed, only its answer was lost
            if len(there) >= OWNED_MAX:
                raise InvalidRequest("", f"there are {OWNED_MAX} webhooks already, which is as many as one may have")
            return _record([*there, Webhook.model_validate(new | {"created_at": now})])

        return next(each for each in _in(self.records.update(WEBHOOKS, owner, change)) if each.id == new["id"])

    def of(self, owner: str) -> list[Webhook]:
        """An owner's, the oldest first. Raises: BackendDown."""
        try:
            return _in(self.records.get(WEBHOOKS, owner))
        except RecordMissing:
            return []

    def get(self, owner: str, webhook_id: str) -> Webhook:
        """Raises: RecordMissing, BackendDown."""
        return _named(self.of(owner), webhook_id)

    def remove(self, owner: str, webhook_id: str) -> None:
        """Nothing more is told there, also not what is waiting. Raises: RecordMissing, BackendDown."""
        self.get(owner, webhook_id)
        self._change(owner, lambda there, _now: [each for each in there if each.id != webhook_id])

    def note(self, owner: str, webhook_id: str, error: str, *, gone: bool = False) -> None:
        """How a delivery went; `gone`: it asked for no more. Raises: BackendDown."""

        def change(there: list[Webhook], now: datetime) -> list[Webhook]:
            return [each.noted(error, gone=gone, now=now) if each.id == webhook_id else each for each in there]

        self._change(owner, change)

    def _change(self, owner: str, change: Callable[[list[Webhook], datetime], list[Webhook]]) -> None:
        self.records.update(WEBHOOKS, owner, lambda old, now: _record(change(_in(old), now)))


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _in(record: Record | None) -> list[Webhook]:
    return [Webhook.model_validate(each) for each in record["webhooks"]] if record else []


def _record(webhooks: Sequence[Webhook]) -> Record:
    return {"webhooks": [plain(each.model_dump()) for each in webhooks]}


def _named(webhooks: Sequence[Webhook], webhook_id: str) -> Webhook:
    for each in webhooks:
        if each.id == webhook_id:
            return each
    raise RecordMissing(WEBHOOKS, webhook_id)
