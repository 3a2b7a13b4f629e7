"""Aircraft: a fuselage, wings, a tail, engines. Lengths are in fuselages; the nose is at +z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural.aircraft_engines import engines
from models.procedural.aircraft_fuselage import fuselage
from models.procedural.aircraft_gear import gear
from models.procedural.aircraft_tail import fin, tailplane
from models.procedural.aircraft_wings import left_wing
from models.procedural.looks.aircraft import Aircraft
from models.procedural.skins import other_side
from models.procedural.solids import Solid


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
