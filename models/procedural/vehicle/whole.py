"""Vehicles: a shell on wheels, glass, a roof. Lengths in metres; the nose is at +z, the wheels stand on y = 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural import cart, cycle
from models.procedural.kit.solids import Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.body import body
from models.procedural.vehicle.cabin import glass, roof
from models.procedural.vehicle.lights import lights
from models.procedural.vehicle.wheels import back_wheels, front_wheels


def build(p: Vehicle, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a vehicle. Nothing is left to `chance`: proportions are varied before."""
    del chance
    if p.cycle.body != "none":
        return cycle.build(p.cycle)  # it shares no more with a car than the names of its parts
    if p.cart.body != "none":
        return cart.build(p.cart)
    windshield, windows = glass(p)
    return {
        "body": body(p),
        "lights": lights(p),
        "front_wheels": front_wheels(p),
        "back_wheels": back_wheels(p),
        "windshield": windshield,
        "windows": windows,
        "roof": roof(p),
    }
