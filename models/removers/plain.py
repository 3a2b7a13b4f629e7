"""A thing before one plain colour: whatever of that colour is reached from the border is background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.color import rgb2lab

from models.errors import Refused
from models.images.mask import Mask, softened, without_specks
from models.removers.shadow import shadow

NEAR = 12.0  # CIE76: a difference of 2.3 is just seen; noise, JPEG and a vignette make up to about 10
BORDER_SHARE = 0.01  # width of the border, of the picture's shorter side
PLAIN_SHARE_MIN = 0.7  # of the border in one colour: a bust fills the lower side of it, a quarter
HOLE_SHARE_MIN = 0.001  # of the picture: between the legs of a chair; smaller ones are eyes and highlights
HOLE_NEAR = 4.0  # and as flat and as near to the background as nothing that is lit and painted is

Lab = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plain:
    """Needs no weights and no words."""

    def alpha(self, picture: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:  # noqa: ARG002 (it needs no words)
        """See `models.remover.Remover`.

        Examples
        --------
        >>> picture = np.full((64, 64, 3), 250, np.uint8)
        >>> picture[16:48, 16:48] = 40
        >>> int((Plain().alpha(picture, "box") > 0).sum())
        1024
        """
        lab = rgb2lab(picture).astype(np.float32)
        ground = background(lab)
        distance = np.linalg.norm(lab - ground, axis=2)
        outside = _reached(distance <= NEAR)
        outside |= _holes(distance, outside)
        outside |= shadow(lab - ground, outside)
        return softened(without_specks(~outside))


def background(lab: Lab) -> Lab:
    """The colour (3,) of the border. Raises: Refused when it has more than one."""
    border = _border(lab)
    colour: Lab = np.median(border, axis=0)
    if np.mean(np.linalg.norm(border - colour, axis=1) <= NEAR) < PLAIN_SHARE_MIN:
        raise Refused("the background is not one plain colour")
    return colour


def _border(lab: Lab) -> Lab:
    """The pixels (N, 3) along the four sides."""
    width = max(round(BORDER_SHARE * min(lab.shape[:2])), 1)
    inner = np.zeros(lab.shape[:2], bool)
    inner[width:-width, width:-width] = True
    return lab[~inner]


def _reached(near: Mask) -> Mask:
    """Pixels of the background's colour that hang together with the border; a diagonal gap lets nothing through."""
    labels, _ = ndimage.label(near)
    edges = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    reached: Mask = np.isin(labels, edges[edges > 0])
    return reached


def _holes(distance: NDArray[np.float32], outside: Mask) -> Mask:
    """Pieces of background that the thing encloses."""
    labels, count = ndimage.label((distance <= NEAR) & ~outside)
    pieces = np.arange(count + 1)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    away = ndimage.mean(distance, labels, pieces)
    hole = (sizes >= HOLE_SHARE_MIN * labels.size) & (away <= HOLE_NEAR)
    hole[0] = False
    holes: Mask = hole[labels]
    return holes
