"""Outlines pushed out sideways: what is best drawn from its side, such as the shell of a car."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.procedural.kit.sdf import Array, Field
from models.procedural.kit.solids import Grain, Shell, Skin, surface


def prism(outline: Sequence[tuple[float, float]], half: float, *, rounding: float) -> Field:
    """A polygon in the plane of z and y, reaching `half` to either side, its edges rounded inwards.

    Parameters
    ----------
    outline : (K, 2) floats
        Corners as (z, y), either way round; K is at least 3.
    half : float
        Half the width in x, more than `rounding`.
    rounding : float
        Radius of every convex edge. A corner narrower than twice this much is worn off.

    Examples
    --------
    >>> square = prism([(-1, -1), (1, -1), (1, 1), (-1, 1)], 2, rounding=0.25)
    >>> square.distance(np.array([[0, 0, 3], [0, 0, 0], [3, 0, 0]], np.float32)).tolist()
    [2.0, -1.0, 1.0]
    """
    corners = np.array(outline, np.float32)

    def distance(points: Array) -> Array:
        flat = _polygon(points[:, [2, 1]], corners) + np.float32(rounding)
        aside = np.abs(points[:, 0]) - np.float32(half - rounding)
        outside = np.hypot(np.maximum(flat, 0), np.maximum(aside, 0))
        near: Array = outside + np.minimum(np.maximum(flat, aside), 0) - np.float32(rounding)
        return near

    low, high = corners.min(axis=0).astype(np.float64), corners.max(axis=0).astype(np.float64)
    return Field(distance, np.array([-half, low[1], low[0]]), np.array([half, high[1], high[0]]))


def _polygon(places: Array, corners: Array) -> Array:
    """Signed distance of (N, 2) places to a polygon: I. Quilez, "2D distance functions"."""
    nearest = np.full(len(places), np.inf, np.float32)
    inside = np.zeros(len(places), bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge, offset = end - start, places - start
        share = np.clip(offset @ edge / max(float(edge @ edge), 1e-12), 0, 1).astype(np.float32)
        gap = offset - share[:, None] * edge
        np.minimum(nearest, np.einsum("na,na->n", gap, gap), out=nearest)
        between = (start[1] <= places[:, 1]) != (end[1] <= places[:, 1])
        inside ^= between & ((edge[0] * offset[:, 1] > edge[1] * offset[:, 0]) == (edge[1] > 0))
    depth: Array = np.sqrt(nearest)
    return np.where(inside, -depth, depth)


def narrowed(field: Field, share: Callable[[Array], Array]) -> Field:
    """`field` with its x multiplied by `share` of each point, at most 1: a nose that tapers in plan."""

    def distance(points: Array) -> Array:
        squeezed = points.copy()
        squeezed[:, 0] /= share(points)
        return field.distance(squeezed)

    return Field(distance, field.low, field.high)


def crisp(field: Field, times: float = 2.0) -> Skin:
    """`field` on a grid so many times finer than its part's: for a shell whose edges one looks at."""

    def skin(grain: Grain) -> Shell:
        largest = float((field.high - field.low).max())
        return surface(field, replace(grain, cells=int(grain.cells * times)), largest)

    return skin
