"""Parts without names, and what segmenters say of each: which part gets which name."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from models.mesh.render import NOTHING

Ids: TypeAlias = NDArray[np.int32]
Votes: TypeAlias = NDArray[np.float64]


def shares(part: Ids, face_id: Ids, label: Ids, weight: NDArray[np.float32], *, parts: int, labels: int) -> Votes:
    """How much of what is seen of each part carries each label.

    Parameters
    ----------
    part : (F,) int32
        Which part each face is in.
    face_id, label : (K, H, W) int32
        What each pixel sees and which label it has, NOTHING for neither (`models.mesh.vote.paint`).
    weight : (K, H, W) float32 in [0, 1]
        How much each pixel's label counts.
    parts, labels : int

    Returns
    -------
    votes : (P, L) float64 in [0, 1]
        The row of a part that no view sees is 0.

    Examples
    --------
    >>> seen, label = np.array([[[0, 0, 1, NOTHING]]], np.int32), np.array([[[1, NOTHING, 0, 0]]], np.int32)
    >>> shares(np.array([0, 1], np.int32), seen, label, np.ones((1, 1, 4), np.float32), parts=2, labels=2).tolist()
    [[0.0, 0.5], [1.0, 0.0]]
    """
    on = face_id != NOTHING
    owner = part[face_id[on]].astype(np.int64)
    said = label[on] != NOTHING
    votes = np.bincount(owner[said] * labels + label[on][said], weight[on][said], minlength=parts * labels)
    pixels = np.bincount(owner, minlength=parts)
    share: Votes = votes.reshape(parts, labels) / np.maximum(pixels, 1)[:, None]
    return share


def assign(votes: Votes) -> Ids:
    """The name of each part: the one-to-one choice with the most votes altogether.

    Each part's own favourite would do, if two parts never had the same one: a neck is called "head" by many views, and
    there is a better head beside it.

    Parameters
    ----------
    votes : (P, N) float64, 0 or more
        What each part got for each name, in numbers that can be compared between parts.

    Returns
    -------
    name : (P,) int32
        Index of a name, each at most once; NOTHING for a part without one: there are more parts than names, or no vote
        speaks for a name that was left.

    References
    ----------
    .. [1] D. F. Crouse, IEEE Trans. Aerosp. Electron. Syst. 52, 1679-1696 (2016), as `scipy.optimize` has it.

    Examples
    --------
    >>> assign(np.array([[0.9, 0.0], [0.6, 0.3]])).tolist()
    [0, 1]
    >>> assign(np.array([[0.9, 0.0], [0.6, 0.0]])).tolist()
    [0, -1]
    """
    chosen, name = linear_sum_assignment(votes, maximize=True)
    given = np.full(len(votes), NOTHING, np.int32)
    backed = votes[chosen, name] > 0
    given[chosen[backed]] = name[backed]
    return given
