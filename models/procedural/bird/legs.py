"""What a bird stands on and steers with: shanks and toes, and the fan of the tail."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin

import numpy as np

from models.procedural.bird.frame import hip, leg_ends, on_trunk
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import blade, placed, ribbon, tube
from models.procedural.kit.solids import Array, Skin
from models.procedural.looks.bird import Bird

TOES_DEG = (-32.0, 0.0, 32.0)  # those that point ahead; one more points back


def leg(p: Bird) -> tuple[Skin, ...]:
    return _trailing(p) if p.tucked else _standing(p)


def _standing(p: Bird) -> tuple[Skin, ...]:
    """Out of the feathered thigh, over the heel, down to the toes."""
    upper, (heel, foot) = np.array(hip(p)), leg_ends(p)
    start = upper + (np.array(heel) - upper) * min(0.45, p.thigh)
    middle = (np.array(heel) + np.array(foot)) / 2
    r = p.leg_radius
    shank = tube([start, heel, middle, foot], [r * 1.15, r * 1.30, r * 0.88, r])
    return (shank, *_toes(p, foot), *_webs(p, foot))


def _toes(p: Bird, foot: Vector) -> tuple[Skin, ...]:
    ways = [(sin(radians(turn)), cos(radians(turn)), 1.0) for turn in TOES_DEG] + [(0.0, -1.0, 0.6)]
    r, at = max(p.leg_radius * 0.85, 0.02), np.array(foot)
    return tuple(
        tube(
            [at + np.array([dx * reach * size * p.foot, rise * r, dz * reach * size * p.foot]) for reach, rise in TOE],
            [r, r * 0.85, r * 0.35],
        )
        for dx, dz, size in ways
    )


TOE = ((0.0, 0.0), (0.6, 0.1), (1.0, -0.3))  # out along a toe, and up, in radii


def _webs(p: Bird, foot: Vector) -> tuple[Skin, ...]:
    """Skin between the toes of what swims."""
    if not p.webbed:
        return ()
    return tuple(_web(p, foot, one, other) for one, other in pairwise(TOES_DEG))


def _web(p: Bird, foot: Vector, one: float, other: float) -> Skin:
    edges = []
    for turn in (one, other):
        way = np.array([sin(radians(turn)), 0.0, cos(radians(turn))]) * p.foot
        edges.append([np.array(foot) + way * reach for reach in (0.15, 0.55, 0.90)])
    return blade(edges[0], edges[1], (0.024, 0.020, 0.014), even=True)


def _trailing(p: Bird) -> tuple[Skin, ...]:
    """Drawn back under the tail, and past it if they are long."""
    start = np.array(on_trunk(p, -0.14, -p.girth * 0.52, p.girth * 0.34))
    back = max(0.34, p.legs * 0.95)
    r = p.leg_radius
    path = [start + offset for offset in ((0, 0, 0), (0, -0.06, -0.10), (0, -0.07, -0.6 * back), (0, -0.04, -back))]
    toes = [path[-1] + offset for offset in ((0, 0, 0.02), (0, -0.015, -0.5 * p.foot), (0, -0.01, -p.foot))]
    return tube(path, [r * 1.9, r * 1.5, r * 0.95, r * 0.9]), tube(toes, [r, r * 1.3, r * 0.4], wide=1.3)


TAIL_STEPS = (0.0, 0.45, 0.82, 0.95, 1.0)  # along a feather; they crowd where its tip is round


def tail(p: Bird) -> tuple[Skin, ...]:
    """Feathers in a fan."""
    turns = np.linspace(-1, 1, p.tail_feathers)
    feathers = [_tail_feather(p, float(turn)) for turn in turns]
    return (*feathers, *(_eyespot(p, float(turn)) for turn in turns if p.tail_eyes))


def _tail_line(p: Bird, turn: float) -> tuple[list[Array], Array]:
    """The middle of a tail feather step by step, and the way to its left."""
    rise = radians(p.pitch_deg - p.tail_rise_deg)
    root = np.array(on_trunk(p, -0.48, 0.05 + 0.014 * (1 - abs(turn))))
    back, down = np.array([0.0, -sin(rise), -cos(rise)]), np.array([0.0, -cos(rise), sin(rise)])
    left, angle = np.array([1.0, 0.0, 0.0]), radians(p.tail_fan_deg / 2 * turn)
    way = back * cos(angle) + left * sin(angle)
    length = (p.tail + 0.12) * (1 + p.tail_fork * (abs(turn) ** 1.6 - 0.3))
    middle = [root + way * length * share + down * p.tail_arch * length * share**2.2 for share in TAIL_STEPS]
    return middle, left * cos(angle) - back * sin(angle)


def _tail_feather(p: Bird, turn: float) -> Skin:
    middle, side = _tail_line(p, turn)
    return ribbon(middle, side * p.tail_width, (0.55, 0.85, 1.0, 0.82, 0.30), (0.055, 0.040, 0.030, 0.022, 0.010))


def _eyespot(p: Bird, turn: float) -> Skin:
    """The eye on a peacock's feather."""
    middle, _ = _tail_line(p, turn)
    r = p.tail_width * 0.80
    bead = tube([(0, 0, 0), (0, 0.001, 0)], [r, r], wide=1.0, flat=0.5)
    return placed(bead, to=middle[2])
