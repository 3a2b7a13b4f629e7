"""Where things are on a cart: its axles, its box. The front is at +z, the wheels stand on y = 0, the left is at +x."""

from __future__ import annotations

from dataclasses import dataclass

from models.procedural.looks.cart import Cart


@dataclass(frozen=True, slots=True)
class Axle:
    """A pair of wheels."""

    z: float
    radius: float


def front_axle(p: Cart) -> Axle:
    return Axle(p.base / 2, p.wheel * p.wheel_front)


def back_axle(p: Cart) -> Axle:
    """The only one, where there is one."""
    return Axle(-p.base / 2 if p.axles > 1 else 0.0, p.wheel)


def side(p: Cart, up: float) -> float:
    """How far out the left side is, at a share of its height."""
    return p.width / 2 + p.lean * up
