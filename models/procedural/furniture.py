"""Seats: a seat, a backrest, legs. Lengths in metres; the sitter looks towards +z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import radians, sin

import numpy as np

from models.procedural.looks.furniture import Furniture
from models.procedural.skins import other_side, tube
from models.procedural.solids import Skin, Solid
from models.sdf import Field, ball, box

BOW = 0.032  # how far the rails of a backrest bend back, in metres


def build(p: Furniture, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a seat. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {"seat": _seat(p), "backrest": _backrest(p), "legs": _legs(p)}


def _seat(p: Furniture) -> tuple[Solid, ...]:
    """A board, or a base with cushions, and the armrests that grow from it."""
    y = p.height - p.thick / 2
    if not p.cushions:
        board = ball((0, y, 0), (p.width / 2, p.thick / 2, p.depth / 2), power=5.0)
        return (board, *_thin_arms(p))
    base = box((0, y, 0), (p.width / 2, p.thick / 2, p.depth / 2), rounding=0.04)
    return (base, *_cushions(p), *_pillows(p), *_thick_arms(p))


def _cushions(p: Furniture) -> list[Field]:
    inner = p.width - (2 * p.arm_wide if p.arms else 0.02)
    each = inner / p.cushions
    return [
        ball(
            (-inner / 2 + each * (index + 0.5), p.height + p.puff * 0.45, 0.02),
            (each / 2 * 0.995, p.puff * 0.75, p.depth / 2 * 0.98),
            power=5.0,
        )
        for index in range(p.cushions)
    ]


def _pillows(p: Furniture) -> list[Field]:
    if not p.pillows:
        return []
    each = p.width / p.pillows
    top = p.height + p.puff * 1.2
    return [
        ball(
            (-p.width / 2 + each * (index + 0.5), top + 0.04, -p.depth / 2 + 0.30),
            (each * 0.40, 0.09, 0.20),
            turn_deg=(-14, 0, 0),
            power=3.2,
        )
        for index in range(p.pillows)
    ]


def _thin_arms(p: Furniture) -> tuple[Solid, ...]:
    """A rail on two posts on either side."""
    if p.arms <= 0:
        return ()
    x, top = p.width / 2 - p.leg_radius, p.height + p.arms
    r = p.leg_radius * 0.9
    rail = tube([(x, top, -p.depth / 2), (x, top + 0.01, 0), (x, top, p.depth / 2)], [r, r * 1.15, r], flat=0.7)
    post = tube([(x, p.height - 0.02, p.depth * 0.36), (x, top, p.depth * 0.36)], [r * 0.8, r * 0.8])
    return rail, other_side(rail), post, other_side(post)


def _thick_arms(p: Furniture) -> tuple[Solid, ...]:
    if p.arms <= 0:
        return ()
    x = p.width / 2 - p.arm_wide / 2 + 0.02
    low, top = p.height - p.thick, p.height + p.arms
    size = (p.arm_wide / 2, (top - low) / 2, p.depth / 2 * 0.99)
    return tuple(ball((side * x, (low + top) / 2, 0.0), size, power=5.0) for side in (1, -1))


def _backrest(p: Furniture) -> tuple[Solid, ...]:
    return _slatted(p) if p.slats else _closed(p)


def _lean(p: Furniture, above: float) -> float:
    """z of the backrest at a height above the seat."""
    return -p.depth / 2 + p.back_thick * 0.4 - above * sin(radians(p.recline_deg))


def _slatted(p: Furniture) -> tuple[Solid, ...]:
    """Two posts, two curved rails, upright slats between them."""
    x, r = p.width / 2 - p.leg_radius * 1.2, p.leg_radius
    foot = p.height - p.thick * 0.8
    post = tube([(x, foot, _lean(p, 0)), (x, p.height + p.back, _lean(p, p.back))], [r * 1.05, r * 0.9])
    rails = (_rail(p, x, 0.90, 0.032, 2.1), _rail(p, x, 0.22, 0.022, 1.2))
    return (post, other_side(post), *rails, *(_slat(p, x, share) for share in np.linspace(-1, 1, p.slats + 2)[1:-1]))


def _rail(p: Furniture, x: float, share: float, size: float, tall: float) -> Skin:
    """Across the back at a share of its height, bowed backwards."""
    y, z = p.height + p.back * share, _lean(p, p.back * share)
    return tube([(-x, y, z), (0, y, z - BOW), (x, y, z)], [size, size * 1.1, size], flat=tall, wide=0.62)


def _slat(p: Furniture, x: float, share: float) -> Skin:
    """From the lower rail into the upper, following their bow; `share` is -1 at one post and 1 at the other."""
    ends = [(x * share, p.height + p.back * up, _lean(p, p.back * up) - BOW * (1 - share**2)) for up in (0.20, 0.92)]
    return tube(ends, [p.leg_radius * 0.62] * 2, wide=1.4)


def _closed(p: Furniture) -> tuple[Solid, ...]:
    """A padded back, one pad per cushion if there are several, on a panel."""
    low = p.height - p.thick * 0.9
    middle, half = (low + p.height + p.back) / 2, (p.height + p.back - low) / 2
    turn = (-p.recline_deg, 0.0, 0.0)
    z = _lean(p, p.back * 0.35) - p.back_thick * 0.1
    panel = ball(
        (0, middle, z - p.back_thick * 0.12), (p.width / 2, half, p.back_thick * 0.5), turn_deg=turn, power=6.0
    )
    return (panel, *_pads(p, z, turn), *_crown(p))


def _pads(p: Furniture, z: float, turn: tuple[float, float, float]) -> list[Field]:
    if p.pillows:
        return []
    inner = p.width - 2 * p.arm_wide
    each = inner / p.cushions
    return [
        ball(
            (-inner / 2 + each * (index + 0.5), p.height + p.puff + p.back * 0.42, z + p.back_thick * 0.45),
            (each / 2 * 0.99, p.back * 0.50, p.back_thick * 0.55),
            turn_deg=turn,
            power=4.0,
        )
        for index in range(p.cushions)
    ]


def _crown(p: Furniture) -> tuple[Solid, ...]:
    if p.crown <= 0:
        return ()
    top = p.height + p.back
    solids: list[Solid] = []
    for share, size in ((-0.86, 0.8), (0.0, 1.25), (0.86, 0.8)):
        x, z = share * p.width / 2, _lean(p, p.back)
        solids += [
            tube([(x, top - 0.1, z), (x, top + p.crown * size * 0.7, z)], [0.05, 0.03]),
            ball((x, top + p.crown * size * 0.8, z), (0.06, 0.06, 0.06)),
        ]
    return tuple(solids)


def _legs(p: Furniture) -> tuple[Solid, ...]:
    """Four tapered legs, and rungs between them."""
    solids: list[Solid] = []
    x, z, r = p.width / 2 - p.leg_radius * 1.8, p.depth / 2 - p.leg_radius * 1.8, p.leg_radius
    top = p.height - p.thick * 0.5
    for ahead in (1, -1):
        leg = tube([(x, top, z * ahead), (x + p.splay, r * 0.6, (z + p.splay) * ahead)], [r * 1.15, r * 0.72])
        solids += [leg, other_side(leg)]
    if p.rungs:
        y, reach = p.height * 0.36, 0.62
        side = x + p.splay * reach
        rung = tube([(side, y, z + p.splay * reach), (side, y, -z - p.splay * reach)], [r * 0.55, r * 0.55])
        solids += [rung, other_side(rung), tube([(-side, y, 0), (side, y, 0)], [r * 0.55, r * 0.55])]
    return tuple(solids)
