"""The proportions of furniture: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Furniture:
    """The proportions of a seat; the default is a dining chair."""

    width: float = 0.46
    depth: float = 0.46
    height: float = 0.45  #: ground to the top of the seat
    thick: float = 0.055
    cushions: int = 0  #: 0 is a board; n are n cushions side by side on a base
    puff: float = 0.0  #: how far a cushion stands above its base
    back: float = 0.50  #: seat to the top of the backrest
    back_thick: float = 0.05
    recline_deg: float = 9.0
    slats: int = 4  #: 0 is a closed back
    arms: float = 0.0  #: height of armrests above the seat
    arm_wide: float = 0.05
    leg_radius: float = 0.026
    splay: float = 0.035
    rungs: bool = True
    pillows: int = 0
    crown: float = 0.0  #: points on top of a throne's back


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sofa": {"width": 1.90, "depth": 0.86, "height": 0.42, "thick": 0.22, "cushions": 3, "puff": 0.10,
                 "back": 0.46, "back_thick": 0.22, "recline_deg": 10.0, "slats": 0, "arms": 0.22, "arm_wide": 0.20,
                 "leg_radius": 0.035, "splay": 0.01, "rungs": False},
        "armchair": {"width": 0.80, "depth": 0.80, "height": 0.42, "thick": 0.22, "cushions": 1, "puff": 0.11,
                     "back": 0.52, "back_thick": 0.20, "recline_deg": 12.0, "slats": 0, "arms": 0.24,
                     "arm_wide": 0.18, "leg_radius": 0.03, "splay": 0.02, "rungs": False},
        "bench": {"width": 1.60, "depth": 0.46, "back": 0.42, "slats": 11, "height": 0.44, "leg_radius": 0.032,
                  "arms": 0.22, "splay": 0.01, "arm_wide": 0.05},
        "bed": {"width": 1.55, "depth": 2.05, "height": 0.42, "thick": 0.16, "cushions": 1, "puff": 0.20,
                "back": 0.62, "back_thick": 0.10, "recline_deg": 0.0, "slats": 0, "leg_radius": 0.045, "splay": -0.01,
                "rungs": False, "pillows": 2},
        "throne": {"width": 0.74, "depth": 0.62, "height": 0.52, "thick": 0.12, "cushions": 1, "puff": 0.07,
                   "back": 1.15, "back_thick": 0.10, "recline_deg": 3.0, "slats": 0, "arms": 0.30, "arm_wide": 0.10,
                   "leg_radius": 0.05, "splay": 0.0, "crown": 0.20, "rungs": False},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # chairs do nothing
