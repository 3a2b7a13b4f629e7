"""Scooters: a pressed shell with a shield before the rider's legs, a floor, and a tail over the engine."""

from __future__ import annotations

import numpy as np

from models.procedural.cycle.frame import back_axle, bars_at, beside, crown, front_axle, steer, top
from models.procedural.kit.prism import crisp
from models.procedural.kit.sdf import Field, axle, ball, blend, box, carve, limb, mirrored
from models.procedural.kit.skins import TIP, loft, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin, Solid
from models.procedural.kit.stock import both, orb, rod
from models.procedural.looks.cycle import Cycle

FLOOR = 0.20  # ground to where the feet stand, in metres
SHIELD, SHEET = 0.25, 0.018  # half the width of the shield, and half its thickness
CORNERS, BOW = 5, 1.5  # how square it is: 2 is an ellipse; how far its sides bend back, per square of how far out


def shell(p: Cycle) -> tuple[Solid, ...]:
    return (crisp(_pressed(p)), _shield(p), crisp(_fender(p)), *_seat(p), *_trim(p))


def _pressed(p: Cycle) -> Field:
    """Floor and tail in one piece, the wheel behind cut out of it."""
    behind = back_axle(p)
    tail = ball((0, 0.47, behind[2] + 0.10), (0.175, 0.24, 0.44), power=2.5)
    cowls = mirrored(ball((0.150, 0.43, behind[2] + 0.03), (0.100, 0.175, 0.31), power=2.2))
    neck = limb([(0, FLOOR, behind[2] + 0.52), (0, FLOOR + 0.10, behind[2] + 0.40)], [0.05, 0.14])
    whole = blend(0.09, _floor(p), blend(0.02, tail, cowls), neck)
    return carve(0.02, whole, axle(behind, p.wheel * 1.15, p.tyre * 1.5, rounding=0.02), _under(p))


def _under(p: Cycle) -> Field:
    """Below the tail: the shell ends above the middle of the wheel."""
    return box((0, 0.02, back_axle(p)[2] - 0.10), (0.6, 0.25, 0.44), rounding=0.10)


def _shield(p: Cycle) -> Skin:
    """A sheet from the floor to below the bars, its corners round, its sides bent back around the legs."""
    foot, head = beside(steer(p, crown(p) * 0.80), 0, 0, -0.10), steer(p, top(p) + 0.01)
    foot[1] = FLOOR - 0.03

    def skin(grain: Grain) -> Shell:
        up = (1 - np.cos(np.linspace(0, np.pi, 2 * grain.along)))[:, None] / 2
        turn = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        wide = np.maximum(SHIELD * (1 - np.abs(2 * up - 1) ** CORNERS) ** (1 / CORNERS), TIP)
        x, thick = wide * np.cos(turn), SHEET * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.5
        _, y, z = (foot + (head - foot) * up).T[:, :, None]
        return loft(np.stack([x, y + 0 * x, z + thick - BOW * x**2], axis=-1))

    return skin


def _floor(p: Cycle) -> Field:
    ahead, behind = steer(p, crown(p) * 0.80)[2] - 0.12, back_axle(p)[2] + 0.34
    return box((0, FLOOR, (ahead + behind) / 2), (0.20, 0.03, (ahead - behind) / 2 + 0.06), rounding=0.028)


def _fender(p: Cycle) -> Field:
    """A hood over the front wheel, cut off level below its axle."""
    at = front_axle(p)
    hood = ball(beside(at, 0, 0.04, -0.01), (p.tyre * 2.4, p.wheel * 1.12, p.wheel * 1.30), power=3.0)
    well = axle(at, p.wheel * 1.05, p.tyre * 1.3, rounding=0.02)
    return carve(0.012, hood, well, box(beside(at, 0, -0.29), (0.5, 0.30, 0.6), rounding=0.01))


def _seat(p: Cycle) -> tuple[Skin, ...]:
    y, z = p.saddle - 0.06, back_axle(p)[2]
    path = [
        (0, y, z + 0.44),
        (0, y + 0.012, z + 0.32),
        (0, y + 0.0, z + 0.16),
        (0, y + 0.025, z),
        (0, y + 0.03, z - 0.14),
    ]
    return (tube(path, [0.09, 0.135, 0.14, 0.135, 0.09], flat=0.45),)


def _trim(p: Cycle) -> tuple[Skin, ...]:
    """The column and its cover, a horn on the shield, the arm of the wheel behind, a stand."""
    behind = back_axle(p)
    horn = tube([steer(p, top(p) - 0.06, ahead=0.05), steer(p, top(p) - 0.22, ahead=0.045)], [0.05, 0.03])
    hump = orb(bars_at(p), (0.10, 0.06, 0.085))
    arm = rod(beside(behind, 0.09), beside(behind, 0.10, 0.10, 0.30), 0.035)
    pin = rod(behind, beside(behind, 0.09), 0.03)
    stand = both(rod((0.07, FLOOR - 0.01, -0.16), (0.15, 0.012, -0.22), 0.012))
    column = rod(steer(p, crown(p)), steer(p, top(p)), p.tube * 1.5)
    return horn, hump, arm, pin, *stand, column


def tail_of_shell(p: Cycle) -> Array:
    """On the end of the shell."""
    return beside(back_axle(p), 0, 0.30, -0.34)
