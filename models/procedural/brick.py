"""Boxes with rounded edges, drawn ring by ring: crisp where a field of the same size would need a fine grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.skins import loft, placed
from models.procedural.solids import Array, Grain, Shell, Skin
from models.sdf import Vector

CORNER_MIN = 0.2  # an end ring keeps this share of the rounding, or its corners would fall together
EDGE = np.radians([12, 45, 80])  # rings of the upper edge, and mirrored of the lower


def brick(centre: ArrayLike, half: Vector, *, rounding: float, turn_deg: Vector = (0, 0, 0)) -> Skin:
    """A box of half sides `half`, every edge rounded inwards; turned about x, y, z in degrees.

    Examples
    --------
    >>> shell = brick((0, 0, 5), (1, 2, 3), rounding=0.2)(Grain(20, 12, 10))
    >>> np.ptp(shell.vertices, axis=0).round(2).tolist()
    [2.0, 3.99, 6.0]
    """
    rounding = min(rounding, 0.98 * min(half))

    def skin(grain: Grain) -> Shell:
        heights, drawn_in = _profile(half[1], rounding, grain.along // 5)
        rings = [
            rectangle(y, (half[0] - by, half[2] - by), max(rounding - by, CORNER_MIN * rounding), grain.around)
            for y, by in zip(heights, drawn_in, strict=True)
        ]
        return loft(np.array(rings))

    return placed(skin, turn_deg=turn_deg, to=centre)


def _profile(half: float, rounding: float, between: int) -> tuple[Array, Array]:
    """Heights of the rings from bottom to top, and how far each is drawn in.

    Light is measured at vertices, so a tall side has some in its middle too.
    """
    upper = half - rounding * (1 - np.sin(EDGE))
    middle = np.linspace(-upper[0], upper[0], between + 2)[1:-1]
    rounded = rounding * (1 - np.cos(EDGE))
    heights = np.concatenate([-upper[::-1], middle, upper])
    return heights, np.concatenate([rounded[::-1], np.zeros(len(middle)), rounded])


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
