"""What stands on an animal: shell, plates and spines on its back, manes about its neck."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from models.procedural.kit.sdf import Field, Vector, ball, blend, carve, limb, within
from models.procedural.kit.skins import blade, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import face, nape, raised_deg, spine


def back(p: Quadruped) -> tuple[Solid, ...]:
    """Everything that is carried on the back."""
    shell = (_shell(p),) if p.shell > 0 else ()
    return (*shell, *_plates(p), *_spines(p))


def _shell(p: Quadruped) -> Field:
    """A tortoise's dome with a rim, its shields parted by grooves."""
    w, h = p.width * 1.30, p.shell
    turn = (-raised_deg(p), 0.0, 0.0)
    dome = ball(spine(p, -0.02, p.depth * 0.1), (w, h, 0.56), turn_deg=turn)
    above = ball(spine(p, -0.02, p.depth * 0.1 + h), (w * 2, h * 1.08, 1.2), turn_deg=turn, power=6.0)
    rim = ball(spine(p, -0.02, p.depth * 0.1), (w * 1.09, h * 0.17, 0.61), turn_deg=turn, power=2.4)
    return blend(0.03, carve(0.01, within(0.02, dome, above), *_grooves(p)), rim)


def _grooves(p: Quadruped) -> list[Field]:
    """Rings about the dome's axis and ribs across it, thinned to a shallow cut."""
    w, h = p.width * 1.30, p.shell
    base = p.depth * 0.1

    def on(along: float, turn: float, out: float = 1.0) -> Vector:
        shrink = np.sqrt(max(0.0, 1 - (along / 0.56) ** 2)) * out
        return spine(p, -0.02 + along, base + h * shrink * cos(turn), w * shrink * sin(turn))

    turns = np.linspace(-1.2, 1.2, 9)
    ribs = [limb([on(at, turn) for turn in turns], [0.020] * 9) for at in (-0.30, -0.10, 0.10, 0.30)]
    alongs = np.linspace(-0.44, 0.44, 9)
    rails = [limb([on(at, side * 0.52) for at in alongs], [0.020] * 9) for side in (-1, 1)]
    return [*ribs, *rails]


def _plates(p: Quadruped) -> tuple[Skin, ...]:
    """A row of plates from neck to tail, largest in the middle, by turns left and right of the ridge."""
    plates = []
    for index in range(p.plates):
        share = index / max(p.plates - 1, 1)
        size = p.plate * (0.45 + 0.55 * sin(np.pi * (0.12 + 0.80 * share)))
        aside = 0.03 * (-1) ** index * (p.plate > 0.1)
        place = 0.42 - 0.88 * share
        above = p.depth * (0.88 + 0.10 * sin(np.pi * share))
        foot = np.array(spine(p, place, above, aside))
        top = np.array(spine(p, place - size * 0.12, above + size * 1.15, aside * 1.6))
        plates.append(_plate(foot, top, np.array(spine(p, 1.0)) - np.array(spine(p, 0.0)), size))
    return tuple(plates)


def _plate(foot: NDArray[np.float64], top: NDArray[np.float64], ahead: NDArray[np.float64], size: float) -> Skin:
    """A leaf on edge, from its foot to its top."""
    line = [foot + (top - foot) * share for share in (-0.1, 0.35, 0.7, 1.0)]
    reach = [size * half for half in (0.26, 0.46, 0.30, 0.02)]
    front = [place + ahead * half for place, half in zip(line, reach, strict=True)]
    behind = [place - ahead * half for place, half in zip(line, reach, strict=True)]
    return blade(front, behind, [size * 0.20, size * 0.22, size * 0.16, size * 0.03], even=True)


def _spines(p: Quadruped) -> tuple[Skin, ...]:
    """Spines in rows over back and flanks, all leaning back."""
    spines = []
    for row in range(p.spines):
        along = 0.36 - 0.80 * row / max(p.spines - 1, 1)
        round_ = np.sqrt(max(0.2, 1 - (along / 0.62) ** 2))
        for column in range(-3, 4):
            turn = radians(24.0 * (column + 0.5 * (row % 2) - 0.25))
            out = np.array([sin(turn) * p.width, cos(turn) * p.depth]) * round_
            foot = np.array(spine(p, along, out[1] * 0.9, out[0] * 0.9))
            tip = np.array(spine(p, along - p.spine * 0.75, out[1] * (1 + p.spine * 3.2), out[0] * (1 + p.spine * 3.2)))
            spines.append(tube([foot, tip], [0.030, 0.004]))
    return tuple(spines)


def ruff(p: Quadruped, end: NDArray[np.float64]) -> list[Field]:
    """A lion's mane: collars of locks behind the face, all hanging back."""
    start, _ = nape(p)
    r = p.head * p.ruff
    locks = []
    for collar, (share, size) in enumerate(((1.05, 0.90), (0.68, 1.05), (0.25, 1.08))):
        centre = start + (end - start) * share - np.array([0, p.head * 0.12 * (1 + collar * 0.4), 0])
        for turn in range(12):
            angle = 2 * np.pi * (turn + 0.5 * (collar % 2)) / 12
            out = np.array([cos(angle), sin(angle) * 1.05, 0.0]) * r * size
            hang = np.array([0.0, -0.22, -0.54]) * r
            locks.append(limb([centre + out * 0.62, centre + out + hang], [r * 0.40, r * 0.10]))
    return locks


def ridge(p: Quadruped) -> tuple[Solid, ...]:
    """A horse's mane: a comb along the top of the neck, with a forelock."""
    if p.mane <= 0:
        return ()
    start, end = nape(p)
    way = (end - start) / np.linalg.norm(end - start)
    over = np.array([0.0, way[2], -way[1]])
    r, deep = p.neck_radius, max(p.neck_radius * 1.3, p.depth * p.throat)
    places = [
        start + (end - start) * share + over * thick
        for share, thick in ((0.0, deep * 0.92), (0.5, (r + deep) * 0.5), (0.95, r * 1.05))
    ]
    crown = [np.array(face(p, -0.30, 0.98)), np.array(face(p, 0.35, 0.92))]
    high = p.neck_radius * (0.40 + 0.62 * p.mane)
    return (tube([*places, *crown], [high * 0.6, high, high * 1.0, high * 0.8, high * 0.25], wide=0.30),)


def crest(p: Quadruped) -> tuple[Solid, ...]:
    """Spikes along the top of the neck, half as many as on the tail: a dragon's."""
    start, end = nape(p)
    way = (end - start) / np.linalg.norm(end - start)
    over = np.array([0.0, way[2], -way[1]])
    r, deep = p.neck_radius, max(p.neck_radius * 1.2, p.depth * p.throat)
    spikes = []
    for share in np.linspace(0.12, 0.92, p.spikes // 2):
        foot = start + (end - start) * share + over * (deep + (r - deep) * share) * 0.8
        tip = foot + over * (p.spike * 0.95 + r * 0.2) - way * p.spike * 0.55
        spikes.append(tube([foot, tip], [p.spike * 0.32, p.spike * 0.03], wide=0.5))
    return tuple(spikes)
