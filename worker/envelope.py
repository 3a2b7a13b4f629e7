"""What Pub/Sub pushes: a wake-up, in an envelope or bare, or something that is none.

Bare is what a subscription with `no_wrapper` sends: the data is the body; with `write_metadata` the message's id and
its attributes are headers. `job_id` is not looked for there: gunicorn drops names with an underscore.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from jobs.errors import BadMessage
from jobs.queue import Message

MESSAGE_ID = "x-goog-pubsub-message-id"
TRACES = ("traceparent", "googclient_traceparent")  # ours, and the one that Pub/Sub's own tracing puts in

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _WakeUp(BaseModel):
    """The data of a message; fields we do not know are not our business."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: Id


class _Inner(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    data: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    message_id: str = Field(default="", alias="messageId")


class _Wrapped(BaseModel):
    """What makes a body an envelope, be it a broken one."""

    message: dict[str, Any]


class _Envelope(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    message: _Inner


@dataclass(frozen=True, slots=True)
class Hint:
    """The job a wake-up names, and the trace it belongs to. Only a hint: the documents decide."""

    job_id: str
    trace: str = ""


class Headers(Protocol):
    """Of a request; names in any case."""

    def get(self, name: str, /) -> str | None: ...


def open_envelope(body: bytes, headers: Headers) -> tuple[Message, str]:
    """The message in a push body, and its id. A body that is no envelope is a bare message, whatever it says.

    Raises: BadMessage for an envelope that is broken.
    """
    if not _is_envelope(body):
        attributes = {name: value for name in TRACES if (value := headers.get(name))}
        return Message(body, attributes), message_id_in(headers)
    try:
        envelope = _Envelope.model_validate_json(body)
    except ValidationError as error:
        raise BadMessage(_why("push body", error)) from None
    inner = envelope.message
    try:
        data = base64.b64decode(inner.data, validate=True)
    except ValueError as error:  # binascii.Error is one; letters that are not even ASCII give a plain one
        raise BadMessage(f"message.data is not base64: {error}") from None
    return Message(data, inner.attributes), inner.message_id


def message_id_in(headers: Headers) -> str:
    """The id of a bare message, "" when the subscription does not write it."""
    return headers.get(MESSAGE_ID) or ""


def _is_envelope(body: bytes) -> bool:
    """Whether it is a JSON object with an object called message."""
    try:
        _Wrapped.model_validate_json(body)
    except ValidationError:
        return False
    return True


def read_hint(message: Message) -> Hint:
    """The job that a message names. Raises: BadMessage, also when data and attributes disagree."""
    try:
        job_id = _WakeUp.model_validate_json(message.data).job_id
    except ValidationError as error:
        raise BadMessage(_why("message data", error)) from None
    said = message.attributes.get("job_id", job_id)
    if said != job_id:
        raise BadMessage(f"data names job {job_id}, attributes name {said[:64]!r}")
    return Hint(job_id, _trace(message.attributes))


def _trace(attributes: Mapping[str, str]) -> str:
    return next((attributes[name] for name in TRACES if attributes.get(name)), "")


def _why(what: str, error: ValidationError) -> str:
    first: Any = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{what}{': ' + where if where else ''}: {first['msg']}"
