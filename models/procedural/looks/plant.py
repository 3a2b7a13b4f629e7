"""The proportions of plants: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus


@dataclass(frozen=True, slots=True)
class Plant:
    """The proportions of a plant; the default is a broad tree."""

    crown: str = "cloud"  #: see models.procedural.plant.crowns.CROWNS
    trunk: float = 0.46  #: height below the canopy
    radius: float = 0.056  #: of the trunk above its roots
    flare: float = 1.75  #: at the ground; from 1.5 on there are roots
    swell: float = 0.0  #: how much thicker half-way up
    lean: float = 0.03
    culms: int = 0  #: stems of bamboo, instead of a trunk
    branches: int = 5
    leaves: int = 0  #: on the stem
    width: float = 0.36  #: half that of the canopy
    height: float = 0.58  #: of the canopy
    lumps: int = 22  #: masses of leaves
    pad: float = 0.50  #: how high a pad of leaves is, in widths
    tiers: int = 5
    petals: int = 9  #: or fronds, blades, strands, spots: what the crown has many of
    petal_round: float = 1.0  #: below 1 they are pointed
    disc: float = 0.36  #: radius of a flower's middle, in petals
    open: float = 0.0  #: 0 a cup, 1 a trumpet
    leaf: float = 0.078  #: length of one
    leaf_wide: float = 0.62  #: its width, in lengths
    reach: float = 0.26  #: of a cactus's arms


FLOWER: Mapping[str, Any] = {
    "crown": "petals", "trunk": 0.72, "radius": 0.018, "flare": 1.2, "lean": 0.05, "branches": 0, "leaves": 2,
    "leaf": 0.32, "width": 0.25, "petals": 9,
}  # fmt: skip

PALM: Mapping[str, Any] = {
    "crown": "fronds", "trunk": 0.84, "radius": 0.040, "flare": 1.5, "lean": 0.18, "branches": 0, "width": 0.46,
    "petals": 11, "leaf": 0.17,
}  # fmt: skip

TUFT: Mapping[str, Any] = {
    "trunk": 0.06, "radius": 0.07, "flare": 1.1, "lean": 0.0, "branches": 0, "width": 0.46, "height": 0.62,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "oak": {"width": 0.48, "height": 0.52, "trunk": 0.38, "radius": 0.078, "branches": 7, "lumps": 30,
                "leaf": 0.085},
        "maple": {"width": 0.36, "height": 0.66, "trunk": 0.34, "lumps": 26, "leaf": 0.105, "leaf_wide": 0.95},
        "birch": {"width": 0.22, "height": 0.62, "trunk": 0.52, "radius": 0.030, "flare": 1.3, "lean": 0.06,
                  "branches": 6, "lumps": 16, "leaf": 0.060},
        "apple tree": {"width": 0.40, "height": 0.46, "trunk": 0.34, "radius": 0.052, "branches": 6, "lumps": 24},
        "acacia": {"crown": "pads", "trunk": 0.50, "radius": 0.038, "flare": 1.6, "branches": 6, "width": 0.52,
                   "height": 0.26, "pad": 0.30, "leaf": 0.060, "lean": 0.06},
        "baobab": {"crown": "pads", "trunk": 0.62, "radius": 0.150, "flare": 1.05, "swell": 0.12, "branches": 8,
                   "width": 0.38, "height": 0.30, "pad": 0.42, "leaf": 0.060, "lean": 0.0},
        "bonsai": {"crown": "pads", "trunk": 0.34, "radius": 0.075, "flare": 1.9, "branches": 4, "lean": 0.20,
                   "width": 0.42, "height": 0.52, "pad": 0.48, "leaf": 0.060},
        "pine": {"crown": "tiers", "trunk": 0.24, "radius": 0.040, "flare": 1.4, "width": 0.30, "height": 0.86,
                 "branches": 0, "lean": 0.0, "leaf": 0.10, "leaf_wide": 0.50},
        "fir": {"crown": "tiers", "trunk": 0.20, "radius": 0.034, "flare": 1.4, "width": 0.25, "height": 0.92,
                "tiers": 8, "branches": 0, "lean": 0.0, "leaf": 0.075, "leaf_wide": 0.50},
        "cypress": {"crown": "flame", "trunk": 0.16, "radius": 0.034, "width": 0.125, "height": 0.92, "branches": 0,
                    "lean": 0.0, "leaf": 0.080, "leaf_wide": 0.42},
        "poplar": {"crown": "flame", "trunk": 0.30, "radius": 0.034, "width": 0.165, "height": 0.86, "branches": 3,
                   "lean": 0.0, "leaf": 0.075, "leaf_wide": 0.75},
        "palm": PALM,
        "willow": {"crown": "curtain", "trunk": 0.50, "radius": 0.062, "width": 0.38, "height": 0.42, "branches": 5,
                   "petals": 72, "lumps": 16, "leaf": 0.085, "leaf_wide": 0.42},
        "bush": {"trunk": 0.15, "radius": 0.05, "width": 0.44, "height": 0.56, "branches": 0, "lumps": 24,
                 "leaf": 0.105},
        "cactus": {"crown": "arms", "trunk": 0.16, "radius": 0.095, "flare": 1.15, "branches": 0, "lean": 0.0,
                   "width": 0.098, "height": 1.0, "reach": 0.25},
        "aloe": {**TUFT, "crown": "rosette", "width": 0.48, "height": 0.52, "petals": 21, "leaf_wide": 0.13},
        "agave": {**TUFT, "crown": "rosette", "width": 0.46, "height": 0.46, "petals": 34, "leaf_wide": 0.20},
        "lotus": {**TUFT, "crown": "rosette", "width": 0.44, "height": 0.34, "petals": 27, "leaf_wide": 0.30},
        "fern": {**TUFT, "crown": "ferns", "width": 0.50, "height": 0.42, "petals": 13, "leaf": 0.13},
        "grass": {**TUFT, "crown": "grass", "trunk": 0.025, "radius": 0.075, "width": 0.34, "height": 0.72,
                  "petals": 44,
                  "leaf_wide": 0.020},
        "bamboo": {"crown": "culm leaves", "culms": 7, "trunk": 0.98, "radius": 0.026, "lean": 0.06, "width": 0.26,
                   "leaf": 0.155, "leaf_wide": 0.17},
        "corn": {"crown": "ears", "trunk": 0.84, "radius": 0.024, "flare": 1.3, "lean": 0.0, "branches": 0,
                 "width": 0.36, "petals": 9, "leaf_wide": 0.042},
        "flower": FLOWER,
        "daisy": {**FLOWER, "petals": 17, "disc": 0.30, "width": 0.23, "trunk": 0.66, "radius": 0.014},
        "sunflower": {**FLOWER, "trunk": 0.80, "radius": 0.022, "petals": 26, "disc": 0.56, "petal_round": 0.25,
                      "leaves": 4, "leaf": 0.30},
        "rose": {**FLOWER, "crown": "rose", "trunk": 0.68, "radius": 0.017, "leaves": 4, "leaf": 0.24,
                 "width": 0.165, "height": 0.25, "petals": 15},
        "tulip": {**FLOWER, "crown": "cup", "trunk": 0.66, "radius": 0.020, "lean": 0.03, "leaf": 0.40,
                  "width": 0.135, "height": 0.30, "petals": 6},
        "lily": {**FLOWER, "crown": "cup", "trunk": 0.66, "radius": 0.016, "width": 0.155, "height": 0.26,
                 "petals": 6, "open": 0.85, "leaves": 4, "leaf": 0.26},
        "mushroom": {"crown": "cap", "trunk": 0.52, "radius": 0.105, "flare": 1.35, "lean": 0.02, "branches": 0,
                     "width": 0.40, "height": 0.34, "petals": 13},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"dancing": {"lean": Plus(0.18)}})  # a plant in the wind
