"""Where things are on a vehicle: what its other rooms measure from.

The nose is at +z, the wheels stand on y = 0, the left side is at +x.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.procedural.kit.sdf import Vector
from models.procedural.looks.vehicle import Vehicle

AXLE_GAP = 2.12  # axles side by side, in radii of their wheels
BEHIND = 0.14  # what stands behind a cabin keeps this far from it


@dataclass(frozen=True, slots=True)
class Axle:
    """A pair of wheels."""

    z: float
    radius: float
    x: float  #: of the middle of the left tyre


def front_axles(p: Vehicle) -> tuple[Axle, ...]:
    return _row(p, p.axle_front, p.wheel, p.axles_front)


def back_axles(p: Vehicle) -> tuple[Axle, ...]:
    own = _row(p, p.axle_back, p.wheel * p.wheel_back, p.axles_back)
    return own if p.trailer <= 0 else own + _row(p, p.cabin_back - p.trailer * 0.93, p.wheel, 2)


def _row(p: Vehicle, middle: float, radius: float, count: int) -> tuple[Axle, ...]:
    """Axles around a place, as many in front of it as behind."""
    out = p.width / 2 + p.stance - p.tyre * 0.5
    return tuple(Axle(middle + radius * AXLE_GAP * ((count - 1) / 2 - index), radius, out) for index in range(count))


def cabin(p: Vehicle) -> tuple[float, float]:
    """Where the cabin begins and ends; it never hangs over the nose or the tail."""
    return min(p.cabin_front, p.length / 2 - 0.08), max(p.cabin_back, 0.08 - p.length / 2)


def corners(p: Vehicle) -> tuple[Vector, Vector, Vector, Vector]:
    """The left window line: foot and head of the windscreen, head and foot of the rear window."""
    low = p.width / 2 * p.cabin_wide - 0.05
    foot, top, (front, back) = p.belt - 0.05, p.height - p.roof, cabin(p)
    return (
        (low, foot, front),
        (low - p.tumble, top, front - p.rake_front),
        (low - p.tumble, top, back + p.rake_back),
        (low, foot, back),
    )


def at_side(p: Vehicle, across: float, up: float) -> Vector:
    """A place on the left side of the windows: `across` is 0 at the windscreen, `up` is 0 at its foot."""
    foot, head, back_head, back_foot = corners(p)
    low = tuple(a + (b - a) * across for a, b in zip(foot, back_foot, strict=True))
    high = tuple(a + (b - a) * across for a, b in zip(head, back_head, strict=True))
    x, y, z = (a + (b - a) * up for a, b in zip(low, high, strict=True))
    return x, y, z


def shares(count: int) -> list[float]:
    """`count` places from 0 to 1; a single one is at 0."""
    return [index / max(count - 1, 1) for index in range(count)]
