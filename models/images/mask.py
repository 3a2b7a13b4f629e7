"""A mask of the subject: its pieces without the specks, its edge without the stairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from models.images.alpha import SOLID

PIECE_SHARE_MIN = 0.02  # of the largest piece: a bird's foot seen apart from the bird is kept, dust is not

Mask = NDArray[np.bool_]


def without_specks(mask: Mask) -> Mask:
    """The largest connected piece and those that are not much smaller.

    Parameters
    ----------
    mask : (H, W) bool

    Examples
    --------
    >>> mask = np.zeros((20, 20), bool)
    >>> mask[:10, :10] = mask[15, 15] = True
    >>> int(without_specks(mask).sum())
    100
    """
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    kept: Mask = (sizes >= PIECE_SHARE_MIN * sizes.max())[labels]
    return kept


def softened(mask: Mask) -> NDArray[np.uint8]:
    """As alpha: 0 outside, 255 inside, in between on the mask's own edge pixels.

    A mask's outermost pixels show some of the background; where more of it is near, more shines through. They stay
    solid: what is one pixel thin must not be lost.

    Parameters
    ----------
    mask : (H, W) bool

    Examples
    --------
    >>> softened(np.array([[False, False, True, True, True]])).tolist()
    [[0, 0, 170, 255, 255]]
    """
    near = ndimage.uniform_filter(mask.astype(np.float32), 3, mode="nearest")
    return np.where(mask, np.maximum(np.rint(255 * near), SOLID), 0).astype(np.uint8)
