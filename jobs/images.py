"""What may be uploaded as a picture, told from its first bytes and its header: no pixel is decoded here.

    with checked(stream) as picture:
        bucket.put_file(f"uploads/{owner}/{picture.sha256}", picture.path)

The limits are repeated in `models/images/limits.py`, for jobs/ and models/ do not know each other; a test holds the
two together. docs/image-input.md has the answer to every kind of picture.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Literal

from jobs.errors import InvalidRequest

CHUNK_BYTES = 65_536
HEAD_BYTES = 1_024  # in which every format below shows itself; an SVG may have a prologue

BYTES_MAX = 20_000_000  # twice what a phone's 48-megapixel JPEG has
PIXELS_MAX = 50_000_000  # the largest that phones take by default; decoded, 200 MB
SIDE_PX_MIN = 64  # the least that the image model may draw, too (jobs/settings.py)
ASPECT_MAX = 16  # a strip more narrow has less than SIDE_PX_MIN across once it is 1 024 px long
SEGMENTS_MAX = 1_000  # of a JPEG's header: 20 MB of extended metadata are 300

ACCEPTED = "PNG, JPEG and WebP are read"
READ = ("png", "jpeg", "webp")
MAGIC = {
    "png": rb"\x89PNG\r\n\x1a\n",
    "jpeg": rb"\xff\xd8\xff",
    "webp": rb"RIFF....WEBP",
    "gif": rb"GIF8[79]a",
    "bmp": rb"BM",
    "tiff": rb"II[*+]\0|MM\0[*+]",
    "heic": rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)",
    "avif": rb"....ftypavi[fs]",
    "pdf": rb"%PDF-",
    "svg": rb"(?:\xef\xbb\xbf)?\s*<(?:svg|[?!].*<svg)",
}
# Where each format writes width and height.
PNG_SIZE = re.compile(rb".{8}\0\0\0\x0dIHDR(.{4})(.{4})", re.DOTALL)
JPEG_START, JPEG_FILL = b"\xff\xd8", b"\xff\xff"
JPEG_FRAMES = {bytes((0xFF, sof)) for sof in range(0xC0, 0xD0) if sof not in (0xC4, 0xC8, 0xCC)}  # SOF0 to SOF15
JPEG_SIZE = re.compile(rb".(..)(..)", re.DOTALL)  # behind the bits per sample; height first
WEBP_CANVAS = re.compile(rb".{12}VP8X.{8}(...)(...)", re.DOTALL)
WEBP_LOSSLESS = re.compile(rb".{12}VP8L.{4}\x2f(.{4})", re.DOTALL)
WEBP_LOSSY = re.compile(rb".{12}VP8 .{7}\x9d\x01\x2a(..)(..)", re.DOTALL)
WEBP_SIDE = 0x3FFF  # 14 bits

NAMES = {"jpeg": "JPEG", "webp": "WebP"}  # the others are written in capitals


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that may come in. Its file is there until the `with` block ends."""

    path: Path
    format: str  #: png, jpeg or webp
    width: int  #: as its pixels lie in the file; EXIF may turn it later
    height: int
    bytes: int
    sha256: str


def looks_like(head: bytes) -> str | None:
    """The format whose files begin like that, also of those that are not read.

    >>> looks_like(b"GIF89a...")
    'gif'
    """
    begins = (kind for kind, magic in MAGIC.items() if re.match(magic, head[:HEAD_BYTES], re.DOTALL))
    return next(begins, None)


@contextmanager
def checked(stream: IO[bytes], *, folder: Path | None = None) -> Iterator[Upload]:
    """The picture in `stream`, copied to a temporary file in `folder`; memory stays at one chunk.

    Raises: InvalidRequest. What the pixels are like is found out by whoever decodes them.
    """
    with NamedTemporaryFile(dir=folder, prefix="lumen-upload-") as file:
        size_bytes, sha256 = _copied(stream, file.file)
        kind, width, height = _header(file.file)
        if (why := unfit(width, height)) is not None:
            raise refused(why)
        yield Upload(Path(file.name), kind, width, height, size_bytes, sha256)


def unfit(width: int, height: int) -> str | None:
    """What is wrong with a picture of that size.

    >>> unfit(1, 1)
    'is 1 x 1 pixels; each side needs 64'
    """
    size = f"is {width} x {height} pixels"
    if width * height > PIXELS_MAX:
        return f"{size}; the limit is {PIXELS_MAX // 1_000_000} million"
    if max(width, height) > ASPECT_MAX * min(width, height):
        return f"{size}; the long side may be {ASPECT_MAX} times the short one"
    if min(width, height) < SIDE_PX_MIN:
        return f"{size}; each side needs {SIDE_PX_MIN}"
    return None


def refused(why: str) -> InvalidRequest:
    return InvalidRequest("input.image", why)


def _copied(stream: IO[bytes], file: IO[bytes]) -> tuple[int, str]:
    """Its bytes and their sha256; `file` has them."""
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        size_bytes += len(chunk)
        if size_bytes > BYTES_MAX:
            raise refused(f"has more than {BYTES_MAX // 1_000_000} MB")
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return size_bytes, digest.hexdigest()


def _header(file: IO[bytes]) -> tuple[str, int, int]:
    """Format, width and height."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise refused("is empty")
    kind = looks_like(head)
    if kind is None:
        raise refused(f"is no picture; {ACCEPTED}")
    name = NAMES.get(kind, kind.upper())
    if kind not in READ:
        raise refused(f"is {'an' if kind in ('avif', 'svg') else 'a'} {name}; {ACCEPTED}")
    size = _of_jpeg(file) if kind == "jpeg" else _of_png(head) if kind == "png" else _of_webp(head)
    if size is None:
        raise refused(f"is a broken {name}: its header has no width and height")
    return kind, *size


def _of_png(head: bytes) -> tuple[int, int] | None:
    """IHDR is the first chunk, or it is no PNG (W3C PNG, third edition, 11.2.1)."""
    found = PNG_SIZE.match(head)
    return (_number(found[1], "big"), _number(found[2], "big")) if found else None


def _of_jpeg(file: IO[bytes]) -> tuple[int, int] | None:
    """From the frame header, which may stand behind any number of other segments (ITU-T T.81, B.2)."""
    file.seek(len(JPEG_START))
    for _ in range(SEGMENTS_MAX):
        marker, length = file.read(2), file.read(2)
        if not marker.startswith(b"\xff"):
            return None
        if marker in JPEG_FRAMES:
            found = JPEG_SIZE.match(file.read(HEAD_BYTES))
            return (_number(found[2], "big"), _number(found[1], "big")) if found else None
        # A fill byte may stand before a marker any number of times; a segment's length counts itself.
        file.seek(-3 if marker == JPEG_FILL else max(_number(length, "big") - 2, 0), 1)
    return None


def _of_webp(head: bytes) -> tuple[int, int] | None:
    """Of the canvas, or of the one bitstream where there is no canvas (RFC 9649)."""
    if found := WEBP_CANVAS.match(head):
        return 1 + _number(found[1], "little"), 1 + _number(found[2], "little")
    if found := WEBP_LOSSLESS.match(head):
        bits = _number(found[1], "little")
        return 1 + (bits & WEBP_SIDE), 1 + (bits >> WEBP_SIDE.bit_length() & WEBP_SIDE)
    if found := WEBP_LOSSY.match(head):
        return _number(found[1], "little") & WEBP_SIDE, _number(found[2], "little") & WEBP_SIDE
    return None


def _number(raw: bytes, order: Literal["big", "little"]) -> int:
    return int.from_bytes(raw, order)
