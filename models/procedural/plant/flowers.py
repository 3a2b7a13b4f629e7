"""Canopies that bloom: petals about a disc, petals in a spiral, cups; and a mushroom's cap."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import numpy as np

from models.procedural.kit.foliage import GOLDEN_ANGLE
from models.procedural.kit.skins import bead, blade, lathe, placed, ribbon
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.plant import Plant
from models.procedural.plant.frame import outward_way, sideward_way, stem

FACING = (62.0, 0.0, 0.0)  # a flower looks ahead, and a little up


def petals(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A disc with petals around it, in two layers."""
    del chance
    x, y, z = stem(p, 1.05)
    r, at = p.width * p.disc, (x, y, z + 0.045)
    disc = placed(bead((0, 0, 0), 1.0), scale=(r, r * 0.36, r))
    solids = [disc, *(_petal(p, index) for index in range(p.petals)), *_seeds(r)]
    return tuple(placed(solid, turn_deg=FACING, to=at) for solid in solids)


def _petal(p: Plant, index: int) -> Skin:
    turn, layer = 2 * pi * index / p.petals, index % 2
    length = p.width * (1.0 - 0.08 * layer)
    wide = min(1.25 * pi * length * 0.6 / p.petals, length * 0.30)
    steps = ((0.20, 0.40), (0.55, 0.95), (0.82, 0.90), (0.95, 0.62 * p.petal_round), (1.0, 0.30 * p.petal_round))
    middle = [
        outward_way(turn) * length * share + np.array([0, 0.05 * share * share - 0.012 * layer, 0])
        for share, _ in steps
    ]
    return ribbon(middle, sideward_way(turn) * wide, [step[1] for step in steps], [0.024, 0.024, 0.018, 0.014, 0.007])


def _seeds(r: float) -> list[Skin]:
    """A spiral of seeds on the disc."""
    places = [((index + 0.5) / 34, GOLDEN_ANGLE * index) for index in range(34)]
    return [
        bead(
            outward_way(turn) * r * share**0.5 * 0.86 + np.array([0, r * 0.35 * (1 - share * 0.74) ** 0.5, 0]),
            r * 0.085,
        )
        for share, turn in places
    ]


def _cupped(p: Plant, turn: float, size: float, steps: Sequence[tuple[float, float, float]]) -> Skin:
    """A petal from the end of the stem through (up, out, width) steps, in shares of the flower."""
    out, side, foot = outward_way(turn), sideward_way(turn), np.array(stem(p, 1.0))
    lead, trail = [], []
    for up, reach, wide in steps:
        # Its edges lie further in than its middle would: so each petal holds the ones inside it.
        middle = foot + out * p.width * (size * reach - 0.16 * wide) + np.array([0.0, p.height * up, 0.0])
        lead.append(middle + side * p.width * size * wide)
        trail.append(middle - side * p.width * size * wide)
    return blade(lead, trail, [0.022] * (len(steps) - 1) + [0.008], even=True)


def cup(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Petals that close to a cup, or open to a trumpet."""
    del chance
    x, y, z = stem(p, 1.0)
    mouth = p.open
    steps = (
        (0.0, 0.25, 0.50),
        (0.30, 0.98 - 0.45 * mouth, 0.95 - 0.45 * mouth),
        (0.70, 0.98 + 0.15 * mouth, 0.90 - 0.20 * mouth),
        (1.0, 0.78 + 1.1 * mouth, 0.10),
    )
    heart = placed(
        bead((0, 0, 0), 1.0), to=(x, y + p.height * 0.14, z), scale=(p.width * 0.45, p.height * 0.18, p.width * 0.45)
    )
    rings = [_cupped(p, 2 * pi * index / p.petals, 1.0 if index % 2 else 0.88, steps) for index in range(p.petals)]
    return (heart, *rings)


def rose(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Petals in a spiral: a closed bud, and ever wider ones about it whose rims roll out."""
    del chance
    x, y, z = stem(p, 1.0)
    bud = placed(
        bead((0, 0, 0), 1.0), to=(x, y + p.height * 0.46, z), scale=(p.width * 0.26, p.height * 0.46, p.width * 0.26)
    )
    return (bud, *(_rose_petal(p, index / p.petals, GOLDEN_ANGLE * index) for index in range(p.petals)))


def _rose_petal(p: Plant, outer: float, turn: float) -> Skin:
    reach, tall = 0.34 + 0.66 * outer, 1.04 - 0.42 * outer
    steps = (
        (0.0, 0.20, 0.35),
        (0.32 * tall, reach * 0.92, 0.62 + 0.30 * outer),
        (0.78 * tall, reach * 0.94, 0.60 + 0.36 * outer),
        (0.98 * tall, reach * (0.96 + 0.16 * outer), 0.42 + 0.30 * outer),
        (1.0 * tall - 0.05 * outer, reach * (0.98 + 0.36 * outer), 0.16 + 0.14 * outer),
    )
    return _cupped(p, turn, 1.0, steps)


def cap(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A mushroom's hat with spots."""
    w, h = p.width, p.height
    x, y, z = stem(p, 1.0)
    shares = (0.01, 0.55, 0.92, 1.0, 0.97, 0.80, 0.48, 0.20, 0.004)
    heights = (0.03, 0.0, -0.10, -0.02, 0.16, 0.52, 0.84, 0.97, 1.0)
    hat = placed(lathe([(w * r, h * up) for r, up in zip(shares, heights, strict=True)]), to=(x, y, z))
    return (hat, *(_spot(p, index, chance) for index in range(p.petals)))


def _spot(p: Plant, index: int, chance: np.random.Generator) -> Skin:
    turn = GOLDEN_ANGLE * index + float(chance.uniform(-0.2, 0.2))
    share = ((index + 0.4) / p.petals) ** 0.5 * 0.90
    r = p.width * float(chance.uniform(0.07, 0.12))
    at = (
        np.array(stem(p, 1.0))
        + outward_way(turn) * share * p.width
        + np.array([0.0, p.height * (1 - share**2.6) * 0.97, 0.0])
    )
    return placed(bead((0, 0, 0), r), to=at, scale=(1.0, 0.6, 1.0))
