"""Everything else: a small catalogue of one-part things, and a neutral form for what nobody drew.

A concept that matched nothing becomes a smooth sculpture whose lumps follow from its words and its seed.
It does not pretend to be the thing; the result says `how` "none" and score 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from models.procedural.solids import Grain, Shell, Skin, Solid, blade, lathe, loft, placed, tube
from models.sdf import ball, blend, box, carve

Profile: TypeAlias = list[tuple[float, float]]  # (radius, y) pairs


@dataclass(frozen=True, slots=True)
class Thing:
    """The proportions of a thing: which form, and its build."""

    form: str = "sculpture"
    width: float = 1.0
    height: float = 1.0
    depth: float = 1.0


DEFAULT = Thing()

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        name: {"form": name}
        for name in ("table ball cube cup bottle house heart star snowman ring rocket book lamp pyramid".split())
    }
)

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # things do nothing


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


def _table(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    w, d, h = 0.75 * p.width, 0.45 * p.depth, 0.72 * p.height
    top = ball((0, h, 0), (w, 0.03, d), power=8.0)
    apron = box((0, h - 0.07, 0), (w - 0.08, 0.05, d - 0.08), rounding=0.01)
    legs = [tube([(x * (w - 0.09), h - 0.04, z * (d - 0.09)), (x * (w - 0.07), 0.02, z * (d - 0.07))], [0.04, 0.024])
            for x in (1, -1) for z in (1, -1)]  # fmt: skip
    return (top, apron, *legs)


def _ball(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A football: a ball with seams cut along three great circles."""
    del chance
    seams = [_groove(turn) for turn in ((0, 0, 0), (90, 0, 0), (0, 0, 90))]
    return (carve(0.02, ball((0, 0, 0), (0.5 * p.width, 0.5 * p.height, 0.5 * p.depth)), *seams),)


def _groove(turn: tuple[float, float, float]) -> Any:
    """A thin flat ring around the unit ball: what cuts a seam."""
    ring = carve(
        0.0, ball((0, 0, 0), (0.6, 0.016, 0.6), turn_deg=turn, power=6.0), ball((0, 0, 0), (0.482, 0.482, 0.482))
    )
    return ring


def _cube(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    return (box((0, 0.5, 0), (0.5 * p.width, 0.5 * p.height, 0.5 * p.depth), rounding=0.07),)


def _cup(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A hollow cup with a handle."""
    del chance
    r, h = 0.36 * p.width, 0.80 * p.height
    profile = [(0.004, 0.0), (r * 0.80, 0.0), (r * 0.94, 0.04), (r, 0.30 * h), (r, 0.92 * h), (r * 0.985, h), (r * 0.90, h),
               (r * 0.88, 0.92 * h), (r * 0.88, 0.20 * h), (r * 0.76, 0.10 * h), (0.004, 0.09 * h)]  # fmt: skip
    handle = tube(
        [(r * 0.94, h * 0.82, 0), (r * 1.62, h * 0.80, 0), (r * 1.66, h * 0.32, 0), (r * 0.94, h * 0.22, 0)],
        [0.05, 0.05, 0.05, 0.05],
    )
    return lathe(profile, smooth=False), handle


def _bottle(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    r, h = 0.17 * p.width, 1.0 * p.height
    profile = [(0.004, 0.0), (r * 0.9, 0.0), (r, 0.03), (r, 0.3 * h), (r, 0.52 * h), (r * 0.88, 0.62 * h), (r * 0.48, 0.72 * h),
               (r * 0.36, 0.80 * h), (r * 0.35, 0.93 * h), (r * 0.44, 0.94 * h), (r * 0.44, 0.985 * h), (r * 0.36, h), (0.004, h)]  # fmt: skip
    return (lathe(profile),)


def _house(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Walls, a gabled roof with eaves, a chimney, a door and windows that stand proud."""
    del chance
    w, h, d = 0.42 * p.width, 0.5 * p.height, 0.5 * p.depth
    walls = box((0, h / 2, 0), (w, h / 2, d), rounding=0.01)
    ridge, eave = h + 0.40, 0.10
    slope = float(np.degrees(np.arctan2(ridge - h, w)))
    half = float(np.hypot(ridge - h, w)) / 2
    roofs = [
        box((side * (w / 2 + eave * 0.32), (h + ridge) / 2 - eave * 0.25, 0), (half + eave * 0.62, 0.028, d + eave),
            rounding=0.012, turn_deg=(0, 0, -side * slope))
        for side in (1, -1)
    ]  # fmt: skip
    gable = _prism([(-w, h - 0.01), (w, h - 0.01), (0.0, ridge - 0.02)], d)
    chimney = box((w * 0.5, ridge - 0.08, -d * 0.4), (0.06, 0.17, 0.06), rounding=0.01)
    door = box((0, 0.15, d), (0.085, 0.15, 0.02), rounding=0.01)
    panes = [box((x, h * 0.60, d), (0.07, 0.075, 0.018), rounding=0.01) for x in (w * 0.6, -w * 0.6)]
    sides = [box((w, h * 0.58, z), (0.018, 0.08, 0.08), rounding=0.01) for z in (d * 0.45, -d * 0.45)]
    return (walls, *roofs, gable, chimney, door, *panes, *sides)


def _prism(corners: Profile, half: float) -> Skin:
    """A flat outline (x, y), drawn out along z to both sides."""

    def skin(grain: Grain) -> Shell:
        del grain
        flat = np.array(corners)
        ends = [np.concatenate([flat, np.full((len(flat), 1), z)], axis=1) for z in (half, -half)]
        return loft(np.array(ends))

    return skin


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
        outline = np.concatenate(
            [np.linspace(a, b, count, endpoint=False) for a, b in zip(tips, tips[1:], strict=False)]
        )
        return _cushion(outline * [p.width, p.height], 0.13 * p.depth, grain)

    return (skin,)


def _cushion(outline: np.ndarray[Any, Any], half: float, grain: Grain) -> Shell:
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
    """A torus, lying down."""
    del chance

    def skin(grain: Grain) -> Shell:
        big = np.linspace(0, 2 * pi, grain.around * 3, endpoint=False)
        small = np.linspace(0, 2 * pi, grain.around * 2, endpoint=False)
        out = 0.34 + 0.16 * np.cos(small)[None, :]
        x, z = out * np.sin(big)[:, None] * p.width, out * np.cos(big)[:, None] * p.depth
        y = np.broadcast_to(0.16 * np.sin(small)[None, :], x.shape)
        return _closed(np.stack([x, y, z], axis=-1))

    return (skin,)


def _closed(rings: np.ndarray[Any, Any]) -> Shell:
    """Rings that meet again: no ends to close."""
    from models.procedural.solids import outward

    count, around = rings.shape[:2]
    index = np.arange(count * around).reshape(count, around)
    below, above = index, np.roll(index, -1, axis=0)
    quads = np.stack([below, np.roll(below, -1, axis=1), np.roll(above, -1, axis=1), above], axis=-1).reshape(-1, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    return outward(Shell(rings.reshape(-1, 3), faces))


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


def _book(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Lying closed: two covers, a spine, pages set back."""
    del chance
    w, d, t = 0.36 * p.width, 0.50 * p.depth, 0.10 * p.height
    covers = [box((0, y, 0), (w, 0.014, d), rounding=0.008) for y in (t, -t)]
    spine = tube([(-w + 0.005, 0, -d + 0.02), (-w + 0.005, 0, d - 0.02)], [t * 1.08, t * 1.08], wide=0.45)
    pages = box((0.0, 0, 0), (w - 0.03, t, d - 0.025), rounding=0.006)
    return (*covers, spine, pages)


def _lamp(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A table lamp: foot, stem, shade, bulb."""
    del chance
    h = p.height
    foot = lathe(
        [
            (0.004, 0.0),
            (0.21, 0.0),
            (0.215, 0.02),
            (0.17, 0.045),
            (0.05, 0.07),
            (0.03, 0.12),
            (0.028, 0.66 * h),
            (0.004, 0.68 * h),
        ],
        smooth=False,
    )
    w = 0.34 * p.width
    shade = lathe(
        [(w, 0.52 * h), (w * 0.58, h), (w * 0.54, h), (w * 0.94, 0.53 * h), (w * 0.94, 0.52 * h)], smooth=False
    )
    rings = placed(_hollow(w, h), to=(0, 0, 0))
    bulb = ball((0, 0.72 * h, 0), (0.09, 0.11, 0.09))
    del shade
    spider = tube([(-w * 0.56, 0.96 * h, 0), (w * 0.56, 0.96 * h, 0)], [0.012, 0.012])
    rod = tube([(0, 0.6 * h, 0), (0, 0.97 * h, 0)], [0.014, 0.014])
    return foot, rings, bulb, spider, rod


def _hollow(w: float, h: float) -> Skin:
    """An open cone with a thickness: a lampshade."""

    def skin(grain: Grain) -> Shell:
        angle = np.linspace(0, 2 * pi, grain.around * 2, endpoint=False)
        wall = np.array(
            [(w, 0.50), (w * 0.80, 0.75), (w * 0.60, 1.0), (w * 0.57, 1.0), (w * 0.77, 0.75), (w * 0.97, 0.50)]
        )
        rings = [np.stack([r * np.sin(angle), np.full_like(angle, y * h), r * np.cos(angle)], axis=1) for r, y in wall]
        return _closed(np.array(rings))

    return skin


def _pyramid(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Courses of stone, each smaller than the one below."""
    del chance
    steps = 9
    courses = [
        box((0, (index + 0.5) / steps * 0.66 * p.height, 0),
            (0.5 * p.width * (1 - index / steps), 0.36 / steps * p.height, 0.5 * p.depth * (1 - index / steps)), rounding=0.008)
        for index in range(steps)
    ]  # fmt: skip
    return tuple(courses)


FORMS: Mapping[str, Callable[[Thing, np.random.Generator], tuple[Solid, ...]]] = MappingProxyType(
    {
        "sculpture": _sculpture,
        "table": _table,
        "ball": _ball,
        "cube": _cube,
        "cup": _cup,
        "bottle": _bottle,
        "house": _house,
        "heart": _heart,
        "star": _star,
        "snowman": _snowman,
        "ring": _ring,
        "rocket": _rocket,
        "book": _book,
        "lamp": _lamp,
        "pyramid": _pyramid,
    }
)
