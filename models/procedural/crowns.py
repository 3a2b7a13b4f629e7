"""How a canopy grows: one function per way, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.plant import Plant
from models.procedural.skins import blade, lathe, placed, ribbon, tube
from models.procedural.solids import Solid, join
from models.sdf import Vector, ball, blend

GOLDEN_ANGLE = pi * (3 - 5**0.5)  # how leaves and seeds turn; it never lines up with itself


def stem(p: Plant, share: float) -> Vector:
    """A place in the middle of the trunk: 0 at the ground, 1 where the canopy begins."""
    return p.lean * share * share, p.trunk * share, p.lean * 0.4 * sin(share * 2.4)


def _cloud(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Round lumps over a ball, as leaves mass on a broad tree."""
    x, y, z = stem(p, 1.0)
    middle = np.array([x, y + p.height * 0.44, z])
    size = np.array([p.width, p.height * 0.55, p.width])
    lumps = [ball(middle, size * 0.74)]
    for index in range(p.lumps):
        up = 1 - 2 * (index + 0.5) / p.lumps
        ring, turn = (1 - up * up) ** 0.5, GOLDEN_ANGLE * index
        way = np.array([cos(turn) * ring, up * 0.92 + 0.04, sin(turn) * ring])
        r = float(p.width * chance.uniform(0.28, 0.40))
        lumps.append(ball(middle + way * size * 0.70, (r, r * 0.92, r)))
    return (blend(p.width * 0.10, *lumps),)


def _tiers(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Skirts of needles, each smaller and higher than the one below."""
    solids: list[Solid] = []
    for index in range(p.tiers):
        share = index / p.tiers
        wide = p.width * (1 - share * 0.80)
        foot = p.trunk * 0.72 + p.height * 0.92 * share * (1.06 - 0.06 * share)
        tall = p.height * (0.40 - 0.13 * share)
        solids.append(_skirt(wide, foot, tall, float(chance.uniform(0, 2 * pi))))
    return tuple(solids)


def _skirt(wide: float, foot: float, tall: float, turn: float) -> Solid:
    """A cone with a scalloped, drooping hem."""
    profile = [
        (wide * 0.12, 0.10 * tall),
        (wide * 0.60, 0.04 * tall),
        (wide * 0.97, -0.05 * tall),
        (wide, 0.0),
        (wide * 0.80, 0.16 * tall),
        (wide * 0.46, 0.48 * tall),
        (wide * 0.18, 0.84 * tall),
        (0.004, tall),
    ]
    plain = lathe(profile)

    def scalloped(grain: Any) -> Any:
        shell = plain(grain)
        x, y, z = shell.vertices.T
        r = np.hypot(x, z) / wide
        wave = np.cos(11 * (np.arctan2(x, z) + turn)) * r**2
        grown = 1 + 0.075 * wave
        moved = np.stack([x * grown, y - 0.07 * tall * wave * r, z * grown], axis=1)
        return type(shell)(moved, shell.faces)

    return placed(scalloped, to=(0, foot, 0))


def _flame(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    h, w = p.height, p.width
    profile = [
        (0.01, 0.0),
        (w * 0.62, 0.02 * h),
        (w * 0.95, 0.16 * h),
        (w, 0.34 * h),
        (w * 0.80, 0.62 * h),
        (w * 0.40, 0.86 * h),
        (0.004, h),
    ]
    return (placed(lathe(profile), to=(0, p.trunk * 0.8, 0)),)


def _fronds(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Arching leaves from the top of the trunk, in two rings, and a heart that holds them."""
    top = np.array(stem(p, 1.08))
    solids: list[Solid] = [ball(top, (p.radius * 1.5, p.radius * 1.6, p.radius * 1.5))]
    for index in range(p.petals):
        turn = 2 * pi * index / p.petals + float(chance.uniform(-0.1, 0.1))
        high = index % 2
        solids.append(_frond(top, turn, p.width * (0.92 if high else 1.0), 0.30 if high else 0.10))
    return tuple(solids)


def _frond(top: NDArray[np.float64], turn: float, length: float, up: float) -> Solid:
    out, side = np.array([cos(turn), 0.0, sin(turn)]), np.array([-sin(turn), 0.0, cos(turn)])
    steps = (
        (0.0, 0.0, 0.03),
        (0.3, 0.24 + up * 0.45, 0.11),
        (0.65, 0.16 + up * 0.55, 0.13),
        (0.9, -0.12 + up * 0.35, 0.09),
        (1.02, -0.34 + up * 0.2, 0.008),
    )
    middle = [top + out * length * share + np.array([0, length * rise, 0]) for share, rise, _ in steps]
    # The halves hang from the rib like a roof, so a frond catches light on one side and shade on the other.
    halves = []
    for sign in (1, -1):
        edge = [
            point + side * sign * length * wide - np.array([0, length * wide * 0.55, 0])
            for point, (_, _, wide) in zip(middle, steps, strict=True)
        ]
        rib = [point - side * sign * 0.006 for point in middle]
        halves.append((rib, edge) if sign > 0 else (edge, rib))
    return _both(halves)


def _both(halves: list[Any]) -> Solid:
    skins = [blade(front, back, [0.022, 0.020, 0.016, 0.012, 0.006], even=True) for front, back in halves]
    return lambda grain: join([skin(grain) for skin in skins])


def _curtain(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A dome with strands that hang from it."""
    dome = _cloud(p, chance)
    x, y, z = stem(p, 1.0)
    solids: list[Solid] = [*dome]
    for index in range(p.petals):
        turn = GOLDEN_ANGLE * index
        reach = p.width * (0.62 + 0.38 * (index % 3) / 2)
        start = np.array([x + cos(turn) * reach, y + p.height * (0.52 - 0.30 * (index % 3) / 2), z + sin(turn) * reach])
        drop = float(chance.uniform(0.34, 0.52))
        out = np.array([cos(turn), 0.0, sin(turn)]) * 0.05
        path = [start - out, start + out + [0, -drop * 0.45, 0], start + out * 1.2 + [0, -drop, 0]]
        solids.append(tube(path, [0.075, 0.060, 0.014]))
    return tuple(solids)


def _arms(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A cactus: arms that leave the column and turn up."""
    del chance
    r = p.radius * 0.62
    solids: list[Solid] = []
    for side, foot, top in ((1, 0.38, 0.80), (-1, 0.54, 0.90)):
        reach = p.width * side
        path = [
            (p.radius * 0.5 * side, p.trunk * foot, 0.0),
            (reach * 0.86, p.trunk * (foot + 0.01), 0.0),
            (reach * 1.06, p.trunk * (foot + 0.12), 0.0),
            (reach * 1.06, p.trunk * top, 0.0),
        ]
        solids.append(tube(path, [r * 0.9, r, r, r * 0.95]))
    bloom = ball(stem(p, 1.12), (p.radius * 0.55, p.radius * 0.45, p.radius * 0.55))
    top_x, top_y, top_z = stem(p, 1.12)
    solids.append(ball((top_x, top_y + p.radius * 0.55, top_z), (p.radius * 0.45, p.radius * 0.40, p.radius * 0.45)))
    return (*solids, bloom)


def _petals(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A disc that looks ahead and a little up, with petals around it."""
    del chance
    x, y, z = stem(p, 1.05)
    disc_radius = p.width * 0.40
    facing = (62.0, 0.0, 0.0)  # ahead, and a little up
    at = (x, y, z + 0.045)
    disc = ball(at, (disc_radius, disc_radius * 0.34, disc_radius), turn_deg=facing)
    solids: list[Solid] = [disc]
    for index in range(p.petals):
        turn = 2 * pi * index / p.petals
        solids.append(placed(_petal(p, turn, index % 2), turn_deg=facing, to=at))
    return tuple(solids)


def _petal(p: Plant, turn: float, layer: int) -> Any:
    out, side = np.array([cos(turn), 0.0, sin(turn)]), np.array([-sin(turn), 0.0, cos(turn)])
    length = p.width
    wide = min(1.15 * pi * length * 0.6 / p.petals, length * 0.30)
    steps = ((0.22, 0.45), (0.55, 0.95), (0.86, 0.90), (1.0, 0.22))
    middle = [out * length * share + np.array([0, 0.03 * share * share - 0.008 * layer, 0]) for share, _ in steps]
    return ribbon(middle, side * wide, [step[1] for step in steps], [0.026, 0.026, 0.020, 0.008])


def _cup(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Petals that close to a cup."""
    del chance
    x, y, z = stem(p, 1.0)
    solids: list[Solid] = [ball((x, y + p.height * 0.16, z), (p.width * 0.62, p.height * 0.20, p.width * 0.62))]
    steps = ((0.0, 0.25, 0.55), (0.30, 0.98, 0.98), (0.70, 0.98, 0.92), (1.0, 0.78, 0.08))
    for index in range(p.petals):
        turn = 2 * pi * index / p.petals
        out, side = np.array([cos(turn), 0.0, sin(turn)]), np.array([-sin(turn), 0.0, cos(turn)])
        size = p.width * (1.0 if index % 2 else 0.88)
        middle = [np.array([x, y, z]) + out * size * reach + np.array([0, p.height * up, 0]) for up, reach, _ in steps]
        solids.append(ribbon(middle, side * p.width, [step[2] for step in steps], [0.03, 0.035, 0.03, 0.01]))
    return tuple(solids)


def _cap(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A mushroom's hat with spots."""
    w, h = p.width, p.height
    x, y, z = stem(p, 1.0)
    profile = [
        (0.01, 0.03 * h),
        (w * 0.55, 0.0),
        (w * 0.92, -0.10 * h),
        (w, -0.02 * h),
        (w * 0.97, 0.16 * h),
        (w * 0.80, 0.52 * h),
        (w * 0.48, 0.84 * h),
        (w * 0.2, 0.97 * h),
        (0.004, h),
    ]
    solids: list[Solid] = [placed(lathe(profile), to=(x, y, z))]
    for index in range(13):
        turn = GOLDEN_ANGLE * index + float(chance.uniform(-0.2, 0.2))
        share = ((index + 0.4) / 13) ** 0.5 * 0.92
        rise = h * (1 - share**2.6) * 0.97
        r = w * float(chance.uniform(0.07, 0.12))
        solids.append(ball((x + cos(turn) * share * w, y + rise, z + sin(turn) * share * w), (r, r * 0.6, r)))
    return tuple(solids)


CROWNS: Mapping[str, Callable[[Plant, np.random.Generator], tuple[Solid, ...]]] = MappingProxyType(
    {
        "cloud": _cloud,
        "tiers": _tiers,
        "flame": _flame,
        "fronds": _fronds,
        "curtain": _curtain,
        "arms": _arms,
        "petals": _petals,
        "cup": _cup,
        "cap": _cap,
    }
)
