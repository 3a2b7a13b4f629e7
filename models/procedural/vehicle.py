"""Road vehicles: a shell on wheels, glass all round, a roof on pillars.

Lengths in metres, as for a small car: nose at +z, wheels stand on y = 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from models.procedural.solids import Skin, Solid, lathe, other_side, placed, tube
from models.sdf import Field, Vector, axle, ball, blend, box, carve, mirrored


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The proportions of a vehicle; the default is a saloon car."""

    length: float = 4.10
    width: float = 1.80
    floor: float = 0.30  #: ground to shell
    belt: float = 0.95  #: ground to the lower edge of the windows
    hood: float = 0.86  #: ground to the top of the nose
    height: float = 1.46
    cabin_front: float = 0.66  #: where the windscreen starts, ahead of the middle
    cabin_back: float = -1.72
    rake_front: float = 0.78  #: how far the windscreen slopes back
    rake_back: float = 0.62
    tumble: float = 0.20  #: how far the sides lean in
    roof: float = 0.09  #: thickness
    rounding: float = 0.27
    axle_front: float = 1.28
    axle_back: float = -1.25
    twin_back: bool = False  #: two axles behind
    wheel: float = 0.36
    tyre: float = 0.23
    cargo: float = 0.0  #: height of a box behind the cabin
    bed: float = 0.0  #: depth of an open bed behind the cabin
    sign: float = 0.0  #: a taxi's
    spare: bool = False
    pillars: int = 3  #: posts on each side


DEFAULT = Vehicle()

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "truck": {"length": 6.4, "width": 2.2, "floor": 0.52, "belt": 1.52, "hood": 1.46, "height": 2.45, "wheel": 0.50,
                  "tyre": 0.34, "cabin_front": 3.02, "cabin_back": 1.42, "rake_front": 0.30, "rake_back": 0.04,
                  "tumble": 0.08, "axle_front": 2.15, "axle_back": -1.75, "twin_back": True, "cargo": 2.95,
                  "rounding": 0.14, "pillars": 2},
        "van": {"length": 4.9, "width": 1.95, "floor": 0.34, "belt": 1.20, "hood": 1.12, "height": 2.10,
                "cabin_front": 1.78, "cabin_back": -2.40, "rake_front": 0.72, "rake_back": 0.10, "tumble": 0.12,
                "axle_front": 1.55, "axle_back": -1.55, "wheel": 0.36, "rounding": 0.20, "roof": 0.14},
        "bus": {"length": 9.0, "width": 2.4, "floor": 0.36, "belt": 1.50, "hood": 1.50, "height": 2.95,
                "cabin_front": 4.46, "cabin_back": -4.46, "rake_front": 0.12, "rake_back": 0.06, "tumble": 0.06,
                "axle_front": 2.95, "axle_back": -2.60, "wheel": 0.50, "tyre": 0.34, "rounding": 0.22, "roof": 0.26,
                "pillars": 7},
        "taxi": {"sign": 0.17},
        "jeep": {"length": 3.9, "width": 1.80, "floor": 0.48, "belt": 1.14, "hood": 1.10, "height": 1.88,
                 "cabin_front": 0.62, "cabin_back": -1.88, "rake_front": 0.22, "rake_back": 0.06, "tumble": 0.08,
                 "axle_front": 1.25, "axle_back": -1.22, "wheel": 0.44, "tyre": 0.30, "rounding": 0.12, "spare": True},
        "pickup": {"length": 5.1, "width": 1.90, "floor": 0.44, "belt": 1.10, "hood": 1.04, "height": 1.76,
                   "cabin_front": 1.20, "cabin_back": -0.62, "rake_front": 0.62, "rake_back": 0.12, "bed": 0.42,
                   "axle_front": 1.62, "axle_back": -1.58, "wheel": 0.42, "tyre": 0.28, "rounding": 0.15},
        "limousine": {"length": 6.6, "cabin_front": 1.80, "cabin_back": -2.85, "axle_front": 2.42, "axle_back": -2.35,
                      "pillars": 5},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # a car looks the same parked and driving


def build(p: Vehicle, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a vehicle. Nothing is left to `chance`: proportions are varied before."""
    del chance
    return {"body": _body(p), "wheels": _wheels(p), "windshield": (_glass(p),), "roof": _roof(p)}


def _axles(p: Vehicle) -> tuple[float, ...]:
    return (p.axle_front, p.axle_back, *((p.axle_back - p.wheel * 2.2,) if p.twin_back else ()))


def _body(p: Vehicle) -> tuple[Solid, ...]:
    """The shell with arches cut for the wheels, bumpers, lamps, and what stands on it."""
    wide, long = p.width / 2, p.length / 2
    lower = box((0, (p.floor + p.hood) / 2, 0), (wide, (p.hood - p.floor) / 2, long), rounding=p.rounding * 0.9)
    middle = (p.cabin_front + 0.25 + p.cabin_back - 0.25) / 2
    back = max(p.cabin_back - 0.25, -long + 0.04)
    front = min(p.cabin_front + 0.25, long - 0.04)
    middle, reach = (front + back) / 2, (front - back) / 2
    waist = box(
        (0, (p.floor + p.belt) / 2, middle), (wide * 0.985, (p.belt - p.floor) / 2, reach), rounding=p.rounding * 0.8
    )
    shell = blend(0.25, lower, waist)
    arches = [axle((0, p.wheel, z), p.wheel * 1.20, p.width, rounding=0.02) for z in _axles(p)]
    tools = [*arches, *_bed(p)]
    # What stands between the wheels fills the arches again, or one could look through under the shell.
    keel = box((0, (p.floor + p.hood) / 2 - 0.05, 0), (wide - p.tyre * 1.25, (p.hood - p.floor) / 2 - 0.10, long * 0.95),
               rounding=0.05)  # fmt: skip
    return (carve(0.05, shell, *tools[: len(arches)]) if not p.bed else carve(0.05, shell, *tools), *_trim(p),
            *([] if p.bed else [keel]), *_cargo(p))  # fmt: skip


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
    side = ball((wide + 0.08, p.belt + 0.10, p.cabin_front - p.rake_front * 0.42), (0.11, 0.075, 0.06))
    return (mirrored(lamps), mirrored(rears), *bumpers, grille, mirrored(side))


def _cargo(p: Vehicle) -> tuple[Solid, ...]:
    solids: list[Solid] = []
    if p.cargo > 0:
        front, back = p.cabin_back - 0.14, -p.length / 2
        solids.append(box((0, (p.floor + 0.35 + p.cargo) / 2 + 0.1, (front + back) / 2),
                          (p.width / 2 * 1.02, (p.cargo - p.floor - 0.35) / 2 + 0.1, (front - back) / 2), rounding=0.07))  # fmt: skip
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
        (0.02, -half * 0.55), (radius * 0.60, -half * 0.55), (radius * 0.66, -half * 0.92), (radius * 0.80, -half),
        (radius * 0.93, -half * 0.86), (radius, -half * 0.48), (radius, half * 0.48), (radius * 0.93, half * 0.86),
        (radius * 0.80, half), (radius * 0.66, half * 0.92), (radius * 0.60, half * 0.55), (0.02, half * 0.55),
    ]  # fmt: skip
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
        tube([(0, half * 0.62, 0), (radius * 0.63 * float(np.sin(turn)), half * 0.62, radius * 0.63 * float(np.cos(turn)))],
             [radius * 0.11, radius * 0.085], flat=0.8)
        for turn in turns
    ]  # fmt: skip
    return (cap, *spokes)


def _corners(p: Vehicle) -> tuple[Vector, Vector, Vector, Vector]:
    """The left window line: foot and head of the windscreen, head and foot of the rear window."""
    low, high = p.width / 2 - 0.06, p.width / 2 - 0.06 - p.tumble
    top = p.height - p.roof
    return (
        (low, p.belt - 0.03, p.cabin_front),
        (high, top, p.cabin_front - p.rake_front),
        (high, top, p.cabin_back + p.rake_back),
        (low, p.belt - 0.03, p.cabin_back),
    )


def _glass(p: Vehicle) -> Skin:
    """The glasshouse: windscreen, side and rear windows as one tapered block."""

    def skin(grain: Any) -> Any:
        from models.procedural.solids import loft

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
) -> np.ndarray[Any, Any]:
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
    foot, head, back_head, back_foot = _corners(p)
    middle, reach = (head[2] + back_head[2]) / 2, (head[2] - back_head[2]) / 2 + 0.06
    slab = ball((0, p.height - p.roof * 1.0, middle), (head[0] + 0.05, p.roof * 1.05, reach + 0.02), power=4.5)
    thick = 0.045 * p.width / 1.8
    posts: list[Skin] = []
    for share in np.linspace(0, 1, p.pillars):
        low = tuple(np.array(foot) + (np.array(back_foot) - foot) * share)
        high = tuple(np.array(head) + (np.array(back_head) - head) * share)
        posts.append(tube([low, high], [thick * (1.25 if share in (0, 1) else 0.9)] * 2))
    solids: list[Solid] = [slab, *posts, *(other_side(post) for post in posts)]
    if p.sign > 0:
        solids.append(box((0, p.height + p.sign * 0.42, middle), (0.30, p.sign * 0.55, 0.10), rounding=0.05))
    return tuple(solids)
