"""A bird's head: skull and cheeks that run into the neck, eyes, a beak of two halves, what it wears on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from types import MappingProxyType

import numpy as np

from models.procedural.bird.frame import neck_line, off, skull
from models.procedural.kit.sdf import Field, ball, blend, limb, mirrored
from models.procedural.kit.skins import bead, other_side, ribbon, tube
from models.procedural.kit.solids import Array, Skin, Solid
from models.procedural.looks.bird import Bird


def head(p: Bird) -> tuple[Solid, ...]:
    at, r = skull(p), p.head
    parts = [
        ball(at, (r * 0.90, r * 0.95, r * 1.04)),
        mirrored(ball(off(at, r * 0.40, -r * 0.26, r * 0.26), (r * 0.56, r * 0.56, r * 0.62))),
        limb([off(at, 0, 0, r * 0.2), _gape(p)], [r * 0.62, max(p.beak_radius * 1.02, r * 0.22)]),
        _hood(p),
    ]
    return (blend(r * 0.38, *parts), *_eyes(p), *_mask(p), *CRESTS[p.crest_form](p))


def _gape(p: Bird) -> Array:
    """Where the beak leaves the head."""
    r = p.head
    return off(skull(p), 0.0, -r * 0.08, r * 0.78)


def _hood(p: Bird) -> Field:
    """Down the neck a little and a hair wider than it, so that the head does not sit on it like a ball."""
    line = neck_line(p)
    lengths = np.linalg.norm(line[-1, :3] - line[:, :3], axis=1)
    low = line[int(np.argmin(np.abs(lengths - p.head * 0.9)))]
    return limb([low[:3], line[-1, :3]], [min(low[3] + 0.014, p.head * 0.98), max(p.head * 0.70, line[-1, 3])])


def _eyes(p: Bird) -> tuple[Solid, ...]:
    at, r = skull(p), p.head
    turn = radians(p.eyes_ahead_deg)
    way = np.array([cos(turn) * 0.84, 0.26, sin(turn) * 0.94]) * (1 + 0.16 * p.mask)
    left = bead(at + way * r, r * p.eye)
    return left, other_side(left)


def _mask(p: Bird) -> tuple[Solid, ...]:
    """An owl's face: two shallow dishes that the eyes sit in."""
    if p.mask <= 0:
        return ()
    at, r = skull(p), p.head
    turn = radians(p.eyes_ahead_deg)
    way = np.array([cos(turn) * 0.80, 0.16, sin(turn) * 0.90])
    return (
        mirrored(
            ball(at + way * r, (r * p.mask, r * p.mask * 1.15, r * 0.18), turn_deg=(0.0, 90 - p.eyes_ahead_deg, 0.0))
        ),
    )


def beak(p: Bird) -> tuple[Solid, ...]:
    """An upper half that hooks or bends as it likes, a lower one that stays shorter."""
    upper = _half(p, 1.0, p.beak_radius, 0.12 * p.beak_radius)
    lower = _half(p, 0.90 - 0.9 * max(p.beak_drop, 0) / (1 + p.beak_curve), p.beak_radius * 0.62, -0.52 * p.beak_radius)
    return (upper, lower, *_pouch(p))


def _half(p: Bird, length: float, radius: float, above: float) -> Skin:
    start = off(_gape(p), 0, 0, -p.head * 0.25)
    reach = (p.beak + p.head * 0.25) * length
    shares = (0.0, 0.28, 0.55, 0.78, 0.92, 1.0)
    path = [off(start, 0.0, above - _droop(p, share * length), reach * share) for share in shares]
    radii = [radius * (1 - (1 - p.beak_tip) * share**1.3) for share in shares]
    return tube(path, radii, flat=0.95 / p.beak_wide**0.5, wide=p.beak_wide * 0.86)


def _droop(p: Bird, share: float) -> float:
    return float(p.beak_drop * share**p.beak_curve)


def _pouch(p: Bird) -> tuple[Solid, ...]:
    """A pelican's, from throat to tip."""
    if p.pouch <= 0:
        return ()
    x, y, z = _gape(p)
    middle = (x, y - p.beak_radius * 0.5 - p.pouch * 0.42, z + p.beak * 0.36)
    return (ball(middle, (p.beak_radius * 1.1, p.pouch * 0.62, p.beak * 0.50), turn_deg=(-6.0, 0.0, 0.0)),)


def _bare(p: Bird) -> tuple[Solid, ...]:
    del p
    return ()


def _tufts(p: Bird) -> tuple[Solid, ...]:
    """An owl's ears of feathers."""
    at, r = skull(p), p.head
    path = [off(at, r * 0.45, r * 0.62, r * 0.15), off(at, r * 0.80, r * 0.92 + p.crest, -r * 0.05)]
    tuft = tube(path, [r * 0.26, 0.012], flat=0.7)
    return tuft, other_side(tuft)


def _comb(p: Bird) -> tuple[Solid, ...]:
    """A cock's: a row of lobes above, lappets below the beak."""
    at, r, size = skull(p), p.head, p.crest
    lobes = [
        ball(
            off(at, 0, r * (0.92 - 0.13 * step * step) + size * 0.12, r * (0.42 - 0.36 * step)),
            (r * 0.17, size * 0.46, size * 0.27),
        )
        for step in range(4)
    ]
    lappet = ball(off(at, r * 0.20, -r * 0.72 - size * 0.22, r * 0.72), (r * 0.12, size * 0.40, size * 0.24))
    return blend(size * 0.14, *lobes), mirrored(lappet)


def _plumes(p: Bird) -> tuple[Solid, ...]:
    """Feathers that sweep back from the crown, the first the longest."""
    return tuple(_plume(p, step / 4) for step in range(5))


def _plume(p: Bird, step: float) -> Skin:
    at, r, size = skull(p), p.head, p.crest * (1 - 0.30 * step)
    turn = radians(8 + 62 * step)
    root = off(at, 0.0, r * (0.72 - 0.28 * step), r * (0.40 - 0.85 * step))
    way, back = np.array([0.0, cos(turn), -sin(turn)]), np.array([0.0, -0.12, -0.30])
    path = [root + way * size * share + back * size * share**2 for share in (0.0, 0.4, 0.8, 1.0)]
    return ribbon(path, np.array([r * 0.24, 0.0, 0.0]), (0.8, 1.0, 0.7, 0.12), (r * 0.20, r * 0.20, r * 0.14, r * 0.04))


def _pins(p: Bird) -> tuple[Solid, ...]:
    """A peacock's crown: pins in a fan, each with a bead."""
    at, r = skull(p), p.head
    root, solids = off(at, 0.0, r * 0.75, r * 0.05), []
    for turn in (-44, -22, 0, 22, 44):
        end = root + np.array([0.0, cos(radians(turn)), sin(radians(turn))]) * p.crest
        solids += [tube([root, end], [r * 0.07, r * 0.07]), bead(end, r * 0.16)]
    return tuple(solids)


CRESTS: Mapping[str, Callable[[Bird], tuple[Solid, ...]]] = MappingProxyType(
    {"none": _bare, "tufts": _tufts, "comb": _comb, "plumes": _plumes, "pins": _pins}
)
