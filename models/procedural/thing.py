"""Everything else: a small catalogue of one-part things, and a neutral form for what nobody drew.

A concept that matched nothing becomes a smooth sculpture whose lumps follow from its words and its seed.
It does not pretend to be the thing; the result says `how` "none" and score 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import cos, pi, sin
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.procedural import household
from models.procedural.looks.thing import Thing
from models.procedural.skins import blade, hoop, lathe, loft, placed, tube
from models.procedural.solids import Grain, Shell, Skin, Solid
from models.sdf import ball, blend, box


def build(p: Thing, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The one part; `chance` shapes the sculpture."""
    return {"body": FORMS[p.form](p, chance)}


def _sculpture(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Five pebbles melted into each other, upright, around a waist."""
    lumps = []
    turn = chance.uniform(0, 2 * pi)
    for index in range(5):
        share = index / 4
        reach = 0.16 * (1 - 0.4 * share) * chance.uniform(0.5, 1.2)
        angle = turn + 2.2 * index
        size = (0.34 - 0.17 * share) * chance.uniform(0.85, 1.15)
        lumps.append(
            ball(
                (cos(angle) * reach * p.width, 0.26 + share * 0.92 * p.height, sin(angle) * reach * p.depth),
                (size * p.width, size * chance.uniform(0.75, 1.05), size * p.depth * chance.uniform(0.8, 1.0)),
                turn_deg=(
                    float(chance.uniform(-25, 25)),
                    float(chance.uniform(0, 180)),
                    float(chance.uniform(-25, 25)),
                ),
            )
        )
    return (blend(0.30, *lumps),)


def _ball(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A play ball with welts along three great circles."""
    del chance
    size = (p.width, p.height, p.depth)
    welts = [placed(_torus(0.495, 0.014), turn_deg=turn, scale=size) for turn in ((0, 0, 0), (90, 0, 0), (0, 0, 90))]
    return (ball((0, 0, 0), np.array(size) / 2), *welts)


def _torus(radius: float, tube_radius: float) -> Skin:
    """A ring around y, lying in y = 0."""

    def skin(grain: Grain) -> Shell:
        big = np.linspace(0, 2 * pi, grain.around * 3, endpoint=False)[:, None]
        small = np.linspace(0, 2 * pi, grain.around, endpoint=False)[None, :]
        out = radius + tube_radius * np.cos(small)
        y = np.broadcast_to(tube_radius * np.sin(small), (len(big), small.size))
        return hoop(np.stack([out * np.sin(big), y, out * np.cos(big)], axis=-1))

    return skin


def _cube(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    return (box((0, 0.5, 0), (0.5 * p.width, 0.5 * p.height, 0.5 * p.depth), rounding=0.07),)


def _heart(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """The classic sixteen sin cubed, swollen like a cushion."""
    del chance

    def skin(grain: Grain) -> Shell:
        t = np.linspace(0, 2 * pi, grain.around * 4, endpoint=False)
        x, y = 16 * np.sin(t) ** 3, 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
        outline = np.stack([x / 32 * p.width, (y + 1.5) / 32 * p.height], axis=1)
        return _cushion(outline, 0.17 * p.depth, grain)

    return (skin,)


def _star(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance

    def skin(grain: Grain) -> Shell:
        count = max(grain.around // 4, 3)
        tips = (
            np.array([(sin(pi * k / 5), cos(pi * k / 5)) for k in range(11)])
            * np.array([0.5 if k % 2 == 0 else 0.23 for k in range(11)])[:, None]
        )
        outline = np.concatenate([np.linspace(a, b, count, endpoint=False) for a, b in pairwise(tips)])
        return _cushion(outline * [p.width, p.height], 0.13 * p.depth, grain)

    return (skin,)


def _cushion(outline: NDArray[np.float64], half: float, grain: Grain) -> Shell:
    """An outline (M, 2) swollen to both sides: rings that shrink towards a middle in front and behind."""
    lift = np.linspace(-1, 1, 2 * grain.along + 1) * 0.985 * pi / 2
    rings = [np.concatenate([outline * cos(a) ** 0.8, np.full((len(outline), 1), half * sin(a))], axis=1) for a in lift]
    return loft(np.array(rings))


def _snowman(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Three balls, a carrot, buttons, arms and a hat."""
    del chance
    sizes, heights = (0.34, 0.25, 0.18), (0.30, 0.78, 1.12)
    balls = [ball((0, y * p.height, 0), (r * p.width, r, r * p.depth)) for r, y in zip(sizes, heights, strict=True)]
    top = 1.12 * p.height
    nose = tube([(0, top - 0.01, 0.15), (0, top - 0.03, 0.36)], [0.035, 0.006])
    dots = [ball((x, top + 0.06, 0.155), (0.022, 0.022, 0.022)) for x in (0.065, -0.065)]
    dots += [
        ball((0, y * p.height, z), (0.026, 0.026, 0.026)) for y, z in ((0.90, 0.225), (0.78, 0.248), (0.66, 0.225))
    ]
    arms = [
        tube([(side * 0.2, 0.84, 0), (side * 0.42, 0.98, 0.05), (side * 0.58, 1.12, 0.06)], [0.022, 0.018, 0.012])
        for side in (1, -1)
    ]
    hat = lathe([(0.004, 0), (0.21, 0), (0.21, 0.03), (0.135, 0.03), (0.13, 0.22), (0.004, 0.22)], smooth=False)
    return (*balls, nose, *dots, *arms, placed(hat, to=(0, top + 0.14, 0)))


def _ring(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    return (placed(_torus(0.34, 0.16), scale=(p.width, p.height, p.depth)),)


def _rocket(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    r, h = 0.15 * p.width, 1.0 * p.height
    hull = lathe(
        [
            (r * 0.55, 0.06),
            (r * 0.80, 0.10),
            (r, 0.34 * h),
            (r * 0.97, 0.56 * h),
            (r * 0.72, 0.78 * h),
            (r * 0.36, 0.93 * h),
            (0.004, h),
        ]
    )
    bell = lathe([(r * 0.30, 0.12), (r * 0.36, 0.06), (r * 0.58, 0.0), (r * 0.46, 0.0), (0.004, 0.05)], smooth=False)
    window = ball((0, 0.66 * h, r * 0.80), (r * 0.42, r * 0.42, r * 0.16))
    fin = blade(
        [(r * 0.7, 0.36, 0), (r * 1.7, 0.20, 0), (r * 2.15, -0.02, 0)],
        [(r * 0.7, 0.10, 0), (r * 1.5, 0.06, 0), (r * 2.0, -0.10, 0)],
        [0.04, 0.03, 0.012],
        even=True,
    )
    fins = [placed(fin, turn_deg=(0, turn, 0)) for turn in (30, 150, 270)]
    return (hull, bell, window, *fins)


def _pyramid(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Courses of stone, each smaller than the one below."""
    del chance
    steps = 9
    courses = [
        box(
            (0, (index + 0.5) / steps * 0.66 * p.height, 0),
            (0.5 * p.width * (1 - index / steps), 0.36 / steps * p.height, 0.5 * p.depth * (1 - index / steps)),
            rounding=0.008,
        )
        for index in range(steps)
    ]
    return tuple(courses)


FORMS: Mapping[str, Callable[[Thing, np.random.Generator], tuple[Solid, ...]]] = MappingProxyType(
    {
        "sculpture": _sculpture,
        "table": household.table,
        "ball": _ball,
        "cube": _cube,
        "cup": household.cup,
        "bottle": household.bottle,
        "house": household.house,
        "heart": _heart,
        "star": _star,
        "snowman": _snowman,
        "ring": _ring,
        "rocket": _rocket,
        "book": household.book,
        "lamp": household.lamp,
        "pyramid": _pyramid,
    }
)
