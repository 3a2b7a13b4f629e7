"""Lamps in front and behind, and what shines on a roof."""

from __future__ import annotations

from models.procedural.kit.brick import brick
from models.procedural.kit.sdf import ball, mirrored
from models.procedural.kit.skins import lathe, placed
from models.procedural.kit.solids import Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.frame import corners


def lights(p: Vehicle) -> tuple[Solid, ...]:
    """Every vehicle has lamps behind; a locomotive has a single one in front, high up."""
    return (
        *_behind(p),
        *(_ahead(p) if p.lamp > 0 else ()),
        *(_headlight(p) if p.boiler > 0 else ()),
        *(_beacon(p) if p.beacon > 0 else ()),
        *(_sign(p) if p.sign > 0 else ()),
    )


def _ahead(p: Vehicle) -> tuple[Solid, ...]:
    x = p.width / 2 * (1 - p.taper) - p.lamp * 1.15
    y = p.floor + (p.nose - p.floor) * 0.70
    return (mirrored(ball((x, y, p.length / 2 - 0.05), (p.lamp, p.lamp * p.lamp_tall, 0.08), power=2.6)),)


def _behind(p: Vehicle) -> tuple[Solid, ...]:
    size = 0.10 * p.width / 1.8
    y = p.floor + (min(p.deck, p.belt) - p.floor) * 0.66
    return (mirrored(ball((p.width * 0.38, y, 0.01 - p.length / 2), (size, size * 0.8, 0.06), power=3.0)),)


def _headlight(p: Vehicle) -> tuple[Solid, ...]:
    r = p.boiler * 0.24
    lamp = lathe([(0.01, -r), (r, -r), (r, r * 0.9), (r * 0.8, r), (0.01, r * 0.7)], smooth=False)
    return (placed(lamp, turn_deg=(90, 0, 0), to=(0, p.hood + p.boiler * 2.05, p.length / 2 - 0.30)),)


def _middle(p: Vehicle) -> float:
    """The middle of the roof's length."""
    _, head, back_head, _ = corners(p)
    return (head[2] + back_head[2]) / 2


def _beacon(p: Vehicle) -> tuple[Solid, ...]:
    """A bar with two domes; on a cabin of its own it stands in the middle."""
    _, head, _, _ = corners(p)
    half, z = head[0] * p.beacon, _middle(p)
    bar = brick((0, p.height + 0.03, z), (half, 0.05, 0.11), rounding=0.03)
    dome = ball((half * 0.62, p.height + 0.09, z), (half * 0.36, 0.09, 0.12), power=3.0)
    return bar, mirrored(dome)


def _sign(p: Vehicle) -> tuple[Solid, ...]:
    return (brick((0, p.height + p.sign * 0.4, _middle(p)), (0.32, p.sign * 0.6, 0.10), rounding=0.05),)
