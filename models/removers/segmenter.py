"""A thing before anything: a segmenter finds it by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import Refused
from models.images.mask import Mask, softened, without_specks

if TYPE_CHECKING:
    from models.segmenter import Segmenter

# A piece that lies so far within the best one is a second find of the same thing, or a part of it; less is a neighbour.
SAME_SHARE_MIN = 0.5


@dataclass(frozen=True, slots=True)
class Segmented:
    """Asks for the thing by name and takes the find it is surest of."""

    segmenter: Segmenter

    def alpha(self, picture: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
        """See `models.remover.Remover`."""
        found = [find for find in self.segmenter.find(picture, (what,)) if find.pixels.any()]
        if not found:
            raise Refused(f"no {what} was found in the picture")
        best = max(found, key=lambda find: find.score)
        joined = np.logical_or.reduce([find.pixels for find in found if _within(find.pixels, best.pixels)])
        return softened(without_specks(joined))


def _within(piece: Mask, thing: Mask) -> bool:
    return bool((piece & thing).sum() >= SAME_SHARE_MIN * piece.sum())
