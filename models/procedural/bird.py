"""Birds: a drop of a body, a head with a beak, wings spread or folded.

Lengths are in bodies (the trunk of the default bird is about 1 long), angles in degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np

from models.procedural.looks.bird import Bird
from models.procedural.skins import blade, curve, other_side, ribbon, tube
from models.procedural.solids import Skin, Solid
from models.sdf import Field, Vector, ball, blend, limb, mirrored

NECK_KNOTS = 10  # capsules have corners where they meet; so many do not show


def build(p: Bird, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a bird. Nothing is left to `chance`: proportions are varied before."""
    del chance
    left, leg = _wing(p), _tucked_leg(p) if p.tucked else _standing_leg(p)
    return {
        "head": _head(p),
        "body": (_body(p),),
        "left_wing": left,
        "right_wing": tuple(other_side(skin) for skin in left),
        "tail": _tail(p),
        "left_leg": leg,
        "right_leg": tuple(other_side(skin) for skin in leg),
    }


def _on_trunk(p: Bird, along: float, above: float, aside: float = 0.0) -> Vector:
    """A place given along the trunk (forward), above its axis, and to the left."""
    s, c = sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))
    return aside, along * s + above * c, along * c - above * s


def _skull(p: Bird) -> Vector:
    """The middle of the head: up from the chest, a little forward."""
    _, y, z = _on_trunk(p, 0.36, 0.10)
    lean = cos(radians(p.pitch_deg)) * 0.16
    return 0.0, y + p.neck * 0.92 + p.head * 0.55, z + p.neck * 0.30 + lean


def _body(p: Bird) -> Field:
    pitch = (-p.pitch_deg, 0.0, 0.0)
    chest = ball(_on_trunk(p, 0.10, 0.0), (p.girth * 0.96, p.girth, 0.40), turn_deg=pitch)
    rump = limb(
        [_on_trunk(p, 0.0, 0.0), _on_trunk(p, -0.34, 0.02), _on_trunk(p, -0.62, 0.05)],
        [p.girth * 0.78, p.girth * 0.52, 0.07],
    )
    return blend(0.16, chest, rump, _neck(p))


def _neck(p: Bird) -> Field:
    """From inside the chest to inside the head, in an S if it bends."""
    _, y0, z0 = _on_trunk(p, 0.26, 0.04)
    _, y1, z1 = _skull(p)
    bend = p.neck_bend
    path = [
        (0.0, y0, z0),
        (0.0, y0 + (y1 - y0) * 0.35, z0 + (z1 - z0) * 0.35 + bend),
        (0.0, y0 + (y1 - y0) * 0.70, z0 + (z1 - z0) * 0.70 - bend * 0.5),
        (0.0, y1 - p.head * 0.1, z1 - p.head * 0.15),
    ]
    radii = np.array([1.5, 1.12, 1.0, 1.0]) * p.neck_radius
    bent = curve(np.column_stack([path, radii]), NECK_KNOTS if p.neck_bend else len(path))
    return limb(list(bent[:, :3]), bent[:, 3].tolist())


def _head(p: Bird) -> tuple[Solid, ...]:
    _, y, z = _skull(p)
    r = p.head
    skull = ball((0, y, z), (r * 0.92, r * 0.95, r * 1.08))
    brow = ball((0, y - r * 0.05, z + r * 0.62), (r * 0.55, r * 0.5, r * 0.5))
    eyes = mirrored(ball((r * 0.68, y + r * 0.22, z + r * 0.62), (r * 0.17, r * 0.17, r * 0.17)))
    solids: list[Solid] = [blend(r * 0.35, skull, brow), eyes, _beak(p, y, z)]
    return tuple(solids + list(_crest(p, y, z)))


def _beak(p: Bird, y: float, z: float) -> Skin:
    start, tip = z + p.head * 0.72, z + p.head * 0.90 + p.beak
    drop = p.beak_drop
    path = [
        (0.0, y - p.head * 0.05, start),
        (0.0, y - p.head * 0.05 - drop * 0.12, start + (tip - start) * 0.5),
        (0.0, y - p.head * 0.08 - drop * 0.5, start + (tip - start) * 0.85),
        (0.0, y - p.head * 0.10 - drop, tip - drop * 0.25),
    ]
    end = 0.42 if p.beak_wide > 1.1 else 0.10  # a duck's bill is round in front, a beak is pointed
    radii = [p.beak_radius * share for share in (1.0, 0.80, (0.48 + end) / 1.45, end)]
    return tube(path, radii, flat=0.85 / p.beak_wide, wide=p.beak_wide)


def _crest(p: Bird, y: float, z: float) -> tuple[Solid, ...]:
    """An owl's ear tufts when the neck is short, a comb when it is long."""
    if p.crest <= 0:
        return ()
    r, size = p.head, p.crest
    if p.neck > 0.2:
        return tuple(
            ball(
                (0, y + r * (0.95 - 0.12 * step * step), z + r * (0.3 - 0.42 * step)), (0.028, size * 0.42, size * 0.30)
            )
            for step in range(3)
        )
    tuft = tube([(r * 0.52, y + r * 0.62, z + r * 0.1), (r * 0.80, y + r * 0.95 + size, z)], [r * 0.24, 0.012])
    return tuft, other_side(tuft)


def _wing(p: Bird) -> tuple[Skin, ...]:
    """The left wing."""
    if p.spread:
        return _spread_wing(p)
    if p.flippers:
        return (_flipper(p),)
    return (_folded_wing(p),)


def _spread_wing(p: Bird) -> tuple[Skin, ...]:
    """An arm that rises and sweeps back, and single feathers at its end."""
    knots = [_arm(p, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    chords = [p.chord * share for share in (1.0, 1.02, 0.90, 0.68, 0.34)]
    leading = [(x, y, z) for x, y, z in knots]
    trailing = [(x, y + p.incline * chord, z - chord) for (x, y, z), chord in zip(knots, chords, strict=True)]
    plate = blade(leading, trailing, [0.11, 0.085, 0.062, 0.045, 0.02])
    return (plate, *_fingers(p))


def _arm(p: Bird, share: float) -> Vector:
    """A place on the leading edge of the left wing: 0 at the shoulder, 1 at the tip."""
    _, y, z = _on_trunk(p, 0.30, p.girth * 0.42)
    lift = radians(p.raise_deg * (1.35 - 0.60 * share))
    out = p.span * share
    forward = 0.30 * p.chord * sin(share * 2.2) - p.sweep * 2.2 * share**2
    return p.girth * 0.35 + out * cos(lift), y + out * sin(lift), z + forward


def _fingers(p: Bird) -> tuple[Skin, ...]:
    """The outermost feathers, fanned from straight out to straight back."""
    if p.fingers <= 0.01:
        return ()
    return tuple(_finger(p, step / 5) for step in range(6))


def _finger(p: Bird, turn: float) -> Skin:
    x, y, z = _arm(p, 1.0 - 0.16 * turn)
    chord = p.chord * (0.34 + 0.25 * turn)
    inward = chord * (0.10 + 0.75 * turn)
    root = np.array([x - 0.10, y + p.incline * inward, z - inward])
    angle = radians(12 + 66 * turn)
    lift = radians(p.raise_deg * 0.55)
    ahead = np.array([cos(angle) * cos(lift), cos(angle) * sin(lift) + p.incline * sin(angle), -sin(angle)])
    length = p.fingers * (1.0 - 0.30 * turn) + 0.10
    wide = np.array([0.0, -0.066 * p.incline, 0.066]) * p.chord / 0.5
    middle = [root + ahead * length * share for share in (0.0, 0.4, 0.8, 1.0)]
    widths = (0.7, 1.0, 0.85, 0.15)
    return ribbon(middle, wide, widths, [0.030, 0.028, 0.020, 0.008])


def _folded_wing(p: Bird) -> Skin:
    """A flat drop along the flank, its tip over the tail."""
    length, width, out = p.wing_length, p.wing_width, p.girth * 0.93
    path = [
        _on_trunk(p, 0.30, 0.06, out * 0.80),
        _on_trunk(p, 0.12, 0.02, out * 0.98),
        _on_trunk(p, 0.30 - length * 0.55, 0.06, out * 0.78),
        _on_trunk(p, 0.30 - length, 0.10, out * 0.34),
        _on_trunk(p, 0.30 - length * 1.22, 0.11, out * 0.20),
    ]
    return tube(path, [width * 0.45, width * 0.95, width * 0.85, width * 0.42, 0.012], wide=0.30, flat=1.0)


def _flipper(p: Bird) -> Skin:
    length, width, out = p.wing_length, p.wing_width, p.girth
    _, y, z = _on_trunk(p, 0.34, 0.02)
    path = [
        (out * 0.66, y, z),
        (out * 1.02, y - length * 0.25, z - 0.01),
        (out * 1.28, y - length * 0.65, z - 0.03),
        (out * 1.48, y - length, z - 0.04),
    ]
    return tube(path, [width * 0.75, width, width * 0.8, width * 0.25], flat=1.0, wide=0.30)


def _tail(p: Bird) -> tuple[Skin, ...]:
    """Five feathers, fanned."""
    return tuple(_tail_feather(p, turn) for turn in (-1.0, -0.5, 0.0, 0.5, 1.0))


def _tail_feather(p: Bird, turn: float) -> Skin:
    rise = radians(p.pitch_deg + p.tail_rise_deg * -1.0)
    root = np.array(_on_trunk(p, -0.50, 0.05 + 0.012 * (1 - abs(turn))))
    back = np.array([0.0, -sin(rise), -cos(rise)])
    out = np.array([turn, 0.0, 0.0]) * p.tail_width
    length = p.tail * (1.0 - 0.10 * abs(turn)) + 0.10
    half = np.array([1.0, 0.0, 0.0]) * (0.045 + p.tail_width * 0.18)
    middle = [root + back * length * share + out * share * 0.85 for share in (0.0, 0.45, 0.9, 1.0)]
    widths = (0.55, 0.85, 1.0, 0.45)
    return ribbon(middle, half, widths, [0.06, 0.045, 0.03, 0.012])


def _standing_leg(p: Bird) -> tuple[Skin, ...]:
    """A thigh out of the belly, a shank, three toes forward and one back."""
    _, y, z = _on_trunk(p, -0.06, 0.0)
    upright = sin(radians(p.pitch_deg))
    hip = (p.girth * 0.42, y - p.girth * 0.62 - 0.18 * upright, z + 0.05 * upright)
    belly = hip[1] - p.girth * 0.30
    foot = (hip[0] * 1.08, belly - p.legs, hip[2] + 0.05)
    knee = (hip[0] * 1.05, belly - p.legs * 0.45, hip[2] - 0.05 - 0.06 * p.legs)
    r = p.leg_radius
    thigh = tube(
        [hip, (hip[0] * 1.02, belly, hip[2] - 0.02), knee, foot], [min(r * 3.2, 0.10), min(r * 2.0, 0.075), r, r]
    )
    return (thigh, *_toes(p, foot))


def _toes(p: Bird, foot: Vector) -> tuple[Skin, ...]:
    x, y, z = foot
    r = max(p.leg_radius * 0.85, 0.02)
    ways = [(sin(radians(turn)), cos(radians(turn)), 1.0) for turn in (-32, 0, 32)] + [(0.0, -1.0, 0.6)]
    return tuple(
        tube(
            [
                (x, y, z),
                (x + dx * p.foot * 0.6 * size, y + r * 0.1, z + dz * p.foot * 0.6 * size),
                (x + dx * p.foot * size, y - r * 0.3, z + dz * p.foot * size),
            ],
            [r, r * 0.85, r * 0.35],
        )
        for dx, dz, size in ways
    )


def _tucked_leg(p: Bird) -> tuple[Skin, ...]:
    """Drawn back under the tail."""
    hip = np.array(_on_trunk(p, -0.16, -p.girth * 0.55, p.girth * 0.38))
    r = p.leg_radius
    path = [hip + offset for offset in ((0, 0, 0), (0, -0.07, -0.10), (0, -0.075, -0.26), (0, -0.06, -0.36))]
    return (tube(path, [r * 2.4, r * 1.8, r * 1.2, r * 0.7]),)
