"""Wooden wheels with iron tyres, on their axles."""

from __future__ import annotations

from models.procedural.cart.frame import Axle, back_axle, front_axle
from models.procedural.kit.skins import other_side
from models.procedural.kit.solids import Skin
from models.procedural.kit.stock import SIDEWAYS, moved, pipe, rod, spun, turned
from models.procedural.looks.cart import Cart

IRON = 0.014  # thickness of a tyre
NAVE = 1.5  # how far the hub stands out on either side, in widths of the rim


def front_wheels(p: Cart) -> tuple[Skin, ...]:
    return _pair(p, front_axle(p))


def back_wheels(p: Cart) -> tuple[Skin, ...]:
    return _pair(p, back_axle(p))


def _pair(p: Cart, axle: Axle) -> tuple[Skin, ...]:
    """Two wheels and the beam between them."""
    out = p.track / 2
    left = moved(_wheel(p, axle.radius), turn_deg=SIDEWAYS, to=(out, axle.radius, axle.z))
    beam = rod((-out, axle.radius, axle.z), (out, axle.radius, axle.z), p.hub * 0.55)
    return (*left, *(other_side(skin) for skin in left), beam)


def _wheel(p: Cart, radius: float) -> tuple[Skin, ...]:
    """About y: a tyre, a rim, spokes from a hub."""
    half, outer = p.tread / 2, radius - IRON
    inner = outer - p.felloe
    tyre = _band(outer - 0.004, radius, half * 1.02)
    rim = _band(inner, outer + 0.002, half * 0.9)
    spoke = rod((0, 0, p.hub * 0.5), (0, 0, inner + p.felloe * 0.3), half * 0.62, 0.72)
    return (tyre, rim, _hub(p), *spun(p.spokes, spoke))


def _band(inner: float, outer: float, half: float) -> Skin:
    return pipe([(inner, -half), (outer, -half), (outer, half), (inner, half)])


def _hub(p: Cart) -> Skin:
    """A barrel with a cap on its end."""
    h, out = p.hub, p.tread * NAVE
    half = [
        (h, 0.0),
        (h * 0.96, out * 0.4),
        (h * 0.74, out * 0.75),
        (h * 0.74, out),
        (h * 0.45, out),
        (h * 0.4, out * 1.2),
    ]
    return turned([(0, -out * 1.2), *((r, -y) for r, y in reversed(half)), *half[1:], (0, out * 1.2)])
