"""What a dead letter says: of a failed job, of a document nobody can read, of a message without a job."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationError

from jobs.errors import Reason
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.queue import Message
from jobs.request import Frozen

GARBAGE_BYTES_MAX = 64 * 1024  # of the original kept in the record
WHY_BYTES_MAX = 2 * 1024  # a sentence; it may quote the garbage, which has up to 1 MiB
ATTRIBUTES_MAX, NAME_BYTES_MAX, VALUE_BYTES_MAX = 100, 256, 1024  # Pub/Sub's own, of one message
PLAIN_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
NO_JOB: Mapping[str, Any] = {"job_id": None, "stage": None, "route": None, "attempt": 0, "refusals": [], "worker": None}


def cut(text: str, bytes_max: int) -> str:
    """As much of `text` as fits, and only what UTF-8 can say."""
    return text.encode(errors="replace")[:bytes_max].decode(errors="ignore")


def plain_id(message_id: str) -> str:
    """A message's id as part of a key: whoever pushes chooses it, so a strange one is known by its digest."""
    if not message_id or PLAIN_ID.fullmatch(message_id):
        return message_id
    return "sha256-" + hashlib.sha256(message_id.encode(errors="surrogatepass")).hexdigest()


def _up_to(bytes_max: int) -> BeforeValidator:
    return BeforeValidator(lambda value: cut(value, bytes_max) if isinstance(value, str) else value)


def _first_bytes(original: str) -> str:
    return base64.b64encode(base64.b64decode(original, validate=True)[:GARBAGE_BYTES_MAX]).decode()


class Attribute(Frozen):
    """One attribute of a message. A pair, because Firestore takes no map whose keys are like `__this__`."""

    name: Annotated[str, _up_to(NAME_BYTES_MAX)]
    value: Annotated[str, _up_to(VALUE_BYTES_MAX)]


def _as_pairs(attributes: object) -> object:
    """From a message's own form, as many as a message may have."""
    if not isinstance(attributes, Mapping):
        return attributes
    return [{"name": name, "value": value} for name, value in attributes.items()][:ATTRIBUTES_MAX]


class Garbage(Frozen):
    """A message in which no job was found, as it is kept: bounded, so that every backend takes it."""

    id: str = ""  #: its key on record
    reason: Reason = Reason.BAD_MESSAGE
    message: Annotated[str, _up_to(WHY_BYTES_MAX)]
    original: Annotated[str, AfterValidator(_first_bytes)]  #: base64
    original_bytes: int = Field(ge=0, lt=2**53)  #: before it was cut
    attributes: Annotated[tuple[Attribute, ...], BeforeValidator(_as_pairs), Field(max_length=ATTRIBUTES_MAX)] = ()
    source_message_id: Annotated[str, BeforeValidator(plain_id)] = ""
    filed_at: AwareDatetime | None = None  #: the store's time

    @classmethod
    def of(cls, message: Message, message_id: str, why: str) -> Self:
        kept = {"original": base64.b64encode(message.data).decode(), "original_bytes": len(message.data)}
        said = {"message": why, "attributes": message.attributes, "source_message_id": message_id}
        return cls.model_validate(kept | said)

    @property
    def data(self) -> bytes:
        """The original, as far as it is kept."""
        return base64.b64decode(self.original)

    def record(self) -> dict[str, Any]:
        """What it says, without what only its record knows."""
        return self.model_dump(mode="json", exclude={"id", "filed_at"})


def garbage_in(letter: Message) -> Garbage:
    """What a letter says. One that says nothing we can read is garbage itself, and must not come back for ever."""
    try:
        return Garbage.model_validate_json(letter.data)
    except ValidationError:
        message_id = letter.attributes.get("source_message_id", "")
        return Garbage.of(letter, message_id, "a dead letter that is none of ours")


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
    at = condemned.failed_at
    record = {"job_id": condemned.document.key, "reason": Reason.INVALID_INPUT.value, "message": condemned.why}
    return _letter({**NO_JOB, **record, "failed_at": at.isoformat() if at else None})


def letter_of_garbage(garbage: Garbage, *, at: datetime) -> Message:
    """The record of a message without a job: the original, its first 64 KiB, in base64."""
    attributes = {each.name: each.value for each in garbage.attributes}
    record = {**NO_JOB, **garbage.record(), "attributes": attributes, "failed_at": at.isoformat()}
    return _letter(record, source_message_id=garbage.source_message_id)


def _letter(record: Mapping[str, Any], *, trace: str = "", source_message_id: str = "") -> Message:
    """Attributes are cut to what Pub/Sub takes; the data says them in full."""
    said = {
        "job_id": record["job_id"],
        "reason": record["reason"],
        "stage": record["stage"],
        "attempt": record["attempt"],
        "source_message_id": source_message_id,
        "traceparent": trace,
    }
    attributes = {name: cut(str(value), VALUE_BYTES_MAX) for name, value in said.items() if value not in (None, "")}
    return Message(json.dumps(record).encode(), attributes)
