"""Faces turned so that each shell looks outward.

First the faces of a sheet are made to agree with each other, then every sheet that encloses something is made to
enclose a positive volume. A hollow inside another shell is left looking inward: that is its outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.measure import box, volumes
from models.mesh.normals import crosses, length
from models.mesh.topology import Edges, Index, Mask, joined
from models.parts import PartMesh

# The areas of a closed surface, as vectors, add up to 0. Up to this share of its area a sheet counts as closed, so
# that a crack does not hide that it is inside out; a bowl, whose sum is half of it, has no outside to turn to.
OPEN_SHARE_MAX = 0.01
# A ball has V = A^1.5 / 10.6. What encloses a millionth of that is a card seen from both sides.
VOLUME_SHARE_MIN = 1e-7
HOSTS_MAX, HOLLOWS_MAX = 8, 16  # the largest of a part; each pair costs a walk over the faces of the host


@dataclass(frozen=True, slots=True)
class Turns:
    """What has to be turned.

    Parameters
    ----------
    faces : (F,) bool
        The faces to turn round.
    one_sided : int
        Sheets like a Moebius strip, which cannot be made to agree and are left as they are.
    """

    faces: Mask
    one_sided: int


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Faces joined over edges of two sides. `label` (F,) is each face's sheet, the rest is per sheet."""

    label: Index
    volume: NDArray[np.float64]
    closed: Mask


def outward(part: PartMesh, found: Edges) -> Turns:
    """Which faces of a sound part look the wrong way.

    Parameters
    ----------
    part : PartMesh
    found : Edges
        Its edges, from `topology.edges`.

    Returns
    -------
    turns : Turns

    Notes
    -----
    In a sheet that disagrees with itself the fewest faces are turned. If the part as a whole is inside out, it is
    turned as a whole, so that its hollows turn with it.

    Examples
    --------
    >>> from models.mesh.topology import edges
    >>> faces = np.array([[0, 2, 1], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> part = PartMesh("tip", np.eye(4, 3, dtype=np.float32), faces)
    >>> outward(part, edges(part)).faces.tolist()
    [True, False, False, False]
    """
    label, against, one_sided = _agreed(len(part.faces), found)
    sheets = _measured(part, label, against)
    wanted = np.where(_hollows(part, sheets), -1, 1)
    turned = sheets.closed & (np.sign(sheets.volume) != wanted)
    turned[one_sided] = False
    return Turns(against ^ turned[label], len(one_sided))


def _agreed(count: int, found: Edges) -> tuple[Index, Mask, Index]:
    """Per face its sheet and whether it is against the majority there; and the sheets that have one side only."""
    one, other = found.pairs
    at_odds = found.upward[one] == found.upward[other]
    one, other = one // 3, other // 3
    if not at_odds.any():
        return joined(count, one, other), np.zeros(count, bool), np.zeros(0, np.int64)
    # Each face twice, as it is and turned round (+ count): joined are those that agree along an edge.
    flip = count * at_odds
    both = joined(2 * count, np.concatenate([one, one + count]), np.concatenate([other + flip, other + count - flip]))
    as_is, turned = both[:count], both[count:]
    _, label = np.unique(np.minimum(as_is, turned), return_inverse=True)
    against = as_is > turned
    most = 2 * np.bincount(label, against) > np.bincount(label)
    return label.astype(np.int64), against ^ (most[label] & (as_is != turned)), np.unique(label[as_is == turned])


def _measured(part: PartMesh, label: Index, against: Mask) -> _Sheets:
    """The sheets once their faces agree."""
    product = crosses(part.vertices, part.faces)
    product[against] *= -1
    volume = np.bincount(label, volumes(part.vertices, part.faces, product)).astype(np.float64)
    area = np.bincount(label, length(product))
    vector: NDArray[np.float64] = np.stack([np.bincount(label, column) for column in product.T], axis=1)
    # `product` is twice the area, hence the 2 in the second line.
    closed = length(vector) <= OPEN_SHARE_MAX * area
    return _Sheets(label, volume, closed & (np.abs(volume) > VOLUME_SHARE_MIN * (area / 2) ** 1.5))


def _hollows(part: PartMesh, sheets: _Sheets) -> Mask:
    """Which sheets are the inner wall of another: inverted within it, and inside it. (S,) bool."""
    hollow = np.zeros(len(sheets.volume), bool)
    volume = np.where(sheets.closed, sheets.volume, 0)
    if volume.min() >= 0:
        return hollow
    volume *= -1 if volume.sum() < 0 else 1
    largest = np.argsort(-np.abs(volume), kind="stable")
    hosts = largest[volume[largest] > 0][:HOSTS_MAX]
    for sheet in largest[volume[largest] < 0][:HOLLOWS_MAX]:
        hollow[sheet] = any(
            volume[host] > -volume[sheet] and _inside(part, sheets.label, sheet, host) for host in hosts
        )
    return hollow


def _inside(part: PartMesh, label: Index, sheet: int, host: int) -> bool:
    """Whether one closed sheet lies within another: its box does, and its first vertex does."""
    own, around = part.vertices[part.faces[label == sheet]], part.vertices[part.faces[label == host]]
    (low, high), (host_low, host_high) = box(own.reshape(-1, 3)), box(around.reshape(-1, 3))
    if (low < host_low).any() or (high > host_high).any():
        return False
    return abs(winding(own[0, 0].astype(np.float64), around.astype(np.float64))) > 0.5


def winding(point: NDArray[np.float64], corners: NDArray[np.float64]) -> float:
    """How often closed faces go round a point: 1 or -1 inside, 0 outside, 0 also where they do not close.

    Parameters
    ----------
    point : (3,) float64
    corners : (F, 3 corners, 3 axes) float64

    Returns
    -------
    winding : float
        The solid angles of the faces over 4 pi, reference [1]_.

    References
    ----------
    .. [1] A. van Oosterom, J. Strackee, The solid angle of a plane triangle, IEEE Trans. Biomed. Eng. 30, 1983.

    Examples
    --------
    >>> corners = np.eye(4, 3)[[[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]]]
    >>> [round(abs(winding(np.full(3, place), corners)), 6) for place in (0.1, 0.9)]
    [1.0, 0.0]
    """
    offset = corners - point
    scale = np.abs(offset).max() or 1.0
    a, b, c = np.moveaxis(offset / scale, 1, 0)
    far_a, far_b, far_c = length(a), length(b), length(c)
    above = np.einsum("fa,fa->f", a, np.cross(b, c))
    below = far_a * far_b * far_c + _dot(a, b) * far_c + _dot(b, c) * far_a + _dot(c, a) * far_b
    return float(np.arctan2(above, below).sum() / (2 * np.pi))


def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = np.einsum("fa,fa->f", one, other)
    return product
