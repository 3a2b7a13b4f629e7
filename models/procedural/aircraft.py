"""Aircraft: a fuselage, wings, a tail, engines. Lengths are in fuselages; the nose is at +z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.looks.aircraft import Aircraft
from models.procedural.skins import blade, lathe, loft, other_side, placed, ribbon, tube
from models.procedural.solids import Grain, Shell, Skin, Solid
from models.sdf import Vector, ball

NOSE, TAIL = 0.5, -0.5


def build(p: Aircraft, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of an aircraft. Nothing is left to `chance`: proportions are varied before."""
    del chance
    left = _wing(p)
    return {
        "fuselage": _fuselage(p),
        "left_wing": left,
        "right_wing": tuple(other_side(skin) for skin in left),
        "tail": _tail(p),
        "engines": _engines(p),
    }


def _section(p: Aircraft, z: NDArray[np.float64] | float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Radius of the fuselage at z and the height of its middle: the rear tapers upward."""
    place = np.asarray(z, np.float64)
    ahead = np.clip((NOSE - place) / p.nose, 0, 1)
    behind = np.clip((place - TAIL) / p.cone, 0, 1)
    end = 0.22 if p.nozzles < 2 else 0.80
    size = np.sqrt(1 - (1 - ahead) ** 2) * (end + (1 - end) * np.sin(behind * np.pi / 2))
    rise = p.radius * 0.62 * (1 - behind) ** 1.5 * (1 - end) - p.radius * 0.28 * (1 - ahead) ** 2
    return p.radius * size, rise


def _fuselage(p: Aircraft) -> tuple[Solid, ...]:
    solids: list[Solid] = [_hull(p)]
    if p.canopy > 0:
        z = NOSE - max(p.nose * 0.85, 0.20)
        size = p.radius * p.canopy
        solids.append(ball((0, p.radius * 0.72, z), (size * 0.70, size * 0.78, size * 2.1)))
    if p.cockpit > 0:
        solids += _windows(p)
    return tuple(solids)


def _hull(p: Aircraft) -> Skin:
    def skin(grain: Grain) -> Shell:
        share = (1 - np.cos(np.linspace(0, np.pi, grain.along * 3))) / 2
        z = NOSE + (TAIL - NOSE) * share
        size, rise = _section(p, z)
        angle = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        x = np.maximum(size, 0.0015)[:, None] * np.cos(angle)
        y = np.maximum(size, 0.0015)[:, None] * np.sin(angle) + rise[:, None]
        return loft(np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1))

    return skin


def _windows(p: Aircraft) -> list[Solid]:
    """The band of windows around the flight deck."""
    z = NOSE - p.nose * 0.42
    size, rise = (float(value) for value in _section(p, z))
    return [ball((0, rise + size * 0.46, z), (size * 0.80, p.cockpit, p.nose * 0.20), turn_deg=(28, 0, 0), power=3.0)]


def _plane(root: Vector, span: Vector, chords: tuple[float, float], sweep: float, thick: float) -> Skin:
    """A straight wing from `root` along `span`, its chord running back (-z)."""
    knots = []
    for share in (0.0, 0.33, 0.67, 0.97, 1.0):
        chord = chords[0] + (chords[1] - chords[0]) * share
        shrink = 1.0 if share < 1 else 0.72  # a rounded tip
        lead = np.array(root) + np.array(span) * share - np.array([0, 0, sweep * share + chord * (1 - shrink) / 2])
        knots.append((lead, lead - np.array([0, 0, chord * shrink]), thick * chord * (0.4 if share == 1 else 1)))
    leads, trails, thicks = zip(*knots, strict=True)
    return blade(leads, trails, thicks)


def _wing(p: Aircraft) -> tuple[Skin, ...]:
    """The left wing: a main plane, and whatever stands on it."""
    root, span = _wing_axis(p)
    skins = [_plane(root, span, (p.chord, p.chord * p.taper), p.sweep, 0.13)]
    tip = np.array(root) + np.array(span) * 0.985 - np.array([0, 0, p.sweep * 0.985])
    if p.winglet > 0:
        chord = p.chord * p.taper
        skins.append(_plane(tip, (p.winglet * 0.30, p.winglet, 0), (chord * 0.9, chord * 0.4), p.winglet * 0.8, 0.10))
    if p.second > 0:
        skins += _upper_wing(p, root, span)
    return tuple(skins)


def _wing_axis(p: Aircraft) -> tuple[Vector, Vector]:
    rise = radians(p.rise_deg)
    return (p.radius * 0.30, p.radius * p.wing_up, p.wing_at), (p.span * cos(rise), p.span * sin(rise), 0.0)


def _upper_wing(p: Aircraft, root: Vector, span: Vector) -> list[Skin]:
    x, y, z = root
    upper = _plane(
        (-0.0005, y + p.second, z + 0.03), (span[0] + x, span[1], 0), (p.chord, p.chord * p.taper), 0.0, 0.13
    )
    struts = []
    for share in (0.10, 0.72):
        for back in (0.25, 0.75):
            foot = np.array(root) + np.array(span) * share - np.array([0, 0, p.chord * back])
            struts.append(tube([foot, foot + np.array([0, p.second, 0.03])], [0.008, 0.008]))
    return [upper, *struts]


def _tail(p: Aircraft) -> tuple[Solid, ...]:
    """A fin, or two, and a pair of small planes."""
    z = TAIL + max(p.tail_chord, p.fin_chord) + 0.015
    size, rise = (float(value) for value in _section(p, TAIL + p.fin_chord * 0.6))
    out = p.radius * 0.75 if p.twin_fins else 0.0
    lean = 0.35 if p.twin_fins else 0.0
    fin = _plane(
        (out, rise + size * 0.35, z),
        (p.fin * lean, p.fin, 0),
        (p.fin_chord, p.fin_chord * 0.45),
        p.tail_sweep * 1.1,
        0.12,
    )
    plane = _plane(
        (0.002, rise + size * 0.15, z - p.fin_chord * 0.25),
        (p.tail_span, p.tail_span * 0.06, 0),
        (p.tail_chord, p.tail_chord * 0.45),
        p.tail_sweep * 0.8,
        0.12,
    )
    fins = (fin, other_side(fin)) if p.twin_fins else (fin,)
    return (*fins, plane, other_side(plane))


def _engines(p: Aircraft) -> tuple[Solid, ...]:
    solids: list[Solid] = []
    for index in range(p.engines // 2):
        pod = _pod(p, 0.34 + 0.28 * index)
        solids += [half for skin in pod for half in (skin, other_side(skin))]
    if p.propeller > 0:
        solids += _propeller(p)
    if p.nozzles:
        solids += _nozzles(p)
    return tuple(solids)


def _pod(p: Aircraft, share: float) -> tuple[Skin, ...]:
    """A nacelle with an open mouth, and the pylon that carries it."""
    root, span = _wing_axis(p)
    x, y, z = (a + b * share for a, b in zip(root, span, strict=True))
    z -= p.sweep * share
    r, half = p.pod, p.pod_length / 2
    profile = [
        (0.10 * r, -half * 1.25),
        (0.42 * r, -half),
        (0.86 * r, -half * 0.55),
        (1.04 * r, half * 0.2),
        (1.0 * r, half * 0.86),
        (0.92 * r, half),
        (0.80 * r, half * 0.92),
        (0.74 * r, half * 0.45),
        (0.22 * r, half * 0.40),
        (0.03 * r, half * 0.72),
    ]
    nacelle = placed(lathe(profile), turn_deg=(90, 0, 0), to=(x, y - r * 1.25, z + half * 0.35))
    pylon = blade(
        [(x, y - r * 0.5, z + half * 0.2), (x, y + 0.004, z - half * 0.1)],
        [(x, y - r * 0.5, z - half * 1.1), (x, y + 0.004, z - half * 1.4)],
        [r * 0.3, r * 0.3],
    )
    return nacelle, pylon


def _propeller(p: Aircraft) -> list[Solid]:
    """A spinner and two blades in front of the nose."""
    r, z = p.radius, NOSE - p.nose * 0.4
    spinner = placed(
        lathe([(r * 0.62, -0.03), (r * 0.60, 0.03), (r * 0.36, 0.075), (0.002, 0.095)]),
        turn_deg=(90, 0, 0),
        to=(0, -r * 0.1, z),
    )
    solids: list[Solid] = [spinner]
    for turn in (35.0, 215.0):
        way = np.array([sin(radians(turn)), cos(radians(turn)), 0.0]) * p.propeller
        side = np.array([cos(radians(turn)), -sin(radians(turn)), 0.55]) * 0.020
        hub = np.array([0, -r * 0.1, z + 0.055])
        middle = [hub + way * share for share in (0.0, 0.4, 0.85, 1.0)]
        solids.append(ribbon(middle, side, [0.6, 1.0, 0.95, 0.3], [0.016, 0.012, 0.009, 0.005]))
    return solids


def _nozzles(p: Aircraft) -> list[Solid]:
    """Bells at the rear, side by side; a jet's sit on its flanks."""
    r = p.nozzle
    profile = [
        (r * 0.62, 0.13),
        (r * 0.98, 0.09),
        (r, 0.02),
        (r * 0.84, -0.05),
        (r * 0.70, -0.05),
        (r * 0.62, 0.01),
        (0.002, 0.015),
    ]
    rear = TAIL + 0.02
    beside = r * 1.02
    spots = {
        1: [(0.0, 0.0)],
        2: [(beside, 0.0), (-beside, 0.0)],
        3: [(0.0, r * 0.9), (beside, -r * 0.8), (-beside, -r * 0.8)],
    }
    _, rise = (float(value) for value in _section(p, rear))
    if p.fin > 0 and p.nozzles == 2 and not p.twin_fins:
        return _flank_engines(p)
    return [placed(lathe(profile), turn_deg=(90, 0, 0), to=(x, rise + y, rear)) for x, y in spots[p.nozzles]]


def _flank_engines(p: Aircraft) -> list[Solid]:
    r = p.nozzle
    size, rise = (float(value) for value in _section(p, TAIL + p.cone))
    profile = [
        (0.05 * r, -0.11),
        (0.55 * r, -0.08),
        (0.95 * r, 0.0),
        (r, 0.06),
        (0.90 * r, 0.085),
        (0.76 * r, 0.075),
        (0.02 * r, 0.05),
    ]
    pod = placed(lathe(profile), turn_deg=(90, 0, 0), to=(size + r * 1.05, rise + size * 0.45, TAIL + p.cone * 0.85))
    stub = tube(
        [(size * 0.6, rise + size * 0.4, TAIL + p.cone * 0.85), (size + r, rise + size * 0.45, TAIL + p.cone * 0.85)],
        [r * 0.4, r * 0.4],
        flat=0.5,
    )
    return [pod, other_side(pod), stub, other_side(stub)]
