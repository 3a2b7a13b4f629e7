"""Signed distance fields: shapes as functions, negative inside, joined without seams.

A `Field` knows its distance and a box that holds its surface, so that the grid it is meshed on can be
tight. Distances are exact for boxes and limbs and good near the surface for balls, which is all that
blending and meshing ask for.

References
----------
.. [1] I. Quilez, "Distance functions" and "Smooth minimum": https://iquilezles.org/articles/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector: TypeAlias = tuple[float, float, float]
Array: TypeAlias = NDArray[np.float32]

TINY = np.float32(1e-6)  # keeps divisions by a distance finite at the very centre of a ball


@dataclass(frozen=True, slots=True)
class Field:
    """A solid as a function.

    Parameters
    ----------
    distance : function of (N, 3) float32 points to (N,) float32
        Negative inside, in the units of the points.
    low, high : (3,) float64
        Corners of a box that contains the surface.
    """

    distance: Callable[[Array], Array]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def rotation(turn_deg: Vector) -> NDArray[np.float64]:
    """The matrix (3, 3) that turns about x, then y, then z, each by degrees.

    Shapes are written down in degrees because people read them; radians begin here.

    Examples
    --------
    >>> (rotation((0, 90, 0)) @ [0, 0, 1]).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    x, y, z = (math.radians(angle) for angle in turn_deg)
    about_x = np.array([[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]])
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_z = np.array([[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]])
    turned: NDArray[np.float64] = about_z @ about_y @ about_x
    return turned


def ball(centre: ArrayLike, radii: ArrayLike, *, turn_deg: Vector = (0, 0, 0), power: float = 2.0) -> Field:
    """An ellipsoid; with a larger `power` its sides go flat, towards a soft box.

    Parameters
    ----------
    centre, radii : (3,) floats
        Radii are positive.
    turn_deg : (3,) floats
        Degrees about x, y, z, in that order.
    power : float, at least 2
        2 is an ellipsoid, 4 a cushion, 10 nearly a box.

    Examples
    --------
    >>> ball((0, 0, 0), (1, 1, 1)).distance(np.array([[2, 0, 0], [0, 0.5, 0]], np.float32)).round(3).tolist()
    [1.0, -0.5]
    """
    turn = rotation(turn_deg)
    origin, radius = np.array(centre, np.float32), np.array(radii, np.float32)
    into = turn.astype(np.float32)  # points are rows, so multiplying by the matrix turns them back

    def distance(points: Array) -> Array:
        scaled = _single(np.abs((points - origin) @ into) / radius)
        level, slope = _level(scaled, radius, power)
        return _single((level - 1) / np.maximum(slope, TINY))

    reach = np.abs(turn) @ np.array(radii, np.float64)
    return Field(distance, np.array(centre) - reach, np.array(centre) + reach)


def _single(values: NDArray[np.floating]) -> Array:
    """As float32: half the memory of what numpy may widen it to, and exact enough for a grid."""
    return values.astype(np.float32, copy=False)


def _level(scaled: Array, radius: Array, power: float) -> tuple[Array, Array]:
    """The p-norm of the scaled points and the length of its gradient."""
    if power == 2:
        level = np.sqrt(np.einsum("na,na->n", scaled, scaled)) + TINY
        lean = scaled / radius
        return level, np.sqrt(np.einsum("na,na->n", lean, lean)) / level
    level = (scaled**power).sum(axis=1) ** np.float32(1 / power) + TINY
    lean = (scaled / level[:, None]) ** (power - 1) / radius
    return level, np.sqrt(np.einsum("na,na->n", lean, lean))


def limb(path: Sequence[ArrayLike], radii: Sequence[float]) -> Field:
    """A chain of tapered capsules through `path`, one radius per point.

    Examples
    --------
    >>> limb([(0, 0, 0), (0, 1, 0)], [0.5, 0.5]).distance(np.array([[1, 0.5, 0]], np.float32)).tolist()
    [0.5]
    """
    joints, thick = np.array(path, np.float32), np.array(radii, np.float32)

    def distance(points: Array) -> Array:
        nearest = np.full(len(points), np.inf, np.float32)
        for start, end, first, last in zip(joints, joints[1:], thick, thick[1:], strict=False):
            np.minimum(nearest, _capsule(points, start, end, (first, last)), out=nearest)
        return nearest

    widest = thick[:, None].astype(np.float64)
    return Field(distance, (joints - widest).min(axis=0), (joints + widest).max(axis=0))


def _capsule(points: Array, start: Array, end: Array, radii: tuple[np.float32, np.float32]) -> Array:
    """Distance to a segment, less a radius that runs from one end to the other."""
    along = end - start
    offset = points - start
    share = np.clip(offset @ along / max(float(along @ along), float(TINY)), 0, 1).astype(np.float32)
    gap = offset - share[:, None] * along
    near: Array = np.sqrt(np.einsum("na,na->n", gap, gap)) - (radii[0] + share * (radii[1] - radii[0]))
    return near


def box(centre: ArrayLike, half: ArrayLike, *, rounding: float, turn_deg: Vector = (0, 0, 0)) -> Field:
    """A box of half sides `half`, its edges rounded inwards by `rounding`.

    Examples
    --------
    >>> box((0, 0, 0), (1, 1, 1), rounding=0.25).distance(np.array([[2, 0, 0]], np.float32)).tolist()
    [1.0]
    """
    turn = rotation(turn_deg)
    origin, core = np.array(centre, np.float32), np.array(half, np.float32) - np.float32(rounding)
    into = turn.astype(np.float32)

    def distance(points: Array) -> Array:
        over = np.abs((points - origin) @ into) - core
        outside = np.maximum(over, 0)
        inside = np.minimum(over.max(axis=1), 0)
        near: Array = np.sqrt(np.einsum("na,na->n", outside, outside)) + inside - np.float32(rounding)
        return near

    reach = np.abs(turn) @ np.array(half, np.float64)
    return Field(distance, np.array(centre) - reach, np.array(centre) + reach)


def axle(centre: ArrayLike, radius: float, half: float, *, rounding: float) -> Field:
    """A cylinder along x, its rims rounded: a wheel, or what cuts the arch above one."""
    origin = np.array(centre, np.float32)

    def distance(points: Array) -> Array:
        local = points - origin
        radial = np.hypot(local[:, 1], local[:, 2]) - np.float32(radius - rounding)
        axial = np.abs(local[:, 0]) - np.float32(half - rounding)
        outside = np.hypot(np.maximum(radial, 0), np.maximum(axial, 0))
        near: Array = outside + np.minimum(np.maximum(radial, axial), 0) - np.float32(rounding)
        return near

    reach = np.array([half, radius, radius])
    return Field(distance, np.array(centre) - reach, np.array(centre) + reach)


def blend(k: float, *fields: Field) -> Field:
    """The union of fields with fillets about `k` wide.

    The cubic smooth minimum of [1]_ swells by k / 6 at most, so the box grows by that.
    """

    def distance(points: Array) -> Array:
        joined = fields[0].distance(points)
        for other in fields[1:]:
            joined = _smooth_minimum(joined, other.distance(points), k)
        return joined

    low = np.min([one.low for one in fields], axis=0) - k / 6
    high = np.max([one.high for one in fields], axis=0) + k / 6
    return Field(distance, low, high)


def carve(k: float, field: Field, *tools: Field) -> Field:
    """`field` without `tools`, the new edges rounded by about `k`."""

    def distance(points: Array) -> Array:
        left = field.distance(points)
        for tool in tools:
            left = -_smooth_minimum(-left, tool.distance(points), k)
        return left

    return Field(distance, field.low, field.high)


def within(k: float, field: Field, other: Field) -> Field:
    """What two fields have in common, the new edges rounded by about `k`."""

    def distance(points: Array) -> Array:
        return -_smooth_minimum(-field.distance(points), -other.distance(points), k)

    return Field(distance, np.maximum(field.low, other.low), np.minimum(field.high, other.high))


def mirrored(field: Field) -> Field:
    """What is written for the left side (+x), on both sides.

    Examples
    --------
    >>> mirrored(ball((2, 0, 0), (1, 1, 1))).low.tolist()
    [-3.0, -1.0, -1.0]
    """

    def distance(points: Array) -> Array:
        return field.distance(np.abs(points) * LEFT + points * MIDDLE)

    low, high = field.low.copy(), field.high.copy()
    low[0], high[0] = -high[0], high[0]
    return Field(distance, low, high)


LEFT = np.array([1, 0, 0], np.float32)  # the axis that `mirrored` folds
MIDDLE = np.array([0, 1, 1], np.float32)  # the axes it leaves alone


def _smooth_minimum(one: Array, other: Array, k: float) -> Array:
    """Cubic smooth minimum, reference [1] of the module; k = 0 is the plain one."""
    if k <= 0:
        return np.minimum(one, other)
    reach = np.maximum(np.float32(k) - np.abs(one - other), 0) / np.float32(k)
    joined: Array = np.minimum(one, other) - reach**3 * np.float32(k / 6)
    return joined
