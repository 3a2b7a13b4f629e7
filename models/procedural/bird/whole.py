"""Birds: a drop of a trunk, a neck, and what grows on them in the rooms next door.

Lengths are in bodies (the trunk of the default bird is about 1 long), angles in degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np

from models.procedural.bird.frame import hip, leg_ends, neck_line, profile, trunk_line
from models.procedural.bird.head import beak, head
from models.procedural.bird.legs import leg, tail
from models.procedural.bird.wings import wing
from models.procedural.kit.sdf import Array, Field, ball, blend, limb, mirrored
from models.procedural.kit.skins import other_side
from models.procedural.kit.solids import Solid
from models.procedural.looks.bird import Bird


def build(p: Bird, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a bird. Nothing is left to `chance`: proportions are varied before."""
    del chance
    left_wing, left_leg = wing(p), leg(p)
    return {
        "head": head(p),
        "beak": beak(p),
        "body": _body(p),
        "left_wing": left_wing,
        "right_wing": tuple(other_side(skin) for skin in left_wing),
        "tail": tail(p),
        "left_leg": left_leg,
        "right_leg": tuple(other_side(skin) for skin in left_leg),
    }


def _body(p: Bird) -> tuple[Solid, ...]:
    """Trunk, neck and feathered thighs in one skin, so that nothing looks stuck on."""
    line = neck_line(p)
    neck = limb(list(line[:, :3]), line[:, 3].tolist())
    # Two that are equally thick swell where they blend, so the fillet is for a neck that is thinner.
    whole = blend(p.neck_radius * (1.5 - p.neck_radius / p.girth), _trunk(p), neck)
    if not p.tucked:
        whole = blend(0.10, whole, mirrored(_thigh(p)))
    return (whole, *_ruff(p))


def _trunk(p: Bird) -> Field:
    """The profile turned about its axis: smooth, where a chain of capsules would show its joints."""
    along, above, share = profile(p).T
    radius = share * p.girth
    slope = np.clip(np.gradient(radius, along), -3, 3)
    s, c = (np.float32(value) for value in (sin(radians(p.pitch_deg)), cos(radians(p.pitch_deg))))

    def distance(points: Array) -> Array:
        x, y, z = points.T
        at = y * s + z * c
        out = np.hypot(x, y * c - z * s - np.interp(at, along, above)) - np.interp(at, along, radius)
        beyond = np.maximum(at - along[-1], 0) + np.maximum(along[0] - at, 0)
        near: Array = (out / np.sqrt(1 + np.interp(at, along, slope) ** 2) + beyond).astype(np.float32)
        return near

    line = trunk_line(p)
    return Field(distance, (line[:, :3] - line[:, 3:]).min(axis=0), (line[:, :3] + line[:, 3:]).max(axis=0))


def _thigh(p: Bird) -> Field:
    """From the hip most of the way to the heel, ending where the bare leg comes out."""
    upper, (heel, _) = np.array(hip(p)), leg_ends(p)
    end = upper + (np.array(heel) - upper) * p.thigh
    thick = p.leg_radius * 1.25
    return limb([upper, (upper + end) / 2, end], [p.girth * 0.40, max(p.girth * 0.27, thick), thick])


def _ruff(p: Bird) -> tuple[Solid, ...]:
    """A collar of down at the foot of a vulture's bare neck."""
    if p.ruff <= 0:
        return ()
    line = neck_line(p)
    at = line[len(line) // 3]
    r = p.neck_radius + p.ruff
    return (ball(at[:3], (r, p.ruff, r), turn_deg=(p.neck_deg, 0.0, 0.0)),)
