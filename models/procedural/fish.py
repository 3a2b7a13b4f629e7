"""Fish and what swims like one: a spindle cut into head and body, fins as thin blades.

Lengths are in bodies: nose at z = 0.5, root of the tail fin at z = -0.42.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.fish import Fish
from models.procedural.skins import blade, loft, other_side, placed, tube
from models.procedural.solids import Grain, Shell, Skin, Solid
from models.sdf import ball, mirrored

NOSE, TAIL = 0.5, -0.42  # where the spindle begins and ends


def build(p: Fish, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a fish. Nothing is left to `chance`: proportions are varied before."""
    del chance
    pectoral = _pectoral(p)
    return {
        "head": _head(p),
        "body": (_spindle(p, p.gill + 0.012, TAIL - 0.02), *_anal(p)),
        "tail_fin": _tail(p),
        "dorsal_fin": (_dorsal(p),),
        "left_pectoral_fin": (pectoral,),
        "right_pectoral_fin": (other_side(pectoral),),
    }


def _outline(p: Fish, z: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Share of the full depth at z, 1 where the fish is deepest."""
    place = np.asarray(z, np.float64)
    ahead = np.clip((NOSE - place) / (NOSE - p.deepest), 0, 1)
    front = (1 - (1 - ahead) ** 2) ** (0.95 - 0.45 * p.blunt)
    behind = np.clip((place - TAIL) / (p.deepest - TAIL), 0, 1)
    stalk = p.stalk / p.depth
    back = stalk + (1 - stalk) * (behind * behind * (3 - 2 * behind)) ** 0.85
    return np.where(place > p.deepest, front, back)


def _sway(p: Fish, z: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """How far the spine is off the middle at z: nothing at the head, most at the tail."""
    share = np.clip((0.1 - np.asarray(z, np.float64)) / 0.6, 0, 1.6)
    return -p.bend * share**2


def _spindle(p: Fish, front: float, back: float) -> Skin:
    """The trunk between two places on the spine."""

    def skin(grain: Grain) -> Shell:
        share = (1 - np.cos(np.linspace(0, np.pi, grain.along * 2))) / 2  # rings crowd at both ends
        z = front + (back - front) * share
        size = np.maximum(_outline(p, z), 0.004)
        angle = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        lower = 1 + p.belly * (np.sin(angle) < 0)
        x = p.width * np.cos(angle) * size[:, None] ** 1.15 + _sway(p, z)[:, None]
        y = p.depth * np.sin(angle) * lower * size[:, None]
        return loft(np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1))

    return skin


def _head(p: Fish) -> tuple[Solid, ...]:
    """The spindle ahead of the gills, eyes, a mouth, a gill cover that stands proud."""
    z = p.gill + (NOSE - p.gill) * 0.46
    size = float(_outline(p, z))
    r = min(p.depth * 0.15, 0.030)
    eye = ball((p.width * size**1.15 * 0.88, p.depth * size * 0.34, z), (r * 0.8, r, r))
    lip_z = NOSE - 0.012
    lip = tube(
        [
            (-p.width * 0.22, -p.depth * 0.05, lip_z - 0.02),
            (0, -p.depth * 0.06, lip_z),
            (p.width * 0.22, -p.depth * 0.05, lip_z - 0.02),
        ],
        [0.010, 0.013, 0.010],
    )
    solids: list[Solid] = [_spindle(p, NOSE, p.gill), mirrored(eye), _collar(p)]
    if p.beak > 0:
        return (
            *solids,
            tube(
                [(0, -p.depth * 0.12, NOSE - 0.06), (0, -p.depth * 0.18, NOSE + p.beak)],
                [p.depth * 0.36, p.depth * 0.17],
            ),
        )
    return (*solids, lip)


def _collar(p: Fish) -> Skin:
    """The rim of the gill cover."""

    def skin(grain: Grain) -> Shell:
        z = p.gill + np.array([0.030, 0.020, 0.0, -0.014, -0.018])
        proud = np.array([0.99, 1.015, 1.035, 1.025, 0.985])
        size = _outline(p, z) * proud
        angle = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        lower = 1 + p.belly * (np.sin(angle) < 0)
        x = p.width * np.cos(angle) * (_outline(p, z) ** 1.15 * proud)[:, None]
        y = p.depth * np.sin(angle) * lower * size[:, None]
        return loft(np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1))

    return skin


def _tail(p: Fish) -> tuple[Solid, ...]:
    """Two lobes; upright for fish, lying for whales."""
    lobes = tuple(_lobe(p, side) for side in (1.0, -1.0))
    turn = (0.0, 0.0, 90.0) if p.tail_flat else (0.0, float(np.degrees(np.arctan2(p.bend * 2.2, 0.6))), 0.0)
    root = (float(_sway(p, TAIL)), 0.0, TAIL)
    return tuple(placed(lobe, turn_deg=turn, to=root) for lobe in lobes)


def _lobe(p: Fish, side: float) -> Skin:
    """One half of the tail fin, from the stalk out to its tip."""
    spread, length, fork = p.tail_spread * side, p.tail, p.tail_fork
    front = [(0, 0.0, 0.05), (0, p.stalk * 0.9 * side, 0.0), (0, spread * 0.62, -length * 0.55), (0, spread, -length)]
    hollow = length - fork
    back = [
        (0, -p.stalk * 0.5 * side, -hollow * 0.5),
        (0, 0.0, -hollow),
        (0, spread * 0.60, -hollow - fork * 0.55),
        (0, spread * 1.0, -length * 1.03 - 0.012),
    ]
    return blade(front, back, [p.stalk * 0.9, 0.030, 0.020, 0.008], even=True)


def _top(p: Fish, z: float) -> float:
    return p.depth * float(_outline(p, z))


def _dorsal(p: Fish) -> Skin:
    """A sail on the back, leaning towards the tail."""
    front, back = p.dorsal_start, p.dorsal_start - p.dorsal_length
    sink = 0.03
    lead = [
        (0, _top(p, front) - sink, front),
        (0, _top(p, front) + p.dorsal * 0.6, front - p.dorsal_lean * 0.50),
        (0, _top(p, front) + p.dorsal, front - p.dorsal_lean),
    ]
    tip_z = front - p.dorsal_lean - 0.022
    trail = [
        (0, _top(p, back) - sink, back),
        (0, (_top(p, back) + _top(p, front) + p.dorsal) / 2, (back + tip_z) / 2 + p.dorsal_length * 0.06),
        (0, _top(p, front) + p.dorsal * 0.99, tip_z),
    ]
    return placed(blade(lead, trail, [0.040, 0.028, 0.010], even=True), to=(float(_sway(p, (front + back) / 2)), 0, 0))


def _anal(p: Fish) -> tuple[Skin, ...]:
    """A small fin below, part of the body: the template has no name for it."""
    if p.anal <= 0:
        return ()
    front, back = -0.14, -0.32
    low = 1 + p.belly
    lead = [(0, -_top(p, front) * low + 0.03, front), (0, -_top(p, front) * low - p.anal, front - 0.10 - p.anal * 0.5)]
    trail = [(0, -_top(p, back) * low + 0.02, back), (0, -_top(p, front) * low - p.anal * 0.98, back - p.anal * 0.5)]
    return (placed(blade(lead, trail, [0.035, 0.010], even=True), to=(float(_sway(p, -0.2)), 0, 0)),)


def _pectoral(p: Fish) -> Skin:
    """The left side fin, out and down and back."""
    z = p.gill - 0.02
    size = float(_outline(p, z))
    drop = radians(p.pectoral_drop_deg)
    root = np.array([p.width * size**1.15 * 0.80, -p.depth * size * 0.38, z])
    way = np.array([cos(drop), -sin(drop), -p.pectoral_sweep])
    chord = np.array([0.0, -0.10, -1.0]) * p.pectoral_chord
    steps = ((-0.05, 0.85), (0.4, 1.05), (0.8, 0.80), (1.0, 0.25))
    lead = [root + way * p.pectoral * share for share, _ in steps]
    trail = [root + way * p.pectoral * share + chord * wide for share, wide in steps]
    return blade(lead, trail, [0.028, 0.022, 0.014, 0.006], even=True)
