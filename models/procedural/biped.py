"""Two-legged figures: people, robots, apes. One height is about 1.8, as for a person in metres.

Angles are in degrees: an arm at 0 hangs, at 90 points sideways; a leg's swing is forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from types import MappingProxyType
from typing import Any

import numpy as np

from models.procedural.solids import Solid, lathe, placed, tube
from models.sdf import Field, Vector, ball, blend, limb, mirrored


@dataclass(frozen=True, slots=True)
class Biped:
    """The proportions of a figure; the default is a person, standing."""

    power: float = 2.0  #: 2 is flesh, more is a machine's box (see models.sdf.ball)
    head: float = 0.142
    hair: float = 0.09  #: length of hair down the back; 0 is none
    muzzle: float = 0.0
    helmet: float = 0.0
    antenna: float = 0.0
    ears: float = 0.026
    neck: float = 0.055
    shoulders: float = 0.205  #: half their width
    chest: float = 0.135  #: radius, front to back
    waist: float = 0.122
    hips: float = 0.150
    skirt: float = 0.0
    pack: float = 0.0  #: what is carried on the back
    trunk: float = 0.56  #: from the hips to the shoulders
    arms: float = 0.62
    arm_radius: float = 0.052
    hand: float = 0.060
    legs: float = 0.86
    leg_radius: float = 0.074
    foot: float = 0.165
    lean_deg: float = 0.0
    left_arm_deg: float = 13.0  #: sideways
    right_arm_deg: float = 13.0
    left_swing_deg: float = 4.0  #: forward
    right_swing_deg: float = 4.0
    elbow_deg: float = 14.0
    left_leg_deg: float = 0.0
    right_leg_deg: float = 0.0
    left_knee_deg: float = 2.0
    right_knee_deg: float = 2.0


DEFAULT = Biped()

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "man": {"shoulders": 0.225, "chest": 0.142, "hips": 0.140, "arm_radius": 0.058},
        "woman": {"shoulders": 0.180, "waist": 0.096, "hips": 0.155, "hair": 0.26, "skirt": 0.34, "arm_radius": 0.044,
                  "leg_radius": 0.066, "hand": 0.052},
        "child": {"head": 0.165, "shoulders": 0.150, "trunk": 0.38, "arms": 0.40, "legs": 0.46, "hips": 0.125,
                  "waist": 0.118, "chest": 0.115, "foot": 0.115, "leg_radius": 0.066, "arm_radius": 0.045},
        "robot": {"power": 8.0, "hair": 0.0, "head": 0.165, "antenna": 0.16, "ears": 0.05, "neck": 0.05, "shoulders": 0.235,
                  "chest": 0.17, "waist": 0.16, "hips": 0.16, "arm_radius": 0.060, "hand": 0.075, "leg_radius": 0.078,
                  "foot": 0.155, "legs": 0.70, "elbow_deg": 26.0, "left_arm_deg": 10.0, "right_arm_deg": 10.0},
        "astronaut": {"hair": 0.0, "helmet": 0.21, "head": 0.165, "pack": 0.21, "shoulders": 0.225, "chest": 0.175, "waist": 0.175,
                      "hips": 0.185, "arm_radius": 0.082, "hand": 0.082, "leg_radius": 0.105, "foot": 0.17,
                      "legs": 0.72, "left_arm_deg": 24.0, "right_arm_deg": 24.0, "neck": 0.09},
        "gorilla": {"hair": 0.0, "head": 0.165, "muzzle": 0.62, "neck": 0.11, "shoulders": 0.30, "chest": 0.24, "waist": 0.225,
                    "hips": 0.19, "arms": 0.84, "arm_radius": 0.092, "hand": 0.092, "legs": 0.46, "leg_radius": 0.10,
                    "foot": 0.15, "lean_deg": 20.0, "left_arm_deg": 20.0, "right_arm_deg": 20.0, "elbow_deg": 6.0,
                    "left_knee_deg": 18.0, "right_knee_deg": 18.0, "left_leg_deg": 14.0, "right_leg_deg": 14.0},
        "monkey": {"hair": 0.0, "head": 0.165, "muzzle": 0.55, "ears": 0.075, "shoulders": 0.155, "trunk": 0.44, "arms": 0.64,
                   "arm_radius": 0.044, "legs": 0.50, "leg_radius": 0.055, "hips": 0.125, "chest": 0.125,
                   "waist": 0.12, "lean_deg": 10.0, "elbow_deg": 34.0, "left_knee_deg": 24.0, "right_knee_deg": 24.0,
                   "left_leg_deg": 18.0, "right_leg_deg": 18.0, "left_arm_deg": 26.0, "right_arm_deg": 26.0},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"left_leg_deg": 22.0, "right_leg_deg": -18.0, "right_knee_deg": 14.0, "left_swing_deg": -22.0,
                    "right_swing_deg": 26.0, "elbow_deg": 22.0, "lean_deg": 3.0},
        "running": {"left_leg_deg": 52.0, "right_leg_deg": -30.0, "left_knee_deg": 62.0, "right_knee_deg": 62.0,
                    "left_swing_deg": -44.0, "right_swing_deg": 44.0, "elbow_deg": 88.0, "lean_deg": 14.0},
        "jumping": {"left_leg_deg": 40.0, "right_leg_deg": 12.0, "left_knee_deg": 74.0, "right_knee_deg": 60.0,
                    "left_arm_deg": 138.0, "right_arm_deg": 138.0, "elbow_deg": 10.0},
        "dancing": {"left_leg_deg": 30.0, "left_knee_deg": 78.0, "left_arm_deg": 142.0, "right_arm_deg": 84.0,
                    "elbow_deg": 24.0, "lean_deg": -3.0},
        "waving": {"left_arm_deg": 148.0, "elbow_deg": 16.0},
        "sitting": {"left_leg_deg": 84.0, "right_leg_deg": 84.0, "left_knee_deg": 84.0, "right_knee_deg": 84.0,
                    "left_swing_deg": 30.0, "right_swing_deg": 30.0, "elbow_deg": 40.0},
        "flying": {"lean_deg": 62.0, "left_arm_deg": 168.0, "right_arm_deg": 20.0, "left_leg_deg": -52.0,
                   "right_leg_deg": -58.0, "elbow_deg": 4.0},
        "swimming": {"lean_deg": 70.0, "left_arm_deg": 160.0, "right_arm_deg": 60.0, "left_leg_deg": -58.0,
                     "right_leg_deg": -74.0, "elbow_deg": 12.0},
        "standing": {},
    }
)  # fmt: skip


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
    yoke = mirrored(limb([_at(p, top * 0.92), _at(p, top * 0.87, 0.0, p.shoulders * 0.86)],
                         [p.chest * 0.58, p.arm_radius * 1.25]))  # fmt: skip
    neck = limb([_at(p, top * 0.9), _at(p, top + p.head * 0.55)], [p.neck * 1.25, p.neck])
    solids: list[Solid] = [blend(0.07 if p.power == 2 else 0.02, chest, waist, hips, yoke, neck)]
    if p.skirt > 0:
        solids.append(_skirt(p))
    if p.pack > 0:
        solids.append(ball(_at(p, top * 0.62, -p.chest - p.pack * 0.25),
                           (p.shoulders * 0.80, p.pack * 1.25, p.pack * 0.55), turn_deg=turn, power=6.0))  # fmt: skip
    return tuple(solids)


def _skirt(p: Biped) -> Solid:
    """A bell from the waist down."""
    low, wide = -p.skirt, p.hips * 1.8
    profile = [(p.waist * 1.02, p.trunk * 0.36), (p.hips * 1.20, p.trunk * 0.02), (p.hips * 1.5, low * 0.55),
               (wide, low), (wide * 0.97, low - 0.012), (wide * 0.80, low - 0.004)]  # fmt: skip
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
        solids += [ball(at(0.0, -0.10), (p.helmet, p.helmet, p.helmet)),
                   ball(at(0.0, 0.52), (p.helmet * 0.74, p.helmet * 0.58, p.helmet * 0.56))]  # fmt: skip
    if p.antenna > 0:
        tip = at(1.0 + p.antenna / r, 0.0)
        solids += [tube([at(0.9, 0.0), tip], [0.014, 0.012]), ball(tip, (0.032, 0.032, 0.032))]
    return tuple(solids)


def _arm(p: Biped, side: int, out_deg: float, swing_deg: float) -> Field:
    """Shoulder, elbow, wrist, a hand with a thumb."""
    start = np.array(_at(p, p.trunk * 0.86, 0.0, p.shoulders * 0.98 * side))
    upper = _way(out_deg + p.lean_deg * 0.0, swing_deg + p.lean_deg * 0.35, side)
    bend = p.elbow_deg if out_deg < 90 else -p.elbow_deg * 0.4
    lower = _way(
        out_deg * (1.0 if out_deg > 90 else 0.65) + max(-bend, 0), swing_deg + p.lean_deg * 0.35 + max(bend, 0), side
    )
    elbow = start + upper * p.arms * 0.48
    wrist = elbow + lower * p.arms * 0.44
    palm = wrist + lower * p.hand * 1.0
    r = p.arm_radius
    arm = limb([_v(start), _v(elbow), _v(wrist)], [r * 1.22, r * 0.96, r * 0.76])
    hand = ball(_v(palm), (p.hand * 0.62, p.hand * 1.25, p.hand * 0.78), turn_deg=_aim(lower), power=p.power)
    thumb = limb([_v(wrist + lower * p.hand * 0.5), _v(palm + np.array([-0.2 * side, 0.0, 1.0]) * p.hand * 0.85)],
                 [p.hand * 0.34, p.hand * 0.24])  # fmt: skip
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


def _way(out_deg: float, swing_deg: float, side: int) -> np.ndarray[Any, Any]:
    """The direction of a limb that hangs at (0, 0), goes out sideways and swings forward."""
    out, swing = radians(out_deg), radians(swing_deg)
    return np.array(
        [sin(out) * side, -cos(out) * cos(swing), cos(out) * sin(swing) if out_deg < 90 else sin(swing) * 0.3]
    )


def _aim(way: np.ndarray[Any, Any]) -> Vector:
    """The turn that lays the y axis along `way`."""
    x, y, z = way / np.linalg.norm(way)
    return (
        float(np.degrees(np.arctan2(z, np.hypot(x, y)) * (1 if y > 0 else -1))),
        0.0,
        float(np.degrees(np.arctan2(-x, y))),
    )


def _v(point: np.ndarray[Any, Any]) -> Vector:
    x, y, z = point
    return float(x), float(y), float(z)
