"""Dead letters: what cannot succeed, said once on a topic of its own, with everything needed to understand it.

The document is the outbox: `dead_letter.published_at` is empty until the message is out. A crash
between the two steps publishes again rather than never.
"""

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.errors import LumenError, Reason, RecordExists
from jobs.job import Job
from jobs.job_store import JobStore, Unreadable
from jobs.queue import Delivery, JobQueue, Message
from jobs.records import Records

log = logging.getLogger(__name__)

GARBAGE_BYTES_MAX = 64 * 1024  # of the original kept in the record
LETTERS = "dead_letters"


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The dead-letter topic, and the records of what came with no job."""

    store: JobStore
    records: Records
    topic: JobQueue

    def announce(self, job: Job) -> None:
        """Publish a failed job's letter and note that it is out. Raises: BackendDown."""
        self.topic.publish(letter_for(job))
        self.store.update(job.id, lambda current, now: current.letter_published(now=now))

    def announce_unreadable(self, condemned: Unreadable) -> None:
        """The same for a document that no model can read. Raises: BackendDown."""
        self.topic.publish(letter_for_unreadable(condemned))
        self.store.announced(condemned)

    def try_to_announce(self, job: Job) -> None:
        """As `announce`; what cannot be said now is said by sweep."""
        try:
            self.announce(job)
        except LumenError as error:
            log.warning("dead letter of %s is left to sweep: %s", job.id, error)

    def reject(self, message: Message, *, message_id: str, why: str) -> None:
        """Keep a message in which no job was found. Raises: BackendDown; then it must not be acked."""
        self.topic.publish(letter_of_garbage(message, message_id, why))

    def drain(self, *, limit: int) -> int:
        """Take letters off the topic, keep garbage as records that ops can list. Returns how many were taken."""
        taken = 0
        while taken < limit and (delivery := self.topic.pull(0)) is not None:
            self._file(delivery)
            self.topic.ack(delivery)
            taken += 1
        return taken

    def _file(self, delivery: Delivery) -> None:
        """A job's letter is in its document already; garbage has only this record."""
        if delivery.message.attributes.get("job_id"):
            return
        source = delivery.message.attributes.get("source_message_id") or delivery.id
        try:
            self.records.create(LETTERS, f"m-{source}", _record_in(delivery.message, source))
        except RecordExists:
            log.info("dead letter m-%s is on record already", source)


def _record_in(letter: Message, message_id: str) -> dict[str, Any]:
    """What a letter says. One that says nothing we can read is garbage itself, and must not come back for ever."""
    try:
        record = json.loads(letter.data)
    except ValueError:
        record = None
    if isinstance(record, dict):
        return record
    return _record_in(letter_of_garbage(letter, message_id, "a dead letter that is no JSON object"), message_id)


def letter_for(job: Job) -> Message:
    """The failure record of a failed job."""
    assert job.error is not None  # a failed job has one: the model says so
    record = job.error.model_dump(mode="json") | {
        "job_id": job.id,
        "worker": job.attempts[-1].worker if job.attempts else None,
        "created_at": job.created_at.isoformat(),
        "failed_at": job.completed_at.isoformat() if job.completed_at else None,
    }
    return _letter(record, trace=job.trace)


def letter_for_unreadable(condemned: Unreadable) -> Message:
    """The failure record of a document that was failed because it could not be read."""
    record = {"job_id": condemned.document.key, "reason": Reason.INVALID_INPUT.value, "message": condemned.why}
    return _letter(record | {"stage": None, "attempt": 0})


def letter_of_garbage(message: Message, message_id: str, why: str) -> Message:
    """The record of a message without a job: the original, its first 64 KiB, in base64."""
    record = {
        "job_id": None,
        "reason": Reason.BAD_MESSAGE.value,
        "message": why,
        "stage": None,
        "attempt": 0,
        "original": base64.b64encode(message.data[:GARBAGE_BYTES_MAX]).decode(),
        "original_bytes": len(message.data),
        "attributes": dict(message.attributes),
    }
    return _letter(record, source_message_id=message_id)


def _letter(record: Mapping[str, Any], *, trace: str = "", source_message_id: str = "") -> Message:
    said = {
        "job_id": record["job_id"],
        "reason": record["reason"],
        "stage": record["stage"],
        "attempt": record["attempt"],
        "source_message_id": source_message_id,
        "traceparent": trace,
    }
    attributes = {name: str(value) for name, value in said.items() if value not in (None, "")}
    return Message(json.dumps(record).encode(), attributes)
