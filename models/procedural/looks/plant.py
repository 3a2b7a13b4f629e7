"""The proportions of plants: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Plant:
    """The proportions of a plant; the default is a broad tree."""

    crown: str = "cloud"
    trunk: float = 0.46  #: height below the canopy
    radius: float = 0.060  #: of the trunk above its roots
    flare: float = 1.75  #: at the ground
    lean: float = 0.03
    branches: int = 5
    leaves: bool = False  #: two leaves on the stem
    width: float = 0.36  #: half that of the canopy
    height: float = 0.56
    lumps: int = 26
    tiers: int = 5
    petals: int = 8


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "oak": {"width": 0.46, "height": 0.52, "trunk": 0.40, "radius": 0.075, "branches": 6, "lumps": 32},
        "pine": {"crown": "tiers", "trunk": 0.24, "radius": 0.040, "flare": 1.4, "width": 0.30, "height": 0.86,
                 "branches": 0, "lean": 0.0},
        "cypress": {"crown": "flame", "trunk": 0.14, "radius": 0.034, "width": 0.125, "height": 0.90, "branches": 0,
                    "lean": 0.0},
        "palm": {"crown": "fronds", "trunk": 0.84, "radius": 0.042, "flare": 1.6, "lean": 0.18, "branches": 0,
                 "width": 0.46, "height": 0.24, "petals": 11},
        "willow": {"crown": "curtain", "trunk": 0.52, "width": 0.42, "height": 0.42, "branches": 5, "petals": 26},
        "bush": {"trunk": 0.12, "radius": 0.05, "width": 0.44, "height": 0.52, "branches": 0, "lumps": 30},
        "cactus": {"crown": "arms", "trunk": 0.92, "radius": 0.115, "flare": 0.92, "branches": 0, "lean": 0.0,
                   "width": 0.27},
        "flower": {"crown": "petals", "trunk": 0.74, "radius": 0.019, "flare": 1.2, "lean": 0.05, "branches": 0,
                   "leaves": True, "width": 0.25, "petals": 9},
        "sunflower": {"crown": "petals", "trunk": 0.80, "radius": 0.022, "flare": 1.2, "lean": 0.03, "branches": 0,
                      "leaves": True, "width": 0.25, "petals": 19},
        "tulip": {"crown": "cup", "trunk": 0.66, "radius": 0.020, "flare": 1.2, "lean": 0.03, "branches": 0,
                  "leaves": True, "width": 0.135, "height": 0.30, "petals": 6},
        "mushroom": {"crown": "cap", "trunk": 0.52, "radius": 0.105, "flare": 1.35, "lean": 0.02, "branches": 0,
                     "width": 0.40, "height": 0.34},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"dancing": {"lean": 0.22}})  # a plant in the wind
