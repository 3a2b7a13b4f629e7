"""The proportions of fish: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus, Times


@dataclass(frozen=True, slots=True)
class Fish:
    """The proportions of a fish; the default is any fish a child draws."""

    depth: float = 0.185  #: half height of the body at its deepest
    width: float = 0.100
    deepest: float = 0.12  #: where that is, ahead of the middle
    blunt: float = 0.55  #: 0 is a pointed nose, 1 a round one
    belly: float = 0.0  #: how much deeper below than above
    taper: float = 0.85  #: above 1 the body thins out early, below it stays thick to the tail
    gill: float = 0.235  #: where the head ends
    cover: float = 0.045  #: how far the gill cover bows back
    slits: int = 0  #: a shark's gills
    stalk: float = 0.042  #: half height at the root of the tail
    eye: float = 0.028
    eye_at: float = 0.50  #: from the gills (0) to the nose (1)
    eye_deg: float = 20.0  #: how far up the side
    mouth: float = 0.055  #: from the lips to their corners
    mouth_under: float = 0.0  #: how far below and behind the nose
    mouth_deg: float = 52.0  #: how far down the side the corners are
    lip: float = 0.013
    beak: float = 0.0
    beak_radius: float = 0.040
    beak_low: float = 0.16  #: how far below the spine, in depths
    beak_tip: float = 0.60  #: radius of its end, in radii of its root
    hammer: float = 0.0  #: half width of a hammerhead's
    barbels: int = 0  #: whiskers on each side
    lure: float = 0.0  #: length of an anglerfish's rod
    horns: float = 0.0  #: length of a manta's
    spikes: bool = False
    tail: float = 0.23
    tail_spread: float = 0.21
    tail_fork: float = 0.10
    tail_round: float = 0.35  #: 0 pointed lobes, 1 round ones
    tail_upper: float = 1.0  #: the upper lobe, in lower ones
    tail_flat: bool = False  #: flukes, as whales and dolphins have
    dorsal: float = 0.110
    dorsal_start: float = 0.18
    dorsal_length: float = 0.40
    dorsal_lean: float = 0.16
    dorsal_full: float = 0.45  #: 0 a blade, 1 a sail that stays high to its end
    dorsal_second: float = 0.0  #: height of another behind it
    pectoral: float = 0.16
    pectoral_at: float = 0.19  #: where its front edge begins
    pectoral_chord: float = 0.12
    pectoral_tip: float = 0.80  #: 0 pointed, 1 as wide as a paddle
    pectoral_low_deg: float = 24.0  #: how far down the side
    pectoral_drop_deg: float = 38.0
    pectoral_sweep: float = 0.55
    pelvic: float = 0.10
    pelvic_at: float = 0.06
    anal: float = 0.075
    anal_start: float = -0.12
    anal_length: float = 0.18
    bend: float = 0.03  #: of the tail to one side, as in swimming
    wave: float = 0.0  #: of an eel


SHARK: Mapping[str, Any] = {
    "depth": 0.112, "width": 0.100, "deepest": 0.12, "blunt": 0.30, "belly": 0.05, "taper": 1.0, "gill": 0.20,
    "cover": 0.0, "slits": 5, "stalk": 0.024, "eye": 0.014, "eye_at": 0.66, "eye_deg": 24.0, "mouth": 0.085,
    "mouth_under": 0.085, "mouth_deg": 40.0, "lip": 0.009, "tail": 0.25, "tail_spread": 0.20, "tail_fork": 0.19,
    "tail_round": 0.0, "tail_upper": 1.45, "dorsal": 0.165, "dorsal_start": 0.10, "dorsal_length": 0.19,
    "dorsal_lean": 0.17, "dorsal_full": 0.0, "dorsal_second": 0.035, "pectoral": 0.25, "pectoral_at": 0.17,
    "pectoral_chord": 0.15, "pectoral_tip": 0.15, "pectoral_low_deg": 40.0, "pectoral_drop_deg": 20.0,
    "pectoral_sweep": 0.62, "pelvic": 0.06, "pelvic_at": -0.12, "anal": 0.030, "anal_start": -0.24,
    "anal_length": 0.09, "bend": 0.05,
}  # fmt: skip

WHALE: Mapping[str, Any] = {
    "depth": 0.150, "width": 0.150, "deepest": 0.16, "blunt": 0.85, "belly": 0.18, "taper": 0.95, "gill": 0.16,
    "cover": 0.0, "stalk": 0.026, "eye": 0.013, "eye_at": 0.30, "eye_deg": -14.0, "mouth": 0.20, "mouth_deg": 20.0,
    "lip": 0.009, "tail": 0.17, "tail_spread": 0.26, "tail_fork": 0.07, "tail_round": 0.25, "tail_flat": True,
    "dorsal": 0.042, "dorsal_start": -0.12, "dorsal_length": 0.12, "dorsal_lean": 0.09, "dorsal_full": 0.0,
    "pectoral": 0.30, "pectoral_at": 0.14, "pectoral_chord": 0.11, "pectoral_tip": 0.45, "pectoral_low_deg": 34.0,
    "pectoral_drop_deg": 24.0, "pectoral_sweep": 0.60, "pelvic": 0.0, "anal": 0.0, "bend": 0.0,
}  # fmt: skip

DOLPHIN: Mapping[str, Any] = {
    **WHALE, "depth": 0.115, "width": 0.105, "belly": 0.05, "taper": 1.0, "gill": 0.22, "beak": 0.10,
    "beak_radius": 0.034, "eye_at": 0.45, "eye_deg": -4.0, "mouth": 0.0, "stalk": 0.020, "tail": 0.14,
    "tail_spread": 0.17, "tail_fork": 0.05, "dorsal": 0.115, "dorsal_start": 0.06, "dorsal_length": 0.17,
    "dorsal_lean": 0.15, "pectoral": 0.17, "pectoral_at": 0.20, "pectoral_chord": 0.09, "pectoral_tip": 0.20,
}  # fmt: skip

RAY: Mapping[str, Any] = {
    "depth": 0.070, "width": 0.190, "deepest": 0.14, "blunt": 0.60, "taper": 1.5, "gill": 0.26, "cover": 0.0,
    "stalk": 0.012, "eye": 0.022, "eye_at": 0.35, "eye_deg": 42.0, "mouth": 0.03, "mouth_under": 0.05, "lip": 0.007,
    "tail": 0.62, "tail_spread": 0.010, "tail_fork": 0.02, "tail_round": 0.0, "dorsal": 0.030, "dorsal_start": -0.30,
    "dorsal_length": 0.08, "dorsal_lean": 0.05, "dorsal_full": 0.0, "pectoral": 0.42, "pectoral_at": 0.36,
    "pectoral_chord": 0.72, "pectoral_tip": 0.0, "pectoral_low_deg": 8.0, "pectoral_drop_deg": -4.0,
    "pectoral_sweep": 0.55, "pelvic": 0.0, "anal": 0.0, "bend": 0.05,
}  # fmt: skip

CARP: Mapping[str, Any] = {
    "depth": 0.165, "width": 0.115, "blunt": 0.60, "belly": 0.08, "taper": 0.75, "dorsal": 0.100,
    "dorsal_length": 0.42, "dorsal_full": 0.70, "tail_fork": 0.13, "barbels": 1, "stalk": 0.055,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "shark": SHARK,
        "hammerhead": {**SHARK, "hammer": 0.20, "depth": 0.100, "width": 0.090, "dorsal": 0.19, "mouth": 0.05,
                       "mouth_under": 0.13},
        "whale": WHALE,
        "sperm whale": {**WHALE, "deepest": 0.36, "blunt": 1.0, "depth": 0.155, "width": 0.125, "belly": 0.0,
                        "taper": 0.70, "gill": 0.10, "mouth": 0.30, "mouth_under": 0.05, "mouth_deg": 48.0,
                        "pectoral": 0.13, "pectoral_at": 0.08, "eye_at": 0.12, "dorsal": 0.035},
        "narwhal": {**WHALE, "depth": 0.120, "width": 0.120, "belly": 0.0, "beak": 0.62, "beak_radius": 0.016,
                    "beak_low": -0.10, "beak_tip": 0.25, "mouth": 0.10, "pectoral": 0.14, "dorsal": 0.016},
        "manatee": {**WHALE, "depth": 0.165, "width": 0.165, "taper": 0.75, "gill": 0.24, "stalk": 0.055,
                    "tail": 0.22, "tail_spread": 0.12, "tail_fork": -0.06, "tail_round": 1.0, "dorsal": 0.012,
                    "pectoral": 0.20, "pectoral_tip": 1.0, "mouth": 0.08},
        "dolphin": DOLPHIN,
        "orca": {**DOLPHIN, "depth": 0.138, "width": 0.130, "beak": 0.0, "mouth": 0.13, "blunt": 0.80, "tail": 0.16,
                 "tail_spread": 0.20, "dorsal": 0.24, "dorsal_start": 0.08, "dorsal_lean": 0.11, "pectoral": 0.20,
                 "pectoral_chord": 0.15, "pectoral_tip": 0.9},
        "ray": RAY,
        "manta": {**RAY, "width": 0.210, "pectoral": 0.60, "pectoral_chord": 0.66, "pectoral_sweep": 0.40,
                  "pectoral_drop_deg": -14.0, "tail": 0.40, "horns": 0.10, "blunt": 0.95},
        "goldfish": {**CARP, "depth": 0.185, "width": 0.150, "belly": 0.10, "barbels": 0, "eye": 0.036, "tail": 0.42,
                     "tail_spread": 0.31, "tail_fork": 0.20, "tail_round": 0.60, "dorsal": 0.17, "pectoral": 0.15,
                     "anal": 0.13, "pelvic": 0.15, "bend": 0.14},
        "carp": CARP,
        "catfish": {"depth": 0.125, "width": 0.135, "deepest": 0.20, "blunt": 0.90, "taper": 0.80, "barbels": 3,
                    "eye": 0.014, "eye_deg": 34.0, "mouth": 0.06, "mouth_deg": 8.0, "tail": 0.19, "tail_fork": 0.06,
                    "dorsal": 0.11, "dorsal_length": 0.12, "dorsal_full": 0.0, "anal": 0.05, "anal_length": 0.26,
                    "anal_start": -0.08},
        "salmon": {"depth": 0.125, "width": 0.080, "blunt": 0.42, "mouth": 0.10, "mouth_deg": 30.0, "stalk": 0.036,
                   "dorsal": 0.075, "dorsal_start": 0.08, "dorsal_length": 0.18, "dorsal_lean": 0.10,
                   "dorsal_second": 0.03, "tail_fork": 0.06, "tail": 0.17, "tail_spread": 0.15, "pectoral": 0.12},
        "pike": {"depth": 0.080, "width": 0.065, "deepest": 0.0, "blunt": 0.20, "taper": 0.60, "gill": 0.20,
                 "mouth": 0.16, "mouth_deg": 24.0, "dorsal": 0.085, "dorsal_start": -0.20, "dorsal_length": 0.16,
                 "anal_start": -0.22, "anal_length": 0.13, "pelvic_at": 0.0, "tail": 0.15, "tail_spread": 0.13,
                 "eye_at": 0.45, "eye": 0.018},
        "tuna": {"depth": 0.135, "width": 0.105, "blunt": 0.34, "taper": 1.05, "stalk": 0.013, "tail": 0.18,
                 "tail_spread": 0.25, "tail_fork": 0.145, "tail_round": 0.0, "dorsal": 0.10, "dorsal_length": 0.20,
                 "dorsal_full": 0.0, "dorsal_second": 0.10, "pectoral": 0.20, "pectoral_chord": 0.06,
                 "pectoral_tip": 0.1, "pectoral_drop_deg": 16.0, "pectoral_sweep": 1.0, "anal": 0.09,
                 "anal_start": -0.17, "anal_length": 0.07},
        "swordfish": {"depth": 0.105, "width": 0.080, "blunt": 0.30, "taper": 1.05, "stalk": 0.013, "beak": 0.46,
                      "beak_radius": 0.020, "beak_low": -0.05, "beak_tip": 0.15, "tail": 0.19, "tail_spread": 0.24,
                      "tail_fork": 0.155, "tail_round": 0.0, "dorsal": 0.20, "dorsal_start": 0.24,
                      "dorsal_length": 0.20, "dorsal_lean": 0.17, "dorsal_full": 0.0, "pectoral": 0.18,
                      "pectoral_chord": 0.07, "pectoral_tip": 0.1, "pelvic": 0.0, "eye": 0.024},
        "sailfish": {"depth": 0.095, "width": 0.070, "blunt": 0.30, "taper": 1.0, "stalk": 0.015, "beak": 0.34,
                     "beak_radius": 0.018, "beak_low": -0.05, "beak_tip": 0.15, "tail": 0.18, "tail_spread": 0.22,
                     "tail_fork": 0.14, "tail_round": 0.0, "dorsal": 0.24, "dorsal_start": 0.26,
                     "dorsal_length": 0.56, "dorsal_lean": 0.12, "dorsal_full": 0.90, "pectoral": 0.15,
                     "pectoral_chord": 0.06, "pectoral_tip": 0.1},
        "angelfish": {"depth": 0.300, "width": 0.070, "blunt": 0.22, "deepest": 0.02, "taper": 1.1, "dorsal": 0.36,
                      "dorsal_length": 0.36, "dorsal_start": 0.08, "dorsal_lean": 0.40, "dorsal_full": 0.0,
                      "anal": 0.36, "anal_start": 0.02, "anal_length": 0.32, "tail": 0.22, "tail_spread": 0.18,
                      "tail_fork": 0.0, "gill": 0.24, "stalk": 0.060, "pelvic": 0.20, "eye": 0.030},
        "clownfish": {"depth": 0.190, "width": 0.115, "blunt": 0.74, "tail": 0.17, "tail_spread": 0.15,
                      "tail_fork": -0.03, "tail_round": 1.0, "dorsal": 0.095, "dorsal_length": 0.48,
                      "dorsal_start": 0.22, "dorsal_full": 0.85, "pectoral_tip": 1.0, "pectoral_chord": 0.16,
                      "stalk": 0.070, "eye": 0.032, "anal": 0.09},
        "piranha": {"depth": 0.230, "width": 0.100, "blunt": 0.95, "belly": 0.12, "tail_spread": 0.20,
                    "dorsal": 0.10, "mouth": 0.09, "mouth_deg": 26.0, "lip": 0.020, "eye": 0.034},
        "pufferfish": {"depth": 0.255, "width": 0.240, "deepest": 0.04, "blunt": 0.85, "belly": 0.10, "taper": 0.95,
                       "spikes": True, "gill": 0.26, "cover": 0.0, "stalk": 0.040, "eye": 0.048, "eye_deg": 34.0,
                       "mouth": 0.02, "lip": 0.024, "tail": 0.14, "tail_spread": 0.09, "tail_fork": -0.02,
                       "tail_round": 1.0, "dorsal": 0.08, "dorsal_start": -0.18, "dorsal_length": 0.14,
                       "pectoral": 0.15, "pectoral_tip": 1.0, "pelvic": 0.0, "anal": 0.06, "anal_start": -0.24,
                       "anal_length": 0.10},
        "anglerfish": {"depth": 0.220, "width": 0.190, "deepest": 0.20, "blunt": 0.95, "belly": 0.15, "gill": 0.20,
                       "eye": 0.024, "eye_deg": 46.0, "mouth": 0.17, "mouth_deg": -4.0, "lip": 0.026, "lure": 0.26,
                       "tail": 0.17, "tail_spread": 0.12, "tail_fork": -0.02, "tail_round": 1.0, "dorsal": 0.08,
                       "dorsal_start": -0.12, "dorsal_length": 0.20, "pelvic": 0.0},
        "eel": {"depth": 0.042, "width": 0.036, "deepest": 0.20, "blunt": 0.45, "taper": 0.55, "gill": 0.37,
                "cover": 0.012, "stalk": 0.014, "eye": 0.010, "mouth": 0.05, "mouth_deg": 20.0, "lip": 0.005,
                "tail": 0.08, "tail_spread": 0.026, "tail_fork": -0.02, "tail_round": 1.0, "dorsal": 0.032,
                "dorsal_start": 0.20, "dorsal_length": 0.60, "dorsal_lean": 0.08, "dorsal_full": 0.95,
                "pectoral": 0.045, "pectoral_at": 0.35, "pectoral_chord": 0.035, "pelvic": 0.0, "anal": 0.022,
                "anal_start": 0.02, "anal_length": 0.40, "wave": 0.085, "bend": 0.0},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "swimming": {"bend": Plus(0.09)},
        "jumping": {"bend": Plus(0.14), "pectoral_drop_deg": Plus(-20.0)},
        "flying": {"pectoral": Times(1.9), "pectoral_drop_deg": Plus(-44.0)},
    }
)
