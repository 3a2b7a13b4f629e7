"""Motorcycles: tank, engine, seat and pipes on a cradle of tubes."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from models.procedural.cycle.frame import around, back_axle, beside, crown, fender, front_axle, steer, top
from models.procedural.kit.brick import brick
from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Array, Skin, Solid
from models.procedural.kit.stock import SIDEWAYS, both, moved, orb, rod, torus, turned, wire
from models.procedural.looks.cycle import Cycle

VEE_DEG = 25.0  # how far each of the two cylinders leans
CASE = np.array([0.0, 0.345, 0.03])  # the middle of the crankcase, in metres
FINS, PITCH = 7, 0.024  # on each of them, and from one to the next
BORE, FIN = 0.068, 0.098  # radii of a barrel without and with its fins


def motorcycle(p: Cycle) -> tuple[Solid, ...]:
    return (*_tank(p), *_seat(p), *_cradle(p), *_engine(p), *_pipes(), *_behind(p), *_ahead(p))


def _tank(p: Cycle) -> tuple[Skin, ...]:
    """A teardrop on the backbone, with a cap."""
    y = p.saddle + 0.055
    path = [(0, y + 0.01, 0.32), (0, y + 0.03, 0.22), (0, y + 0.005, 0.06), (0, y - 0.045, -0.06)]
    cap = turned([(0, 0), (0.032, 0), (0.032, 0.014), (0.02, 0.02), (0, 0.021)], to=(0, y + 0.135, 0.20))
    return tube(path, [0.105, 0.145, 0.118, 0.07], flat=0.82), cap


def _seat(p: Cycle) -> tuple[Skin, ...]:
    """A saddle that rises to a place for a second rider."""
    y = p.saddle
    rider = [(0, y, -0.08), (0, y - 0.012, -0.20), (0, y + 0.01, -0.34)]
    second = [(0, y + 0.03, -0.36), (0, y + 0.04, -0.48), (0, y + 0.055, -0.60)]
    return tube(rider, [0.10, 0.145, 0.14], flat=0.42), tube(second, [0.125, 0.12, 0.085], flat=0.40)


def _cradle(p: Cycle) -> tuple[Skin, ...]:
    """A backbone below the tank, and on both sides a tube from the head around the engine, and one to the tail."""
    head, low, r, y = steer(p, top(p)), steer(p, crown(p)), p.tube, p.saddle - 0.06
    below = ((0.09, 0.40, 0.30), (0.10, 0.235, 0.20), (0.10, 0.225, -0.12), (0.10, 0.36, -0.24), (0.09, y, -0.30))
    tail = ((0.07, y + 0.04, 0.04), (0.09, y, -0.30), (0.08, y + 0.06, -0.66))
    return (
        rod(low, head, r * 2.0),
        wire((head, (0, y + 0.08, 0.16), (0, y + 0.02, -0.10)), r * 1.2),
        *both(wire((low, *below), r), wire(tail, r * 0.9)),
    )


def _engine(p: Cycle) -> tuple[Skin, ...]:
    """A crankcase, a gearbox behind it, covers on its sides, and two finned cylinders that lean apart."""
    cover = turned([(0, -0.02), (0.115, -0.02), (0.115, 0.012), (0.085, 0.03), (0.0, 0.036)])
    small = turned([(0, -0.02), (0.075, -0.02), (0.075, 0.012), (0.05, 0.028), (0.0, 0.032)])
    return (
        brick(CASE, (0.115, 0.105, 0.145), rounding=0.05),
        brick(beside(CASE, 0, 0.01, -0.17), (0.10, 0.085, 0.10), rounding=0.04),
        *both(
            *moved([cover], turn_deg=SIDEWAYS, to=beside(CASE, 0.115, 0, 0.03)),
            *moved([small], turn_deg=SIDEWAYS, to=beside(CASE, 0.10, 0.01, -0.16)),
        ),
        *(skin for lean in (VEE_DEG, -VEE_DEG) for skin in _cylinder(lean)),
        *_airbox(p),
    )


def _cylinder(lean_deg: float) -> tuple[Skin, ...]:
    """Fins around a barrel, and a head on top."""
    edge = ((BORE, 0.0), (FIN, 0.12), (FIN, 0.42), (BORE, 0.54))
    fins = [(radius, 0.10 + PITCH * (index + share)) for index in range(FINS) for radius, share in edge]
    barrel = turned([(0, 0.04), (BORE, 0.04), *fins, (BORE, 0.285), (0, 0.285)])
    head = orb((0, 0.285, 0), (0.082, 0.052, 0.09))
    return moved([barrel, head], turn_deg=(lean_deg, 0, 0), to=CASE)


def _airbox(p: Cycle) -> tuple[Skin, ...]:
    """A round air filter between the cylinders, and panels below the seat."""
    disc = turned([(0, -0.06), (0.07, -0.06), (0.07, 0.02), (0.05, 0.035), (0, 0.036)])
    panel = orb((0.085, p.saddle - 0.20, -0.27), (0.05, 0.095, 0.13), turn_deg=(-12, 0, 0))
    return both(panel, *moved([disc], turn_deg=SIDEWAYS, to=(0.08, 0.545, 0.03)))


def _pipes() -> tuple[Skin, ...]:
    """From the cylinder in front a pipe down and back to a silencer, on either side."""
    turn = radians(VEE_DEG)
    port = beside(CASE, 0.03, 0.27 * cos(turn), 0.27 * sin(turn) + 0.05)
    bend = ((0.125, 0.36, 0.30), (0.135, 0.235, 0.16), (0.15, 0.215, -0.12))
    can = ((0.15, 0.215, -0.10), (0.155, 0.218, -0.22), (0.165, 0.25, -0.62), (0.168, 0.262, -0.78))
    return both(
        wire((port, beside(port, 0.05, -0.02, 0.075), *bend), 0.024),
        tube(can, [0.026, 0.046, 0.052, 0.034]),
        rod(can[-1], (0.170, 0.267, -0.84), 0.026),
    )


def _behind(p: Cycle) -> tuple[Skin, ...]:
    """The arm that the wheel swings on, dampers with springs, a fender with the tail lamp's foot, pegs, a stand."""
    axle = back_axle(p)
    x = p.tyre * p.tyre_back + 0.04
    foot, head = beside(axle, x, 0.02, 0.04), np.array([x + 0.01, p.saddle - 0.06, axle[2] + 0.22])
    arm = rod((x, 0.36, -0.20), beside(axle, x, 0, -0.03), p.tube * 1.1)
    sheet = fender(axle, p.wheel * p.wheel_back, p.tyre * p.tyre_back, (62, 90 + 82 * p.fenders))
    peg = rod((0.09, 0.30, -0.06), (0.245, 0.30, -0.06), 0.014)
    stand = rod((0.10, 0.24, -0.02), (0.235, 0.012, -0.09), 0.012)
    return (sheet, stand, *both(arm, peg, *_damper(foot, head)), rod(beside(axle, -x), beside(axle, x), 0.018))


def _damper(foot: Array, head: Array) -> tuple[Skin, ...]:
    """A bar with a spring of rings around its upper half."""
    turn = np.degrees(np.arctan2(head[2] - foot[2], head[1] - foot[1]))
    rings = [
        torus(0.022, 0.0075, turn_deg=(turn, 0, 0), to=foot + (head - foot) * share)
        for share in np.linspace(0.3, 0.92, 9)
    ]
    return rod(foot, head, 0.013), rod(foot, foot + (head - foot) * 0.3, 0.02), *rings


def _ahead(p: Cycle) -> tuple[Skin, ...]:
    """A fender on a brace between the legs of the fork, and two instruments behind the lamp."""
    axle, gauges = front_axle(p), steer(p, top(p) + 0.075, ahead=0.06)
    sheet = fender(axle, p.wheel, p.tyre, (90 - 62 * p.fenders, 90 + 88 * p.fenders))
    over = around(axle, p.wheel + 0.03, 100)
    brace = rod(beside(over, -0.09), beside(over, 0.09), 0.012)
    dial = turned([(0, -0.035), (0.03, -0.03), (0.04, 0.0), (0.04, 0.012), (0, 0.014)])
    return sheet, brace, *both(*moved([dial], turn_deg=(-38, 0, 0), to=beside(gauges, 0.048)))


def tail_of_motorcycle(p: Cycle) -> Array:
    """On the fender behind."""
    return around(back_axle(p), p.wheel * p.wheel_back + 0.045, 90 + 40 * p.fenders)
