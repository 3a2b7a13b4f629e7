"""Four-legged animals: trunk, neck, head with ears, two pairs of legs, a tail.

Lengths are in trunks (shoulder to rump is 1), angles in degrees. Sizes of the head count in heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped_frame import between, nape, spine
from models.procedural.quadruped_head import head
from models.procedural.skins import tube
from models.procedural.solids import Solid
from models.sdf import Field, Vector, ball, blend, limb


def build(p: Quadruped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of the animal. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {
        "head": head(p),
        "body": (_body(p),),
        "front_left_leg": (_front_leg(p, 1),),
        "front_right_leg": (_front_leg(p, -1),),
        "back_left_leg": (_hind_leg(p, 1),),
        "back_right_leg": (_hind_leg(p, -1),),
        "tail": _tail(p),
        "neck": _neck(p),
    }


def _body(p: Quadruped) -> Field:
    turn = (-p.pitch_deg, 0.0, 0.0)
    w, d = p.width, p.depth
    shoulders = ball(spine(p, 0.30, 0.01), (w, d * 1.04, 0.27), turn_deg=turn)
    middle = ball(spine(p, 0.0, -0.02 * p.belly), (w * p.belly, d * 0.95 * p.belly, 0.46), turn_deg=turn)
    rump = ball(spine(p, -0.32, 0.01), (w * 1.02, d * 1.02, 0.24), turn_deg=turn)
    fields = [shoulders, middle, rump]
    if p.hump > 0:
        fields.append(ball(spine(p, 0.0, d * 0.9), (w * 0.7, p.hump, 0.20), turn_deg=turn))
    return blend(0.12, *fields)


def _neck(p: Quadruped) -> tuple[Solid, ...]:
    """A neck from inside the shoulders to inside the head, and what grows on its ridge."""
    start, end = nape(p)
    r = p.neck_radius
    base = spine(p, 0.27, p.depth * 0.10)
    middle = (start + end) / 2
    field = limb([base, start, middle, end], [p.depth * 0.76, max(r * 1.25, p.depth * 0.62), r * 1.05, r])
    smooth = blend(r * 0.9, field, ball(middle, (r * 0.9, r * 0.9, r * 0.9)))
    if p.mane >= 1.0:
        return (blend(0.08, smooth, *_ruff(p, end)),)
    return (smooth, *_ridge(p, start, end)) if p.mane > 0 else (smooth,)


def _ruff(p: Quadruped, end: NDArray[np.float64]) -> list[Field]:
    """A lion's mane: a collar of locks behind the face."""
    r = p.head * 1.02
    locks = []
    for turn in range(10):
        angle = radians(36 * turn + 18)
        place = end + np.array([cos(angle) * r * 0.92, sin(angle) * r * 1.02 - r * 0.12, -0.02 * (turn % 2)])
        locks.append(ball(place, (r * 0.46, r * 0.46, r * 0.50)))
    return locks


def _ridge(p: Quadruped, start: NDArray[np.float64], end: NDArray[np.float64]) -> tuple[Solid, ...]:
    """A horse's mane: a thin comb along the top of the neck."""
    way = (end - start) / np.linalg.norm(end - start)
    over = np.array([0.0, way[2], -way[1]])
    r = p.neck_radius
    path = [
        start + (end - start) * share + over * r * lift
        for share, lift in ((0.05, 1.0), (0.4, 1.05), (0.8, 1.05), (1.12, 1.25))
    ]
    return (tube(path, [r * 0.25, r * (0.4 + p.mane * 0.6), r * (0.4 + p.mane * 0.6), r * 0.4], wide=0.32),)


def _front_leg(p: Quadruped, side: int) -> Field:
    """A straight leg; the stride moves one forward and the other back."""
    _, y, z = spine(p, 0.32, 0.0)
    ground = -p.legs - p.depth * 0.15
    top = (p.stance * 0.86 * side, y - p.depth * 0.10, z)
    length = top[1] - ground
    swing = radians(p.stride_deg) * side
    foot = (p.stance * side, top[1] - length * cos(swing) + p.paw * 0.55, z + length * sin(swing) + 0.02)
    lift = max(0.0, -sin(swing)) * 0.35 * length if p.stride_deg > 10 else 0.0
    wrist = between(top, foot, 0.56, (0.0, 0.0, 0.02 - lift * 0.25))
    foot = (foot[0], foot[1] + lift * 0.4, foot[2])
    r = p.leg_radius
    leg = limb([top, wrist, foot], [r * 1.55, r * 1.0, r * 0.86])
    return blend(r * 0.7, leg, _paw(p, foot))


def _hind_leg(p: Quadruped, side: int) -> Field:
    return _folded_leg(p, side) if p.crouched else _back_leg(p, side)


def _back_leg(p: Quadruped, side: int) -> Field:
    """A strong thigh, a knee forward, a hock back."""
    _, y, z = spine(p, -0.34, 0.0)
    ground = -p.legs - p.depth * 0.15
    hip = (p.stance * 0.80 * side, y + p.depth * 0.05, z)
    length = hip[1] - ground
    swing = radians(p.stride_deg) * -side
    foot = (p.stance * side, hip[1] - length * cos(swing) + p.paw * 0.55, z + length * sin(swing) - 0.02)
    r = p.leg_radius
    bow = min(0.10, p.legs * 0.16)
    knee = between(hip, foot, 0.42, (0.01 * side, 0.0, bow * 0.75))
    hock = between(hip, foot, 0.72, (0.0, 0.0, -bow * 0.85))
    leg = limb([hip, knee, hock, foot], [r * 2.0, r * 1.35, r * 0.84, r * 0.84])
    return blend(r * 0.8, leg, _paw(p, foot))


def _folded_leg(p: Quadruped, side: int) -> Field:
    """Sat upon: a round thigh on the ground, the paw in front of it."""
    _, y, z = spine(p, -0.40, 0.0)
    ground = -p.legs - p.depth * 0.15
    r = p.leg_radius
    hip = (p.stance * 1.05 * side, (y + ground) / 2 + r * 0.6, z + 0.06)
    reach = max((y - ground) * 0.52, r * 2.2)
    thigh = ball(hip, (r * 1.7, reach, reach * 0.92))
    foot = (p.stance * 1.25 * side, ground + p.paw * 0.55, z + reach * 0.9)
    shank = limb([(hip[0], ground + r, z - reach * 0.2), foot], [r * 1.0, r * 0.9])
    return blend(r, thigh, shank, _paw(p, foot))


def _paw(p: Quadruped, foot: Vector) -> Field:
    x, y, z = foot
    return ball((x, y - p.paw * 0.05, z + p.paw * 0.40), (p.paw * 0.95, p.paw * 0.62, p.paw * 1.20))


def _tail(p: Quadruped) -> tuple[Solid, ...]:
    """From the rump, rising by one angle and curling by another."""
    path = [np.array(spine(p, -0.44, p.depth * 0.42))]
    step = p.tail / 5
    for knot in range(6):
        angle = radians(p.tail_rise_deg + p.tail_curl_deg * knot / 5)
        path.append(path[-1] + step * np.array([0.0, sin(angle), -cos(angle)]))
    r = p.tail_radius
    radii = [r * 1.1, r * 1.15, r * 1.1, r, r * 0.92, r * 0.8, r * 0.45]
    tail = tube(list(path), radii)
    if p.tuft > 0:
        end, before = path[-1], path[-2]
        return tail, tube([before, end, end * 2 - before], [p.tuft * 0.5, p.tuft, p.tuft * 0.2])
    return (tail,)
