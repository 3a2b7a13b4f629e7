"""What grows on a head and names the animal: horns, antlers, frill, trunk and tusks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.skins import blade, other_side, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import face


def horns(p: Quadruped) -> tuple[Solid, ...]:
    """All of them, on both sides."""
    pairs = [*_horn(p), *(ANTLERS[p.antlers](p) if p.antlers != "none" else ()), *_tusk(p)]
    return (*pairs, *(other_side(one) for one in pairs), *_nose_horns(p), *_frill(p), *_trunk(p))


def _horn(p: Quadruped) -> tuple[Skin, ...]:
    """From the crown, rising by one angle (90 is up, 180 back), curling by another, spreading to the side."""
    if p.horns <= 0:
        return ()
    path = [np.array(face(p, p.horn_at, 0.62, 0.40))]
    for knot in range(7):
        turn = radians(p.horn_rise_deg + p.horn_curl_deg * knot / 6)
        spread = p.horn_spread * (1.0 - knot / 6) + p.horn_out
        step = np.array([spread, sin(turn), cos(turn)]) * (0.40 if knot == 0 else p.horns / 6)
        path.append(path[-1] + _in_face(p, step))
    thick = p.head * p.horn_radius
    return (tube(path, [thick * (1 - (1 - p.horn_tip) * (knot / 7) ** 1.4) for knot in range(8)]),)


def _in_face(p: Quadruped, step: NDArray[np.float64]) -> NDArray[np.float64]:
    """A step aside, above and ahead, in heads, as one in space."""
    aside, above, ahead = step
    moved: NDArray[np.float64] = np.subtract(face(p, ahead, above, aside), face(p, 0.0, 0.0))
    return moved


def _branched(p: Quadruped) -> tuple[Skin, ...]:
    """A stag's: a beam that sweeps back and up, and three tines ahead of it."""
    r = p.head * 0.11
    line = [(-0.1, 0.65, 0.34), (-0.45, 1.35, 0.78), (-0.62, 2.2, 1.22), (-0.20, 3.0, 1.36), (0.25, 3.55, 1.16)]
    tines = [
        [(-0.22, 1.05, 0.58), (0.35, 1.25, 0.72), (0.70, 1.75, 0.74)],
        [(-0.60, 1.95, 1.12), (-0.05, 2.20, 1.30), (0.25, 2.70, 1.34)],
        [(-0.45, 2.70, 1.33), (-0.75, 3.20, 1.52), (-0.75, 3.70, 1.56)],
    ]
    beams = [([face(p, *place) for place in line], [1.25, 1.1, 1.0, 0.7, 0.25])]
    beams += [([face(p, *place) for place in tine], [0.85, 0.65, 0.22]) for tine in tines]
    return tuple(tube(path, [r * thick for thick in radii]) for path, radii in beams)


def _palmate(p: Quadruped) -> tuple[Skin, ...]:
    """A moose's: a stem to the side, a palm like a bowl, and points along its edge."""
    r = p.head * 0.12
    stem = tube([face(p, -0.1, 0.65, 0.34), face(p, -0.15, 0.85, 0.95), face(p, -0.2, 1.2, 1.5)], [r, r, r * 1.3])
    front = [face(p, -0.05, 1.0, 1.25), face(p, 0.45, 1.35, 1.75), face(p, 0.35, 2.0, 2.35), face(p, -0.1, 2.6, 2.6)]
    behind = [face(p, -0.3, 1.05, 1.25), face(p, -0.95, 1.35, 1.70), face(p, -1.15, 2.0, 2.25), face(p, -0.5, 2.6, 2.6)]
    palm = blade(front, behind, [p.head * 0.22, p.head * 0.22, p.head * 0.18, p.head * 0.10], even=True)
    edge = [(0.40, 1.45, 1.85, 0.95, 1.75), (0.40, 1.95, 2.30, 0.85, 2.45), (-0.1, 2.5, 2.5, 0.1, 3.05),
            (-0.6, 2.4, 2.5, -0.75, 3.0), (-1.1, 1.95, 2.2, -1.5, 2.6)]  # fmt: skip
    points = [
        tube([face(p, ahead, above, out), face(p, to, top, out + 0.25)], [r * 0.85, r * 0.2])
        for ahead, above, out, to, top in edge
    ]
    return (stem, palm, *points)


ANTLERS: Mapping[str, Callable[[Quadruped], tuple[Skin, ...]]] = MappingProxyType(
    {"branched": _branched, "palmate": _palmate}
)


def _nose_horns(p: Quadruped) -> tuple[Skin, ...]:
    """One horn on the middle line, or two, the second smaller and behind."""
    return tuple(
        _spike(p, p.nose_horn_at - 0.62 * index, p.nose_horn * (1.0 - 0.5 * index)) for index in range(p.nose_horns)
    )


def _spike(p: Quadruped, ahead: float, size: float) -> Skin:
    above = p.nose_horn_up + 0.12 * max(0.0, p.nose_horn_at - ahead)
    path = [
        face(p, ahead, above - 0.30),
        face(p, ahead + 0.08, above + size * 0.5),
        face(p, ahead - 0.05, above + size),
    ]
    wide = p.head * p.nose_horn_radius * min(1.0, 0.5 + 0.5 * size / p.nose_horn)
    return tube(path, [wide, wide * 0.55, wide * 0.08])


def _frill(p: Quadruped) -> tuple[Skin, ...]:
    """A shield behind the head: a triceratops'."""
    if p.frill <= 0:
        return ()
    turns = np.radians(np.linspace(-118, 118, 9))
    inner = [face(p, -0.10, 0.05 + 0.25 * cos(turn), 0.35 * sin(turn)) for turn in turns]
    outer = [
        face(p, -0.35 - p.frill * 0.62 * (1 + cos(turn)) / 2, 0.15 + p.frill * cos(turn), p.frill * 0.95 * sin(turn))
        for turn in turns
    ]
    return (blade(inner, outer, [p.head * 0.30] * 9, even=True),)


def _tusk(p: Quadruped) -> tuple[Skin, ...]:
    """Out of the corner of the mouth, down, ahead and up."""
    if p.tusks <= 0:
        return ()
    t, ahead = p.tusks, p.tusk_at
    path = [
        face(p, ahead, -0.36, 0.40),
        face(p, ahead + 0.30 * t, -0.36 - 0.42 * t, 0.50),
        face(p, ahead + 0.85 * t, -0.36 - 0.40 * t, 0.54),
        face(p, ahead + 1.20 * t, -0.36 - 0.05 * t, 0.46),
    ]
    return (tube(path, [p.head * thick * (0.4 + 0.6 * t) for thick in (0.14, 0.125, 0.09, 0.02)]),)


def _trunk(p: Quadruped) -> tuple[Skin, ...]:
    """An elephant's trunk, its tip curled ahead."""
    if p.trunk <= 0:
        return ()
    reach = p.trunk
    path = [
        face(p, 0.30, 0.10),
        face(p, 0.95, -0.30),
        face(p, 1.22, -1.05 * reach),
        face(p, 1.14, -1.85 * reach),
        face(p, 1.36, -2.40 * reach),
        face(p, 1.80, -2.42 * reach),
    ]
    return (tube(path, [p.head * size for size in (0.60, 0.46, 0.32, 0.24, 0.18, 0.15)]),)
