"""The proportions of fish: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Fish:
    """The proportions of a fish; the default is any fish a child draws."""

    depth: float = 0.185  #: half height of the body at its deepest
    width: float = 0.105
    deepest: float = 0.12  #: where that is, ahead of the middle
    blunt: float = 0.55  #: 0 is a pointed nose, 1 a round one
    belly: float = 0.0  #: how much deeper below than above
    gill: float = 0.235  #: where the head ends
    stalk: float = 0.045  #: half height at the root of the tail
    beak: float = 0.0
    tail: float = 0.24
    tail_spread: float = 0.22
    tail_fork: float = 0.10
    tail_flat: bool = False  #: flukes, as whales and dolphins have
    dorsal: float = 0.105
    dorsal_start: float = 0.17
    dorsal_length: float = 0.40
    dorsal_lean: float = 0.20
    pectoral: float = 0.17
    pectoral_chord: float = 0.11
    pectoral_drop_deg: float = 38.0
    pectoral_sweep: float = 0.55
    anal: float = 0.09
    bend: float = 0.03  #: of the tail to one side, as in swimming


SHARK: Mapping[str, Any] = {
    "depth": 0.118, "width": 0.105, "deepest": 0.14, "blunt": 0.36, "gill": 0.25, "stalk": 0.026, "tail": 0.24,
    "tail_spread": 0.25, "tail_fork": 0.20, "dorsal": 0.155, "dorsal_start": 0.12, "dorsal_length": 0.17,
    "dorsal_lean": 0.17, "pectoral": 0.27, "pectoral_chord": 0.13, "pectoral_drop_deg": 22.0, "pectoral_sweep": 0.75,
    "anal": 0.04, "bend": 0.05, "belly": 0.1,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "shark": SHARK,
        "dolphin": {**SHARK, "beak": 0.11, "blunt": 0.85, "tail_flat": True, "tail_spread": 0.20, "tail": 0.16,
                    "tail_fork": 0.06, "dorsal": 0.115, "dorsal_start": 0.02, "pectoral": 0.19, "width": 0.11,
                    "depth": 0.122, "anal": 0.0, "dorsal_lean": 0.15, "bend": 0.0, "gill": 0.27},
        "orca": {**SHARK, "blunt": 0.80, "tail_flat": True, "tail_spread": 0.20, "tail": 0.16, "tail_fork": 0.05,
                 "dorsal": 0.25, "dorsal_start": 0.06, "dorsal_lean": 0.09, "depth": 0.145, "width": 0.135,
                 "pectoral": 0.19, "pectoral_chord": 0.15, "anal": 0.0, "bend": 0.0},
        "whale": {"depth": 0.175, "width": 0.185, "deepest": 0.18, "blunt": 0.95, "belly": 0.25, "gill": 0.19,
                  "stalk": 0.03, "tail": 0.17, "tail_spread": 0.27, "tail_fork": 0.06, "tail_flat": True,
                  "dorsal": 0.045, "dorsal_start": -0.16, "dorsal_length": 0.13, "dorsal_lean": 0.10,
                  "pectoral": 0.24, "pectoral_chord": 0.12, "pectoral_drop_deg": 30.0, "anal": 0.0, "bend": 0.0},
        "goldfish": {"depth": 0.205, "width": 0.15, "blunt": 0.62, "belly": 0.12, "tail": 0.42, "tail_spread": 0.30,
                     "tail_fork": 0.20, "dorsal": 0.17, "dorsal_length": 0.36, "pectoral": 0.17, "stalk": 0.05,
                     "bend": 0.08},
        "tuna": {"depth": 0.145, "width": 0.115, "blunt": 0.34, "stalk": 0.016, "tail": 0.19, "tail_spread": 0.25,
                 "tail_fork": 0.15, "dorsal": 0.11, "dorsal_length": 0.20, "pectoral": 0.20, "pectoral_chord": 0.06},
        "angelfish": {"depth": 0.33, "width": 0.075, "blunt": 0.20, "deepest": 0.02, "dorsal": 0.36,
                      "dorsal_length": 0.34, "dorsal_start": 0.10, "dorsal_lean": 0.42, "anal": 0.34, "tail": 0.22,
                      "tail_spread": 0.20, "tail_fork": 0.02, "gill": 0.22, "stalk": 0.055},
        "clownfish": {"depth": 0.20, "width": 0.12, "blunt": 0.74, "tail": 0.17, "tail_spread": 0.16,
                      "tail_fork": -0.05, "dorsal": 0.10, "dorsal_length": 0.50, "dorsal_start": 0.20, "stalk": 0.07},
        "piranha": {"depth": 0.25, "width": 0.10, "blunt": 0.90, "belly": 0.2, "tail_spread": 0.22, "dorsal": 0.11},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"swimming": {"bend": 0.12}, "jumping": {"bend": 0.16}, "flying": {"pectoral": 0.42, "pectoral_drop_deg": -12.0}}
)
