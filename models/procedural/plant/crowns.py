"""How a canopy grows: the table of the ways, each a function in a room next door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from models.procedural.kit.solids import Solid
from models.procedural.looks.plant import Plant
from models.procedural.plant.flowers import cap, cup, petals, rose
from models.procedural.plant.fronds import culm_leaves, ears, ferns, fronds, grass, rosette
from models.procedural.plant.trees import arms, cloud, curtain, flame, pads, tiers

CROWNS: Mapping[str, Callable[[Plant, np.random.Generator], tuple[Solid, ...]]] = MappingProxyType(
    {
        "cloud": cloud,
        "pads": pads,
        "tiers": tiers,
        "flame": flame,
        "curtain": curtain,
        "arms": arms,
        "fronds": fronds,
        "ferns": ferns,
        "rosette": rosette,
        "grass": grass,
        "culm leaves": culm_leaves,
        "ears": ears,
        "petals": petals,
        "rose": rose,
        "cup": cup,
        "cap": cap,
    }
)
