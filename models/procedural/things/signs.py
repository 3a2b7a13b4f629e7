"""Symbols, solids and what is seen in the sky."""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt

import numpy as np

from models.procedural.kit.outline import polar
from models.procedural.kit.sdf import ball, blend, carve, limb
from models.procedural.kit.skins import loft, placed
from models.procedural.kit.solids import Grain, Shell, Skin
from models.procedural.kit.stock import (
    FORWARD,
    Forms,
    block,
    both,
    loop,
    moved,
    orb,
    pillar,
    pipe,
    puffed,
    rod,
    slab,
    spun,
    torus,
    turned,
    wire,
)


def _peak(radius: float, height: float, turn: float) -> Skin:
    """A mountain: rings that shrink upwards, with spurs that wander; drawn alike at every quality, for it is crags."""

    def skin(grain: Grain) -> Shell:
        del grain
        share = np.linspace(0, 1, 9)[:, None]
        angle = np.linspace(0, 2 * pi, 30, endpoint=False)[None, :]
        spurs = 1 + 0.20 * np.cos(5 * angle + turn + 1.5 * share) + 0.10 * np.cos(8 * angle - 2 * turn - 3 * share)
        reach = radius * ((1 - share) ** 1.15 * spurs + 0.01)
        y = height * share * (1 + 0.06 * np.cos(5 * angle + turn) * (1 - share))
        return loft(np.stack([reach * np.sin(angle), y, reach * np.cos(angle)], axis=-1))

    return skin


# Tables of numbers read in rows.
# fmt: off

# Sixteen sine cubed across, four cosines up: the heart of every textbook, one unit wide.
_HEART = [(sin(t) ** 3 / 2, (13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 32) for t in (2 * pi * k / 32
    for k in range(32))]

FORMS: Forms = {
    "heart": (puffed(_HEART, 0.19),),
    "star": (puffed(polar(*(0.52, 0.22) * 5), 0.14),),
    "crescent": (
        wire([(0.38 * cos(t), 0.5 + 0.38 * sin(t), 0) for t in (radians(46 + 26.8 * k) for k in range(11))], [0.005,
            0.055, 0.1, 0.135, 0.155, 0.16, 0.155, 0.135, 0.1, 0.055, 0.005]),
    ),
    "sun": (
        orb((0, 0, 0), (0.27, 0.27, 0.16)), torus(0.275, 0.03, turn_deg=FORWARD),
        *(moved((slab([(-0.08, 0.26), (0.08, 0.26), (0, 0.56 if k % 2 else 0.5)], 0.045, bevel=0.02),),
            turn_deg=(0, 0, 30 * k))[0] for k in range(12)),
        *both(orb((0.09, 0.06, 0.145), 0.026)),
        wire([(-0.12, -0.07, 0.135), (-0.06, -0.115, 0.145), (0, -0.125, 0.15), (0.06, -0.115, 0.145),
            (0.12, -0.07, 0.135)], 0.018),
    ),
    "cloud": (
        blend(0.06, *(ball((x, y, z), (r, r * 0.92, r * 0.9)) for x, y, z, r in ((0, 0.3, 0, 0.28),
            (-0.3, 0.2, 0.02, 0.2), (0.3, 0.21, 0.0, 0.21), (0.14, 0.22, 0.14, 0.2), (-0.14, 0.2, 0.14, 0.19),
            (0.1, 0.22, -0.14, 0.19), (-0.16, 0.24, -0.12, 0.19), (0.5, 0.13, 0, 0.13), (-0.5, 0.13, 0, 0.13)))),
    ),
    "lightning": (
        slab([(-0.05, 1.0), (0.24, 1.0), (0.09, 0.62), (0.3, 0.62), (-0.16, 0), (-0.03, 0.42), (-0.24, 0.42)], 0.09,
            crisp=True, bevel=0.025),
    ),
    "flame": (
        puffed([(0, 0), (0.2, 0.03), (0.33, 0.18), (0.34, 0.38), (0.24, 0.56), (0.21, 0.7), (0.1, 0.62), (0.06, 0.8),
            (-0.02, 1.0), (-0.12, 0.84), (-0.2, 0.66), (-0.31, 0.46), (-0.34, 0.24), (-0.22, 0.05)], 0.16),
        placed(puffed([(0, 0), (0.12, 0.06), (0.15, 0.2), (0.06, 0.34), (0, 0.48), (-0.08, 0.34), (-0.15, 0.2),
            (-0.12, 0.06)], 0.1), to=(0.01, 0.04, 0.12)),
    ),
    "fire": (
        *(placed(rod((0, 0.06, -0.42), (0, 0.06, 0.42), 0.07), turn_deg=(8, t, 0), to=(0, 0.02 + 0.05 * (t > 50), 0))
            for t in (0, 60, 120)),
        turned([(0, 0.1), (0.17, 0.12), (0.23, 0.26), (0.16, 0.46), (0.07, 0.62), (0, 0.84)]),
        *spun(5, wire([(0, 0.12, 0.16), (0.03, 0.3, 0.2), (-0.02, 0.46, 0.15), (0.02, 0.6, 0.17)], [0.08, 0.085, 0.05,
            0.006])),
    ),
    "drop": (
        turned([(0, 0), (0.14, 0.02), (0.3, 0.16), (0.34, 0.34), (0.26, 0.56), (0.12, 0.78), (0.04, 0.94), (0, 1.02)]),
    ),
    "snowflake": (
        *(part for k in range(6) for part in moved((rod((0, 0.02, 0), (0, 0.5, 0), 0.026), *both(rod((0, 0.22, 0),
            (0.12, 0.33, 0), 0.022), rod((0, 0.35, 0), (0.09, 0.43, 0), 0.02)), orb((0, 0.51, 0), 0.036)),
            turn_deg=(0, 0, 60 * k))),
        turned([(0, -0.03), (0.085, -0.03), (0.085, 0.03), (0, 0.03)], turn_deg=FORWARD),
    ),
    "planet": (
        orb((0, 0, 0), 0.32),
        placed(pipe([(0.42, -0.006), (0.62, -0.006), (0.62, 0.006), (0.42, 0.006)]), turn_deg=(14, 0, -16)),
        placed(torus(0.53, 0.02), turn_deg=(14, 0, -16), scale=(1, 0.7, 1)),
        *(placed(torus(r, 0.01), turn_deg=(14, 0, -16), to=(y * 0.27, y, y * 0.2)) for r, y in ((0.318, 0.0),
            (0.29, 0.14))),
    ),
    "moon": (
        carve(0.02, ball((0, 0.5, 0), (0.5, 0.5, 0.5)), *(ball((0.5 * x / s * 1.03, 0.5 + 0.5 * y / s * 1.03,
            0.5 * z / s * 1.03), (r, r, r)) for x, y, z, r in ((0.2, 0.5, 1, 0.12), (1, 0.3, 0.5, 0.15),
            (-0.5, 0.1, 1, 0.1), (0.5, -0.5, 1, 0.13), (0.4, 1, 0.2, 0.11), (1, -0.3, 0.1, 0.09),
            (-0.6, 0.8, 0.5, 0.12), (0.9, 0.9, 0.9, 0.07), (0.0, -0.1, 1, 0.06), (-1, 0, 0.2, 0.13), (0, 0.3, -1, 0.15))
            for s in (sqrt(x * x + y * y + z * z),))),
    ),
    "mountain": (
        _peak(0.62, 0.8, 0.0), placed(_peak(0.36, 0.46, 2.0), to=(0.36, 0, 0.16)),
        placed(_peak(0.3, 0.36, 4.0), to=(-0.36, 0, 0.2)),
    ),
    "volcano": (
        turned([(0, 0), (0.62, 0), (0.46, 0.12), (0.3, 0.34), (0.18, 0.58), (0.16, 0.62), (0.12, 0.61), (0.08, 0.54),
            (0, 0.52)]),
        *(wire([(0.13 * sin(t), 0.6, 0.13 * cos(t)), (0.2 * sin(t), 0.54, 0.2 * cos(t)), (0.3 * sin(t + 0.1), 0.35,
            0.3 * cos(t + 0.1)), (0.42 * sin(t), low, 0.42 * cos(t))], [0.05, 0.05, 0.045, 0.05])
            for t, low in ((0.3, 0.18), (1.5, 0.16), (2.9, 0.18), (4.4, 0.17), (5.4, 0.18))),
        *(orb((x, y, z), r) for x, y, z, r in ((0, 0.7, 0, 0.1), (0.08, 0.82, 0.03, 0.11), (-0.07, 0.9, -0.02, 0.12),
            (0.05, 1.02, 0.02, 0.14), (-0.1, 1.08, 0.02, 0.12), (0.14, 1.1, -0.04, 0.11))),
    ),
    "cross": (
        block((0, 0.5, 0), (0.085, 0.5, 0.075), bevel=0.02), block((0, 0.66, 0), (0.3, 0.085, 0.075), bevel=0.02),
    ),
    "coin": (
        turned([(0, -0.05), (0.46, -0.05), (0.5, -0.035), (0.5, 0.035), (0.46, 0.05), (0.43, 0.03), (0, 0.03)],
            turn_deg=FORWARD, to=(0, 0.5, 0)),
        slab([(x, y + 0.5) for x, y in polar(*(0.27, 0.11) * 5)], 0.05, bevel=0.012),
        *(moved((block((0, 0.505, 0), (0.012, 0.01, 0.034), bevel=0.004),), turn_deg=(0, 0, 7.5 * k), to=(0, 0.5, 0))[0]
            for k in range(48)),
    ),
    "cube": (block((0, 0.5, 0), (0.5, 0.5, 0.5), bevel=0.05),),
    "sphere": (orb((0, 0, 0), 0.5),),
    "cylinder": (turned([(0, 0), (0.36, 0), (0.38, 0.02), (0.38, 0.98), (0.36, 1.0), (0, 1.0)]),),
    "cone": (turned([(0, 0), (0.46, 0), (0.47, 0.02), (0.02, 0.98), (0, 0.99)]),),
    "torus": (torus(0.34, 0.16),),
    "square pyramid": (pillar(0.5, 0.003, 0.72),),
    "prism": (slab([(-0.36, 0), (0.36, 0), (0, 0.62)], 0.5),),
    "knot": (
        loop([(0.5 * (sin(t) + 2 * sin(2 * t)) / 3, 0.5 * (cos(t) - 2 * cos(2 * t)) / 3, 0.16 * sin(3 * t))
            for t in (2 * pi * k / 36 for k in range(36))], 0.075),
    ),
    "eye": (
        orb((0, 0, 0), 0.46), torus(0.21, 0.024, turn_deg=FORWARD, to=(0, 0, 0.4)), orb((0, 0, 0.4), (0.2, 0.2, 0.075)),
        orb((0, 0, 0.455), (0.095, 0.095, 0.045)),
    ),
    "hand": (
        blend(0.06, ball((0, 0.32, 0), (0.22, 0.24, 0.085), power=3), limb([(0, 0.0, 0), (0, 0.2, 0)], [0.12, 0.13]),
            *(limb([(x * 0.8, 0.46, 0), (x, middle, 0.02), (x * 1.1, top, 0.035)], [0.066, 0.058, 0.048])
            for x, middle, top in ((-0.18, 0.7, 0.82), (-0.06, 0.78, 0.94), (0.065, 0.76, 0.91), (0.18, 0.66, 0.77))),
            limb([(0.16, 0.22, 0.03), (0.32, 0.38, 0.06), (0.37, 0.52, 0.07)], [0.075, 0.064, 0.052])),
    ),
    "stone": (
        blend(0.1, ball((0, 0.24, 0), (0.42, 0.26, 0.34), power=3, turn_deg=(8, 20, 6)), ball((-0.16, 0.32, 0.06),
            (0.24, 0.22, 0.22), power=3, turn_deg=(20, 40, 10)), ball((0.22, 0.18, 0.1), (0.22, 0.18, 0.22), power=3,
            turn_deg=(0, 70, 14))),
    ),
}
