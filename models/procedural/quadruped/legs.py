"""The legs of a four-legged animal: shoulder and forearm, haunch and hock, and the feet they stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.anatomy import grown, swung
from models.procedural.kit.sdf import Field, ball, blend, limb
from models.procedural.kit.skins import lathe, placed, tube
from models.procedural.kit.solids import Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import ground, raised_deg, spine

Joints: TypeAlias = NDArray[np.float64]
Place: TypeAlias = NDArray[np.float64]
Foot: TypeAlias = Callable[[Quadruped, Place], tuple[tuple[Field, ...], tuple[Solid, ...]]]

FILLET = 0.085  # how softly a leg leaves the trunk
UPRIGHT_DEG = 30.0  # pitched further, an animal whose rump is on the ground sits; below, it lies


def front_leg(p: Quadruped, side: int, body: Field) -> tuple[Solid, ...]:
    """A shoulder on the flank, an elbow, a wrist, a foot."""
    lying = p.sunk > 0.5 and raised_deg(p) < UPRIGHT_DEG
    joints = _folded_forearm(p, side) if lying else _forearm(p, side)
    slender = 0.45 + 0.55 * p.reach  # arms that carry nothing are thin
    p = replace(p, leg_radius=p.leg_radius * slender, paw=p.paw * slender)
    r = p.leg_radius
    shoulder = ball(
        (joints[0] + joints[1]) / 2,
        (p.width * 0.42, p.depth * 0.62, 0.125 * p.shoulder),
        turn_deg=(-raised_deg(p) - 14.0, 0, 0),
    )
    thick = [r * 1.25 * p.shoulder, r * 1.22, r * p.shank, r * p.shank * 0.84]
    return _leg(p, joints, thick, (shoulder, body))


def back_leg(p: Quadruped, side: int, body: Field) -> tuple[Solid, ...]:
    """A haunch, a knee forward, a hock back, a foot; folded when it is sat upon."""
    joints = _folded_shank(p, side) if p.crouched else _shank(p, side)
    r = p.leg_radius
    deep = max(p.depth * 0.70, float(joints[0][1] - joints[1][1]) * 0.62)
    haunch = ball(
        joints[0] * 0.45 + joints[1] * 0.55,
        (p.width * 0.44 * (1.0 + 0.25 * p.crouched), deep, 0.150 * p.haunch * (1.0 + 0.25 * p.crouched)),
        turn_deg=(0 if p.crouched else 16.0, 0, 0),
    )
    thick = [r * 1.3 * p.haunch, r * 1.42, r * p.shank, r * p.shank * 0.90]
    return _leg(p, joints, thick, (haunch, body))


def _leg(p: Quadruped, joints: Joints, thick: list[float], flank: tuple[Field, Field]) -> tuple[Solid, ...]:
    muscle, body = flank
    fields, nails = FEET[p.foot](p, joints[-1])
    shape = blend(p.leg_radius * 0.9, muscle, limb(list(joints), thick), *fields)
    return (grown(shape, body, FILLET), *nails)


def _forearm(p: Quadruped, side: int) -> Joints:
    """Standing or striding; short arms, a kangaroo's, hang bent before the chest."""
    _, y, z = spine(p, 0.31, -p.depth * 0.15)
    low = ground(p) + p.paw * 0.5
    fall = (min(y - low, p.legs) if p.airborne else y - low) * p.reach
    apart = p.stance + p.sprawl * 0.6
    joints = np.array(
        [
            (p.width * 0.58 * side, y, z + 0.03),
            (_between(p.width * 0.62, apart, 0.7) * side, y - fall * _between(0.36, 0.20, p.sprawl * 4), z - 0.045),
            (apart * side, y - fall * 0.68, z + 0.005 + fall * (1 - p.reach) * 0.55),
            (apart * side, y - fall, z + 0.015 + fall * (1 - p.reach) * 1.15),
        ]
    )
    return _strode(joints, p.front_swing_deg + p.stride_deg * side, p.fold_deg)


def _shank(p: Quadruped, side: int) -> Joints:
    _, y, z = spine(p, -0.32, p.depth * 0.05)
    low = ground(p) + p.paw * 0.5
    fall = min(y - low, p.legs) if p.airborne else y - low
    apart = p.stance + p.sprawl * 0.6
    bow = min(0.12, fall * 0.19) * p.bow
    joints = np.array(
        [
            (p.width * 0.55 * side, y, z),
            (_between(p.width * 0.62, apart, 0.7) * side, y - fall * _between(0.40, 0.26, p.sprawl * 4), z + bow * 0.8),
            (apart * side, y - fall * 0.70, z - bow),
            (apart * side, y - fall, z - bow * 0.45),
        ]
    )
    return _strode(joints, p.hind_swing_deg - p.stride_deg * side, -p.fold_deg * 0.6)


def _strode(joints: Joints, swing_deg: float, fold_deg: float) -> Joints:
    """The leg swung from its top; one that comes forward is lifted and folded at its middle."""
    swinging = swung(joints, joints[0], swing_deg)
    if swing_deg > 8 and fold_deg != 0:
        swinging[2:] = swung(swinging[2:], swinging[1], -abs(fold_deg))
    return swinging


def _folded_forearm(p: Quadruped, side: int) -> Joints:
    """Lain down: the elbow at the ground, the forearm along it."""
    _, y, z = spine(p, 0.31, -p.depth * 0.15)
    low = ground(p) + p.leg_radius * 0.9
    long = min(0.42, 0.16 + p.legs * 0.36)
    aside = max(p.stance, p.width * 0.72) * side
    return np.array(
        [
            (p.width * 0.58 * side, y, z + 0.03),
            (aside, low, z - 0.03),
            (aside, low, z + long * 0.55),
            (aside, ground(p) + p.paw * 0.5, z + long),
        ]
    )


def _folded_shank(p: Quadruped, side: int) -> Joints:
    """Sat upon: a round thigh by the ground, the foot in front of it."""
    _, y, z = spine(p, -0.34, 0.0)
    low = ground(p)
    tall = max(y - low, p.depth * 0.6)
    aside = max(p.stance * 1.1, p.width * 0.78)
    return np.array(
        [
            (p.width * 0.62 * side, y - tall * 0.10, z - 0.02),
            (aside * 1.06 * side, low + tall * 0.52, z + 0.15),
            (aside * 1.04 * side, low + p.leg_radius * 1.1, z + 0.02),
            (aside * 1.12 * side, low + p.paw * 0.5, z + 0.13 + p.foot_long * p.paw),
        ]
    )


def _between(start: float, end: float, share: float) -> float:
    return start + (end - start) * min(share, 1.0)


def _by(foot: Place, aside: float, above: float, ahead: float) -> Place:
    place: Place = foot + np.array([aside, above, ahead])
    return place


def _paw(p: Quadruped, foot: Place) -> tuple[tuple[Field, ...], tuple[Solid, ...]]:
    """A pad and four toes."""
    s = p.paw
    pad = ball(_by(foot, 0, -s * 0.04, s * 0.30), (s * 0.86, s * 0.58, s * (0.70 + p.foot_long)))
    toes = tuple(
        tube(
            [_by(foot, s * aside * 0.8, s * 0.02, s * p.foot_long * 0.5),
             _by(foot, s * aside, s * 0.02, s * (ahead + p.foot_long)),
             _by(foot, s * aside * 1.05, -s * 0.22, s * (ahead + 0.34 + p.foot_long))],
            [s * 0.27, s * 0.31, s * 0.20],
        )
        for aside, ahead in ((-0.66, 0.50), (-0.23, 0.76), (0.23, 0.76), (0.66, 0.50))
    )  # fmt: skip
    return (pad,), toes


def _hoof(p: Quadruped, foot: Place) -> tuple[tuple[Field, ...], tuple[Solid, ...]]:
    """A slanted cup, wider at the ground."""
    s = p.paw
    profile = [
        (s * 0.20, -s * 0.50),
        (s * 0.92, -s * 0.50),
        (s * 0.98, -s * 0.40),
        (s * 0.66, s * 0.42),
        (s * 0.2, s * 0.5),
    ]
    cup = placed(lathe(profile, smooth=False), to=_by(foot, 0, 0, s * 0.22), scale=(0.92, 1.0, 1.12))
    return (ball(_by(foot, 0, s * 0.35, 0), (s * 0.62, s * 0.55, s * 0.66)),), (cup,)


def _cloven(p: Quadruped, foot: Place) -> tuple[tuple[Field, ...], tuple[Solid, ...]]:
    """Two toes side by side."""
    s = p.paw
    toes = tuple(
        tube(
            [_by(foot, s * 0.40 * half, s * 0.30, -s * 0.05), _by(foot, s * 0.40 * half, -s * 0.12, s * 0.30),
             _by(foot, s * 0.34 * half, -s * 0.30, s * 0.85)],
            [s * 0.46, s * 0.45, s * 0.20],
        )
        for half in (-1, 1)
    )  # fmt: skip
    return (ball(_by(foot, 0, s * 0.35, 0), (s * 0.66, s * 0.55, s * 0.66)),), toes


def _column(p: Quadruped, foot: Place) -> tuple[tuple[Field, ...], tuple[Solid, ...]]:
    """A pillar with nails: an elephant's."""
    s = p.paw
    pillar = ball(_by(foot, 0, s * 0.1, 0), (s * 0.98, s * 0.62, s * 1.0), power=2.6)
    nails = tuple(
        ball(_by(foot, s * 0.84 * np.sin(turn), -s * 0.28, s * 0.86 * np.cos(turn)), (s * 0.22, s * 0.22, s * 0.17))
        for turn in np.radians([-48, -16, 16, 48])
    )
    return (pillar,), nails


def _claw(p: Quadruped, foot: Place) -> tuple[tuple[Field, ...], tuple[Solid, ...]]:
    """Splayed toes: a reptile's, a frog's."""
    s = p.paw
    long = 1.15 + p.foot_long
    toes = tuple(
        tube(
            [foot, _by(foot, s * long * 0.6 * np.sin(turn), -s * 0.02, s * long * 0.6 * np.cos(turn)),
             _by(foot, s * long * np.sin(turn), -s * 0.40, s * long * np.cos(turn))],
            [s * 0.40, s * 0.30, s * 0.09],
        )
        for turn in np.radians(np.array([-34.0, 0, 34, 68]) * np.sign(foot[0]))
    )  # fmt: skip
    return (ball(foot, (s * 0.62, s * 0.50, s * 0.62)),), toes


FEET: Mapping[str, Foot] = MappingProxyType(
    {"paw": _paw, "hoof": _hoof, "cloven": _cloven, "column": _column, "claw": _claw}
)
