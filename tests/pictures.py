"""Picture files as strangers send them, built by Pillow or, where it would not write such a thing, by hand."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # PNG's colour types
PNG_START = b"\x89PNG\r\n\x1a\n"


def file(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, row: bytes, *chunks: bytes, bits: int = 8, colour: int = RGB) -> bytes:
    """`height` times the same row of samples; `chunks` stand before the pixels."""
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(b"\0" + row) for _ in range(height)) + packer.flush()
    return b"".join((PNG_START, header(width, height, bits, colour), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND")))


def header(width: int, height: int, bits: int = 8, colour: int = RGB) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def photo(width: int = 96, height: int = 64) -> Image.Image:
    """Many colours, no two quarters alike."""
    coarse = np.random.default_rng(3).integers(0, 256, (8, 12, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """Upright it is red on the left, green above and blue below on the right; it lies as EXIF says."""
    upright = Image.new("RGB", (96, 64), "red")
    upright.paste("lime", (48, 0, 96, 32))
    upright.paste("blue", (48, 32, 96, 64))
    lying = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    return file(upright if lying is None else upright.transpose(lying), kind, exif=exif)


def cut(mode: str = "RGBA") -> Image.Image:
    """A red disc on nothing."""
    rows, columns = np.ogrid[:80, :80]
    pixels = np.zeros((80, 80, 4), np.uint8)
    pixels[(rows - 40) ** 2 + (columns - 40) ** 2 < 900] = (200, 30, 30, 255)
    return Image.fromarray(pixels).convert(mode)


def palette_cut() -> bytes:
    """Entry 0 is clear, entry 1 red."""
    row = b"\0" * 20 + b"\1" * 40 + b"\0" * 20
    colours = chunk(b"PLTE", bytes((0, 0, 0, 200, 30, 30)))
    return png(80, 80, row, colours, chunk(b"tRNS", b"\0\xff"), colour=PALETTE)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "lime", "blue")]
    return file(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def grey16() -> bytes:
    """Black, mid grey, white, in thirds."""
    return png(96, 64, b"".join(struct.pack(">H", value) * 32 for value in (0, 32_768, 65_535)), bits=16, colour=GREY)


def rgb16_with_clear_colour() -> bytes:
    """The first half in the colour that counts as clear, the second half in another."""
    clear, red = struct.pack(">3H", 32_768, 32_768, 32_768), struct.pack(">3H", 65_535, 0, 0)
    return png(96, 64, clear * 48 + red * 48, chunk(b"tRNS", clear), bits=16)


def icon() -> Image.Image:
    """A square of which only the corners are clear."""
    alpha = Image.new("L", (100, 100), 255)
    for corner in ((0, 0), (90, 0), (0, 90), (90, 90)):
        alpha.paste(0, (*corner, corner[0] + 10, corner[1] + 10))
    image = Image.new("RGB", (100, 100), "navy")
    image.putalpha(alpha)
    return image
