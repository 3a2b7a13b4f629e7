"""Where things are on a four-legged animal: along its spine, at its nape, about its face."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.quadruped import Quadruped
from models.sdf import Vector


def spine(p: Quadruped, along: float, above: float = 0.0, aside: float = 0.0) -> Vector:
    """A place by the spine: -0.5 at the rump, 0.5 at the shoulders; it turns about the rump."""
    s, c = sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))
    reach = along + 0.5
    return aside, reach * s + above * c, reach * c - above * s - 0.5


def nape(p: Quadruped) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the neck begins, and where it ends."""
    start = np.array(spine(p, 0.36, p.depth * 0.30))
    rise = radians(p.neck_rise_deg + p.pitch_deg * 0.55)
    reach = p.neck + p.depth * 0.75
    return start, start + reach * np.array([0.0, sin(rise), cos(rise)])


def face(p: Quadruped, ahead: float, above: float, aside: float = 0.0) -> Vector:
    """A place by the head, in heads: ahead along the snout, above it, to the left."""
    _, end = nape(p)
    drop = radians(p.head_drop_deg)
    r = p.head
    y, z = above * cos(drop) - ahead * sin(drop), ahead * cos(drop) + above * sin(drop)
    return aside * r, float(end[1]) + r * (0.18 + y), float(end[2]) + r * (0.28 + z)


def between(start: Vector, end: Vector, share: float, offset: Vector) -> Vector:
    x, y, z = (a + (b - a) * share + c for a, b, c in zip(start, end, offset, strict=True))
    return x, y, z
