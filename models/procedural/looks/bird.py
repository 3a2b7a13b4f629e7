"""The proportions of birds: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus, Times


@dataclass(frozen=True, slots=True)
class Bird:
    """The proportions of a bird; the default is a songbird, perched."""

    pitch_deg: float = 30.0  #: how upright the trunk is
    girth: float = 0.265
    full: float = 0.0  #: 0 runs out to the tail in a drop, 1 is a barrel
    neck: float = 0.06  #: from the breast to the head
    neck_deg: float = 34.0  #: which way it goes: 0 is up, 90 ahead
    neck_radius: float = 0.150
    neck_bend: float = 0.0  #: how far an S-shaped neck swings forward
    ruff: float = 0.0  #: thickness of a collar of down
    head: float = 0.168
    eye: float = 0.18  #: radius, in heads
    eyes_ahead_deg: float = 30.0  #: 0 looks to the side, 90 straight ahead
    mask: float = 0.0  #: radius of the dish around an eye, in heads
    beak: float = 0.17
    beak_radius: float = 0.060
    beak_drop: float = 0.02  #: how far the tip is below the root
    beak_curve: float = 2.0  #: 1 slopes evenly, 5 hooks at the very tip
    beak_wide: float = 1.0  #: above 1: a duck's
    beak_tip: float = 0.12  #: radius of the tip, in radii of the root
    pouch: float = 0.0  #: depth of a pelican's
    crest_form: str = "none"  #: see models.procedural.bird.head.CRESTS
    crest: float = 0.15  #: its height
    spread: bool = False
    span: float = 1.00  #: of one spread wing, to the tip of its hand
    chord: float = 0.62
    raise_deg: float = 22.0
    sweep: float = 0.10
    incline: float = 0.20  #: how far the trailing edge is above the leading one, in chords
    fingers: float = 0.28  #: how much longer the outermost quills are
    slots: float = 0.25  #: 1: they stand apart like fingers, 0: they close to a point
    wing_length: float = 0.74  #: of a folded wing, without its tips
    wing_width: float = 0.20
    flippers: bool = False
    flipper_deg: float = 12.0  #: how far they are held out
    tail: float = 0.46
    tail_feathers: int = 7
    tail_width: float = 0.055  #: half that of one feather
    tail_fan_deg: float = 22.0
    tail_fork: float = -0.10  #: above 0 the outer feathers are the longest, below 0 the middle ones
    tail_arch: float = 0.0  #: how far the tips fall, in lengths
    tail_eyes: bool = False  #: a peacock's
    tail_rise_deg: float = -4.0
    legs: float = 0.26
    leg_radius: float = 0.026
    thigh: float = 0.55  #: how much of the leg above the heel is feathered
    foot: float = 0.17
    webbed: bool = False
    tucked: bool = False  #: legs drawn back, as in flight


GOOSE: Mapping[str, Any] = {
    "pitch_deg": 12.0, "full": 0.20, "girth": 0.30, "neck": 0.50, "neck_deg": 8.0, "neck_radius": 0.095,
    "neck_bend": 0.05,
    "head": 0.135, "beak": 0.17, "beak_radius": 0.066, "beak_wide": 1.25, "beak_tip": 0.40, "beak_drop": 0.05,
    "beak_curve": 1.0, "tail": 0.26, "tail_rise_deg": 14.0, "legs": 0.26, "leg_radius": 0.036, "foot": 0.20,
    "webbed": True, "wing_width": 0.21, "wing_length": 0.80,
}  # fmt: skip

FOWL: Mapping[str, Any] = {
    "pitch_deg": 16.0, "full": 0.15, "girth": 0.315, "neck": 0.24, "neck_deg": 14.0, "neck_radius": 0.125,
    "head": 0.130,
    "beak": 0.095, "beak_radius": 0.050, "beak_drop": 0.03, "crest_form": "comb", "crest": 0.10, "tail": 0.40,
    "tail_rise_deg": 52.0, "tail_fan_deg": 34.0, "tail_width": 0.075, "legs": 0.34, "leg_radius": 0.032,
    "wing_length": 0.62, "foot": 0.19,
}  # fmt: skip

WADER: Mapping[str, Any] = {
    "pitch_deg": 22.0, "girth": 0.235, "neck": 0.62, "neck_deg": 16.0, "neck_radius": 0.060, "neck_bend": 0.16,
    "head": 0.105, "beak": 0.40, "beak_radius": 0.046, "beak_drop": 0.03, "beak_curve": 1.0, "legs": 0.92,
    "leg_radius": 0.026, "tail": 0.22, "foot": 0.22, "wing_length": 0.82, "span": 1.25, "fingers": 0.40, "slots": 0.7,
}  # fmt: skip

RAPTOR: Mapping[str, Any] = {
    "pitch_deg": 52.0, "girth": 0.270, "neck": 0.06, "neck_deg": 16.0, "neck_radius": 0.155, "head": 0.160,
    "eyes_ahead_deg": 42.0, "beak": 0.185, "beak_radius": 0.080, "beak_drop": 0.120, "beak_curve": 4.5, "span": 1.25,
    "chord": 0.72, "fingers": 0.52, "slots": 0.9, "raise_deg": 14.0, "tail": 0.46, "tail_fan_deg": 30.0,
    "wing_length": 0.86, "wing_width": 0.22, "legs": 0.20, "thigh": 0.95, "leg_radius": 0.036, "foot": 0.19,
}  # fmt: skip

GULL: Mapping[str, Any] = {
    "pitch_deg": 14.0, "girth": 0.245, "neck": 0.10, "neck_deg": 28.0, "neck_radius": 0.125, "head": 0.145,
    "beak": 0.19, "beak_radius": 0.050, "beak_drop": 0.05, "beak_curve": 4.0, "span": 1.32, "chord": 0.44,
    "sweep": 0.20, "fingers": 0.34, "slots": 0.0, "wing_length": 0.86, "wing_width": 0.17, "tail": 0.34, "legs": 0.22,
    "webbed": True, "tail_fork": 0.0,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sparrow": {"girth": 0.295, "beak": 0.12, "beak_radius": 0.076, "head": 0.185, "neck_radius": 0.175,
                    "tail": 0.38},
        "robin": {"girth": 0.320, "pitch_deg": 40.0, "neck": 0.02, "neck_radius": 0.185, "head": 0.185, "beak": 0.13,
                  "beak_radius": 0.042, "legs": 0.36, "leg_radius": 0.020, "tail": 0.36, "tail_rise_deg": 18.0},
        "crow": {"pitch_deg": 26.0, "girth": 0.255, "beak": 0.25, "beak_radius": 0.078, "beak_drop": 0.05,
                 "beak_curve": 3.0, "head": 0.160, "tail": 0.52, "wing_length": 0.88, "legs": 0.30, "thigh": 0.8,
                 "leg_radius": 0.032, "slots": 0.8, "fingers": 0.42},
        "pigeon": {"girth": 0.305, "pitch_deg": 24.0, "head": 0.128, "beak": 0.11, "beak_radius": 0.036, "neck": 0.14,
                   "neck_deg": 18.0, "neck_radius": 0.120, "tail": 0.42, "legs": 0.20, "wing_length": 0.82},
        "jay": {"crest_form": "plumes", "crest": 0.16, "beak": 0.18, "beak_radius": 0.052, "tail": 0.66,
                "girth": 0.245, "tail_fork": -0.2},
        "swallow": {"girth": 0.205, "pitch_deg": 34.0, "head": 0.150, "neck_radius": 0.135, "beak": 0.07,
                    "beak_radius": 0.050, "beak_wide": 1.4, "tail": 0.66, "tail_fork": 0.75, "tail_fan_deg": 30.0,
                    "tail_width": 0.032, "tail_feathers": 6, "wing_length": 0.98, "wing_width": 0.13, "legs": 0.12,
                    "leg_radius": 0.020, "foot": 0.10, "span": 0.98, "chord": 0.34, "sweep": 0.30, "fingers": 0.62,
                    "slots": 0.0},
        "hummingbird": {"spread": True, "tucked": True, "pitch_deg": 50.0, "girth": 0.175, "neck": 0.0,
                        "neck_deg": 22.0, "neck_radius": 0.125, "head": 0.152, "beak": 0.60, "beak_radius": 0.026,
                        "beak_drop": 0.04, "beak_tip": 0.4, "span": 0.56, "chord": 0.30, "fingers": 0.52,
                        "slots": 0.0, "incline": 0.10, "raise_deg": 44.0, "sweep": 0.16, "tail": 0.34,
                        "tail_fan_deg": 46.0, "tail_width": 0.042, "legs": 0.10, "leg_radius": 0.016, "foot": 0.07,
                        "wing_length": 0.80, "wing_width": 0.12},
        "kingfisher": {"girth": 0.270, "pitch_deg": 48.0, "neck": 0.0, "neck_radius": 0.180, "head": 0.215,
                       "beak": 0.42, "beak_radius": 0.070, "beak_drop": 0.01, "crest_form": "plumes", "crest": 0.13,
                       "tail": 0.22, "legs": 0.10, "foot": 0.12},
        "woodpecker": {"girth": 0.225, "pitch_deg": 66.0, "neck": 0.10, "neck_deg": 14.0, "neck_radius": 0.115,
                       "head": 0.155, "beak": 0.30, "beak_radius": 0.055, "beak_drop": 0.0, "crest_form": "plumes",
                       "crest": 0.24, "tail": 0.40, "tail_rise_deg": -14.0, "tail_fork": -0.4, "legs": 0.12},
        "toucan": {"pitch_deg": 46.0, "girth": 0.255, "head": 0.185, "neck_radius": 0.165, "beak": 0.62,
                   "beak_radius": 0.135, "beak_drop": 0.20, "beak_curve": 2.2, "beak_tip": 0.30, "beak_wide": 0.72,
                   "tail": 0.50, "legs": 0.18, "leg_radius": 0.034},
        "parrot": {"pitch_deg": 60.0, "girth": 0.235, "neck": 0.02, "neck_deg": 18.0, "neck_radius": 0.165,
                   "head": 0.190, "beak": 0.155, "beak_radius": 0.115, "beak_drop": 0.19, "beak_curve": 3.0,
                   "tail": 0.92, "tail_fork": -0.55, "tail_fan_deg": 12.0, "tail_width": 0.050, "legs": 0.14,
                   "leg_radius": 0.036, "wing_length": 0.82},
        "cockatoo": {"pitch_deg": 58.0, "girth": 0.260, "neck": 0.02, "neck_deg": 18.0, "neck_radius": 0.175,
                     "head": 0.195, "beak": 0.130, "beak_radius": 0.105, "beak_drop": 0.17, "beak_curve": 3.0,
                     "crest_form": "plumes", "crest": 0.42, "tail": 0.42, "legs": 0.14, "leg_radius": 0.036},
        "owl": {"pitch_deg": 76.0, "full": 0.58, "girth": 0.325, "neck": -0.10, "neck_deg": 8.0, "neck_radius": 0.210,
                "head": 0.270, "eye": 0.20, "eyes_ahead_deg": 58.0, "mask": 0.52, "beak": 0.100, "beak_radius": 0.060,
                "beak_drop": 0.12, "beak_curve": 1.8, "crest_form": "tufts", "crest": 0.12, "wing_length": 0.84,
                "wing_width": 0.23, "tail": 0.26, "tail_rise_deg": -8.0, "legs": 0.12, "leg_radius": 0.048,
                "thigh": 0.95, "foot": 0.16, "chord": 0.78, "slots": 0.3},
        "eagle": RAPTOR,
        "hawk": {**RAPTOR, "girth": 0.245, "head": 0.150, "beak": 0.125, "beak_radius": 0.062, "beak_drop": 0.090,
                 "span": 1.05, "fingers": 0.40, "slots": 0.6, "tail": 0.62, "tail_fan_deg": 18.0, "legs": 0.28,
                 "leg_radius": 0.028, "thigh": 0.75},
        "falcon": {**RAPTOR, "girth": 0.240, "pitch_deg": 60.0, "head": 0.158, "beak": 0.110, "beak_radius": 0.060,
                   "beak_drop": 0.080, "span": 0.95, "chord": 0.46, "sweep": 0.30, "fingers": 0.62, "slots": 0.0,
                   "tail": 0.48, "tail_fan_deg": 10.0, "wing_length": 0.98, "wing_width": 0.17},
        "vulture": {**RAPTOR, "pitch_deg": 46.0, "girth": 0.290, "neck": 0.30, "neck_deg": 52.0, "neck_radius": 0.066,
                    "neck_bend": 0.10, "ruff": 0.105, "head": 0.112, "beak": 0.17, "beak_radius": 0.060,
                    "beak_drop": 0.105, "chord": 0.80, "slots": 1.0, "span": 1.32},
        "chicken": FOWL,
        "rooster": {**FOWL, "pitch_deg": 30.0, "girth": 0.290, "neck": 0.34, "neck_deg": 4.0, "neck_radius": 0.115,
                    "crest": 0.17, "tail": 0.92, "tail_width": 0.095, "tail_arch": 0.62, "tail_rise_deg": 112.0,
                    "tail_feathers": 9, "tail_fork": -0.30, "legs": 0.42},
        "turkey": {**FOWL, "pitch_deg": 22.0, "girth": 0.350, "neck": 0.26, "neck_deg": 10.0, "neck_radius": 0.085,
                   "neck_bend": 0.08, "head": 0.105, "crest_form": "none", "pouch": 0.14, "ruff": 0.07, "tail": 0.62,
                   "tail_feathers": 15, "tail_fan_deg": 165.0, "tail_rise_deg": 84.0, "tail_width": 0.085,
                   "tail_fork": 0.0},
        "peacock": {**FOWL, "pitch_deg": 20.0, "girth": 0.250, "neck": 0.52, "neck_deg": 6.0, "neck_radius": 0.075,
                    "neck_bend": 0.07, "head": 0.110, "crest_form": "pins", "crest": 0.20, "tail": 1.30,
                    "tail_feathers": 19, "tail_fan_deg": 190.0, "tail_rise_deg": 94.0, "tail_width": 0.100,
                    "tail_fork": 0.0, "tail_eyes": True},
        "quail": {**FOWL, "pitch_deg": 22.0, "girth": 0.340, "neck": 0.06, "neck_radius": 0.140, "head": 0.135,
                  "crest_form": "plumes", "crest": 0.13, "tail": 0.14, "tail_rise_deg": -18.0, "legs": 0.20},
        "duck": {**GOOSE, "pitch_deg": 8.0, "girth": 0.285, "neck": 0.20, "neck_deg": 14.0, "neck_radius": 0.110,
                 "neck_bend": 0.0, "head": 0.160, "beak": 0.21, "beak_radius": 0.068, "beak_wide": 1.7,
                 "beak_tip": 0.62, "legs": 0.18, "tail_rise_deg": 24.0},
        "goose": GOOSE,
        "swan": {**GOOSE, "pitch_deg": 8.0, "girth": 0.305, "neck": 0.80, "neck_deg": 10.0, "neck_radius": 0.072,
                 "neck_bend": 0.22, "head": 0.120, "beak": 0.18, "beak_radius": 0.054, "legs": 0.14,
                 "wing_width": 0.26, "wing_length": 0.88},
        "pelican": {**GOOSE, "girth": 0.290, "neck": 0.42, "neck_radius": 0.078, "neck_bend": 0.18, "head": 0.130,
                    "beak": 0.72, "beak_radius": 0.058, "beak_drop": 0.20, "beak_tip": 0.30, "pouch": 0.24,
                    "legs": 0.20, "span": 1.40, "fingers": 0.42, "slots": 0.7},
        "gull": GULL,
        "albatross": {**GULL, "spread": True, "tucked": True, "span": 1.75, "chord": 0.36, "sweep": 0.10,
                      "fingers": 0.30, "raise_deg": 10.0, "beak": 0.28, "beak_drop": 0.08, "girth": 0.225,
                      "pitch_deg": 8.0},
        "penguin": {"pitch_deg": 82.0, "full": 0.62, "girth": 0.290, "neck": 0.02, "neck_deg": 8.0,
                    "neck_radius": 0.190,
                    "head": 0.180, "beak": 0.17, "beak_radius": 0.042, "beak_drop": 0.04, "flippers": True,
                    "wing_length": 0.66, "wing_width": 0.115, "tail": 0.10, "tail_rise_deg": -6.0, "legs": 0.07,
                    "leg_radius": 0.060, "foot": 0.22, "webbed": True, "thigh": 0.9},
        "puffin": {"pitch_deg": 66.0, "full": 0.35, "girth": 0.290, "neck": 0.02, "neck_deg": 10.0,
                   "neck_radius": 0.180,
                   "head": 0.195, "beak": 0.16, "beak_radius": 0.098, "beak_drop": 0.06, "beak_wide": 0.62,
                   "beak_tip": 0.30, "tail": 0.14, "legs": 0.12, "leg_radius": 0.036, "foot": 0.20, "webbed": True,
                   "wing_length": 0.74},
        "stork": WADER,
        "heron": {**WADER, "pitch_deg": 34.0, "girth": 0.200, "neck": 0.66, "neck_bend": 0.30, "neck_radius": 0.052,
                  "crest_form": "plumes", "crest": 0.15, "beak": 0.34, "beak_radius": 0.040},
        "crane": {**WADER, "girth": 0.250, "neck": 0.90, "neck_deg": 10.0, "neck_bend": 0.10, "beak": 0.22,
                  "legs": 1.10, "tail": 0.30, "tail_arch": 0.8, "tail_rise_deg": 34.0, "tail_width": 0.075},
        "flamingo": {**WADER, "pitch_deg": 14.0, "girth": 0.225, "neck": 0.95, "neck_deg": 14.0, "neck_radius": 0.048,
                     "neck_bend": 0.32, "head": 0.110, "beak": 0.22, "beak_radius": 0.062, "beak_drop": 0.21,
                     "beak_curve": 2.0, "beak_tip": 0.25, "legs": 1.25, "webbed": True},
        "ibis": {**WADER, "neck": 0.36, "beak": 0.46, "beak_drop": 0.26, "beak_curve": 2.0, "legs": 0.55},
        "ostrich": {"pitch_deg": 12.0, "full": 0.35, "girth": 0.360, "neck": 1.00, "neck_deg": 8.0,
                    "neck_radius": 0.058,
                    "neck_bend": 0.10, "head": 0.115, "beak": 0.13, "beak_radius": 0.055, "beak_wide": 1.4,
                    "beak_tip": 0.4, "legs": 1.18, "leg_radius": 0.056, "thigh": 0.70, "foot": 0.25, "tail": 0.30,
                    "tail_rise_deg": 16.0, "tail_arch": 0.6, "tail_width": 0.080, "wing_width": 0.25,
                    "wing_length": 0.62},
        "kiwi": {"pitch_deg": 16.0, "full": 0.40, "girth": 0.340, "neck": 0.08, "neck_deg": 62.0, "neck_radius": 0.130,
                 "head": 0.140, "eye": 0.12, "beak": 0.56, "beak_radius": 0.036, "beak_drop": 0.14, "tail": 0.02,
                 "tail_width": 0.040, "legs": 0.34, "leg_radius": 0.044, "foot": 0.22, "wing_length": 0.26,
                 "wing_width": 0.08},
    }
)  # fmt: skip

GROUNDED: Mapping[str, Any] = {"spread": False, "tucked": False}
LOW: Mapping[str, Any] = {**GROUNDED, "legs": Times(0.15), "thigh": Times(0.5), "neck": Times(0.8)}

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # In flight a long neck and long legs are held out in line; a short neck has nothing to hold out.
        "flying": {"spread": True, "tucked": True, "pitch_deg": 10.0, "neck_deg": 62.0, "neck_bend": Times(0.25),
                   "tail_rise_deg": 2.0, "tail_fan_deg": Times(1.2), "flipper_deg": Plus(62.0)},
        "standing": GROUNDED,
        "walking": {**GROUNDED, "neck_deg": Plus(10.0)},
        "running": {**GROUNDED, "pitch_deg": Times(0.6), "neck_deg": Plus(22.0)},
        "sitting": LOW,
        "sleeping": {**LOW, "neck": Times(0.4), "neck_bend": Times(0.6)},
        "eating": {**GROUNDED, "pitch_deg": Times(0.3), "neck_deg": Plus(104.0), "neck_bend": Times(0.4)},
        "swimming": {"spread": False, "tucked": True, "pitch_deg": 4.0, "legs": Times(0.6)},
        "waving": {"spread": True, "raise_deg": 46.0, "flipper_deg": Plus(80.0)},
        "jumping": {"spread": True, "raise_deg": 38.0, "flipper_deg": Plus(50.0)},
        "dancing": {"spread": True, "raise_deg": 30.0, "neck_deg": Plus(-16.0), "flipper_deg": Plus(40.0)},
    }
)  # fmt: skip
