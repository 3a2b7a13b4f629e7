"""Aircraft: a fuselage, wings, a tail, engines. Lengths are in fuselages; the nose is at +z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural.aircraft.engines import engines
from models.procedural.aircraft.fuselage import fuselage
from models.procedural.aircraft.gear import gear
from models.procedural.aircraft.tail import fin, tailplane
from models.procedural.aircraft.wings import left_wing
from models.procedural.kit.skins import other_side
from models.procedural.kit.solids import Solid
from models.procedural.looks.aircraft import Aircraft


def build(p: Aircraft, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of an aircraft. Nothing is left to `chance`: proportions are varied before."""
    del chance
    left = left_wing(p)
    return {
        "fuselage": (*fuselage(p), *gear(p)),
        "left_wing": left,
        "right_wing": tuple(other_side(skin) for skin in left),
        "fin": fin(p),
        "tailplane": tailplane(p),
        "engines": engines(p),
    }
