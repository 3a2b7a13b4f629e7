"""The proportions of birds: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Bird:
    """The proportions of a bird; the default is a songbird, perched."""

    pitch_deg: float = 32.0  #: how upright the trunk is
    girth: float = 0.27
    neck: float = 0.10  #: from the chest to the head
    neck_radius: float = 0.12
    neck_bend: float = 0.0  #: how far an S-shaped neck swings forward
    head: float = 0.172
    beak: float = 0.20
    beak_radius: float = 0.07
    beak_drop: float = 0.03  #: how far the tip hooks down
    beak_wide: float = 1.0  #: above 1: a duck's
    crest: float = 0.0
    spread: bool = False
    span: float = 1.22  #: of one spread wing
    chord: float = 0.60
    raise_deg: float = 20.0
    sweep: float = 0.12
    incline: float = 0.24  #: how far the trailing edge is above the leading one, in chords: the downbeat
    fingers: float = 0.42  #: length of the outermost feathers
    wing_length: float = 0.72  #: of a folded wing
    wing_width: float = 0.20
    flippers: bool = False
    tail: float = 0.48
    tail_width: float = 0.24
    tail_rise_deg: float = -4.0
    legs: float = 0.25
    leg_radius: float = 0.026
    foot: float = 0.17
    tucked: bool = False  #: legs drawn back, as in flight


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "eagle": {"spread": True, "pitch_deg": 12.0, "girth": 0.25, "head": 0.155, "beak": 0.21, "beak_radius": 0.085,
                  "beak_drop": 0.12, "span": 1.50, "chord": 0.74, "fingers": 0.70, "raise_deg": 12.0, "tail": 0.58,
                  "tail_width": 0.40, "tucked": True, "neck": 0.14},
        "penguin": {"pitch_deg": 83.0, "girth": 0.31, "neck": 0.06, "neck_radius": 0.17, "head": 0.19, "beak": 0.20,
                    "beak_radius": 0.05, "flippers": True, "wing_length": 0.66, "wing_width": 0.12, "tail": 0.16,
                    "tail_width": 0.12, "legs": 0.06, "leg_radius": 0.05, "foot": 0.26, "tail_rise_deg": -60.0},
        "owl": {"pitch_deg": 74.0, "girth": 0.33, "neck": -0.06, "neck_radius": 0.20, "head": 0.30, "beak": 0.09,
                "beak_radius": 0.05, "beak_drop": 0.09, "crest": 0.16, "wing_length": 0.78, "wing_width": 0.19,
                "tail": 0.26, "tail_width": 0.20, "legs": 0.14, "leg_radius": 0.05, "foot": 0.16,
                "tail_rise_deg": -70.0},
        "duck": {"pitch_deg": 6.0, "girth": 0.29, "neck": 0.34, "neck_radius": 0.10, "head": 0.16, "beak": 0.22,
                 "beak_radius": 0.075, "beak_wide": 1.5, "beak_drop": -0.01, "tail": 0.26, "tail_rise_deg": 22.0,
                 "legs": 0.18, "foot": 0.20, "wing_width": 0.19, "leg_radius": 0.035},
        "chicken": {"pitch_deg": 16.0, "girth": 0.32, "neck": 0.36, "neck_radius": 0.12, "head": 0.13, "beak": 0.11,
                    "beak_radius": 0.05, "crest": 0.15, "tail": 0.50, "tail_rise_deg": 58.0, "tail_width": 0.26,
                    "legs": 0.36, "leg_radius": 0.032, "wing_width": 0.19, "wing_length": 0.62},
        "ostrich": {"pitch_deg": 8.0, "girth": 0.35, "neck": 1.15, "neck_radius": 0.06, "neck_bend": 0.10,
                    "head": 0.12, "beak": 0.18, "beak_radius": 0.055, "legs": 1.15, "leg_radius": 0.055, "foot": 0.24,
                    "tail": 0.34, "tail_rise_deg": 12.0, "wing_width": 0.25, "wing_length": 0.60},
        "hummingbird": {"spread": True, "pitch_deg": 48.0, "girth": 0.19, "head": 0.165, "beak": 0.62,
                        "beak_radius": 0.026, "beak_drop": 0.03, "span": 0.98, "chord": 0.36, "fingers": 0.0,
                        "raise_deg": 52.0, "sweep": 0.34, "tail": 0.42, "tucked": True, "tail_width": 0.20},
        "parrot": {"pitch_deg": 58.0, "girth": 0.24, "head": 0.20, "neck": 0.05, "neck_radius": 0.16, "beak": 0.15,
                   "beak_radius": 0.10, "beak_drop": 0.17, "tail": 0.95, "tail_width": 0.15, "legs": 0.16,
                   "leg_radius": 0.035},
        "flamingo": {"pitch_deg": 14.0, "girth": 0.24, "neck": 1.05, "neck_radius": 0.05, "neck_bend": 0.26,
                     "head": 0.115, "beak": 0.26, "beak_radius": 0.06, "beak_drop": 0.17, "legs": 1.25,
                     "leg_radius": 0.026, "tail": 0.22, "wing_width": 0.19},
        "swan": {"pitch_deg": 6.0, "girth": 0.30, "neck": 0.86, "neck_radius": 0.075, "neck_bend": 0.24,
                 "head": 0.125, "beak": 0.20, "beak_radius": 0.055, "beak_wide": 1.3, "tail": 0.30,
                 "tail_rise_deg": 18.0, "legs": 0.12, "wing_width": 0.25, "wing_length": 0.85, "leg_radius": 0.035},
        "crow": {"beak": 0.26, "beak_radius": 0.072, "tail": 0.56, "pitch_deg": 26.0, "girth": 0.25},
        "sparrow": {"girth": 0.30, "beak": 0.13, "beak_radius": 0.075, "tail": 0.40},
        "pigeon": {"girth": 0.31, "head": 0.145, "beak": 0.14, "beak_radius": 0.045, "neck": 0.18},
        "seagull": {"spread": True, "pitch_deg": 8.0, "span": 1.60, "chord": 0.44, "sweep": 0.30, "fingers": 0.12,
                    "girth": 0.22, "head": 0.145, "beak": 0.22, "beak_radius": 0.05, "tucked": True, "tail": 0.36},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "flying": {"spread": True, "pitch_deg": 10.0, "tucked": True, "tail_rise_deg": 2.0},
        "standing": {"spread": False, "tucked": False},
        "sitting": {"spread": False, "tucked": False, "legs": 0.10},
        "sleeping": {"spread": False, "tucked": False, "legs": 0.06},
        "walking": {"spread": False, "tucked": False},
        "running": {"spread": False, "tucked": False, "pitch_deg": 8.0},
        "swimming": {"spread": False, "pitch_deg": 4.0, "tucked": True, "legs": 0.10},
        "waving": {"spread": True, "raise_deg": 46.0},
        "jumping": {"spread": True, "raise_deg": 40.0},
    }
)
