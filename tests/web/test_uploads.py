"""Pictures over HTTP: what is kept, and what is refused before it is read."""

import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.images import BYTES_MAX
from jobs.uploads import KEPT_FOR, name_of
from tests.fakes import START, FakeClock
from tests.pictures import file, photo
from tests.web.asking import ADA, BOB, Door, a_door


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path / "house", clock=FakeClock())


def uploaded(door: Door, data: bytes, *, kind: str = "image/png", as_: str | None = ADA, **more: Any) -> Any:
    return door.ask("POST", "/v1/uploads", as_=as_, data=data, content_type=kind, **more)


def kept(door: Door) -> list[str]:
    return [found.name for found in door.platform.bucket.find("uploads/")]


class Endless(io.RawIOBase):
    """A body that never ends, and knows how much of it was read."""

    def __init__(self, begins: bytes) -> None:
        self.begins = begins
        self.bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece, self.begins = self.begins[:size], self.begins[size:]
        piece += b"\0" * (size - len(piece))
        self.bytes += len(piece)
        return piece


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_is_kept_for_its_owner_for_a_week(door: Door, kind: str) -> None:
    data = file(photo(), kind)
    answer = uploaded(door, data, kind=f"image/{kind}")
    assert answer.status_code == 201
    said = answer.get_json()
    assert (said["id"], said["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert said["content_type"] == f"image/{kind}"
    assert datetime.fromisoformat(said["expires_at"]) == START + KEPT_FOR
    assert door.platform.bucket.get(name_of("ada", said["id"])) == data


def test_a_job_can_be_made_from_it_by_its_owner_and_by_nobody_else(door: Door) -> None:
    picture = uploaded(door, file(photo(), "png")).get_json()["id"]
    made, refused = (door.post("/v1/jobs", {"input": {"image": picture}}, as_=who) for who in (ADA, BOB))
    assert (made.status_code, refused.status_code) == (202, 400)
    assert refused.get_json()["errors"][0]["field"] == "input.image"


def test_it_is_what_it_is_whatever_it_was_sent_as(door: Door) -> None:
    """Phones and mail programs name pictures as they like; a browser believes the name."""
    answer = uploaded(door, file(photo(), "jpeg"), kind="image/png")
    assert (answer.status_code, answer.get_json()["content_type"]) == (201, "image/jpeg")


@pytest.mark.parametrize("kind", ["image/gif", "application/json", "multipart/form-data; boundary=x", "text/html", ""])
def test_another_kind_of_body_is_not_read(door: Door, kind: str) -> None:
    answer = uploaded(door, file(photo(), "png"), kind=kind)
    assert (answer.status_code, answer.get_json()["reason"]) == (415, "UNSUPPORTED_MEDIA")
    assert kept(door) == []


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "is empty"),
        (b"<script>alert(1)</script>", "is no picture"),
        (file(photo(), "gif"), "is a GIF"),
        (file(photo(), "png")[:20], "is a broken PNG"),
        (file(photo(8, 8), "png"), "is 8 x 8 pixels"),
    ],
)
def test_a_broken_picture_is_refused_in_a_sentence(door: Door, data: bytes, why: str) -> None:
    answer = uploaded(door, data)
    assert (answer.status_code, answer.get_json()["reason"]) == (400, "INVALID_INPUT")
    (wrong,) = answer.get_json()["errors"]
    assert wrong["field"] == "input.image"
    assert why in wrong["message"]
    assert kept(door) == []


def test_a_body_that_says_it_is_too_large_is_not_read(door: Door) -> None:
    body = Endless(b"")
    answer = uploaded(door, b"", environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": str(1 << 30)})
    assert (answer.status_code, answer.get_json()["reason"]) == (413, "PAYLOAD_TOO_LARGE")
    assert body.bytes == 0


def test_a_body_that_does_not_say_is_read_as_far_as_the_limit(door: Door) -> None:
    body = Endless(file(photo(), "png"))
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = uploaded(door, b"", environ_overrides={"wsgi.input": body, **chunked})
    assert (answer.status_code, answer.get_json()["reason"]) == (413, "PAYLOAD_TOO_LARGE")
    assert BYTES_MAX < body.bytes <= BYTES_MAX + (1 << 20)
    assert kept(door) == []


def test_an_upload_needs_a_key_that_may_submit(door: Door) -> None:
    assert uploaded(door, b"", as_=None).status_code == 401
    assert uploaded(door, b"", as_="Bearer reader").status_code == 403
