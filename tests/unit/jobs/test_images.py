"""The door for pictures: counted, hashed and measured without decoding one."""

import hashlib
import io
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from jobs import images
from jobs.errors import InvalidRequest, Reason
from jobs.images import BYTES_MAX, CHUNK_BYTES, MAGIC, READ, checked, looks_like
from models.images import limits
from tests.pictures import file, photo, png

JPEG_WITH_MUCH_BEFORE_ITS_FRAME = file(photo(), "JPEG", exif=b"Exif\0\0" + bytes(60_000), icc_profile=bytes(200_000))


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken."""

    taken = 0
    asked_max = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.asked_max = max(self.asked_max, size)
        self.taken += size
        return b"\xff" * size


class Dribble(io.BytesIO):
    """A connection that gives a few bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


@pytest.mark.parametrize("size", [(64, 64), (640, 480), (300, 4_000), (16_000, 1_000)])
@pytest.mark.parametrize(
    "kind, options",
    [
        ("png", {}),
        ("jpeg", {}),
        ("jpeg", {"progressive": True}),
        ("webp", {}),
        ("webp", {"lossless": True}),
        ("webp", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
    ],
)
def test_the_header_says_what_the_decoder_would(size: tuple[int, int], kind: str, options: dict[str, object]) -> None:
    data = file(Image.new("RGB", size, "teal"), kind, **options)
    with checked(io.BytesIO(data)) as upload:
        assert (upload.format, upload.width, upload.height, upload.bytes) == (kind, *size, len(data))
        assert upload.sha256 == hashlib.sha256(data).hexdigest()
        assert upload.path.read_bytes() == data


def test_a_frame_may_stand_far_behind() -> None:
    with checked(io.BytesIO(JPEG_WITH_MUCH_BEFORE_ITS_FRAME)) as upload:
        assert (upload.width, upload.height) == (96, 64)


def test_fill_bytes_before_a_marker_are_passed_over() -> None:
    data = file(photo(), "JPEG")
    with checked(io.BytesIO(data[:2] + b"\xff" * 9 + data[2:])) as upload:
        assert (upload.width, upload.height) == (96, 64)


def test_a_jpeg_with_segments_without_end_is_given_up() -> None:
    data = file(photo(), "JPEG")
    comments = b"\xff\xfe\0\2" * 2_000
    with pytest.raises(InvalidRequest, match="broken JPEG"), checked(io.BytesIO(data[:2] + comments + data[2:])):
        pass


def test_a_slow_connection_changes_nothing() -> None:
    data = file(photo(), "PNG")
    with checked(Dribble(data)) as upload:
        assert upload.sha256 == hashlib.sha256(data).hexdigest()


def test_the_file_is_gone_afterwards(tmp_path: Path) -> None:
    with checked(io.BytesIO(file(photo(), "PNG")), folder=tmp_path) as upload:
        assert list(tmp_path.iterdir()) == [upload.path]
    assert list(tmp_path.iterdir()) == []


def test_a_refused_file_is_gone_too(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest), checked(io.BytesIO(b"text"), folder=tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_stream_without_end_is_left_at_the_limit(tmp_path: Path) -> None:
    stream = Endless()
    with pytest.raises(InvalidRequest, match="more than 20 MB"), checked(stream, folder=tmp_path):
        pass
    assert BYTES_MAX < stream.taken <= BYTES_MAX + CHUNK_BYTES
    assert stream.asked_max == CHUNK_BYTES


def test_memory_stays_at_a_few_chunks() -> None:
    data = png(4_000, 3_000, bytes(range(250)) * 48)
    padded = data + bytes(BYTES_MAX - len(data))
    tracemalloc.start()
    with checked(io.BytesIO(padded)) as upload:  # shares the bytes that are there already
        assert upload.bytes == BYTES_MAX
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * CHUNK_BYTES


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(InvalidRequest) as refusal, checked(io.BytesIO(b"")):
        pass
    assert (refusal.value.field, refusal.value.why, refusal.value.reason) == (
        "input.image",
        "is empty",
        Reason.INVALID_INPUT,
    )


def test_every_format_that_is_read_has_a_beginning() -> None:
    assert set(READ) <= set(MAGIC)
    assert looks_like(b"") is None
    assert looks_like(b"RIFF\0\0\0\0AVI LIST") is None


def test_the_decoder_keeps_the_same_limits() -> None:
    for name in ("BYTES_MAX", "PIXELS_MAX", "SIDE_PX_MIN", "ASPECT_MAX"):
        assert getattr(images, name) == getattr(limits, name)


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_the_decoder_words_its_limits_alike(width: int, height: int) -> None:
    assert images.unfit(width, height) == limits.unfit(width, height)


@pytest.mark.parametrize(
    "width, height, fits",
    [
        (64, 64, True),
        (63, 64, False),
        (1_024, 64, True),
        (1_025, 64, False),
        (10_000, 5_000, True),
        (10_000, 5_001, False),
    ],
)
def test_a_limit_is_still_within(width: int, height: int, fits: bool) -> None:
    assert (images.unfit(width, height) is None) == fits


@settings(max_examples=300)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftyp", b"<?xml"]),
    st.binary(),
)
def test_any_bytes_are_measured_or_refused(start: bytes, rest: bytes) -> None:
    with suppress(InvalidRequest), checked(io.BytesIO(start + rest)) as upload:
        assert upload.width >= images.SIDE_PX_MIN
