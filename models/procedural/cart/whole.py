"""Carts: a body on wooden wheels, and what an animal is put to. Lengths in metres."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from models.procedural.cart.box import box, chariot, tilt
from models.procedural.cart.coach import coach, lanterns, roof
from models.procedural.cart.gear import gear
from models.procedural.cart.wheels import back_wheels, front_wheels
from models.procedural.kit.solids import Solid
from models.procedural.looks.cart import Cart

BODIES: Mapping[str, Callable[[Cart], Sequence[Solid]]] = MappingProxyType(
    {"box": box, "chariot": chariot, "coach": coach}
)


def build(p: Cart) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a cart. One on two wheels has no pair before the other, and few have a roof or lanterns."""
    pieces: dict[str, Sequence[Solid]] = {"body": (*BODIES[p.body](p), *gear(p))}
    if p.axles > 1:
        pieces |= {"front_wheels": front_wheels(p), "back_wheels": back_wheels(p)}
    else:
        pieces |= {"wheels": back_wheels(p)}
    if p.lantern > 0:
        pieces |= {"lights": lanterns(p)}
    if p.roof > 0 or p.tilt > 0:
        pieces |= {"roof": roof(p) if p.roof > 0 else tilt(p)}
    return pieces
