"""Road vehicles: a shell on wheels, glass all round, a roof on pillars.

Lengths in metres, as for a small car: nose at +z, wheels stand on y = 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.vehicle import Vehicle
from models.procedural.skins import lathe, loft, other_side, placed, tube
from models.procedural.solids import Skin, Solid
from models.sdf import Field, Vector, axle, ball, blend, box, carve, mirrored, within


def build(p: Vehicle, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a vehicle. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {"body": _body(p), "wheels": _wheels(p), "windshield": (_glass(p),), "roof": _roof(p)}


def _axles(p: Vehicle) -> tuple[float, ...]:
    return (p.axle_front, p.axle_back, *((p.axle_back - p.wheel * 2.2,) if p.twin_back else ()))


def _body(p: Vehicle) -> tuple[Solid, ...]:
    """The shell with arches cut for the wheels, bumpers, lamps, and what stands on it."""
    arches = [_round_wheel(p, z, 1.13, p.tyre * 1.3) for z in _axles(p)]
    return (carve(0.05, _shell(p), *arches, *_bed(p)), *_keel(p), *_trim(p), *_cargo(p))


def _shell(p: Vehicle) -> Field:
    """Nose and tail as one low box, blended with a higher one below the windows."""
    wide, long = p.width / 2, p.length / 2
    front, back = min(p.cabin_front + 0.25, long - 0.04), max(p.cabin_back - 0.25, 0.04 - long)
    lower = box((0, (p.floor + p.hood) / 2, 0), (wide, (p.hood - p.floor) / 2, long), rounding=p.rounding * 0.9)
    waist = box(
        (0, (p.floor + p.belt) / 2, (front + back) / 2),
        (wide * 0.985, (p.belt - p.floor) / 2, (front - back) / 2),
        rounding=p.rounding * 0.8,
    )
    # Fenders: without them the arches of a low car would cut through the edge of its hood.
    fenders = [_round_wheel(p, z, 1.46, p.tyre * 0.8) for z in _axles(p)]
    above = box((0, p.floor + p.height, 0), (p.width, p.height, p.length), rounding=0.01)
    return blend(0.10, blend(0.25, lower, waist), *(within(0.03, fender, above) for fender in fenders))


def _round_wheel(p: Vehicle, z: float, size: float, half: float) -> Field:
    """A pair of discs around the wheels of one axle, `size` in wheels, flush with the sides or sticking out."""
    aside = p.width / 2 - p.tyre * 0.8
    return mirrored(axle((aside, p.wheel, z), p.wheel * size, half, rounding=0.03))


def _keel(p: Vehicle) -> tuple[Field, ...]:
    """What stands between the wheels; without it one could look through the arches under the shell."""
    if p.bed > 0:
        return ()
    half = (p.width / 2 - p.tyre * 1.25, (p.hood - p.floor) / 2 - 0.10, p.length / 2 * 0.95)
    return (box((0, (p.floor + p.hood) / 2 - 0.05, 0), half, rounding=0.05),)


def _bed(p: Vehicle) -> list[Field]:
    """What an open bed cuts out of the shell."""
    if p.bed <= 0:
        return []
    front, back = p.cabin_back - 0.12, -p.length / 2 + 0.14
    return [
        box((0, p.hood + 0.2, (front + back) / 2), (p.width / 2 - 0.14, p.bed + 0.2, (front - back) / 2), rounding=0.05)
    ]


def _trim(p: Vehicle) -> tuple[Solid, ...]:
    """Lamps, bumpers, mirrors: what makes a box a car."""
    wide, nose, tail = p.width / 2, p.length / 2, -p.length / 2
    light = p.floor + (p.hood - p.floor) * 0.66
    size = 0.11 * p.width / 1.8
    lamps = ball((wide * 0.68, light, nose - 0.03), (size * 1.5, size * 0.85, size * 0.9))
    rears = ball((wide * 0.74, light, tail + 0.02), (size * 1.2, size * 0.75, size * 0.6))
    bumpers = [
        box((0, p.floor + 0.10, z), (wide * 0.97, 0.09, 0.12), rounding=0.08) for z in (nose - 0.03, tail + 0.03)
    ]
    grille = box((0, light - size * 1.4, nose - 0.005), (wide * 0.40, size * 0.55, 0.045), rounding=0.03)
    foot, _, _, _ = _corners(p)
    side = ball((wide + 0.07, p.belt + 0.10, foot[2] - p.rake_front * 0.42 - 0.06), (0.13, 0.075, 0.06))
    return (mirrored(lamps), mirrored(rears), *bumpers, grille, mirrored(side))


def _cargo(p: Vehicle) -> tuple[Solid, ...]:
    solids: list[Solid] = []
    if p.cargo > 0:
        front, back = p.cabin_back - 0.14, -p.length / 2
        solids.append(
            box(
                (0, (p.floor + 0.35 + p.cargo) / 2 + 0.1, (front + back) / 2),
                (p.width / 2 * 1.02, (p.cargo - p.floor - 0.35) / 2 + 0.1, (front - back) / 2),
                rounding=0.07,
            )
        )
    if p.spare:
        solids.append(
            placed(
                _tyre(p.wheel * 0.86, p.tyre * 0.8), turn_deg=(90, 0, 0), to=(0, p.belt * 0.86, -p.length / 2 - 0.10)
            )
        )
    return tuple(solids)


def _wheels(p: Vehicle) -> tuple[Solid, ...]:
    out = p.width / 2 - p.tyre * 0.52
    left = [
        placed(skin, turn_deg=(0, 0, -90), to=(out, p.wheel, z))
        for z in _axles(p)
        for skin in (_tyre(p.wheel, p.tyre), *_hub(p.wheel, p.tyre))
    ]
    bars = [tube([(-out, p.wheel, z), (out, p.wheel, z)], [p.wheel * 0.16, p.wheel * 0.16]) for z in _axles(p)]
    return (*left, *(other_side(skin) for skin in left), *bars)


def _tyre(radius: float, width: float) -> Skin:
    """A ring of rubber: round shoulders, a flat tread, dished sides."""
    half = width / 2
    profile = [
        (0.02, -half * 0.55),
        (radius * 0.60, -half * 0.55),
        (radius * 0.66, -half * 0.92),
        (radius * 0.80, -half),
        (radius * 0.93, -half * 0.86),
        (radius, -half * 0.48),
        (radius, half * 0.48),
        (radius * 0.93, half * 0.86),
        (radius * 0.80, half),
        (radius * 0.66, half * 0.92),
        (radius * 0.60, half * 0.55),
        (0.02, half * 0.55),
    ]
    return lathe(profile, smooth=False)


def _hub(radius: float, width: float) -> tuple[Skin, ...]:
    """Five spokes and a cap on the outer face."""
    half = width / 2
    cap = lathe(
        [
            (0.01, half * 0.3),
            (radius * 0.22, half * 0.4),
            (radius * 0.20, half * 0.85),
            (radius * 0.10, half * 0.95),
            (0.005, half * 0.97),
        ],
        smooth=False,
    )
    turns = [2 * np.pi * step / 5 for step in range(5)]
    spokes = [
        tube(
            [
                (0, half * 0.62, 0),
                (radius * 0.63 * float(np.sin(turn)), half * 0.62, radius * 0.63 * float(np.cos(turn))),
            ],
            [radius * 0.11, radius * 0.085],
            flat=0.8,
        )
        for turn in turns
    ]
    return (cap, *spokes)


def _corners(p: Vehicle) -> tuple[Vector, Vector, Vector, Vector]:
    """The left window line: foot and head of the windscreen, head and foot of the rear window."""
    low, high = p.width / 2 - 0.06, p.width / 2 - 0.06 - p.tumble
    top = p.height - p.roof
    front, back = min(p.cabin_front, p.length / 2 - 0.04), max(p.cabin_back, 0.04 - p.length / 2)
    return (
        (low, p.belt - 0.03, front),
        (high, top, front - p.rake_front),
        (high, top, back + p.rake_back),
        (low, p.belt - 0.03, back),
    )


def _glass(p: Vehicle) -> Skin:
    """The glasshouse: windscreen, side and rear windows as one tapered block."""

    def skin(grain: Any) -> Any:
        foot, head, back_head, back_foot = _corners(p)
        rings = []
        for share in np.linspace(0, 1, max(grain.along // 2, 4)):
            x = foot[0] + (head[0] - foot[0]) * share - 0.02
            y = foot[1] + (head[1] + 0.03 - foot[1]) * share
            front = foot[2] + (head[2] - foot[2]) * share
            back = back_foot[2] + (back_head[2] - back_foot[2]) * share
            rings.append(_rounded_rectangle((x, y), (front, back), 0.16, grain.around))
        return loft(np.array(rings))

    return skin


def _rounded_rectangle(
    place: tuple[float, float], ends: tuple[float, float], radius: float, around: int
) -> NDArray[np.float64]:
    """A ring in the plane y: half width x, from front to back, its corners rounded."""
    (x, y), (front, back) = place, ends
    bow = np.linspace(0, np.pi / 2, max(around // 4, 3))
    sides = []
    for turn, (cx, cz) in enumerate(
        [
            (x - radius, front - radius),
            (x - radius, back + radius),
            (radius - x, back + radius),
            (radius - x, front - radius),
        ]
    ):
        angle = bow + turn * np.pi / 2
        sides.append(
            np.stack(
                [
                    cx + radius * np.cos(np.pi / 2 - angle),
                    np.full_like(angle, y),
                    cz + radius * np.sin(np.pi / 2 - angle),
                ],
                axis=1,
            )
        )
    return np.concatenate(sides)


def _roof(p: Vehicle) -> tuple[Solid, ...]:
    """A softly domed slab on pillars."""
    _, head, back_head, _ = _corners(p)
    middle, reach = (head[2] + back_head[2]) / 2, (head[2] - back_head[2]) / 2 + 0.06
    slab = ball((0, p.height - p.roof, middle), (head[0] + 0.05, p.roof * 1.05, reach + 0.04), power=6.0)
    thick = 0.045 * p.width / 1.8
    posts = [_post(p, float(share), thick) for share in np.linspace(0, 1, p.pillars)]
    solids: list[Solid] = [slab, *posts, *(other_side(post) for post in posts)]
    if p.sign > 0:
        solids.append(box((0, p.height + p.sign * 0.42, middle), (0.30, p.sign * 0.55, 0.10), rounding=0.05))
    return tuple(solids)


def _post(p: Vehicle, share: float, thick: float) -> Skin:
    """A pillar on the left, 0 in front and 1 behind; those at the corners stand within the rounding of the glass."""
    foot, head, back_head, back_foot = (np.array(corner) for corner in _corners(p))
    corner = share in (0, 1)
    inset = np.array([0.05, 0.0, 0.05 if share == 0 else -0.05]) * corner
    low, high = foot + (back_foot - foot) * share - inset, head + (back_head - head) * share - inset
    return tube([low, high], [thick * (1.25 if corner else 0.9)] * 2)
