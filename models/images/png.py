"""Pixels to and from the PNG files that stages hand on."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PNG_LEVEL = 3  # of 9: half of zlib's time at level 6, for a fifth more bytes


def write(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 4) or (H, W, 3) as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=PNG_LEVEL)
    return file.getvalue()


def read(data: bytes) -> NDArray[np.uint8]:
    """A PNG file of ours as (H, W, 4), opaque where it has no alpha; the caller may change it.

    Examples
    --------
    >>> read(write(np.zeros((2, 3, 3), np.uint8))).shape
    (2, 3, 4)
    """
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        return np.array(image.convert("RGBA"))
