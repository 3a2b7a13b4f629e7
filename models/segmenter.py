"""What finds things in a picture by their names: one port, its implementations are in `models/nets`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in a picture."""

    label: int  #: index of the prompt that it answers
    pixels: NDArray[np.bool_]  #: (H, W): where it is
    score: float  #: 0 to 1: how sure it is


class Segmenter(Protocol):
    """Finds things by their names. It keeps nothing of a picture."""

    def find(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> list[Found]:
        """Everything that answers one of the prompts.

        Parameters
        ----------
        picture : (H, W, 3) uint8
            RGB.
        prompts : sequence of str
            Nouns, at least one: "wing", "tail fin". No dots, which separate prompts for some models.

        Returns
        -------
        found : list of Found
            Any number for each prompt, in any order; they may overlap. None is empty.
        """


class Detector(Protocol):
    """Tells what is in a picture, and not where. It keeps nothing of it."""

    def sure(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> tuple[float, ...]:
        """How sure it is that there is one of each prompt, 0 to 1, in their order."""
