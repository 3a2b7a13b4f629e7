"""Things of a household that have one part: table, cup, bottle, house, book, lamp."""

from __future__ import annotations

from math import pi
from typing import TypeAlias

import numpy as np

from models.procedural.looks.thing import Thing
from models.procedural.skins import hoop, lathe, loft, tube
from models.procedural.solids import Grain, Shell, Skin, Solid
from models.sdf import ball, box

Profile: TypeAlias = list[tuple[float, float]]  # (radius, y) pairs


def table(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    w, d, h = 0.75 * p.width, 0.45 * p.depth, 0.72 * p.height
    top = ball((0, h, 0), (w, 0.03, d), power=8.0)
    apron = box((0, h - 0.07, 0), (w - 0.08, 0.05, d - 0.08), rounding=0.01)
    legs = [
        tube([(x * (w - 0.09), h - 0.04, z * (d - 0.09)), (x * (w - 0.07), 0.02, z * (d - 0.07))], [0.04, 0.024])
        for x in (1, -1)
        for z in (1, -1)
    ]
    return (top, apron, *legs)


def cup(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A hollow cup with a handle."""
    del chance
    r, h = 0.36 * p.width, 0.80 * p.height
    profile = [
        (0.004, 0.0),
        (r * 0.80, 0.0),
        (r * 0.94, 0.04),
        (r, 0.30 * h),
        (r, 0.92 * h),
        (r * 0.985, h),
        (r * 0.90, h),
        (r * 0.88, 0.92 * h),
        (r * 0.88, 0.20 * h),
        (r * 0.76, 0.10 * h),
        (0.004, 0.09 * h),
    ]
    handle = tube(
        [(r * 0.94, h * 0.82, 0), (r * 1.62, h * 0.80, 0), (r * 1.66, h * 0.32, 0), (r * 0.94, h * 0.22, 0)],
        [0.05, 0.05, 0.05, 0.05],
    )
    return lathe(profile, smooth=False), handle


def bottle(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    del chance
    r, h = 0.17 * p.width, 1.0 * p.height
    profile = [
        (0.004, 0.0),
        (r * 0.9, 0.0),
        (r, 0.03),
        (r, 0.3 * h),
        (r, 0.52 * h),
        (r * 0.88, 0.62 * h),
        (r * 0.48, 0.72 * h),
        (r * 0.36, 0.80 * h),
        (r * 0.35, 0.93 * h),
        (r * 0.44, 0.94 * h),
        (r * 0.44, 0.985 * h),
        (r * 0.36, h),
        (0.004, h),
    ]
    return (lathe(profile),)


def house(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Walls, a gabled roof with eaves, a chimney, a door and windows that stand proud."""
    del chance
    w, h, d = 0.42 * p.width, 0.5 * p.height, 0.5 * p.depth
    walls = box((0, h / 2, 0), (w, h / 2, d), rounding=0.01)
    ridge, eave = h + 0.40, 0.10
    slope = float(np.degrees(np.arctan2(ridge - h, w)))
    half = float(np.hypot(ridge - h, w)) / 2
    roofs = [
        box(
            (side * (w / 2 + eave * 0.32), (h + ridge) / 2 - eave * 0.25, 0),
            (half + eave * 0.62, 0.028, d + eave),
            rounding=0.012,
            turn_deg=(0, 0, -side * slope),
        )
        for side in (1, -1)
    ]
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


def book(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Lying closed: two covers, a spine, pages set back."""
    del chance
    w, d, t = 0.36 * p.width, 0.50 * p.depth, 0.10 * p.height
    covers = [box((0, y, 0), (w, 0.014, d), rounding=0.008) for y in (t, -t)]
    spine = ball((-w, 0, 0), (0.03, t * 1.12, d), power=6.0)
    pages = box((0.0, 0, 0), (w - 0.03, t, d - 0.025), rounding=0.006)
    return (*covers, spine, pages)


def lamp(p: Thing, chance: np.random.Generator) -> tuple[Solid, ...]:
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
    bulb = ball((0, 0.72 * h, 0), (0.09, 0.11, 0.09))
    spider = tube([(-w * 0.56, 0.96 * h, 0), (w * 0.56, 0.96 * h, 0)], [0.012, 0.012])
    rod = tube([(0, 0.6 * h, 0), (0, 0.97 * h, 0)], [0.014, 0.014])
    return foot, _hollow(w, h), bulb, spider, rod


def _hollow(w: float, h: float) -> Skin:
    """An open cone with a thickness: a lampshade."""

    def skin(grain: Grain) -> Shell:
        angle = np.linspace(0, 2 * pi, grain.around * 2, endpoint=False)
        wall = np.array(
            [(w, 0.50), (w * 0.80, 0.75), (w * 0.60, 1.0), (w * 0.57, 1.0), (w * 0.77, 0.75), (w * 0.97, 0.50)]
        )
        rings = [np.stack([r * np.sin(angle), np.full_like(angle, y * h), r * np.cos(angle)], axis=1) for r, y in wall]
        return hoop(np.array(rings))

    return skin
