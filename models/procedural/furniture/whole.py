"""Seats: a seat, a backrest, legs. Lengths in metres; the sitter looks towards +z, the left hand is at +x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural.furniture.arms import armrests
from models.procedural.furniture.back import backrest
from models.procedural.furniture.legs import legs
from models.procedural.furniture.seat import seat
from models.procedural.kit.solids import Solid
from models.procedural.looks.furniture import Furniture


def build(p: Furniture, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a seat. Nothing is left to `chance`: proportions are varied before."""
    del chance
    front_legs, back_legs = legs(p)
    return {
        "seat": (*seat(p), *armrests(p)),
        "backrest": backrest(p),
        "front_legs": front_legs,
        "back_legs": back_legs,
    }
