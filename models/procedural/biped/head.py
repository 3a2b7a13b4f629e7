"""The head of a figure: skull, jaw, face, ears, hair and beard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from types import MappingProxyType

import numpy as np

from models.procedural.biped.frame import head_turn, on_head
from models.procedural.biped.hats import hat
from models.procedural.kit.anatomy import grown
from models.procedural.kit.eyes import eyes
from models.procedural.kit.sdf import Field, ball, blend, carve, limb, mirrored
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Solid
from models.procedural.kit.stock import both, orb
from models.procedural.looks.biped import Biped

STRONG_BROW = 0.13  # a brow this high shadows its eyes; over a lower one they lie less deep
HIDING = frozenset({"bubble", "helm"})  # what closes over a head leaves no face to draw


def head(p: Biped, neck: Field) -> tuple[Solid, ...]:
    """Everything above the neck, and what is worn there."""
    bone = grown(_bone(p), neck, p.head * 0.30)
    if p.hat in HIDING:
        return (bone, *hat(p))
    return (bone, *_eyes(p), *_ears(p), *_hair(p), *_beard(p), *_antenna(p), *hat(p))


def _bone(p: Biped) -> Field:
    return _box(p) if p.power > 2 else _skull(p)


def _box(p: Biped) -> Field:
    """A machine's head: a box with a mouth behind bars."""
    r = p.head
    box = ball(on_head(p, 0.05, 0.0), (r * 0.92, r * 0.82, r * 0.84), turn_deg=head_turn(p), power=p.power)
    slots = [ball(on_head(p, -0.42, 0.84, x), (r * 0.045, r * 0.14, r * 0.10)) for x in (-0.36, -0.18, 0.0, 0.18, 0.36)]
    return carve(0.004, box, *slots)


def _skull(p: Biped) -> Field:
    """A brain case, a jaw, a brow, a nose or a muzzle, sockets for the eyes, a mouth."""
    r, turn = p.head, head_turn(p)
    case = ball(on_head(p, 0.12, -0.06), (r * 0.78, r * 0.92 * p.crown, r * 0.94), turn_deg=turn)
    jaw = ball(on_head(p, -0.40, 0.14), (r * 0.56 * p.jaw, r * 0.58, r * 0.66), turn_deg=turn)
    fields = [case, jaw]
    if p.brow > 0:
        half = (r * 0.30, r * p.brow, r * 0.22 * min(1.0, p.brow / STRONG_BROW))
        fields.append(mirrored(ball(on_head(p, 0.20, 0.66, 0.30), half, turn_deg=turn)))
    if p.muzzle > 0:
        fields.append(ball(on_head(p, -0.40, 0.58), (r * 0.52, r * 0.42, r * p.muzzle), turn_deg=turn))
    return blend(r * 0.10, carve(r * 0.06, blend(r * 0.30, *fields), *_sockets(p), _mouth(p)), *_nose(p))


def _sockets(p: Biped) -> list[Field]:
    """Hollows for round eyes; almond ones lie on the face."""
    if p.eyes != "round":
        return []
    deep = p.head * (0.4 + 0.6 * min(1.0, p.brow / STRONG_BROW))
    return [mirrored(ball(on_head(p, 0.04, 0.98, 0.33), (deep * 0.19, deep * 0.13, deep * 0.16)))]


def _mouth(p: Biped) -> Field:
    """A slit whose corners are up by `smile`."""
    r, ahead = p.head, 0.82 if p.muzzle <= 0 else 0.56 + p.muzzle
    if p.smile <= 0:
        return ball(on_head(p, -0.54, ahead, 0.0), (r * 0.24, r * 0.045, r * 0.14), turn_deg=head_turn(p))
    line = [(0.0, 0.0), (0.13, 0.35 * p.smile), (0.24, p.smile)]
    return mirrored(limb([on_head(p, up - 0.56, ahead - 0.1 * out, out) for out, up in line], [r * 0.075] * 3))


def _nose(p: Biped) -> list[Field]:
    if p.muzzle > 0:
        return []
    r = p.head
    bridge = limb([on_head(p, 0.08, 0.80), on_head(p, -0.20, 0.80 + 0.24 * p.nose)], [r * 0.07, r * 0.11 * p.nose])
    wings = mirrored(ball(on_head(p, -0.22, 0.84, 0.10 * p.nose), (r * 0.085 * p.nose,) * 3))
    return [blend(r * 0.05, bridge, wings)]


def _eyes(p: Biped) -> tuple[Solid, ...]:
    if p.power > 2:
        r = p.head
        return (mirrored(ball(on_head(p, 0.22, 0.82, 0.38), (r * 0.20, r * 0.20, r * 0.14))),)
    return EYES[p.eyes](p)


def _round_eyes(p: Biped) -> tuple[Solid, ...]:
    ahead = 0.885 + 0.035 * min(1.0, p.brow / STRONG_BROW)  # what no brow shades would stand out of the face
    centre = np.array(on_head(p, 0.05, ahead - 0.9 * p.eye, 0.31))
    out = np.array(on_head(p, 0.05, 2.0, 0.42)) - np.array(on_head(p, 0.05, 0.8, 0.31))
    return eyes(centre, out, p.head * p.eye, lids=False)


def _almond_eyes(p: Biped) -> tuple[Solid, ...]:
    """Large and slanted, all of one piece: a visitor's from space."""
    size = p.head * p.eye
    return both(orb(on_head(p, 0.02, 0.72, 0.38), (size, size * 0.62, size * 0.46), (0, 32, 30)))


EYES: Mapping[str, Callable[[Biped], tuple[Solid, ...]]] = MappingProxyType(
    {"round": _round_eyes, "almond": _almond_eyes}
)


def _ears(p: Biped) -> tuple[Solid, ...]:
    """A shell by the temple; a machine's is a knob."""
    r, size = p.head, p.ear
    if size <= 0:
        return ()
    if p.power > 2:
        return (mirrored(ball(on_head(p, 0.1, 0.0, 0.94), (size * 0.8, size, size))),)
    place = on_head(p, -0.06, -0.08, 0.78 + size / r * p.ear_out_deg / 120)
    out = radians(p.ear_out_deg)
    shell = ball(
        place, (size * 0.42, size * 1.15, size * 0.72), turn_deg=(p.lean_deg * p.head_lean - 8, -p.ear_out_deg, 0)
    )
    hollow = np.add(place, size * 0.46 * np.array([cos(out), 0.0, sin(out)]))
    bowl = ball(hollow, (size * 0.30, size * 0.72, size * 0.42), turn_deg=(0, -p.ear_out_deg, 0))
    return (mirrored(carve(size * 0.12, shell, bowl)),)


def _hair(p: Biped) -> tuple[Solid, ...]:
    """A cap of hair with a hairline, and as much down the back as `hair` is long."""
    if p.hair <= 0:
        return ()
    r, turn = p.head, head_turn(p)
    cap = ball(on_head(p, 0.20, -0.12), (r * 0.96, r * 1.00, r * 1.06), turn_deg=turn)
    brow_free = ball(on_head(p, -0.36, 0.86), (r * 1.10, r * 0.90, r * 0.92), turn_deg=turn)
    below = ball(on_head(p, -1.15, 0.10), (r * 1.6, r * 0.78, r * 1.2), turn_deg=turn)
    crop = carve(r * 0.24, cap, brow_free, below)
    long = p.hair / r
    if long < 0.8:
        return (crop,)
    fall = [
        limb([on_head(p, 0.25, -0.40, 0.36 * side), on_head(p, -long * 0.5, -0.62, 0.50 * side),
              on_head(p, -long, -0.62, 0.34 * side)], [r * 0.50, r * 0.40, r * 0.16])
        for side in (-1, 0, 1)
    ]  # fmt: skip
    return (blend(r * 0.22, crop, *fall),)


def _beard(p: Biped) -> tuple[Solid, ...]:
    if p.beard <= 0:
        return ()
    r, long = p.head, p.beard / p.head
    cheeks = mirrored(limb([on_head(p, -0.25, 0.25, 0.62), on_head(p, -0.72, 0.56, 0.22)], [r * 0.14, r * 0.26]))
    chin = limb([on_head(p, -0.78, 0.60), on_head(p, -0.80 - long, 0.66)], [r * 0.34, r * 0.10])
    moustache = mirrored(limb([on_head(p, -0.36, 0.92), on_head(p, -0.48, 0.76, 0.36)], [r * 0.10, r * 0.07]))
    return (blend(r * 0.2, cheeks, chin), moustache)


def _antenna(p: Biped) -> tuple[Solid, ...]:
    if p.antenna <= 0:
        return ()
    tip = on_head(p, 0.85 + p.antenna / p.head, 0.0)
    return tube([on_head(p, 0.75, 0.0), tip], [0.014, 0.012]), ball(tip, (0.032, 0.032, 0.032))
