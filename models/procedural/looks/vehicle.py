"""The proportions of vehicles: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The proportions of a vehicle; the default is a saloon car."""

    length: float = 4.10
    width: float = 1.80
    floor: float = 0.30  #: ground to shell
    belt: float = 0.95  #: ground to the lower edge of the windows
    hood: float = 0.86  #: ground to the top of the nose
    height: float = 1.46
    cabin_front: float = 0.66  #: where the windscreen starts, ahead of the middle
    cabin_back: float = -1.72
    rake_front: float = 0.78  #: how far the windscreen slopes back
    rake_back: float = 0.62
    tumble: float = 0.20  #: how far the sides lean in
    roof: float = 0.09  #: thickness
    rounding: float = 0.27
    axle_front: float = 1.28
    axle_back: float = -1.25
    twin_back: bool = False  #: two axles behind
    wheel: float = 0.36
    tyre: float = 0.23
    cargo: float = 0.0  #: height of a box behind the cabin
    bed: float = 0.0  #: depth of an open bed behind the cabin
    sign: float = 0.0  #: a taxi's
    spare: bool = False
    pillars: int = 3  #: posts on each side


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "truck": {"length": 6.4, "width": 2.2, "floor": 0.52, "belt": 1.52, "hood": 1.46, "height": 2.45,
                  "wheel": 0.50, "tyre": 0.34, "cabin_front": 3.02, "cabin_back": 1.42, "rake_front": 0.30,
                  "rake_back": 0.04, "tumble": 0.08, "axle_front": 2.15, "axle_back": -1.75, "twin_back": True,
                  "cargo": 2.95, "rounding": 0.14, "pillars": 2},
        "van": {"length": 4.9, "width": 1.95, "floor": 0.34, "belt": 1.20, "hood": 1.12, "height": 2.10,
                "cabin_front": 1.78, "cabin_back": -2.40, "rake_front": 0.72, "rake_back": 0.10, "tumble": 0.12,
                "axle_front": 1.55, "axle_back": -1.55, "wheel": 0.36, "rounding": 0.20, "roof": 0.14},
        "bus": {"length": 9.0, "width": 2.4, "floor": 0.36, "belt": 1.50, "hood": 1.50, "height": 2.95,
                "cabin_front": 4.46, "cabin_back": -4.46, "rake_front": 0.12, "rake_back": 0.06, "tumble": 0.06,
                "axle_front": 2.95, "axle_back": -2.60, "wheel": 0.50, "tyre": 0.34, "rounding": 0.22, "roof": 0.26,
                "pillars": 7},
        "taxi": {"sign": 0.17},
        "jeep": {"length": 3.9, "width": 1.80, "floor": 0.48, "belt": 1.14, "hood": 1.10, "height": 1.88,
                 "cabin_front": 0.62, "cabin_back": -1.88, "rake_front": 0.22, "rake_back": 0.06, "tumble": 0.08,
                 "axle_front": 1.25, "axle_back": -1.22, "wheel": 0.44, "tyre": 0.30, "rounding": 0.12,
                 "spare": True},
        "pickup": {"length": 5.1, "width": 1.90, "floor": 0.44, "belt": 1.10, "hood": 1.04, "height": 1.76,
                   "cabin_front": 1.20, "cabin_back": -0.62, "rake_front": 0.62, "rake_back": 0.12, "bed": 0.42,
                   "axle_front": 1.62, "axle_back": -1.58, "wheel": 0.42, "tyre": 0.28, "rounding": 0.15},
        "limousine": {"length": 6.6, "cabin_front": 1.80, "cabin_back": -2.85, "axle_front": 2.42, "axle_back": -2.35,
                      "pillars": 5},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # a car looks the same parked and driving
