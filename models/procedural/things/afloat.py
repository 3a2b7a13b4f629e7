"""What floats, dives or leaves the ground without wings: boats, balloons, rockets."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from models.procedural.skins import TIP, loft, placed
from models.procedural.solids import Grain, Shell, Skin
from models.procedural.stock import (
    FORWARD,
    Forms,
    Knots,
    block,
    both,
    moved,
    orb,
    pipe,
    puffed,
    rod,
    slab,
    spun,
    torus,
    turned,
    vessel,
    wire,
)


def _hull(length: float, width: float, depth: float, *, wall: float, stern: float = 0.7, rise: float = 0.06) -> Skin:
    """An open hull, solid at its ends: half length and width; a stern `stern` times as wide; how far the ends rise."""

    def skin(grain: Grain) -> Shell:
        s = np.linspace(-1, 1, 2 * grain.along + 1)[:, None]
        bow = np.maximum(1 - np.abs(s) ** 2.2, 0.0) ** 0.62
        half = width * np.where(s < 0, stern + (1 - stern) * bow, bow) + TIP
        rail = depth + rise * s**2
        keel = depth * 0.30 * np.maximum(s, 0) ** 4
        hollow = np.clip((rail - keel - wall) * np.minimum(1.0, 9 * (1 - np.abs(s))), TIP, None)
        angle = np.linspace(-pi / 2, pi / 2, grain.around)[None, :]
        outside = (half * np.sin(angle), rail - (rail - keel) * np.cos(angle) ** 0.7)
        inside = (np.maximum(half - wall, half / 2) * np.sin(-angle), rail - hollow * np.cos(angle) ** 0.7)
        x, y = (np.concatenate(pair, axis=1) for pair in zip(outside, inside, strict=True))
        return loft(np.stack([x, y, length * s + 0 * x], axis=-1))

    return skin


def _sail(corners: Knots, belly: float) -> Skin:
    """A sail between corners (z, y), full to both sides."""
    return placed(puffed(corners, belly), turn_deg=(0, -90, 0))


# Tables of numbers read in rows.
# fmt: off

FORMS: Forms = {
    "boat": (
        _hull(0.7, 0.26, 0.24, wall=0.03),
        *(block((0, 0.22, z), (w, 0.016, 0.055)) for z, w in ((-0.3, 0.2), (0.05, 0.235))),
        *both(rod((0.1, 0.24, 0.1), (0.62, 0.16, -0.16), 0.014), orb((0.68, 0.15, -0.19), (0.1, 0.02, 0.045),
            (0, 27, -8)), torus(0.03, 0.01, to=(0.245, 0.27, 0.03))),
    ),
    "canoe": (
        _hull(0.95, 0.22, 0.2, wall=0.024, stern=0.0, rise=0.14),
        *(rod((-0.19, 0.23, z), (0.19, 0.23, z), 0.016) for z in (-0.35, 0.35)),
        *moved((rod((0, 0, -0.45), (0, 0, 0.45), 0.014), orb((0, 0, 0.56), (0.055, 0.012, 0.14))), turn_deg=(0, 24, 12),
            to=(0.04, 0.25, 0)),
    ),
    "sailboat": (
        _hull(0.62, 0.2, 0.2, wall=0.025), block((0, 0.2, -0.05), (0.12, 0.05, 0.16), bevel=0.03),
        rod((0, 0.1, 0.06), (0, 1.3, 0.06), 0.018), rod((0, 0.34, 0.06), (0, 0.34, -0.56), 0.014),
        _sail([(0.03, 1.26), (0.03, 0.38), (-0.58, 0.38)], 0.045), _sail([(0.08, 1.1), (0.66, 0.3), (0.1, 0.34)], 0.08),
        rod((0, 1.28, 0.06), (0, 0.26, 0.68), 0.006),
        slab([(0, 1.22), (-0.14, 1.26), (0, 1.31)], 0.006, bevel=0.003, turn_deg=(0, -90, 0), to=(0, 0, 0.06)),
    ),
    "ship": (
        _hull(0.95, 0.2, 0.26, wall=0.03, rise=0.12), block((0, 0.26, -0.12), (0.15, 0.05, 0.5)),
        block((0, 0.36, -0.14), (0.13, 0.05, 0.42)), block((0, 0.46, -0.16), (0.11, 0.05, 0.34)),
        block((0, 0.55, 0.1), (0.13, 0.045, 0.07)),
        *(turned([(0, 0), (0.055, 0), (0.05, 0.24), (0, 0.24)], turn_deg=(-10, 0, 0), to=(0, 0.48, z))
            for z in (-0.04, -0.22, -0.4)),
        *(torus(0.053, 0.01, turn_deg=(-10, 0, 0), to=(0, 0.66, z - 0.032)) for z in (-0.04, -0.22, -0.4)),
        rod((0, 0.3, 0.5), (0, 0.86, 0.46), 0.012), rod((0, 0.3, -0.68), (0, 0.72, -0.7), 0.012),
        *both(*(orb((0.152, 0.26, -0.54 + 0.1 * k), (0.014, 0.02, 0.02)) for k in range(10)),
            *(orb((0.132, 0.36, -0.48 + 0.1 * k), (0.014, 0.02, 0.02)) for k in range(8))),
    ),
    "galleon": (
        _hull(0.8, 0.24, 0.28, wall=0.03, rise=0.16), block((0, 0.36, -0.56), (0.19, 0.16, 0.2), bevel=0.04),
        block((0, 0.55, -0.62), (0.17, 0.05, 0.14), bevel=0.03),
        *(rod((0, 0.1, z), (0, h, z), 0.02) for z, h in ((0.36, 1.1), (0.0, 1.34), (-0.4, 1.06))),
        rod((0, 0.32, 0.66), (0, 0.56, 1.06), 0.018),
        *(part for z, h, w in ((0.36, 0.56, 0.3), (0.36, 0.86, 0.22), (0.0, 0.6, 0.36), (0.0, 1.0, 0.27),
            (-0.4, 0.76, 0.24)) for part in (rod((-w - 0.03, h + 0.15, z + 0.02), (w + 0.03, h + 0.15, z + 0.02),
            0.013), placed(puffed([(-w, -0.15), (0, -0.11), (w, -0.15), (0.88 * w, 0.15), (-0.88 * w, 0.15)], 0.07),
            to=(0, h, z + 0.06)))),
        _sail([(0.98, 0.52), (0.4, 1.02), (0.42, 0.56)], 0.03),
        *(slab([(0, 0), (-0.13, 0.035), (0, 0.07)], 0.006, bevel=0.003, turn_deg=(0, -90, 0), to=(0, h, z))
            for z, h in ((0.36, 1.1), (0.0, 1.34), (-0.4, 1.06))),
    ),
    "submarine": (
        placed(turned([(0, -0.86), (0.03, -0.84), (0.12, -0.6), (0.2, -0.3), (0.22, 0.1), (0.2, 0.5), (0.12, 0.72),
            (0, 0.8)], turn_deg=FORWARD), to=(0, 0.24, 0)),
        slab([(-0.2, 0), (0.16, 0), (0.12, 0.26), (-0.14, 0.26)], 0.07, bevel=0.04, turn_deg=(0, -90, 0),
            to=(0, 0.4, 0.16)),
        wire([(0, 0.6, 0.16), (0, 0.86, 0.16), (0, 0.9, 0.2), (0, 0.9, 0.26)], 0.022),
        rod((0.03, 0.6, 0.06), (0.03, 0.78, 0.06), 0.012),
        *both(slab([(0, -0.1), (0.26, -0.06), (0.26, 0.04), (0, 0.08)], 0.014, turn_deg=(90, 0, 0),
            to=(0.02, 0.24, -0.66)), slab([(0, -0.07), (0.14, -0.05), (0.14, 0.03), (0, 0.06)], 0.012,
            turn_deg=(90, 0, 0), to=(0.06, 0.54, 0.18)), *(torus(0.05, 0.014, turn_deg=(0, 0, 90), to=(0.215, 0.27, z))
            for z in (-0.15, 0.08, 0.31)), *(orb((0.205, 0.27, z), (0.02, 0.04, 0.04)) for z in (-0.15, 0.08, 0.31))),
        slab([(-0.1, 0.24), (0.06, 0.24), (0.02, 0.02), (-0.08, 0.02)], 0.014, turn_deg=(0, -90, 0),
            to=(0, -0.04, -0.66)),
        slab([(-0.1, 0.0), (0.06, 0.0), (0.02, 0.26), (-0.08, 0.26)], 0.014, turn_deg=(0, -90, 0), to=(0, 0.24, -0.66)),
        *moved(tuple(placed(orb((0, 0.09, 0), (0.05, 0.09, 0.014), (0, 30, 0)), turn_deg=(0, 0, 90 * k))
            for k in range(4)), to=(0, 0.24, -0.9)),
        orb((0, 0.24, -0.9), 0.03),
    ),
    "rocket": (
        turned([(0, 0.08), (0.1, 0.08), (0.13, 0.12), (0.175, 0.4), (0.17, 0.64), (0.125, 0.86), (0.06, 1.02),
            (0, 1.1)]),
        vessel([(0, 0), (0.045, 0.0), (0.06, 0.04), (0.105, 0.14)], 0.016, 0.03, turn_deg=(180, 0, 0), to=(0, 0.12, 0)),
        torus(0.075, 0.02, turn_deg=FORWARD, to=(0, 0.7, 0.15)), orb((0, 0.7, 0.14), (0.065, 0.065, 0.04)),
        *(torus(r, 0.01, to=(0, y, 0)) for r, y in ((0.168, 0.34), (0.138, 0.83))),
        *(placed(slab([(0.1, 0.42), (0.2, 0.32), (0.33, 0.1), (0.36, -0.1), (0.28, -0.0), (0.12, 0.1)], 0.022,
            bevel=0.016), turn_deg=(0, t, 0)) for t in (30, 150, 270)),
        rod((0, 1.08, 0), (0, 1.2, 0), 0.01),
    ),
    "hot-air balloon": (
        turned([(0, 0.44), (0.09, 0.44), (0.2, 0.58), (0.4, 0.84), (0.44, 1.06), (0.34, 1.28), (0.16, 1.39),
            (0, 1.41)]),
        *spun(12, wire([(0, 0.46, 0.08), (0, 0.6, 0.195), (0, 0.84, 0.36), (0, 1.06, 0.395), (0, 1.27, 0.29),
            (0, 1.38, 0.12), (0, 1.41, 0.02)], [0.03, 0.055, 0.095, 0.105, 0.085, 0.045, 0.02])),
        *spun(4, rod((0, 0.46, 0.09), (0, 0.18, 0.11), 0.01)), block((0, 0.1, 0), (0.11, 0.1, 0.11), bevel=0.02),
        *spun(4, rod((-0.115, 0.2, 0.115), (0.115, 0.2, 0.115), 0.018)), torus(0.095, 0.018, to=(0, 0.45, 0)),
    ),
    "airship": (
        placed(turned([(0, -0.9), (0.03, -0.88), (0.16, -0.66), (0.25, -0.3), (0.28, 0.1), (0.25, 0.48), (0.14, 0.76),
            (0, 0.86)], turn_deg=FORWARD), to=(0, 0.44, 0)),
        block((0, 0.12, 0.14), (0.075, 0.06, 0.2), bevel=0.03),
        *moved(tuple(placed(slab([(-0.12, 0.06), (0.12, 0.12), (0.02, 0.34), (-0.12, 0.34)], 0.014,
            turn_deg=(0, -90, 0)), turn_deg=(0, 0, 90 * k)) for k in range(4)), to=(0, 0.44, -0.7)),
        *moved(tuple(placed(wire([(0, 0.16, -0.66), (0, 0.25, -0.3), (0, 0.28, 0.1), (0, 0.25, 0.48), (0, 0.14, 0.76)],
            0.012), turn_deg=(0, 0, 45 * k + 22)) for k in range(8)), to=(0, 0.44, 0)),
        *both(orb((0.13, 0.14, 0.0), (0.035, 0.035, 0.07))),
    ),
    "flying saucer": (
        turned([(0, 0.16), (0.16, 0.14), (0.4, 0.2), (0.62, 0.3), (0.6, 0.34), (0.36, 0.42), (0.24, 0.44), (0, 0.44)]),
        turned([(0, 0.4), (0.24, 0.42), (0.22, 0.54), (0.12, 0.63), (0, 0.65)]),
        *spun(12, orb((0, 0.335, 0.5), (0.045, 0.04, 0.045))),
        *spun(3, rod((0, 0.2, 0.28), (0, 0.02, 0.38), 0.018), orb((0, 0.015, 0.38), (0.05, 0.02, 0.05))),
        torus(0.245, 0.02, to=(0, 0.43, 0)), orb((0, 0.67, 0), 0.025),
    ),
    "life preserver": (
        torus(0.34, 0.12, turn_deg=FORWARD, to=(0, 0.46, 0)),
        *(pipe([(0.1, -0.055), (0.132, -0.055), (0.132, 0.055), (0.1, 0.055)], turn_deg=(0, 0, -90 - t),
            to=(0.34 * sin(radians(t)), 0.46 + 0.34 * cos(radians(t)), 0)) for t in (45, 135, 225, 315)),
        *(wire([(0.475 * sin(radians(t + a)), 0.46 + 0.475 * cos(radians(t + a)), 0) for a in (-40, -15, 15, 40)],
            0.014) for t in (0, 90, 180, 270)),
    ),
    "raft": (
        *(turned([(0, -0.6), (0.06, -0.6), (0.075, -0.58), (0.075, 0.58), (0.06, 0.6), (0, 0.6)], turn_deg=FORWARD,
            to=(-0.42 + 0.14 * k, 0.075, 0.02 * (-1) ** k)) for k in range(7)),
        *(block((0, 0.17, z), (0.5, 0.03, 0.05)) for z in (-0.4, 0.4)), rod((0, 0.1, 0), (0, 1.1, 0), 0.026),
        rod((-0.34, 0.98, 0.02), (0.34, 0.98, 0.02), 0.018),
        placed(puffed([(-0.32, -0.28), (0.32, -0.28), (0.32, 0.28), (-0.32, 0.28)], 0.09), to=(0, 0.7, 0.05)),
    ),
}
