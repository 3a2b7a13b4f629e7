"""Alpha: whether it tells a thing from its surroundings, and how much of the picture it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SEEN = 8  # of 255: what is fainter (3 %) is a compressor's dust around a cut-out, and nobody sees it
SOLID = 128  # of 255: the pixel is rather the thing than its surroundings
# The rounded corners of an app's icon, 22 % of its side each, clear (4 - pi) 0.22^2 = 4 % of it: that is no cut-out.
CLEAR_SHARE_MIN = 0.05
TOUCH_SHARE_MIN = 0.01  # of a side: less is a ragged edge of the mask, not a thing that goes on outside
SHARE_MIN = (64 / 1024) ** 2  # 64 px across in a picture of 1 024: the least that is taken as a picture at all
SHARE_MAX = 0.98  # a thing in front of anything leaves more than a rim of 1 px around 200: an estimate
SIDES = ("top", "bottom", "left", "right")

Alpha = NDArray[np.uint8]


def useful(alpha: Alpha) -> bool:
    """Whether somebody has cut the thing out already.

    Parameters
    ----------
    alpha : (H, W) uint8

    Examples
    --------
    >>> alpha = np.full((10, 10), 255, np.uint8)
    >>> useful(alpha)
    False
    >>> alpha[:, :2] = 0
    >>> useful(alpha)
    True
    """
    return bool(np.mean(alpha < SEEN) >= CLEAR_SHARE_MIN)


def share(alpha: Alpha) -> float:
    """How much of the picture the thing covers, 0 to 1.

    Examples
    --------
    >>> share(np.array([[255, 0], [100, 0]], np.uint8))
    0.25
    """
    return float(np.mean(alpha >= SOLID))


def touches(alpha: Alpha) -> tuple[str, ...]:
    """The sides of the picture at which the thing may go on outside.

    Parameters
    ----------
    alpha : (H, W) uint8

    Returns
    -------
    sides : tuple of top, bottom, left, right
        Those with solid pixels along at least TOUCH_SHARE_MIN of their length.

    Examples
    --------
    >>> alpha = np.zeros((50, 50), np.uint8)
    >>> alpha[40:, 20:30] = 255
    >>> touches(alpha)
    ('bottom',)
    """
    edges = (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])
    return tuple(side for side, edge in zip(SIDES, edges, strict=True) if share(edge) >= TOUCH_SHARE_MIN)


def on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) RGBA laid on white: (H, W, 3).

    Examples
    --------
    >>> on_white(np.array([[[0, 0, 0, 0], [9, 9, 9, 255]]], np.uint8)).tolist()
    [[[255, 255, 255], [9, 9, 9]]]
    """
    alpha = pixels[..., 3:].astype(np.uint16)
    mixed = (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return mixed.astype(np.uint8)


def refuse(alpha: Alpha) -> str | None:
    """What speaks against a thing cut out like that, or None.

    Parameters
    ----------
    alpha : (H, W) uint8

    Examples
    --------
    >>> refuse(np.full((10, 10), 255, np.uint8))
    'the thing covers the whole picture, so nothing was cut out'
    """
    covered = share(alpha)
    if covered > SHARE_MAX:
        return "the thing covers the whole picture, so nothing was cut out"
    if covered == 0:
        return "nothing is left of the picture without its background"
    if covered < SHARE_MIN:
        return f"the thing is too small: it covers {covered:.2%} of the picture"
    return None
