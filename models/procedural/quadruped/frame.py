"""Where things are on a four-legged animal: along its spine, on the ground, at its nape, about its face."""

from __future__ import annotations

from math import asin, cos, degrees, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.sdf import Vector
from models.procedural.looks.quadruped import Quadruped

GRAZE_SINE_MAX = 0.88  # a neck bent further than 62 degrees down would leave the chest through the forelegs


def raised_deg(p: Quadruped) -> float:
    """How far the front is raised: less for one that sprawls or puts its mouth to the ground."""
    return p.pitch_deg * (1 - min(1.0, 3.5 * p.sprawl)) * (1 - 0.5 * p.graze)


def spine(p: Quadruped, along: float, above: float = 0.0, aside: float = 0.0) -> Vector:
    """A place by the spine: -0.5 at the rump, 0.5 at the shoulders; it turns about the rump."""
    s, c = sin(radians(raised_deg(p))), cos(radians(raised_deg(p)))
    reach = along + 0.5
    return aside, reach * s + above * c, reach * c - above * s - 0.5


def ground(p: Quadruped) -> float:
    """How low the ground is under the rump: legs apart, or the belly on it."""
    standing, lying = p.legs + p.depth * 0.15, p.depth * 0.97
    return -(standing + (lying - standing) * p.sunk)


def nape(p: Quadruped) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the neck begins, and where it ends."""
    reach = p.neck + p.depth * 0.75
    rise = radians(p.neck_rise_deg + raised_deg(p) * 0.55)
    rise += (_grazing(p, spine(p, 0.42)[1], reach) - rise) * p.graze
    # A neck held low leaves the chest lower, or its root would stand above the withers.
    start = np.array(spine(p, 0.42, p.depth * (0.02 + 0.36 * max(0.0, sin(rise)))))
    return start, start + reach * np.array([0.0, sin(rise), cos(rise)])


def _grazing(p: Quadruped, height: float, reach: float) -> float:
    """The rise of a neck whose mouth is at the ground, in radians."""
    fall = height - ground(p) - p.head * (0.6 + 0.8 * p.snout)
    return -asin(min(GRAZE_SINE_MAX, max(0.0, fall / reach)))


def head_drop_deg(p: Quadruped) -> float:
    """How far the nose points down; a grazing animal's follows its neck."""
    start, end = nape(p)
    dive = max(0.0, -degrees(float(np.arctan2(end[1] - start[1], end[2] - start[2]))))
    return p.head_drop_deg + dive * 0.4 * p.graze


def face(p: Quadruped, ahead: float, above: float, aside: float = 0.0) -> Vector:
    """A place by the head, in heads: ahead along the snout, above it, to the left."""
    _, end = nape(p)
    drop = radians(head_drop_deg(p))
    r = p.head
    y, z = above * cos(drop) - ahead * sin(drop), ahead * cos(drop) + above * sin(drop)
    return aside * r, float(end[1]) + r * (0.18 + y), float(end[2]) + r * (0.28 + z)
