"""Four-legged animals: trunk, neck, head with ears, two pairs of legs, a tail.

Lengths are in trunks (shoulder to rump is 1), angles in degrees. Sizes of the head count in heads.
Legs, neck and head are grown onto what they meet, so that the whole reads as one body in several colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np

from models.procedural.kit.anatomy import curly, grown, widened
from models.procedural.kit.sdf import Field, ball, blend, limb
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.coat import back, ridge, ruff
from models.procedural.quadruped.frame import nape, raised_deg, spine
from models.procedural.quadruped.head import head
from models.procedural.quadruped.legs import back_leg, front_leg

FLEECE_LENGTH = 0.22  # two pillows of wool, in trunks


def build(p: Quadruped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of the animal. Nothing is left to `chance`: proportions are varied before."""
    del chance
    trunk, neck = _fleeced(p, _trunk(p)), _fleeced(p, _maned(p, _neck(p)))
    return {
        "head": head(p, _neck(p)),
        "body": (trunk, *back(p)),
        "front_left_leg": front_leg(p, 1, trunk),
        "front_right_leg": front_leg(p, -1, trunk),
        "back_left_leg": back_leg(p, 1, trunk),
        "back_right_leg": back_leg(p, -1, trunk),
        "tail": _tail(p),
        "neck": (grown(neck, trunk, 0.08), *ridge(p)),
    }


def _trunk(p: Quadruped) -> Field:
    """Chest, belly, loin and rump along the spine: what differs between a hound, a cow and a bear."""
    turn = (-raised_deg(p), 0.0, 0.0)
    w, d = p.width, p.depth
    chest = ball(spine(p, 0.29, d * (0.04 - 0.5 * (p.chest - 1))), (w * 0.96, d * p.chest, 0.26), turn_deg=turn)
    middle = ball(spine(p, 0.02, d * (1 - p.belly)), (w * p.belly, d * 0.93 * p.belly, 0.40), turn_deg=turn)
    loin = ball(spine(p, -0.14, d * 0.16), (w * 0.86, d * 0.78, 0.30), turn_deg=turn)
    rump = ball(spine(p, -0.31, d * (0.04 + 0.5 * (p.rump - 1))), (w * p.rump, d * 0.96 * p.rump, 0.22), turn_deg=turn)
    return blend(0.14, chest, middle, loin, rump, *_humps(p), *_udder(p))


def _humps(p: Quadruped) -> list[Field]:
    """A camel's one or two, or the withers of a bison."""
    turn = (-raised_deg(p), 0.0, 0.0)
    places = {0: (), 1: (p.hump_at,), 2: (p.hump_at + 0.17, p.hump_at - 0.17)}[p.humps]
    long = p.hump_long / max(p.humps, 1) ** 0.5
    return [ball(spine(p, at, p.depth * 0.70), (p.width * 0.72, p.hump, long), turn_deg=turn) for at in places]


def _udder(p: Quadruped) -> list[Field]:
    if p.udder <= 0:
        return []
    r = p.udder
    bag = ball(spine(p, -0.22, -p.depth * 0.95), (r, r * 0.85, r * 1.1))
    teats = [
        limb(
            [
                spine(p, -0.22 + z * r, -p.depth * 0.95, x * r),
                spine(p, -0.22 + z * r, -p.depth * 0.95 - r * 1.15, x * r),
            ],
            [r * 0.2, r * 0.14],
        )
        for x in (-0.45, 0.45)
        for z in (-0.4, 0.4)
    ]
    return [blend(r * 0.2, bag, *teats)]


def _fleeced(p: Quadruped, field: Field) -> Field:
    return curly(field, p.fleece, FLEECE_LENGTH) if p.fleece > 0 else field


def _neck(p: Quadruped) -> Field:
    """From inside the shoulders to inside the head, deeper than wide."""
    start, end = nape(p)
    r = p.neck_radius
    base, middle = np.array(spine(p, 0.32, p.depth * 0.05)), (start + end) / 2
    deep = max(r * 1.2, p.depth * p.throat)
    return widened(limb([base, start, middle, end], [deep * 0.82, deep, (r + deep) * 0.5, r]), p.neck_wide)


def _maned(p: Quadruped, neck: Field) -> Field:
    _, end = nape(p)
    return blend(0.06, neck, *ruff(p, end)) if p.ruff > 0 else neck


def _tail(p: Quadruped) -> tuple[Solid, ...]:
    """From the rump, rising by one angle and curling by another."""
    path = [np.array(spine(p, -0.30, p.depth * 0.36 * p.rump)), np.array(spine(p, -0.46, p.depth * p.tail_high))]
    step = p.tail / 6
    for knot in range(7):
        angle = radians(p.tail_rise_deg + p.tail_curl_deg * knot / 6)
        path.append(path[-1] + step * np.array([0.0, sin(angle), -cos(angle)]))
    tail = tube(path, [p.tail_radius * thick for thick in _taper(p.tail_root, p.tail_tip)], wide=p.tail_wide)
    if p.tuft > 0:
        end, before = path[-1], path[-2]
        return tail, tube([before, end, end * 2 - before], [p.tuft * 0.5, p.tuft, p.tuft * 0.2])
    return (tail,)


def _taper(root: float, tip: float) -> list[float]:
    """Nine radii: from the root to 1 in the middle, and on to the tip."""
    out = np.linspace(0, 1, 5)
    return [*(root + (1 - root) * out**0.8), *(1 + (tip - 1) * out[1:] ** 1.6)]
