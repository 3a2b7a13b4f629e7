"""Which of several things with one noun a face belongs to: the left or the right wing, the front or the back legs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Direction = tuple[int, int, int]


def between(places: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Where places on a line fall apart into two groups.

    Parameters
    ----------
    places : (N,) float64
        At least one.
    weights : (N,) float64, 0 or more
        Not all 0.

    Returns
    -------
    middle : float
        Half way between the means of the two groups whose means are furthest apart for their weights; the place itself
        if all are in one. What is in between, a wing's root or the belly between two legs, is shared in the middle.

    References
    ----------
    .. [1] N. Otsu, IEEE Trans. SMC 9, 62-66 (1979): the largest variance between two groups.

    Examples
    --------
    >>> between(np.array([0.0, 1.0, 7.0, 8.0]), np.ones(4))
    4.0
    """
    order = np.argsort(places, kind="stable")
    place, weight = places[order], weights[order]
    below, moment = np.cumsum(weight), np.cumsum(weight * place)
    above = below[-1] - below
    mean = np.divide(moment, below, out=np.full_like(moment, place[0]), where=below > 0)
    rest = np.divide(moment[-1] - moment, above, out=mean.copy(), where=above > 0)
    best = int(np.argmax(below * above * (rest - mean) ** 2))
    return float((mean[best] + rest[best]) / 2)


def on_side(
    middles: NDArray[np.float64], weights: NDArray[np.float64], directions: Sequence[Direction]
) -> NDArray[np.bool_]:
    """Which faces lie on a side of what a noun names.

    Parameters
    ----------
    middles : (F, 3) float64
        Of all faces of an object, in the convention of `models.parts`.
    weights : (F,) float64, 0 or more
        How much each face belongs to what the noun names; 0 for one that does not.
    directions : sequence of (x, y, z)
        All of them have to hold. None: the noun has no sides.

    Returns
    -------
    there : (F,) bool
        For all faces, whether they belong to the noun or not; all of them if none does.

    Examples
    --------
    >>> wings = np.array([[0.4, 0, 0], [0.5, 0, 0], [-0.4, 0, 0], [-0.5, 0, 0]])
    >>> on_side(wings, np.ones(4), [(1, 0, 0)]).tolist()
    [True, True, False, False]
    """
    there = np.ones(len(middles), bool)
    if not weights.any():
        return there
    for direction in directions:
        along = middles @ np.array(direction, np.float64)
        there &= along >= between(along[weights > 0], weights[weights > 0])
    return there
