"""Four-legged animals: trunk, neck, head with ears, two pairs of legs, a tail.

Lengths are in trunks (shoulder to rump is 1), angles in degrees. Sizes of the head count in heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from types import MappingProxyType
from typing import Any

import numpy as np

from models.procedural.solids import Skin, Solid, blade, other_side, tube
from models.sdf import Field, Vector, ball, blend, limb, mirrored


@dataclass(frozen=True, slots=True)
class Quadruped:
    """The proportions of a four-legged animal; the default is a cat."""

    depth: float = 0.185  #: radius of the trunk, up and down
    width: float = 0.165
    belly: float = 1.0  #: depth of the middle against shoulders and rump
    hump: float = 0.0
    pitch_deg: float = 0.0  #: how far the front is raised: sitting
    legs: float = 0.44  #: from the belly's axis to the ground
    leg_radius: float = 0.062
    paw: float = 0.080
    stance: float = 0.105  #: sideways, from the middle
    stride_deg: float = 4.0
    crouched: bool = False  #: hind legs folded
    neck: float = 0.22
    neck_rise_deg: float = 46.0
    neck_radius: float = 0.115
    mane: float = 0.0
    head: float = 0.185
    head_drop_deg: float = 4.0
    snout: float = 0.30
    snout_radius: float = 0.50
    snout_end: float = 0.86  #: radius at the nose against the radius at the face
    ears: str = "pointed"
    ear: float = 0.92
    ear_wide: float = 0.42
    horns: float = 0.0
    horn_bend: float = 0.5
    antlers: bool = False
    nose_horn: float = 0.0
    trunk: float = 0.0
    tusks: float = 0.0
    tail: float = 0.92
    tail_radius: float = 0.045
    tail_rise_deg: float = -34.0
    tail_curl_deg: float = 116.0
    tuft: float = 0.0


DEFAULT = Quadruped()

HOOVED: Mapping[str, Any] = {
    "depth": 0.205, "width": 0.165, "legs": 0.72, "leg_radius": 0.058, "paw": 0.066, "stance": 0.105, "neck": 0.46,
    "neck_rise_deg": 48.0, "neck_radius": 0.115, "head": 0.145, "head_drop_deg": 36.0, "snout": 1.15,
    "snout_radius": 0.60, "snout_end": 0.78, "ears": "leaf", "ear": 0.62, "ear_wide": 0.22, "tail": 0.45,
    "tail_rise_deg": -56.0, "tail_curl_deg": -18.0, "tail_radius": 0.028, "tuft": 0.05,
}  # fmt: skip

HOUND: Mapping[str, Any] = {
    "depth": 0.185, "width": 0.150, "belly": 0.84, "legs": 0.52, "leg_radius": 0.060, "paw": 0.078, "neck": 0.26,
    "neck_rise_deg": 50.0, "head": 0.165, "head_drop_deg": 8.0, "snout": 0.98, "snout_radius": 0.46, "snout_end": 0.74,
    "tail": 0.56, "tail_rise_deg": 34.0, "tail_curl_deg": 48.0, "tail_radius": 0.040,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "dog": {**HOUND, "ears": "floppy", "ear": 0.95, "ear_wide": 0.40},
        "wolf": {**HOUND, "ear": 0.72, "ear_wide": 0.34, "tail_rise_deg": -38.0, "tail_radius": 0.075,
                 "tail_curl_deg": 10.0, "legs": 0.56, "snout": 1.05},
        "fox": {**HOUND, "ear": 0.98, "ear_wide": 0.44, "head": 0.16, "snout": 1.10, "snout_end": 0.45, "depth": 0.16,
                "width": 0.135, "tail": 0.85, "tail_radius": 0.105, "tail_rise_deg": -8.0, "tail_curl_deg": 16.0,
                "legs": 0.44, "leg_radius": 0.048},
        "lion": {"depth": 0.20, "legs": 0.50, "leg_radius": 0.075, "paw": 0.092, "head": 0.185, "snout": 0.66,
                 "snout_radius": 0.56, "ears": "round", "ear": 0.46, "mane": 1.0, "tail_radius": 0.028, "tuft": 0.062,
                 "tail_rise_deg": -62.0, "tail_curl_deg": 92.0, "neck": 0.20, "tail": 0.80},
        "tiger": {"depth": 0.20, "legs": 0.48, "leg_radius": 0.080, "paw": 0.095, "head": 0.18, "snout": 0.60,
                  "snout_radius": 0.56, "ears": "round", "ear": 0.46, "tail_radius": 0.038, "tail_rise_deg": -16.0},
        "leopard": {"depth": 0.165, "width": 0.145, "head": 0.15, "snout": 0.56, "ears": "round", "ear": 0.44,
                    "tail": 0.95, "tail_radius": 0.036, "tail_rise_deg": -20.0},
        "bear": {"depth": 0.27, "width": 0.23, "belly": 1.08, "legs": 0.50, "leg_radius": 0.105, "paw": 0.115,
                 "stance": 0.14, "head": 0.20, "snout": 0.84, "snout_radius": 0.44, "ears": "round", "ear": 0.50,
                 "neck": 0.20, "neck_rise_deg": 28.0, "neck_radius": 0.17, "tail": 0.08, "tail_radius": 0.06,
                 "tail_curl_deg": 0.0},
        "panda": {"depth": 0.27, "width": 0.25, "belly": 1.12, "legs": 0.46, "leg_radius": 0.110, "paw": 0.115,
                  "stance": 0.14, "head": 0.25, "snout": 0.50, "snout_radius": 0.42, "ears": "round", "ear": 0.52,
                  "neck": 0.18, "neck_rise_deg": 32.0, "neck_radius": 0.18, "tail": 0.07, "tail_radius": 0.06},
        "horse": {**HOOVED, "mane": 0.45, "tail": 0.62, "tail_radius": 0.062, "tuft": 0.0},
        "zebra": {**HOOVED, "mane": 0.55, "neck": 0.40, "legs": 0.64},
        "donkey": {**HOOVED, "ear": 1.35, "ear_wide": 0.30, "neck": 0.36, "legs": 0.58, "mane": 0.3},
        "cow": {**HOOVED, "depth": 0.26, "width": 0.22, "belly": 1.08, "legs": 0.58, "leg_radius": 0.068, "neck": 0.26,
                "neck_rise_deg": 20.0, "neck_radius": 0.15, "head": 0.16, "snout": 0.95, "snout_radius": 0.66,
                "snout_end": 0.88, "horns": 0.95, "horn_bend": 0.9, "ears": "side", "ear": 0.85, "ear_wide": 0.40,
                "tail": 0.60, "head_drop_deg": 34.0, "tail_rise_deg": -74.0},
        "goat": {**HOOVED, "legs": 0.52, "neck": 0.32, "head": 0.14, "snout": 0.92, "horns": 1.5, "horn_bend": -0.9,
                 "ears": "side", "ear": 0.80, "tail": 0.20, "tail_rise_deg": 40.0, "tuft": 0.0},
        "deer": {**HOOVED, "depth": 0.165, "width": 0.135, "legs": 0.74, "leg_radius": 0.042, "paw": 0.048, "neck": 0.44,
                 "neck_rise_deg": 60.0, "neck_radius": 0.085, "head": 0.125, "snout": 1.05, "antlers": True,
                 "ears": "side", "ear": 0.85, "ear_wide": 0.30, "tail": 0.16, "tail_rise_deg": 20.0, "tuft": 0.0},
        "camel": {**HOOVED, "hump": 0.26, "legs": 0.82, "neck": 0.62, "neck_rise_deg": 52.0, "neck_radius": 0.085,
                  "head": 0.125, "snout": 1.15, "head_drop_deg": 12.0, "depth": 0.22},
        "giraffe": {**HOOVED, "depth": 0.21, "legs": 1.10, "leg_radius": 0.058, "neck": 1.30, "neck_rise_deg": 68.0,
                    "neck_radius": 0.088, "head": 0.125, "snout": 1.35, "head_drop_deg": 24.0, "horns": 0.62,
                    "horn_bend": 0.0, "ears": "side", "ear": 0.90, "mane": 0.22, "tail": 0.55,
                    "tail_rise_deg": -76.0},
        "elephant": {"depth": 0.34, "width": 0.28, "belly": 1.08, "legs": 0.66, "leg_radius": 0.122, "paw": 0.128,
                     "stance": 0.165, "stride_deg": 5.0, "neck": 0.20, "neck_rise_deg": 26.0, "neck_radius": 0.21,
                     "head": 0.265, "head_drop_deg": 10.0, "snout": 0.15, "snout_radius": 0.52, "ears": "sail",
                     "ear": 1.60, "trunk": 1.0, "tusks": 1.0, "tail": 0.46, "tail_radius": 0.026, "tail_rise_deg": -72.0,
                     "tail_curl_deg": -8.0, "tuft": 0.04},
        "rhino": {"depth": 0.30, "width": 0.25, "belly": 1.06, "legs": 0.50, "leg_radius": 0.105, "paw": 0.112,
                  "stance": 0.15, "neck": 0.20, "neck_rise_deg": 8.0, "neck_radius": 0.20, "head": 0.19,
                  "snout": 1.20, "snout_radius": 0.66, "head_drop_deg": 24.0, "nose_horn": 1.0, "ears": "leaf",
                  "ear": 0.55, "ear_wide": 0.26, "tail": 0.34, "tail_radius": 0.026, "tail_rise_deg": -66.0,
                  "tail_curl_deg": -8.0},
        "hippo": {"depth": 0.33, "width": 0.30, "belly": 1.08, "legs": 0.42, "leg_radius": 0.112, "paw": 0.118,
                  "stance": 0.17, "neck": 0.18, "neck_rise_deg": 8.0, "neck_radius": 0.23, "head": 0.22,
                  "snout": 1.02, "snout_radius": 0.74, "snout_end": 1.12, "head_drop_deg": 16.0, "ears": "round",
                  "ear": 0.30, "tail": 0.18, "tail_radius": 0.03, "tail_rise_deg": -60.0, "tail_curl_deg": 0.0},
        "pig": {"depth": 0.27, "width": 0.235, "belly": 1.06, "legs": 0.42, "leg_radius": 0.070, "paw": 0.072,
                "stance": 0.13, "neck": 0.15, "neck_rise_deg": 8.0, "neck_radius": 0.19, "head": 0.20, "snout": 0.78,
                "snout_radius": 0.44, "snout_end": 1.02, "head_drop_deg": 10.0, "ears": "leaf", "ear": 0.70,
                "ear_wide": 0.44, "tail": 0.30, "tail_radius": 0.022, "tail_rise_deg": 30.0, "tail_curl_deg": 330.0},
        "sheep": {**HOOVED, "depth": 0.29, "width": 0.26, "belly": 1.04, "legs": 0.48, "leg_radius": 0.052, "neck": 0.24,
                  "neck_rise_deg": 40.0, "neck_radius": 0.15, "head": 0.14, "snout": 0.85, "ears": "side", "ear": 0.85,
                  "ear_wide": 0.36, "tail": 0.12, "tail_radius": 0.06, "tuft": 0.0},
        "rabbit": {"depth": 0.26, "width": 0.21, "belly": 1.0, "legs": 0.34, "leg_radius": 0.060, "paw": 0.080,
                   "neck": 0.16, "neck_rise_deg": 42.0, "neck_radius": 0.14, "head": 0.21, "snout": 0.42,
                   "ears": "long", "ear": 2.1, "ear_wide": 0.40, "tail": 0.08, "tail_radius": 0.10,
                   "tail_curl_deg": 0.0, "tail_rise_deg": 10.0, "crouched": True},
        "mouse": {"depth": 0.24, "width": 0.21, "legs": 0.28, "leg_radius": 0.042, "paw": 0.056, "neck": 0.12,
                  "neck_rise_deg": 14.0, "neck_radius": 0.15, "head": 0.20, "snout": 0.95, "snout_radius": 0.46,
                  "snout_end": 0.35, "ears": "round", "ear": 0.95, "tail": 1.15, "tail_radius": 0.022,
                  "tail_rise_deg": -8.0, "tail_curl_deg": 36.0},
        "crocodile": {"depth": 0.125, "width": 0.18, "legs": 0.19, "leg_radius": 0.055, "paw": 0.078, "stance": 0.20,
                      "neck": 0.20, "neck_rise_deg": 4.0, "neck_radius": 0.115, "head": 0.125, "head_drop_deg": 2.0,
                      "snout": 3.0, "snout_radius": 0.60, "snout_end": 0.62, "ears": "none", "tail": 1.25,
                      "tail_radius": 0.105, "tail_rise_deg": -8.0, "tail_curl_deg": 10.0},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"stride_deg": 17.0},
        "running": {"stride_deg": 38.0, "neck_rise_deg": 26.0},
        "jumping": {"stride_deg": 46.0, "pitch_deg": 16.0},
        "sitting": {"pitch_deg": 46.0, "crouched": True, "stride_deg": 0.0},
        "sleeping": {"legs": 0.24, "crouched": True, "neck_rise_deg": 4.0, "head_drop_deg": 24.0},
        "eating": {"neck_rise_deg": -34.0, "head_drop_deg": 34.0},
        "standing": {"stride_deg": 0.0},
    }
)


def build(p: Quadruped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of the animal. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {
        "head": _head(p),
        "body": (_body(p),),
        "front_legs": _front_legs(p),
        "back_legs": _back_legs(p),
        "tail": _tail(p),
        "neck": _neck(p),
    }


def _spine(p: Quadruped, along: float, above: float = 0.0, aside: float = 0.0) -> Vector:
    """A place by the spine: -0.5 at the rump, 0.5 at the shoulders; it turns about the rump."""
    s, c = sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))
    reach = along + 0.5
    return aside, reach * s + above * c, reach * c - above * s - 0.5


def _body(p: Quadruped) -> Field:
    turn = (-p.pitch_deg, 0.0, 0.0)
    w, d = p.width, p.depth
    shoulders = ball(_spine(p, 0.30, 0.01), (w, d * 1.04, 0.27), turn_deg=turn)
    middle = ball(_spine(p, 0.0, -0.02 * p.belly), (w * p.belly, d * 0.95 * p.belly, 0.46), turn_deg=turn)
    rump = ball(_spine(p, -0.32, 0.01), (w * 1.02, d * 1.02, 0.24), turn_deg=turn)
    fields = [shoulders, middle, rump]
    if p.hump > 0:
        fields.append(ball(_spine(p, 0.0, d * 0.9), (w * 0.7, p.hump, 0.20), turn_deg=turn))
    return blend(0.12, *fields)


def _nape(p: Quadruped) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Where the neck begins, and where it ends."""
    start = np.array(_spine(p, 0.36, p.depth * 0.30))
    rise = radians(p.neck_rise_deg + p.pitch_deg * 0.55)
    reach = p.neck + p.depth * 0.75
    return start, start + reach * np.array([0.0, sin(rise), cos(rise)])


def _neck(p: Quadruped) -> tuple[Solid, ...]:
    """A neck from inside the shoulders to inside the head, and what grows on its ridge."""
    start, end = _nape(p)
    r = p.neck_radius
    base = tuple(_spine(p, 0.24, 0.0))
    middle = (start + end) / 2
    field = limb(
        [base, tuple(start), tuple(middle), tuple(end)], [p.depth * 0.80, max(r * 1.25, p.depth * 0.62), r * 1.05, r]
    )
    smooth = blend(r * 0.9, field, ball(tuple(middle), (r * 0.9, r * 0.9, r * 0.9)))
    if p.mane >= 1.0:
        return (blend(0.08, smooth, *_ruff(p, end)),)
    return (smooth, *_ridge(p, start, end)) if p.mane > 0 else (smooth,)


def _ruff(p: Quadruped, end: np.ndarray[Any, Any]) -> list[Field]:
    """A lion's mane: a collar of locks behind the face."""
    r = p.head * 1.02
    locks = []
    for turn in range(10):
        angle = radians(36 * turn + 18)
        place = end + np.array([cos(angle) * r * 0.92, sin(angle) * r * 1.02 - r * 0.12, -0.02 * (turn % 2)])
        locks.append(ball(tuple(place), (r * 0.46, r * 0.46, r * 0.50)))
    return locks


def _ridge(p: Quadruped, start: np.ndarray[Any, Any], end: np.ndarray[Any, Any]) -> tuple[Solid, ...]:
    """A horse's mane: a thin comb along the top of the neck."""
    way = (end - start) / np.linalg.norm(end - start)
    over = np.array([0.0, way[2], -way[1]])
    r = p.neck_radius
    path = [tuple(start + (end - start) * share + over * r * lift) for share, lift in
            ((0.05, 1.0), (0.4, 1.05), (0.8, 1.05), (1.12, 1.25))]  # fmt: skip
    return (tube(path, [r * 0.25, r * (0.4 + p.mane * 0.6), r * (0.4 + p.mane * 0.6), r * 0.4], wide=0.32),)


def _face(p: Quadruped, ahead: float, above: float, aside: float = 0.0) -> Vector:
    """A place by the head, in heads: ahead along the snout, above it, to the left."""
    _, end = _nape(p)
    drop = radians(p.head_drop_deg)
    r = p.head
    y, z = above * cos(drop) - ahead * sin(drop), ahead * cos(drop) + above * sin(drop)
    return aside * r, float(end[1]) + r * (0.18 + y), float(end[2]) + r * (0.28 + z)


def _head(p: Quadruped) -> tuple[Solid, ...]:
    r = p.head
    turn = (p.head_drop_deg, 0.0, 0.0)
    skull = ball(_face(p, 0.0, 0.0), (r * 0.92, r * 0.90, r), turn_deg=turn)
    nose = limb(
        [_face(p, 0.25, -0.18), _face(p, 0.55 + p.snout, -0.30)],
        [r * p.snout_radius * 1.08, r * p.snout_radius * p.snout_end],
    )
    tip = ball(
        _face(p, 0.55 + p.snout + p.snout_radius * p.snout_end * 0.82, -0.20),
        (r * 0.20 * p.snout_radius / 0.48, r * 0.14, r * 0.12),
    )
    eyes = mirrored(ball(_face(p, 0.70, 0.26, 0.46), (r * 0.145, r * 0.165, r * 0.145)))
    solids: list[Solid] = [blend(r * 0.42, skull, nose), tip, eyes]
    return (*solids, *_ears(p), *_horns(p), *_trunk(p))


def _ears(p: Quadruped) -> tuple[Solid, ...]:
    if p.ears == "none":
        return ()
    if p.ears == "round":
        size = p.ear * p.head * 0.62
        return (mirrored(ball(_face(p, -0.12, 0.80, 0.66), (size, size, size * 0.45), turn_deg=(0, 20, 0))),)
    ear = EARS[p.ears](p)
    return (ear, other_side(ear))


def _pointed_ear(p: Quadruped) -> Skin:
    """A cone, flattened from the front: a cat's."""
    size, wide = p.ear, p.ear_wide
    root = np.array(_face(p, -0.05, 0.50, 0.50))
    tip = np.array(_face(p, -0.10, 0.55 + size, 0.78))
    return tube(
        [tuple(root), tuple(root * 0.55 + tip * 0.45), tuple(tip)],
        [p.head * wide, p.head * wide * 0.66, p.head * 0.035],
        flat=0.42,
    )


def _leaf_ear(p: Quadruped) -> Skin:
    """Upright and slender: a horse's, a pig's, a rhino's."""
    root, tip = _face(p, -0.25, 0.60, 0.42), _face(p, -0.22, 0.72 + p.ear, 0.60)
    middle = _face(p, -0.22, 0.62 + p.ear * 0.5, 0.56)
    return tube([root, middle, tip], [p.head * p.ear_wide * 0.6, p.head * p.ear_wide, p.head * 0.05], flat=0.45)


def _long_ear(p: Quadruped) -> Skin:
    """Long, upright, leaning back: a rabbit's."""
    path = [_face(p, -0.2, 0.6, 0.34), _face(p, -0.42, 0.7 + p.ear * 0.5, 0.46), _face(p, -0.78, 0.7 + p.ear, 0.62)]
    return tube(path, [p.head * 0.24, p.head * p.ear_wide * 0.9, p.head * 0.16], flat=0.42)


def _floppy_ear(p: Quadruped) -> Skin:
    """Hanging by the cheek: a dog's."""
    path = [
        _face(p, -0.10, 0.68, 0.55),
        _face(p, -0.12, 0.52, 1.02),
        _face(p, 0.0, 0.50 - p.ear * 0.6, 1.16),
        _face(p, 0.06, 0.45 - p.ear, 1.08),
    ]
    wide = p.head * p.ear_wide
    return tube(path, [wide * 0.7, wide * 0.95, wide * 1.15, wide * 0.5], flat=0.34)


def _side_ear(p: Quadruped) -> Skin:
    """Out to the side: a cow's, a deer's."""
    path = [
        _face(p, -0.30, 0.42, 0.66),
        _face(p, -0.36, 0.48, 0.66 + p.ear * 0.55),
        _face(p, -0.42, 0.42, 0.66 + p.ear),
    ]
    wide = p.head * p.ear_wide
    return tube(path, [wide * 0.5, wide, wide * 0.2], flat=0.9, wide=0.42)


def _sail_ear(p: Quadruped) -> Skin:
    """A great flat fan: an elephant's."""
    front = [_face(p, 0.05, 0.62, 0.72), _face(p, -0.20, 0.85, 1.30), _face(p, -0.62, 0.55, 1.30 + p.ear * 0.5),
             _face(p, -0.72, 0.02, 1.28 + p.ear * 0.48)]  # fmt: skip
    back = [_face(p, 0.02, -0.42, 0.74), _face(p, -0.12, -0.95, 1.10), _face(p, -0.40, -0.95, 1.02 + p.ear * 0.42),
            _face(p, -0.66, -0.36, 1.24 + p.ear * 0.46)]  # fmt: skip
    return blade(front, back, [p.head * 0.22, p.head * 0.20, p.head * 0.17, p.head * 0.08], even=True)


EARS = MappingProxyType(
    {
        "pointed": _pointed_ear,
        "leaf": _leaf_ear,
        "long": _long_ear,
        "floppy": _floppy_ear,
        "side": _side_ear,
        "sail": _sail_ear,
    }
)


def _horns(p: Quadruped) -> tuple[Solid, ...]:
    solids: list[Solid] = []
    if p.horns > 0:
        horn = _horn(p)
        solids += [horn, other_side(horn)]
    if p.antlers:
        solids += [half for beam in _antler(p) for half in (beam, other_side(beam))]
    if p.nose_horn > 0:
        solids += [_spike(p, 1.45, 0.30, 0.95 * p.nose_horn), _spike(p, 0.85, 0.40, 0.45 * p.nose_horn)]
    return tuple(solids)


def _horn(p: Quadruped) -> Skin:
    """Bent outward and up (positive), straight up (0), or back (negative)."""
    size, bend = p.horns, p.horn_bend
    out, behind = max(bend, 0.0), max(-bend, 0.0)
    path = [
        _face(p, -0.10, 0.70, 0.36),
        _face(p, -0.12 - behind * 0.2, 0.85 + size * (0.45 - 0.30 * out), 0.42 + size * out * 0.60),
        _face(p, -0.15 - behind * size, 0.90 + size * (1.0 - 0.25 * behind), 0.45 + size * out * 0.72),
    ]
    blunt = 0.16 if bend == 0 else 0.03  # a giraffe's end in knobs
    return tube(path, [p.head * 0.17, p.head * 0.13, p.head * blunt])


def _antler(p: Quadruped) -> tuple[Skin, ...]:
    r = p.head * 0.10
    beam = tube(
        [_face(p, -0.1, 0.7, 0.35), _face(p, -0.5, 1.7, 0.95), _face(p, -0.3, 2.8, 1.35), _face(p, 0.2, 3.6, 1.25)],
        [r * 1.2, r, r * 0.8, r * 0.3],
    )
    prongs = [
        tube(
            [_face(p, -0.45, 1.55, 0.88), _face(p, 0.25, 2.1, 1.0), _face(p, 0.4, 2.5, 1.0)],
            [r * 0.9, r * 0.7, r * 0.3],
        ),
        tube(
            [_face(p, -0.42, 2.35, 1.20), _face(p, -0.65, 3.0, 1.6), _face(p, -0.7, 3.4, 1.7)],
            [r * 0.8, r * 0.6, r * 0.3],
        ),
    ]
    return (beam, *prongs)


def _spike(p: Quadruped, ahead: float, above: float, size: float) -> Skin:
    path = [
        _face(p, ahead, above - 0.35),
        _face(p, ahead + 0.05, above + size * 0.5),
        _face(p, ahead - 0.15, above + size),
    ]
    return tube(path, [p.head * 0.26 * max(size, 0.7), p.head * 0.16 * max(size, 0.6), p.head * 0.02])


def _trunk(p: Quadruped) -> tuple[Skin, ...]:
    """An elephant's trunk and tusks."""
    skins: list[Skin] = []
    if p.trunk > 0:
        reach = p.trunk
        path = [_face(p, 0.55, -0.10), _face(p, 1.10, -0.55), _face(p, 1.25, -1.20 * reach), _face(p, 1.15, -1.95 * reach),
                _face(p, 1.45, -2.45 * reach), _face(p, 1.85, -2.40 * reach)]  # fmt: skip
        skins.append(tube(path, [p.head * size for size in (0.46, 0.38, 0.29, 0.22, 0.17, 0.14)]))
    if p.tusks > 0:
        path = [_face(p, 0.62, -0.42, 0.42), _face(p, 1.05, -0.95, 0.52), _face(p, 1.65, -1.05 * p.tusks, 0.50)]
        tusk = tube(path, [p.head * 0.13, p.head * 0.11, p.head * 0.02])
        skins += [tusk, other_side(tusk)]
    return tuple(skins)


def _front_legs(p: Quadruped) -> tuple[Solid, ...]:
    """Two straight legs; the stride moves one forward and the other back."""
    return tuple(_front_leg(p, side) for side in (1, -1))


def _front_leg(p: Quadruped, side: int) -> Field:
    _, y, z = _spine(p, 0.32, 0.0)
    ground = -p.legs - p.depth * 0.15
    top = (p.stance * 0.86 * side, y - p.depth * 0.10, z)
    length = top[1] - ground
    swing = radians(p.stride_deg) * side
    foot = (p.stance * side, top[1] - length * cos(swing) + p.paw * 0.55, z + length * sin(swing) + 0.02)
    lift = max(0.0, -sin(swing)) * 0.35 * length if p.stride_deg > 10 else 0.0
    wrist = _between(top, foot, 0.56, (0.0, 0.0, 0.02 - lift * 0.25))
    foot = (foot[0], foot[1] + lift * 0.4, foot[2])
    r = p.leg_radius
    leg = limb([top, wrist, foot], [r * 1.55, r * 1.0, r * 0.86])
    return blend(r * 0.7, leg, _paw(p, foot))


def _back_legs(p: Quadruped) -> tuple[Solid, ...]:
    return tuple(_folded_leg(p, side) if p.crouched else _back_leg(p, side) for side in (1, -1))


def _back_leg(p: Quadruped, side: int) -> Field:
    """A strong thigh, a knee forward, a hock back."""
    _, y, z = _spine(p, -0.34, 0.0)
    ground = -p.legs - p.depth * 0.15
    hip = (p.stance * 0.80 * side, y + p.depth * 0.05, z)
    length = hip[1] - ground
    swing = radians(p.stride_deg) * -side
    foot = (p.stance * side, hip[1] - length * cos(swing) + p.paw * 0.55, z + length * sin(swing) - 0.02)
    r = p.leg_radius
    bow = min(0.10, p.legs * 0.16)
    knee = _between(hip, foot, 0.42, (0.01 * side, 0.0, bow * 0.75))
    hock = _between(hip, foot, 0.72, (0.0, 0.0, -bow * 0.85))
    leg = limb([hip, knee, hock, foot], [r * 2.0, r * 1.35, r * 0.84, r * 0.84])
    return blend(r * 0.8, leg, _paw(p, foot))


def _folded_leg(p: Quadruped, side: int) -> Field:
    """Sat upon: a round thigh on the ground, the paw in front of it."""
    _, y, z = _spine(p, -0.40, 0.0)
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


def _between(start: Vector, end: Vector, share: float, offset: Vector) -> Vector:
    x, y, z = (a + (b - a) * share + c for a, b, c in zip(start, end, offset, strict=True))
    return x, y, z


def _tail(p: Quadruped) -> tuple[Solid, ...]:
    """From the rump, rising by one angle and curling by another."""
    path = [np.array(_spine(p, -0.44, p.depth * 0.42))]
    step = p.tail / 5
    for knot in range(6):
        angle = radians(p.tail_rise_deg + p.tail_curl_deg * knot / 5)
        path.append(path[-1] + step * np.array([0.0, sin(angle), -cos(angle)]))
    r = p.tail_radius
    radii = [r * 1.1, r * 1.15, r * 1.1, r, r * 0.92, r * 0.8, r * 0.45]
    tail = tube([tuple(point) for point in path], radii)
    if p.tuft > 0:
        end, before = path[-1], path[-2]
        return tail, tube([tuple(before), tuple(end), tuple(end * 2 - before)], [p.tuft * 0.5, p.tuft, p.tuft * 0.2])
    return (tail,)
