"""Two-legged figures: people, robots, apes. One height is about 1.8, as for a person in metres.

Angles are in degrees: an arm at 0 hangs, at 90 points sideways; a leg's swing is forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.biped import Biped
from models.procedural.skins import lathe, placed, tube
from models.procedural.solids import Solid
from models.sdf import Field, Vector, ball, blend, limb, mirrored, rotation


def build(p: Biped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a figure. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {
        "head": _head(p),
        "torso": _torso(p),
        "left_arm": (_arm(p, 1, p.left_arm_deg, p.left_swing_deg),),
        "right_arm": (_arm(p, -1, p.right_arm_deg, p.right_swing_deg),),
        "left_leg": (_leg(p, 1, p.left_leg_deg, p.left_knee_deg),),
        "right_leg": (_leg(p, -1, p.right_leg_deg, p.right_knee_deg),),
    }


def _at(p: Biped, above: float, ahead: float = 0.0, aside: float = 0.0) -> Vector:
    """A place above the hips, in front of the spine, to the left; it leans as the figure does."""
    s, c = sin(radians(p.lean_deg)), cos(radians(p.lean_deg))
    return aside, above * c - ahead * s, above * s + ahead * c


def _torso(p: Biped) -> tuple[Solid, ...]:
    turn = (p.lean_deg, 0.0, 0.0)
    top = p.trunk
    chest = ball(_at(p, top * 0.72), (p.shoulders * 0.86, top * 0.32, p.chest), turn_deg=turn, power=p.power)
    waist = ball(_at(p, top * 0.38), (p.waist * 1.18, top * 0.36, p.waist * 0.92), turn_deg=turn, power=p.power)
    hips = ball(_at(p, 0.02), (p.hips * 1.06, top * 0.22, p.hips * 0.84), turn_deg=turn, power=p.power)
    yoke = mirrored(
        limb([_at(p, top * 0.92), _at(p, top * 0.87, 0.0, p.shoulders * 0.86)], [p.chest * 0.58, p.arm_radius * 1.25])
    )
    neck = limb([_at(p, top * 0.9), _at(p, top + p.head * 0.55)], [p.neck * 1.25, p.neck])
    solids: list[Solid] = [blend(0.07 if p.power == 2 else 0.02, chest, waist, hips, yoke, neck)]
    if p.skirt > 0:
        solids.append(_skirt(p))
    if p.pack > 0:
        solids.append(
            ball(
                _at(p, top * 0.62, -p.chest - p.pack * 0.25),
                (p.shoulders * 0.80, p.pack * 1.25, p.pack * 0.55),
                turn_deg=turn,
                power=6.0,
            )
        )
    return tuple(solids)


def _skirt(p: Biped) -> Solid:
    """A bell from the waist down."""
    low, wide = -p.skirt, p.hips * 1.8
    profile = [
        (p.waist * 1.02, p.trunk * 0.36),
        (p.hips * 1.20, p.trunk * 0.02),
        (p.hips * 1.5, low * 0.55),
        (wide, low),
        (wide * 0.97, low - 0.012),
        (wide * 0.80, low - 0.004),
    ]
    return placed(lathe(profile), turn_deg=(p.lean_deg * 0.5, 0, 0), scale=(1.0, 1.0, 0.84))


def _head(p: Biped) -> tuple[Solid, ...]:
    r, top = p.head, p.trunk + p.neck * 0.9
    turn = (p.lean_deg * 0.4, 0.0, 0.0)

    def at(above: float, ahead: float, aside: float = 0.0) -> Vector:
        return _at(p, top + r * (1.0 + above), r * ahead + 0.01, r * aside)

    skull = ball(at(0.12, -0.02), (r * 0.80, r * 0.95, r * 0.92), turn_deg=turn, power=p.power)
    jaw = ball(at(-0.38, 0.20), (r * 0.58, r * 0.58, r * 0.62), turn_deg=turn, power=p.power)
    nose = ball(at(-0.02, 0.92), (r * 0.11, r * 0.17, r * 0.16))
    face = [skull, jaw] if p.power > 2 else [skull, jaw, nose]
    if p.muzzle > 0:
        face.append(ball(at(-0.36, 0.62), (r * 0.56, r * 0.46, r * p.muzzle)))
    eyes = mirrored(ball(at(0.10, 0.80, 0.34), (r * 0.10, r * 0.115, r * 0.08)))
    solids: list[Solid] = [blend(r * 0.30 if p.power == 2 else 0.01, *face), eyes]
    ears = ball(at(0.0, -0.02, 0.80 + p.ears / r * 0.3), (p.ears * 0.6, p.ears * 1.4, p.ears))
    solids.append(mirrored(ears))
    return (*solids, *_headgear(p, at))


def _headgear(p: Biped, at: Any) -> tuple[Solid, ...]:
    r = p.head
    solids: list[Solid] = []
    if p.hair > 0:
        cap = ball(at(0.42, -0.16), (r * 0.90, r * 0.76, r * 0.98), turn_deg=(-16, 0, 0))
        fall = limb([at(0.1, -0.50), at(-p.hair / r, -0.60)], [r * 0.66, r * 0.42])
        solids.append(blend(r * 0.4, cap, fall))
    if p.helmet > 0:
        solids += [
            ball(at(0.0, -0.10), (p.helmet, p.helmet, p.helmet)),
            ball(at(0.0, 0.52), (p.helmet * 0.74, p.helmet * 0.58, p.helmet * 0.56)),
        ]
    if p.antenna > 0:
        tip = at(1.0 + p.antenna / r, 0.0)
        solids += [tube([at(0.9, 0.0), tip], [0.014, 0.012]), ball(tip, (0.032, 0.032, 0.032))]
    return tuple(solids)


def _arm(p: Biped, side: int, out_deg: float, swing_deg: float) -> Field:
    """Shoulder, elbow, wrist, a hand with a thumb."""
    start = np.array(_at(p, p.trunk * 0.86, 0.0, p.shoulders * 0.98 * side))
    upper = _leant(p, _way(out_deg, swing_deg, side))
    bend = p.elbow_deg if out_deg < 90 else -p.elbow_deg * 0.4
    out = out_deg if out_deg > 90 else out_deg * 0.65
    lower = _leant(p, _way(out + max(-bend, 0), swing_deg + max(bend, 0), side))
    elbow = start + upper * p.arms * 0.48
    wrist = elbow + lower * p.arms * 0.44
    palm = wrist + lower * p.hand * 1.0
    r = p.arm_radius
    arm = limb([_v(start), _v(elbow), _v(wrist)], [r * 1.22, r * 0.96, r * 0.76])
    hand = ball(_v(palm), (p.hand * 0.62, p.hand * 1.25, p.hand * 0.78), turn_deg=_aim(lower), power=p.power)
    thumb = limb(
        [_v(wrist + lower * p.hand * 0.5), _v(palm + np.array([-0.2 * side, 0.0, 1.0]) * p.hand * 0.85)],
        [p.hand * 0.34, p.hand * 0.24],
    )
    return blend(r * 0.6, arm, hand, thumb)


def _leg(p: Biped, side: int, swing_deg: float, knee_deg: float) -> Field:
    """Hip, knee, ankle, a foot that points ahead."""
    start = np.array(_at(p, -0.02, 0.0, p.hips * 0.58 * side))
    upper = _way(4.0, swing_deg, side)
    lower = _way(2.0, swing_deg - knee_deg, side)
    knee = start + upper * p.legs * 0.50
    ankle = knee + lower * p.legs * 0.46
    r = p.leg_radius
    leg = limb([_v(start), _v(knee), _v(ankle)], [r * 1.38, r * 0.98, r * 0.72])
    calf = ball(_v(knee + lower * p.legs * 0.16 - np.array([0, 0, r * 0.22])), (r * 0.88, p.legs * 0.13, r * 0.92))
    tilt = radians(swing_deg - knee_deg) * 0.6
    sole = np.array([0.10 * side, sin(tilt), cos(tilt)])
    heel = ankle + lower * r * 0.55
    foot = limb([_v(heel - sole * p.foot * 0.22), _v(heel + sole * p.foot * 0.80)], [r * 0.70, r * 0.56])
    return blend(r * 0.7, leg, calf, foot)


def _way(out_deg: float, swing_deg: float, side: int) -> NDArray[np.float64]:
    """The direction of a limb that hangs at (0, 0), goes out sideways and swings forward."""
    out, swing = radians(out_deg), radians(swing_deg)
    return np.array(
        [sin(out) * side, -cos(out) * cos(swing), cos(out) * sin(swing) if out_deg < 90 else sin(swing) * 0.3]
    )


def _leant(p: Biped, way: NDArray[np.float64]) -> NDArray[np.float64]:
    """A direction turned forward by the share of the lean that arms take up."""
    return rotation((p.lean_deg * p.arms_lean, 0, 0)) @ way


def _aim(way: NDArray[np.float64]) -> Vector:
    """The turn that lays the y axis along `way`."""
    x, y, z = way / np.linalg.norm(way)
    return (
        float(np.degrees(np.arctan2(z, np.hypot(x, y)) * (1 if y > 0 else -1))),
        0.0,
        float(np.degrees(np.arctan2(-x, y))),
    )


def _v(point: NDArray[np.float64]) -> Vector:
    x, y, z = point
    return float(x), float(y), float(z)
