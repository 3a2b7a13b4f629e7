"""Eyes: where a head's surface is, a ball with a pupil and a lid over it.

They are turned skins and not sampled fields: an eye is the smallest thing that must be right, and the grid
of a head is too coarse for it.
"""

from __future__ import annotations

from math import acos, atan2, degrees

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.procedural.kit.sdf import Field
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin

PUPIL = 0.46  # how far the pupil, a dimple in the eye, reaches from its pole, in radians
DIMPLE = 0.28  # how deep it is, in radii of the eye: deep enough to be in its own shade
STEPS = 120  # places along a ray that are asked whether they are still inside


def surface(field: Field, start: ArrayLike, way: ArrayLike) -> NDArray[np.float64]:
    """Where a ray from inside a field comes out of it, seen from outside: its last crossing.

    Examples
    --------
    >>> from models.procedural.kit.sdf import ball
    >>> surface(ball((0, 0, 0), (1, 1, 1)), (0, 0, 0), (0, 0, 3)).round(1).tolist()
    [0.0, 0.0, 1.0]
    """
    places = np.asarray(start) + np.linspace(0, 1, STEPS)[:, None] * np.asarray(way)
    inside = np.flatnonzero(field.distance(places.astype(np.float32)) <= 0)
    place: NDArray[np.float64] = places[inside[-1] if len(inside) else 0]
    return place


def eyes(centre: NDArray[np.float64], out: NDArray[np.float64], size: float, *, lids: bool) -> tuple[Skin, ...]:
    """A pair of eyes that look `out` (the left one's way): balls with a dimple for a pupil, each under a lid."""
    turns = np.linspace(0.0, np.pi, 14)
    depth = np.where(turns < PUPIL, 1 - DIMPLE + DIMPLE * (turns / PUPIL) ** 2, 1.0)
    profile = [(size * far * np.sin(turn), size * far * np.cos(turn)) for turn, far in zip(turns, depth, strict=True)]
    x, y, z = out / np.linalg.norm(out)
    pole = (degrees(acos(float(y))), degrees(atan2(float(x), float(z))), 0.0)
    one = placed(lathe(profile, smooth=False), turn_deg=pole, to=centre)
    left = (one, _lid(centre, np.array([x, y, z]), size)) if lids else (one,)
    return (*left, *(other_side(skin) for skin in left))


def _lid(centre: NDArray[np.float64], out: NDArray[np.float64], size: float) -> Skin:
    """An arch over the eye, from its inner to its outer corner."""
    across = np.cross((0.0, 1.0, 0.0), out)
    across /= np.linalg.norm(across)
    up = np.cross(out, across)
    arch = np.radians([8, 50, 90, 130, 172])
    path = [centre + size * (0.30 * out + 0.92 * np.cos(turn) * across + 0.92 * np.sin(turn) * up) for turn in arch]
    return tube(path, [size * thick for thick in (0.08, 0.26, 0.32, 0.26, 0.08)])
