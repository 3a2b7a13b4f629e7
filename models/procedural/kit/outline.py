"""Lines in a plane or in space that are smooth but for their corners, and the triangles that fill an outline.

Things are written down as few knots. Where the line turns sharply at a knot it keeps a corner there, so a
cup's profile has a crisp rim and a round belly without saying which is which.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.procedural.kit.solids import Array

# An octagon of knots (45 degrees each) is meant to be a circle, a hexagon (60 degrees) is meant to be one.
CORNER_COS_MAX = math.cos(math.radians(50))


def line(knots: ArrayLike, steps: int, *, closed: bool = False) -> Array:
    """Points along a line through `knots`.

    Parameters
    ----------
    knots : (K, D) floats, at least 2
        A knot where the line turns by more than 50 degrees is a corner.
    steps : int, at least 1
        Points for each span of a smooth run; a run of one span is straight and needs none between.
    closed : bool
        Whether the last knot is joined to the first; the first point is then not repeated at the end.

    Returns
    -------
    points : (N, D) float64

    Examples
    --------
    >>> line([(0, 0), (1, 0), (1, 1)], 4).tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    >>> len(line([(0, 0), (1, 0), (2, 0.5)], 4))
    9
    """
    given = np.asarray(knots, np.float64)
    if not closed:
        return _runs(given, _corners(given)[1:-1].nonzero()[0] + 1, steps)
    corners = _corners(given).nonzero()[0]
    if not len(corners):
        padded = np.concatenate([given[-2:], given, given[:3]])
        return _smooth(padded, steps)[2 * steps : -2 * steps - 1]
    start = corners[0]
    turned = np.concatenate([np.roll(given, -start, axis=0), given[start : start + 1]])
    return _runs(turned, corners[1:] - start, steps)[:-1]


def _corners(given: Array) -> NDArray[np.bool_]:
    """At which knots of a closed line it turns sharply: (K,)."""
    ahead = np.roll(given, -1, axis=0) - given
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-12)
    sharp: NDArray[np.bool_] = np.einsum("ka,ka->k", ahead, np.roll(ahead, 1, axis=0)) < CORNER_COS_MAX
    return sharp


def _runs(given: Array, corners: NDArray[np.intp], steps: int) -> Array:
    """An open line in smooth runs from corner to corner."""
    ends = [0, *corners.tolist(), len(given) - 1]
    pieces = [_smooth(given[a : b + 1], steps)[:-1] for a, b in pairwise(ends)]
    return np.concatenate([*pieces, given[-1:]])


def _smooth(given: Array, steps: int) -> Array:
    """A curve through (K, D) knots: Catmull-Rom by chord length, which does not swing out where knots lie unevenly."""
    if len(given) == 2:
        return given
    reach = np.linalg.norm(np.diff(given, axis=0), axis=1)[:, None]
    slope = np.diff(given, axis=0) / reach
    # A tangent leans to the longer neighbour, so that a long wall stays straight up to its short bevel.
    inner = (slope[:-1] * reach[:-1] + slope[1:] * reach[1:]) / (reach[:-1] + reach[1:])
    tangent = np.concatenate([2 * slope[:1] - inner[:1], inner, 2 * slope[-1:] - inner[-1:]])
    t = (np.arange(steps) / steps)[None, :, None]
    p, q, m, n = given[:-1, None], given[1:, None], (tangent[:-1] * reach)[:, None], (tangent[1:] * reach)[:, None]
    bent = p + m * t + (3 * (q - p) - 2 * m - n) * t**2 + (2 * (p - q) + m + n) * t**3
    return np.concatenate([bent.reshape(-1, given.shape[1]), given[-1:]])


def area(outline: Array) -> float:
    """The area of a closed outline (N, 2), positive if it runs counter-clockwise."""
    x, y = outline.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def inset(outline: Array, by: float) -> Array:
    """A counter-clockwise outline (N, 2) moved inwards by `by`, less at very sharp corners."""
    before, after = outline - np.roll(outline, 1, axis=0), np.roll(outline, -1, axis=0) - outline
    inward = [np.stack([-edge[:, 1], edge[:, 0]], axis=1) for edge in (before, after)]
    left, right = (normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12) for normal in inward)
    middle = left + right
    moved: Array = outline + by * middle / np.maximum(np.einsum("na,na->n", middle, middle)[:, None] / 2, 0.5)
    return moved


def triangles(outline: Array) -> NDArray[np.int32]:
    """Fill a simple counter-clockwise outline (N, 2) with N - 2 triangles (N - 2, 3) by cutting off ears.

    Examples
    --------
    >>> triangles(np.array([(0, 0), (2, 0), (2, 2), (1, 0.5)], float)).tolist()
    [[3, 0, 1], [1, 2, 3]]
    """
    if _is_convex(outline):
        return _zigzag(len(outline))
    left, faces, at = list(range(len(outline))), [], 0
    while len(left) > 3:
        at = _ear(outline, left, at)
        faces.append([left[at - 1], left[at], left[(at + 1) % len(left)]])
        del left[at]
    return np.array([*faces, left], np.int32)


def _is_convex(outline: Array) -> bool:
    ahead = np.roll(outline, -1, axis=0) - outline
    after = np.roll(ahead, -1, axis=0)
    return bool((ahead[:, 0] * after[:, 1] - ahead[:, 1] * after[:, 0] > 0).all())


def _zigzag(count: int) -> NDArray[np.int32]:
    """The strip that fills a convex outline, from side to side; no search, and no fan of slivers."""
    low, high = np.arange(count) // 2, count - (np.arange(count) + 1) // 2
    strip = np.where(np.arange(count) % 2, high, low)
    corners = np.stack([strip[:-2], strip[1:-1], strip[2:]], axis=1)
    corners[0::2, [0, 1]] = corners[0::2, [1, 0]]
    return corners.astype(np.int32)


def _ear(outline: Array, left: Sequence[int], start: int) -> int:
    """The next corner from `start` on that can be cut off; every simple polygon has two."""
    for offset in range(len(left)):
        at = (start + offset) % len(left)
        if _is_ear(outline, left, at):
            return at
    raise ValueError("the outline crosses itself")


def _is_ear(outline: Array, left: Sequence[int], at: int) -> bool:
    """Whether corner `at` sticks out and no other corner lies in its triangle."""
    names = (left[at - 1], left[at], left[(at + 1) % len(left)])
    corner = outline[list(names)]
    if area(corner) <= 0:
        return False
    others = outline[[name for name in left if name not in names]]
    edge = np.roll(corner, -1, axis=0) - corner
    away = others - corner[:, None]
    side = edge[:, None, 0] * away[..., 1] - edge[:, None, 1] * away[..., 0]
    return not (side >= 0).all(axis=0).any()


def polar(*radii: float, turns: float = 1.0) -> list[tuple[float, float]]:
    """An outline from radii evenly round the middle, the first above it."""
    angles = [2 * math.pi * turns * k / len(radii) for k in range(len(radii))]
    return [(r * math.sin(angle), r * math.cos(angle)) for r, angle in zip(radii, angles, strict=True)]


def gear(teeth: int, outer: float, inner: float) -> list[tuple[float, float]]:
    """The outline of a cogwheel, to be drawn crisp."""
    step = 2 * math.pi / teeth
    corners = ((-0.32, inner), (-0.18, outer), (0.18, outer), (0.32, inner))
    return [(r * math.sin(step * (k + at)), r * math.cos(step * (k + at))) for k in range(teeth) for at, r in corners]
