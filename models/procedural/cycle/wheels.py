"""The wheels of a cycle: a tyre, a rim, a hub and what joins them."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.cycle.frame import back_axle, front_axle
from models.procedural.kit.skins import other_side
from models.procedural.kit.solids import Skin
from models.procedural.kit.stock import SIDEWAYS, moved, pipe, rod, spun, torus, turned
from models.procedural.looks.cycle import Cycle

# Of four spokes each: to which flange it goes, and which way it leans.
LACING = ((1, 1), (-1, 1), (1, -1), (-1, -1))


def front_wheels(p: Cycle) -> tuple[Skin, ...]:
    return moved(_wheel(p, p.wheel, p.tyre), turn_deg=SIDEWAYS, to=front_axle(p))


def back_wheels(p: Cycle) -> tuple[Skin, ...]:
    """One, or two with an axle between them."""
    radius, tyre, at = p.wheel * p.wheel_back, p.tyre * p.tyre_back, back_axle(p)
    wheel = _wheel(p, radius, tyre)
    if p.track <= 0:
        return moved(wheel, turn_deg=SIDEWAYS, to=at)
    out = np.array([p.track / 2, 0, 0])
    left = moved(wheel, turn_deg=SIDEWAYS, to=at + out)
    return (*left, *(other_side(skin) for skin in left), rod(at - out, at + out, p.hub * 0.5))


def _wheel(p: Cycle, radius: float, tyre: float) -> tuple[Skin, ...]:
    """A wheel about y."""
    outer = radius - tyre * 1.4
    inner, half = outer - p.rim, tyre * 0.62
    rim = pipe([(inner, -half * 0.5), (outer, -half), (outer, half), (inner, half * 0.5)])
    return (
        torus(radius - tyre, tyre),
        rim,
        _hub(p, _flange(p, tyre)),
        *(_spokes(p, inner, tyre) if p.spokes else _disc(p, inner, tyre)),
        *(_brakes(p, radius, tyre) if p.brake > 0 else ()),
    )


def _flange(p: Cycle, tyre: float) -> float:
    """How far out the spokes leave the hub."""
    return max(tyre * 1.1, p.hub)


def _hub(p: Cycle, out: float) -> Skin:
    h, pin, end = p.hub, p.hub * 0.4, out * 1.5
    half = [(h * 0.62, 0.0), (h * 0.62, out * 0.6), (h, out * 0.85), (h, out * 1.1), (pin, out * 1.1), (pin, end)]
    return turned([(0, -end), *((r, -y) for r, y in reversed(half)), *half[1:], (0, end)])


def _spokes(p: Cycle, rim: float, tyre: float) -> tuple[Skin, ...]:
    out = _flange(p, tyre)
    return tuple(_spoke(p, rim, out, index) for index in range(p.spokes))


def _spoke(p: Cycle, rim: float, out: float, index: int) -> Skin:
    """From a flange of the hub, leaning, to the middle of the rim."""
    side, lean = LACING[index % 4]
    at = 2 * np.pi * index / p.spokes
    foot = at + lean * radians(p.lacing_deg)
    start, end = p.hub * 0.9, rim + p.rim * 0.3
    return rod((start * sin(foot), side * out * 0.97, start * cos(foot)), (end * sin(at), 0, end * cos(at)), p.spoke)


def _disc(p: Cycle, rim: float, tyre: float) -> tuple[Skin, ...]:
    """A pressed wheel with bolts around its hub."""
    half = tyre * 0.5
    face = [(p.hub * 2.1, half), (rim * 0.78, half * 0.5), (rim * 1.04, half * 1.1)]
    plate = turned([(0, -half), *((r, -y) for r, y in face), *reversed(face), (0, half)])
    bolt = rod((0, -half * 1.3, p.hub * 1.6), (0, half * 1.3, p.hub * 1.6), p.hub * 0.16)
    return (plate, *spun(5, bolt))


def _brakes(p: Cycle, radius: float, tyre: float) -> tuple[Skin, ...]:
    """A ring on the left side, and the arms that carry it."""
    outer, y = radius * p.brake, _flange(p, tyre) * 1.05
    inner = outer * 0.72
    ring = pipe([(inner, y - 0.004), (outer, y - 0.004), (outer, y + 0.004), (inner, y + 0.004)])
    arm = rod((0, y, p.hub * 0.8), (inner * 0.5, y, inner * 0.95), 0.006)
    return (ring, *spun(5, arm))
