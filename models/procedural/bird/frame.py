"""Where things are on a bird: along its trunk, up its neck, down to its feet."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import curve
from models.procedural.kit.solids import Array
from models.procedural.looks.bird import Bird

KNOTS = 10  # capsules have corners where they meet; so many do not show

# The trunk from the root of the tail to where the breast is fullest: along it, above its axis, radius in girths.
TRUNK = ((-0.62, 0.050, 0.20), (-0.42, 0.045, 0.50), (-0.20, 0.020, 0.81), (0.0, 0.0, 0.97), (0.13, 0.0, 1.0))
BREAST = 0.29  # how far the round of the breast reaches ahead of that


def on_trunk(p: Bird, along: float, above: float, aside: float = 0.0) -> Vector:
    """A place given along the trunk (forward), above its axis, and to the left."""
    s, c = sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))
    return aside, along * s + above * c, along * c - above * s


def off(at: Array, x: float, y: float, z: float) -> Array:
    """A place that far from another."""
    place: Array = at + np.array([x, y, z])
    return place


def profile(p: Bird) -> Array:
    """The trunk (K, 3) as in TRUNK, finely, with both its ends closed round."""
    back = curve(TRUNK, 24)
    back[:, 2] **= 1 - p.full
    round_it = np.radians(np.linspace(5, 90, 18))[:, None]
    ahead = back[-1] * [1, 1, 0] + np.hstack([BREAST * np.sin(round_it), 0 * round_it, np.cos(round_it)])
    behind = back[0] * [1, 1, 0] + np.hstack([-0.05 * np.sin(round_it), 0 * round_it, back[0, 2] * np.cos(round_it)])
    return np.concatenate([behind[::-1], back, ahead])


def trunk_line(p: Bird) -> Array:
    """Middle and radius (K, 4) of the trunk."""
    return np.array([(*on_trunk(p, along, above), share * p.girth) for along, above, share in profile(p)])


def neck_root(p: Bird) -> Array:
    """Inside the breast, where the neck begins."""
    return np.array(on_trunk(p, 0.24, p.girth * 0.12))


def skull(p: Bird) -> Array:
    """The middle of the head."""
    ahead = radians(p.neck_deg)
    way = np.array([0.0, cos(ahead), sin(ahead)])
    reach: Array = neck_root(p) + way * (p.neck + p.girth * 0.50 + p.head * 0.70)
    return reach


def neck_line(p: Bird) -> Array:
    """Middle and radius (K, 4) from inside the breast to inside the head, in an S if it bends."""
    root, top = neck_root(p), skull(p)
    ahead = radians(p.neck_deg)
    swing = np.array([0.0, -sin(ahead), cos(ahead)]) * p.neck_bend
    shares, bends, sizes = (0.0, 0.35, 0.70, 0.96), (0.0, 1.0, -0.6, -0.15), (1.40, 1.16, 1.0, 0.95)
    knots = [
        (*(root + (top - root) * share + swing * bend), size * p.neck_radius)
        for share, bend, size in zip(shares, bends, sizes, strict=True)
    ]
    return curve(knots, KNOTS)


def hip(p: Bird) -> Vector:
    """Where the left leg leaves the trunk: under the middle of one that lies, low on one that stands."""
    upright = sin(radians(p.pitch_deg))
    return on_trunk(p, -0.02 - 0.33 * upright**2, -p.girth * 0.42 * (1 - upright), p.girth * 0.46)


def leg_ends(p: Bird) -> tuple[Vector, Vector]:
    """Heel and foot of the left leg. `legs` counts from the belly above them."""
    x, _, z = hip(p)
    line = trunk_line(p)
    near = np.abs(line[:, 2] - z) < 0.22  # the belly, not the tail that hangs lower on an upright bird
    belly = float((line[near, 1] - line[near, 3]).min())
    ground = belly - p.legs
    return (x * 1.04, ground + p.legs * 0.52, z - 0.03 - 0.07 * p.legs), (x * 1.08, ground, z + 0.05)
