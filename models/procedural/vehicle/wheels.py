"""Wheels: tyres, rims with spokes, what joins them, and the tracks of a tank."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np

from models.procedural.kit.brick import brick
from models.procedural.kit.skins import hoop, lathe, loft, other_side, placed, tube
from models.procedural.kit.solids import Grain, Shell, Skin, Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.frame import Axle, back_axles, front_axles

LINK = 0.05  # half the thickness of a track, in metres


def front_wheels(p: Vehicle) -> tuple[Solid, ...]:
    return tuple(skin for axle in front_axles(p) for skin in _pair(p, axle))


def back_wheels(p: Vehicle) -> tuple[Solid, ...]:
    """With what goes along all of a side, if there is anything: rods, tracks."""
    wheels = tuple(skin for axle in back_axles(p) for skin in _pair(p, axle))
    return (*wheels, *(_rods(p) if p.rods else ()), *(_tracks(p) if p.tracks else ()))


def _pair(p: Vehicle, axle: Axle) -> tuple[Skin, ...]:
    """Two wheels and the bar between them."""
    left = [placed(skin, turn_deg=(0, 0, -90), to=(axle.x, axle.radius, axle.z)) for skin in wheel(p, axle.radius)]
    bar = tube([(-axle.x, axle.radius, axle.z), (axle.x, axle.radius, axle.z)], [p.wheel * 0.15] * 2)
    return (*left, *(other_side(skin) for skin in left), bar)


def wheel(p: Vehicle, radius: float) -> tuple[Skin, ...]:
    """A wheel about y, its outer face up."""
    return (_tyre(p, radius), *_hub(p, radius), *_lugs(p, radius))


def _tyre(p: Vehicle, radius: float) -> Skin:
    """A ring of rubber about a dish: round shoulders, a flat tread."""
    half, rim = p.tyre / 2, radius * p.rim
    rubber = radius - rim
    profile = [
        (0.02, -half * 0.55),
        (rim * 0.92, -half * 0.50),
        (rim, -half * 0.92),
        (rim + rubber * 0.40, -half),
        (rim + rubber * 0.82, -half * 0.86),
        (radius, -half * 0.52),
        (radius, half * 0.52),
        (rim + rubber * 0.82, half * 0.86),
        (rim + rubber * 0.40, half),
        (rim, half * 0.92),
        (rim * 0.92, half * 0.50),
        (0.02, half * 0.35),
    ]
    return lathe(profile, smooth=False)


def _hub(p: Vehicle, radius: float) -> tuple[Skin, ...]:
    """Spokes and a cap on the outer face."""
    half, rim = p.tyre / 2, radius * p.rim
    profile = [(0.01, half * 0.2), (0.34, half * 0.3), (0.30, half * 0.80), (0.16, half * 0.92), (0.005, half * 0.95)]
    cap = lathe([(share * rim if share > 0.1 else share, y) for share, y in profile], smooth=False)
    turns = [2 * np.pi * step / p.spokes for step in range(p.spokes)]
    return (cap, *(_spoke(p, rim, half * 0.55, turn) for turn in turns))


def _spoke(p: Vehicle, rim: float, y: float, turn: float) -> Skin:
    # Many spokes are thin, few are broad: together they always leave about half of the rim open.
    thick = rim * min(0.20, 0.9 / p.spokes)
    return tube([(0, y, 0), (rim * 0.97 * sin(turn), y, rim * 0.97 * cos(turn))], [thick, thick * 0.8], flat=0.8)


def _lugs(p: Vehicle, radius: float) -> tuple[Skin, ...]:
    """Bars across the tread, leaning left and right by turns."""
    bar = _bar(radius * 0.05, p.tyre * 0.46, radius * 0.06)
    return tuple(
        placed(
            placed(bar, turn_deg=(0, 0, 24 if index % 2 else -24), to=(0, 0, radius)),
            turn_deg=(0, 360 * index / p.lugs, 0),
        )
        for index in range(p.lugs)
    )


def _bar(wide: float, tall: float, deep: float) -> Skin:
    """A plain box: there are many, and they are small."""
    ring = np.array([(wide, deep), (-wide, deep), (-wide, -deep), (wide, -deep)])
    rings = np.array([[(x, y, z) for x, z in ring] for y in (-tall, tall)])
    return lambda _grain: loft(rings)


def _rods(p: Vehicle) -> tuple[Skin, ...]:
    """A bar along the driven wheels, held by pins below their middles, as it is at the bottom of the stroke."""
    axles = back_axles(p)
    x, y = axles[0].x + p.tyre * 0.62, axles[0].radius * 0.72
    size = axles[0].radius * 0.10
    rod = tube([(x, y, axles[0].z), (x, y, axles[-1].z)], [size, size], wide=0.6)
    pins = [tube([(x - p.tyre * 0.5, y, axle.z), (x + 0.02, y, axle.z)], [size * 1.2] * 2) for axle in axles]
    return tuple(side for skin in (rod, *pins) for side in (skin, other_side(skin)))


def _tracks(p: Vehicle) -> tuple[Skin, ...]:
    """A chain around all wheels of a side, its links standing out by turns."""
    axles = (*front_axles(p), *back_axles(p))
    ahead, behind, out = axles[0].z, axles[-1].z, axles[0].x

    def skin(grain: Grain) -> Shell:
        place, away = _stadium(ahead, behind, p.wheel, 2 * (grain.along * 2))
        thick = np.where(np.arange(len(place)) % 2, LINK * 0.55, LINK)[:, None]
        rings = [
            np.stack([np.full(len(place), out + x * p.tyre * 0.54), *(place + away * thick * side).T], axis=1)
            for x, side in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        return hoop(np.stack(rings, axis=1))

    return skin, other_side(skin)


def _stadium(ahead: float, behind: float, radius: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, 2) as (y, z) around two wheels, and the way out from each."""
    turn = np.linspace(0, np.pi, count)
    out = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    straight = np.linspace(0, 1, 2 * count)[1:-1, None]
    top, bottom = np.array([[2 * radius, ahead], [2 * radius, behind]]), np.array([[0, behind], [0, ahead]])
    place = np.concatenate(
        [
            np.array([radius, ahead]) + out * radius,
            bottom[1] + (bottom[0] - bottom[1]) * straight,
            np.array([radius, behind]) - out * radius,
            top[1] + (top[0] - top[1]) * straight,
        ]
    )
    away = np.concatenate([out, np.repeat([[-1, 0]], len(straight), 0), -out, np.repeat([[1, 0]], len(straight), 0)])
    return place, away


def fenders(p: Vehicle) -> Sequence[Solid]:
    """A sheet bent over each wheel behind; over tracks, a shelf along the side."""
    if p.tracks:
        x, reach = front_axles(p)[0].x, front_axles(p)[0].z + p.wheel * 1.1
        shelf = brick((x - 0.06, p.wheel * 2 + 0.12, 0), (p.tyre * 0.56 + 0.06, 0.05, reach), rounding=0.04)
        return shelf, other_side(shelf)
    sheets = [_sheet(p, axle) for axle in back_axles(p)]
    return [side for sheet in sheets for side in (sheet, other_side(sheet))]


def _sheet(p: Vehicle, axle: Axle) -> Skin:
    turns = [radians(angle) for angle in (10, 40, 75, 110, 140)]
    reach = axle.radius * 1.12
    path = [(axle.x - p.tyre * 0.1, axle.radius + reach * sin(turn), axle.z + reach * cos(turn)) for turn in turns]
    return tube(path, [p.tyre * 0.62] * len(path), flat=0.12)
