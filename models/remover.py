"""What removes a background: one port, its implementations are in `models/removers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Remover(Protocol):
    """Tells the thing in a picture from everything else."""

    def alpha(self, picture: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
        """How much each pixel belongs to the thing.

        Parameters
        ----------
        picture : (H, W, 3) uint8
            RGB.
        what : str
            The thing in words, "object" when nobody said: a remover may or may not need them.

        Returns
        -------
        alpha : (H, W) uint8
            0 outside, 255 inside, between the two along edges.

        Raises
        ------
        Refused
            With a sentence: it cannot be told apart in this picture.
        """
