"""The square that a shape is made from: the subject in the middle, on nothing, with room around it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.images.alpha import SEEN
from models.images.decode import SIDE_PX_MAX

PADDING = 0.1  # of the square on each side; what PartCrafter's own script leaves (its `padding_ratio`)


def framed(pixels: NDArray[np.uint8], *, side_px_max: int = SIDE_PX_MAX, padding: float = PADDING) -> NDArray[np.uint8]:
    """The subject alone in a square.

    Parameters
    ----------
    pixels : (H, W, 4) uint8
        RGBA, not premultiplied; what is fainter than SEEN counts as nothing.
    side_px_max : int
        Of the square; a smaller subject is not enlarged.
    padding : float in [0, 0.5)
        Share of the square left free on each side of the subject's longer extent.

    Returns
    -------
    square : (S, S, 4) uint8
        Subject centred; outside it all four channels are 0.

    Raises
    ------
    ValueError
        Nothing is to be seen.

    Examples
    --------
    >>> pixels = np.zeros((60, 60, 4), np.uint8)
    >>> pixels[10:50, :20] = 255
    >>> square = framed(pixels)
    >>> square.shape, np.argwhere(square[..., 3]).min(axis=0).tolist()
    ((50, 50, 4), [5, 15])
    """
    subject = _cropped(pixels)
    longest = max(subject.shape[:2])
    side = math.ceil(longest / (1 - 2 * padding))
    if side > side_px_max:
        side, room = side_px_max, round(side_px_max * (1 - 2 * padding))
        subject = _scaled(subject, room / longest)
    square = np.zeros((side, side, 4), np.uint8)
    height, width = subject.shape[:2]
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = subject
    return square


def _cropped(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is to be seen and its bounding box."""
    seen = pixels[..., 3] >= SEEN
    if not seen.any():
        raise ValueError("nothing is to be seen")
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return np.where(seen[box][..., None], pixels[box], 0).astype(np.uint8)


def _scaled(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Pillow multiplies colours by alpha on the way, so that nothing bleeds in from what is not seen."""
    height, width = (max(round(side * scale), 1) for side in pixels.shape[:2])
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))
