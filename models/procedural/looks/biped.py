"""The proportions of bipeds: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Biped:
    """The proportions of a figure; the default is a person, standing."""

    power: float = 2.0  #: 2 is flesh, more is a machine's box (see models.sdf.ball)
    head: float = 0.142
    hair: float = 0.09  #: length of hair down the back; 0 is none
    muzzle: float = 0.0
    helmet: float = 0.0
    antenna: float = 0.0
    ears: float = 0.026
    neck: float = 0.055
    shoulders: float = 0.205  #: half their width
    chest: float = 0.135  #: radius, front to back
    waist: float = 0.122
    hips: float = 0.150
    skirt: float = 0.0
    pack: float = 0.0  #: what is carried on the back
    trunk: float = 0.56  #: from the hips to the shoulders
    arms: float = 0.62
    arm_radius: float = 0.052
    hand: float = 0.060
    legs: float = 0.86
    leg_radius: float = 0.074
    foot: float = 0.165
    lean_deg: float = 0.0
    arms_lean: float = 0.35  #: how much of the lean the arms take up; the rest they hang
    left_arm_deg: float = 13.0  #: sideways
    right_arm_deg: float = 13.0
    left_swing_deg: float = 4.0  #: forward
    right_swing_deg: float = 4.0
    elbow_deg: float = 14.0
    left_leg_deg: float = 0.0
    right_leg_deg: float = 0.0
    left_knee_deg: float = 2.0
    right_knee_deg: float = 2.0


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "man": {"shoulders": 0.225, "chest": 0.142, "hips": 0.140, "arm_radius": 0.058},
        "woman": {"shoulders": 0.180, "waist": 0.096, "hips": 0.155, "hair": 0.26, "skirt": 0.34, "arm_radius": 0.044,
                  "leg_radius": 0.066, "hand": 0.052},
        "child": {"head": 0.165, "shoulders": 0.150, "trunk": 0.38, "arms": 0.40, "legs": 0.46, "hips": 0.125,
                  "waist": 0.118, "chest": 0.115, "foot": 0.115, "leg_radius": 0.066, "arm_radius": 0.045},
        "robot": {"power": 8.0, "hair": 0.0, "head": 0.165, "antenna": 0.16, "ears": 0.05, "neck": 0.05,
                  "shoulders": 0.235, "chest": 0.17, "waist": 0.16, "hips": 0.16, "arm_radius": 0.060, "hand": 0.075,
                  "leg_radius": 0.078, "foot": 0.155, "legs": 0.70, "elbow_deg": 26.0, "left_arm_deg": 10.0,
                  "right_arm_deg": 10.0},
        "astronaut": {"hair": 0.0, "helmet": 0.21, "head": 0.165, "pack": 0.21, "shoulders": 0.225, "chest": 0.175,
                      "waist": 0.175, "hips": 0.185, "arm_radius": 0.082, "hand": 0.082, "leg_radius": 0.105,
                      "foot": 0.17, "legs": 0.72, "left_arm_deg": 24.0, "right_arm_deg": 24.0, "neck": 0.09},
        "gorilla": {"hair": 0.0, "head": 0.165, "muzzle": 0.62, "neck": 0.11, "shoulders": 0.30, "chest": 0.24,
                    "waist": 0.225, "hips": 0.19, "arms": 0.84, "arm_radius": 0.092, "hand": 0.092, "legs": 0.46,
                    "leg_radius": 0.10, "foot": 0.15, "lean_deg": 20.0, "left_arm_deg": 20.0, "right_arm_deg": 20.0,
                    "elbow_deg": 6.0, "left_knee_deg": 18.0, "right_knee_deg": 18.0, "left_leg_deg": 14.0,
                    "right_leg_deg": 14.0},
        "monkey": {"hair": 0.0, "head": 0.165, "muzzle": 0.55, "ears": 0.048, "shoulders": 0.155, "trunk": 0.44,
                   "arms": 0.64, "arm_radius": 0.044, "legs": 0.50, "leg_radius": 0.055, "hips": 0.125,
                   "chest": 0.125, "waist": 0.12, "lean_deg": 10.0, "elbow_deg": 34.0, "left_knee_deg": 24.0,
                   "right_knee_deg": 24.0, "left_leg_deg": 18.0, "right_leg_deg": 18.0, "left_arm_deg": 26.0,
                   "right_arm_deg": 26.0},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"left_leg_deg": 22.0, "right_leg_deg": -18.0, "right_knee_deg": 14.0, "left_swing_deg": -22.0,
                    "right_swing_deg": 26.0, "elbow_deg": 22.0, "lean_deg": 3.0},
        "running": {"left_leg_deg": 52.0, "right_leg_deg": -30.0, "left_knee_deg": 62.0, "right_knee_deg": 62.0,
                    "left_swing_deg": -44.0, "right_swing_deg": 44.0, "elbow_deg": 88.0, "lean_deg": 14.0},
        "jumping": {"left_leg_deg": 40.0, "right_leg_deg": 12.0, "left_knee_deg": 74.0, "right_knee_deg": 60.0,
                    "left_arm_deg": 138.0, "right_arm_deg": 138.0, "elbow_deg": 10.0},
        "dancing": {"left_leg_deg": 30.0, "left_knee_deg": 78.0, "left_arm_deg": 142.0, "right_arm_deg": 84.0,
                    "elbow_deg": 24.0, "lean_deg": -3.0},
        "waving": {"left_arm_deg": 148.0, "elbow_deg": 16.0},
        "sitting": {"skirt": 0.0, "left_leg_deg": 84.0, "right_leg_deg": 84.0, "left_knee_deg": 84.0,
                    "right_knee_deg": 84.0, "left_swing_deg": 30.0, "right_swing_deg": 30.0, "elbow_deg": 40.0},
        "flying": {"skirt": 0.0, "arms_lean": 1.0, "lean_deg": 62.0, "left_arm_deg": 168.0, "right_arm_deg": 20.0,
                   "left_leg_deg": -52.0, "right_leg_deg": -58.0, "elbow_deg": 4.0},
        "swimming": {"skirt": 0.0, "arms_lean": 1.0, "lean_deg": 70.0, "left_arm_deg": 160.0, "right_arm_deg": 60.0,
                     "left_leg_deg": -58.0, "right_leg_deg": -74.0, "elbow_deg": 12.0},
        "standing": {},
    }
)  # fmt: skip
