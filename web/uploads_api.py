"""Pictures over HTTP: the body is the file."""

from datetime import datetime
from http import HTTPStatus
from typing import IO, cast

from pydantic import BaseModel, Field

from jobs.errors import Reason, UnsupportedMedia
from jobs.images import BYTES_MAX, HEAD_BYTES, READ, looks_like
from jobs.keys import Scope
from jobs.uploads import KEPT_FOR
from web.bodies import PICTURE_S, Body, body_of
from web.endpoint import Answer, Asked, Endpoint, Nothing

TYPES = tuple(f"image/{kind}" for kind in READ)


class UploadAnswer(BaseModel):
    """A picture that is kept for a job to come."""

    id: str = Field(description="What a request names it by: `input.image`.")
    bytes: int
    content_type: str = Field(description="What the picture is, whatever it was sent as.")
    expires_at: datetime = Field(description="By then a job must have been made from it.")


class Seen:
    """A body that is read in pieces: how much it was, and how it began."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.head = b""
        self.bytes = 0

    def read(self, size: int) -> bytes:
        """Raises: PayloadTooLarge, InvalidRequest."""
        piece = self._body.read(size)
        self.bytes += len(piece)
        self.head = self.head or piece[:HEAD_BYTES]
        return piece


def upload(asked: Asked[Nothing, Nothing]) -> Answer:
    """Keep a picture for seven days. The same picture has the same id; docs/image-input.md says what is refused."""
    http = asked.http
    if http.mimetype not in TYPES:
        raise UnsupportedMedia(f"The body must be one of {', '.join(TYPES)}.")
    with body_of(http, bytes_max=BYTES_MAX, seconds=PICTURE_S) as body:
        seen = Seen(body)
        upload_id = asked.client.upload(cast("IO[bytes]", seen))  # of which only `read` is used
    kept = UploadAnswer(
        id=upload_id,
        bytes=seen.bytes,
        content_type=f"image/{looks_like(seen.head)}",
        expires_at=asked.house.platform.clock.now() + KEPT_FOR,
    )
    return Answer(kept, HTTPStatus.CREATED)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/uploads",
        upload,
        "Upload a picture",
        scope=Scope.SUBMIT,
        answers={201: UploadAnswer},
        reasons=(Reason.INVALID_INPUT, Reason.PAYLOAD_TOO_LARGE, Reason.UNSUPPORTED_MEDIA),
        costs="submit",
    ),
)
