"""The tail of a four-legged animal, and what ends it: a tuft, spikes, a barb."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.skins import curve, ribbon, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import spine


def tail(p: Quadruped) -> tuple[Solid, ...]:
    """From the rump, rising by one angle and curling by another."""
    path, radii = _path(p), [p.tail_radius * thick for thick in _taper(p.tail_root, p.tail_tip)]
    whole = tube(path, radii, wide=p.tail_wide)
    tuft = (_tuft(p, path),) if p.tuft > 0 else ()
    barb = (_barb(p, path),) if p.barb > 0 else ()
    return (whole, *tuft, *barb, *_spikes(p, path, radii))


def _path(p: Quadruped) -> list[NDArray[np.float64]]:
    path = [np.array(spine(p, -0.30, p.depth * 0.36 * p.rump)), np.array(spine(p, -0.46, p.depth * p.tail_high))]
    step = p.tail / 6
    for knot in range(7):
        angle = radians(p.tail_rise_deg + p.tail_curl_deg * knot / 6)
        path.append(path[-1] + step * np.array([0.0, sin(angle), -cos(angle)]))
    return path


def _taper(root: float, tip: float) -> list[float]:
    """Nine radii: from the root to 1 in the middle, and on to the tip."""
    out = np.linspace(0, 1, 5)
    return [*(root + (1 - root) * out**0.8), *(1 + (tip - 1) * out[1:] ** 1.6)]


def _tuft(p: Quadruped, path: list[NDArray[np.float64]]) -> Skin:
    end, before = path[-1], path[-2]
    return tube([before, end, end * 2 - before], [p.tuft * 0.5, p.tuft, p.tuft * 0.2])


def _barb(p: Quadruped, path: list[NDArray[np.float64]]) -> Skin:
    """An arrow's head, lying flat: a dragon's."""
    way = path[-1] - path[-2]
    way /= np.linalg.norm(way)
    line = [path[-1] + way * p.barb * share for share in (-0.35, 0.0, 0.25, 0.75, 1.35)]
    return ribbon(line, (p.barb, 0.0, 0.0), (0.12, 0.62, 0.55, 0.24, 0.02), [p.barb * 0.30] * 4 + [0.01])


def _spikes(p: Quadruped, path: list[NDArray[np.float64]], radii: list[float]) -> tuple[Skin, ...]:
    """A row along its top, ever smaller, all leaning back."""
    line = curve(np.column_stack([path, radii]), 8 * p.spikes + 1)
    spikes = []
    for index in range(p.spikes):
        at = 8 * index + 12 - 8 * (index == p.spikes - 1)
        place, way = line[at, :3], line[at + 1, :3] - line[at - 1, :3]
        way /= np.linalg.norm(way)
        out = np.cross((1.0, 0.0, 0.0), way)
        size = p.spike * (1 - 0.6 * index / p.spikes)
        foot, tip = place + out * line[at, 3] * 0.6, place + out * (line[at, 3] + size) + way * size * 0.7
        spikes.append(tube([foot, tip], [size * 0.34, size * 0.03], wide=0.5))
    return tuple(spikes)
