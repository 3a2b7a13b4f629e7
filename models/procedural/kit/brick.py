"""Boxes with rounded edges, drawn ring by ring: crisp where a field of the same size would need a fine grid."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import loft, placed
from models.procedural.kit.solids import Array, Grain, Shell, Skin

CORNER_MIN = 0.2  # an end ring keeps this share of the rounding of its corners, or its corners would fall together
EDGE = (radians(12), radians(45), radians(80))  # rings of the upper edge of a box, and mirrored of the lower
FLAT = (0.3, 0.7)  # rings of its top, and of its bottom: how far in

# The upper half of a cushion: heights, and how far in as a share of its narrower side.
PUFF = ((0.45, 0.02), (0.70, 0.07), (0.86, 0.18), (0.95, 0.36), (0.99, 0.60), (1.0, 0.85))
SEAM = 0.10  # half the height of a seam, in half thicknesses of its cushion


def brick(centre: ArrayLike, half: Vector, *, rounding: float, turn_deg: Vector = (0, 0, 0)) -> Skin:
    """A box of half sides `half`, every edge rounded inwards; turned about x, y, z in degrees.

    Examples
    --------
    >>> shell = brick((0, 0, 5), (1, 2, 3), rounding=0.2)(Grain(20, 12, 10))
    >>> np.ptp(shell.vertices, axis=0).round(2).tolist()
    [2.0, 4.0, 6.0]
    """
    rounding = min(rounding, 0.98 * min(half))

    def skin(grain: Grain) -> Shell:
        return slab(_profile(half, rounding, grain.along // 5), (half[0], half[2]), rounding)(grain)

    return placed(skin, turn_deg=turn_deg, to=centre)


def cushion(centre: ArrayLike, half: Vector, *, turn_deg: Vector = (0, 0, 0)) -> Skin:
    """A pillow of half sides `half`, its thickness along y: domed on both faces, with a seam around its middle."""
    wide = min(half[0], half[2])
    upper = [(half[1] * up, -wide * share) for up, share in PUFF]
    lower = [(-y, out) for y, out in reversed(upper)]
    seam = half[1] * SEAM
    section = [*lower, (-seam, 0.0), (-seam * 0.5, seam * 0.7), (seam * 0.5, seam * 0.7), (seam, 0.0), *upper]
    return placed(slab(section, (half[0] - seam, half[2] - seam), wide * 0.3), turn_deg=turn_deg, to=centre)


def slab(section: Sequence[tuple[float, float]], half: tuple[float, float], corner: float) -> Skin:
    """Rounded rectangles on top of each other.

    Parameters
    ----------
    section : (R, 2) floats
        Per ring its height and how far out it is drawn, below 0 for inwards; from bottom to top or top to bottom.
    half : (2,) floats
        Half sides in x and z of a ring that is drawn neither out nor in.
    corner : float
        Radius of its corners.
    """

    def skin(grain: Grain) -> Shell:
        rings = [
            rectangle(y, (half[0] + out, half[1] + out), _corner(corner, out, min(half)), grain.around)
            for y, out in section
        ]
        return loft(np.array(rings))

    return skin


def _corner(radius: float, out: float, half: float) -> float:
    """Radius of the corners of a ring drawn `out`: never nothing, and never more than the ring has room for."""
    return min(max(radius + out, CORNER_MIN * radius), 0.9 * (half + out))


def _profile(half: Vector, rounding: float, between: int) -> list[tuple[float, float]]:
    """The section of a box as `slab` takes it.

    Light is measured at vertices, so the flat sides have some in their middle too.
    """
    edge = [(half[1] - rounding * (1 - sin(angle)), -rounding * (1 - cos(angle))) for angle in EDGE]
    upper = [*edge, *((half[1], -rounding - (min(half[0], half[2]) - rounding) * share) for share in FLAT)]
    middle = np.linspace(-edge[0][0], edge[0][0], between + 2)[1:-1]
    return [*((-y, out) for y, out in reversed(upper)), *((float(y), 0.0) for y in middle), *upper]


def rectangle(y: float, half: tuple[float, float], radius: float, around: int, *, middle: float = 0.0) -> Array:
    """A ring (M, 3) at height y, about z = `middle`: half sides (x, z), round corners, M about twice `around`."""
    bow, straight = max(around // 4, 3), around // 3
    quarter = np.concatenate([np.linspace(0, np.pi / 2, bow), np.full(straight, np.pi / 2)])
    angle = np.concatenate([quarter + turn * np.pi / 2 for turn in range(4)])
    # Each quarter turns about its own corner; its last places wander along the side to the next.
    corner = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * (half[0] - radius, half[1] - radius)
    wander = np.concatenate([np.zeros(bow), np.linspace(0, 1, straight + 2)[1:-1]])[None, :, None]
    place = corner[:, None] + (np.roll(corner, -1, axis=0) - corner)[:, None] * wander
    x, z = place.reshape(-1, 2).T + radius * np.stack([np.cos(angle), np.sin(angle)])
    return np.stack([x, np.full_like(x, y), z + middle], axis=1)
