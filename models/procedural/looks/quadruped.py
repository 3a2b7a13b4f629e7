"""The proportions of quadrupeds: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Quadruped:
    """The proportions of a four-legged animal; the default is a cat."""

    depth: float = 0.185  #: radius of the trunk, up and down
    width: float = 0.165
    belly: float = 1.0  #: depth of the middle against shoulders and rump
    hump: float = 0.0
    pitch_deg: float = 0.0  #: how far the front is raised: sitting
    legs: float = 0.44  #: from the belly's axis to the ground
    leg_radius: float = 0.062
    paw: float = 0.080
    stance: float = 0.105  #: sideways, from the middle
    stride_deg: float = 4.0
    crouched: bool = False  #: hind legs folded
    neck: float = 0.22
    neck_rise_deg: float = 46.0
    neck_radius: float = 0.115
    mane: float = 0.0
    head: float = 0.185
    head_drop_deg: float = 4.0
    snout: float = 0.30
    snout_radius: float = 0.50
    snout_end: float = 0.86  #: radius at the nose against the radius at the face
    ears: str = "pointed"
    ear: float = 0.92
    ear_wide: float = 0.42
    horns: float = 0.0
    horn_bend: float = 0.5
    antlers: bool = False
    nose_horn: float = 0.0
    trunk: float = 0.0
    tusks: float = 0.0
    tail: float = 0.92
    tail_radius: float = 0.045
    tail_rise_deg: float = -34.0
    tail_curl_deg: float = 116.0
    tuft: float = 0.0


HOOVED: Mapping[str, Any] = {
    "depth": 0.205, "width": 0.165, "legs": 0.72, "leg_radius": 0.058, "paw": 0.066, "stance": 0.105, "neck": 0.46,
    "neck_rise_deg": 48.0, "neck_radius": 0.115, "head": 0.145, "head_drop_deg": 36.0, "snout": 1.15,
    "snout_radius": 0.60, "snout_end": 0.78, "ears": "leaf", "ear": 0.62, "ear_wide": 0.22, "tail": 0.45,
    "tail_rise_deg": -56.0, "tail_curl_deg": -18.0, "tail_radius": 0.028, "tuft": 0.05,
}  # fmt: skip

HOUND: Mapping[str, Any] = {
    "depth": 0.185, "width": 0.150, "belly": 0.84, "legs": 0.52, "leg_radius": 0.060, "paw": 0.078, "neck": 0.26,
    "neck_rise_deg": 50.0, "head": 0.165, "head_drop_deg": 8.0, "snout": 0.98, "snout_radius": 0.46, "snout_end": 0.74,
    "tail": 0.56, "tail_rise_deg": 34.0, "tail_curl_deg": 48.0, "tail_radius": 0.040,
}  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "dog": {**HOUND, "ears": "floppy", "ear": 0.95, "ear_wide": 0.40},
        "wolf": {**HOUND, "ear": 0.72, "ear_wide": 0.34, "tail_rise_deg": -38.0, "tail_radius": 0.075,
                 "tail_curl_deg": 10.0, "legs": 0.56, "snout": 1.05},
        "fox": {**HOUND, "ear": 0.98, "ear_wide": 0.44, "head": 0.16, "snout": 1.10, "snout_end": 0.45, "depth": 0.16,
                "width": 0.135, "tail": 0.85, "tail_radius": 0.105, "tail_rise_deg": -8.0, "tail_curl_deg": 16.0,
                "legs": 0.44, "leg_radius": 0.048},
        "lion": {"depth": 0.20, "legs": 0.50, "leg_radius": 0.075, "paw": 0.092, "head": 0.185, "snout": 0.66,
                 "snout_radius": 0.56, "ears": "round", "ear": 0.46, "mane": 1.0, "tail_radius": 0.028, "tuft": 0.062,
                 "tail_rise_deg": -62.0, "tail_curl_deg": 92.0, "neck": 0.20, "tail": 0.80},
        "tiger": {"depth": 0.20, "legs": 0.48, "leg_radius": 0.080, "paw": 0.095, "head": 0.18, "snout": 0.60,
                  "snout_radius": 0.56, "ears": "round", "ear": 0.46, "tail_radius": 0.038, "tail_rise_deg": -16.0},
        "leopard": {"depth": 0.165, "width": 0.145, "head": 0.15, "snout": 0.56, "ears": "round", "ear": 0.44,
                    "tail": 0.95, "tail_radius": 0.036, "tail_rise_deg": -20.0},
        "bear": {"depth": 0.27, "width": 0.23, "belly": 1.08, "legs": 0.50, "leg_radius": 0.105, "paw": 0.115,
                 "stance": 0.14, "head": 0.20, "snout": 0.84, "snout_radius": 0.44, "ears": "round", "ear": 0.50,
                 "neck": 0.20, "neck_rise_deg": 28.0, "neck_radius": 0.17, "tail": 0.08, "tail_radius": 0.06,
                 "tail_curl_deg": 0.0},
        "panda": {"depth": 0.27, "width": 0.25, "belly": 1.12, "legs": 0.46, "leg_radius": 0.110, "paw": 0.115,
                  "stance": 0.14, "head": 0.25, "snout": 0.50, "snout_radius": 0.42, "ears": "round", "ear": 0.52,
                  "neck": 0.18, "neck_rise_deg": 32.0, "neck_radius": 0.18, "tail": 0.07, "tail_radius": 0.06},
        "horse": {**HOOVED, "mane": 0.45, "tail": 0.62, "tail_radius": 0.062, "tuft": 0.0},
        "zebra": {**HOOVED, "mane": 0.55, "neck": 0.40, "legs": 0.64},
        "donkey": {**HOOVED, "ear": 1.35, "ear_wide": 0.30, "neck": 0.36, "legs": 0.58, "mane": 0.3},
        "cow": {**HOOVED, "depth": 0.26, "width": 0.22, "belly": 1.08, "legs": 0.58, "leg_radius": 0.068,
                "neck": 0.26, "neck_rise_deg": 20.0, "neck_radius": 0.15, "head": 0.16, "snout": 0.95,
                "snout_radius": 0.66, "snout_end": 0.88, "horns": 0.95, "horn_bend": 0.9, "ears": "side", "ear": 0.85,
                "ear_wide": 0.40, "tail": 0.60, "head_drop_deg": 34.0, "tail_rise_deg": -74.0},
        "goat": {**HOOVED, "legs": 0.52, "neck": 0.32, "head": 0.14, "snout": 0.92, "horns": 1.5, "horn_bend": -0.9,
                 "ears": "side", "ear": 0.80, "tail": 0.20, "tail_rise_deg": 40.0, "tuft": 0.0},
        "deer": {**HOOVED, "depth": 0.165, "width": 0.135, "legs": 0.74, "leg_radius": 0.042, "paw": 0.048,
                 "neck": 0.44, "neck_rise_deg": 60.0, "neck_radius": 0.085, "head": 0.125, "snout": 1.05,
                 "antlers": True, "ears": "side", "ear": 0.85, "ear_wide": 0.30, "tail": 0.16, "tail_rise_deg": 20.0,
                 "tuft": 0.0},
        "camel": {**HOOVED, "hump": 0.26, "legs": 0.82, "neck": 0.62, "neck_rise_deg": 52.0, "neck_radius": 0.085,
                  "head": 0.125, "snout": 1.15, "head_drop_deg": 12.0, "depth": 0.22},
        "giraffe": {**HOOVED, "depth": 0.21, "legs": 1.10, "leg_radius": 0.058, "neck": 1.30, "neck_rise_deg": 68.0,
                    "neck_radius": 0.088, "head": 0.125, "snout": 1.35, "head_drop_deg": 24.0, "horns": 0.62,
                    "horn_bend": 0.0, "ears": "side", "ear": 0.90, "mane": 0.22, "tail": 0.55,
                    "tail_rise_deg": -76.0},
        "elephant": {"depth": 0.34, "width": 0.28, "belly": 1.08, "legs": 0.66, "leg_radius": 0.122, "paw": 0.128,
                     "stance": 0.165, "stride_deg": 5.0, "neck": 0.20, "neck_rise_deg": 26.0, "neck_radius": 0.21,
                     "head": 0.265, "head_drop_deg": 10.0, "snout": 0.15, "snout_radius": 0.52, "ears": "sail",
                     "ear": 1.60, "trunk": 1.0, "tusks": 1.0, "tail": 0.46, "tail_radius": 0.026,
                     "tail_rise_deg": -72.0, "tail_curl_deg": -8.0, "tuft": 0.04},
        "rhino": {"depth": 0.30, "width": 0.25, "belly": 1.06, "legs": 0.50, "leg_radius": 0.105, "paw": 0.112,
                  "stance": 0.15, "neck": 0.20, "neck_rise_deg": 8.0, "neck_radius": 0.20, "head": 0.19,
                  "snout": 1.20, "snout_radius": 0.66, "head_drop_deg": 24.0, "nose_horn": 1.0, "ears": "leaf",
                  "ear": 0.55, "ear_wide": 0.26, "tail": 0.34, "tail_radius": 0.026, "tail_rise_deg": -66.0,
                  "tail_curl_deg": -8.0},
        "hippo": {"depth": 0.33, "width": 0.30, "belly": 1.08, "legs": 0.42, "leg_radius": 0.112, "paw": 0.118,
                  "stance": 0.17, "neck": 0.18, "neck_rise_deg": 8.0, "neck_radius": 0.23, "head": 0.22,
                  "snout": 1.02, "snout_radius": 0.74, "snout_end": 1.12, "head_drop_deg": 16.0, "ears": "round",
                  "ear": 0.30, "tail": 0.18, "tail_radius": 0.03, "tail_rise_deg": -60.0, "tail_curl_deg": 0.0},
        "pig": {"depth": 0.27, "width": 0.235, "belly": 1.06, "legs": 0.42, "leg_radius": 0.070, "paw": 0.072,
                "stance": 0.13, "neck": 0.15, "neck_rise_deg": 8.0, "neck_radius": 0.19, "head": 0.20, "snout": 0.78,
                "snout_radius": 0.44, "snout_end": 1.02, "head_drop_deg": 10.0, "ears": "leaf", "ear": 0.70,
                "ear_wide": 0.44, "tail": 0.30, "tail_radius": 0.022, "tail_rise_deg": 30.0, "tail_curl_deg": 330.0},
        "sheep": {**HOOVED, "depth": 0.29, "width": 0.26, "belly": 1.04, "legs": 0.48, "leg_radius": 0.052,
                  "neck": 0.24, "neck_rise_deg": 40.0, "neck_radius": 0.15, "head": 0.14, "snout": 0.85,
                  "ears": "side", "ear": 0.85, "ear_wide": 0.36, "tail": 0.12, "tail_radius": 0.06, "tuft": 0.0},
        "rabbit": {"depth": 0.26, "width": 0.21, "belly": 1.0, "legs": 0.34, "leg_radius": 0.060, "paw": 0.080,
                   "neck": 0.16, "neck_rise_deg": 42.0, "neck_radius": 0.14, "head": 0.21, "snout": 0.42,
                   "ears": "long", "ear": 2.1, "ear_wide": 0.40, "tail": 0.08, "tail_radius": 0.10,
                   "tail_curl_deg": 0.0, "tail_rise_deg": 10.0, "crouched": True},
        "mouse": {"depth": 0.24, "width": 0.21, "legs": 0.28, "leg_radius": 0.042, "paw": 0.056, "neck": 0.12,
                  "neck_rise_deg": 14.0, "neck_radius": 0.15, "head": 0.20, "snout": 0.95, "snout_radius": 0.46,
                  "snout_end": 0.35, "ears": "round", "ear": 0.95, "tail": 1.15, "tail_radius": 0.022,
                  "tail_rise_deg": -8.0, "tail_curl_deg": 36.0},
        "crocodile": {"depth": 0.125, "width": 0.18, "legs": 0.19, "leg_radius": 0.055, "paw": 0.078, "stance": 0.20,
                      "neck": 0.20, "neck_rise_deg": 4.0, "neck_radius": 0.115, "head": 0.125, "head_drop_deg": 2.0,
                      "snout": 3.0, "snout_radius": 0.60, "snout_end": 0.62, "ears": "none", "tail": 1.25,
                      "tail_radius": 0.105, "tail_rise_deg": -8.0, "tail_curl_deg": 10.0},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"stride_deg": 17.0},
        "running": {"stride_deg": 38.0, "neck_rise_deg": 26.0},
        "jumping": {"stride_deg": 46.0, "pitch_deg": 16.0},
        "sitting": {"pitch_deg": 46.0, "crouched": True, "stride_deg": 0.0},
        "sleeping": {"legs": 0.24, "crouched": True, "neck_rise_deg": 4.0, "head_drop_deg": 24.0},
        "eating": {"neck_rise_deg": -34.0, "head_drop_deg": 34.0},
        "standing": {"stride_deg": 0.0},
    }
)
