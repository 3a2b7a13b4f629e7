"""The proportions of bipeds: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus, Times


@dataclass(frozen=True, slots=True)
class Biped:
    """The proportions of a figure; the default is a person, standing."""

    power: float = 2.0  #: 2 is flesh, more is a machine's box (see models.procedural.kit.sdf.ball)
    head: float = 0.142
    head_lean: float = 0.4  #: how much of the lean the head takes part in
    brow: float = 0.13  #: height of the ridge over the eyes, in heads; 0 for none
    crown: float = 1.0  #: height of the brain case
    jaw: float = 1.0  #: width
    smile: float = 0.0  #: how far the corners of the mouth are up, in heads
    eyes: str = "round"  #: round or almond
    eye: float = 0.145
    nose: float = 1.0
    muzzle: float = 0.0
    ear: float = 0.040
    ear_out_deg: float = 24.0  #: how far an ear stands off the head
    hair: float = 0.06  #: length of hair down the back; 0 is none
    beard: float = 0.0  #: length below the chin; 0 is none
    hat: str = "none"  #: a key of models.procedural.biped.hats.HATS
    antenna: float = 0.0
    neck: float = 0.055
    shoulders: float = 0.205  #: half their width
    chest: float = 0.128  #: radius, front to back
    bust: float = 0.0
    paunch: float = 0.0
    waist: float = 0.128
    hips: float = 0.152
    trunk: float = 0.56  #: from the hips to the shoulders
    tail: float = 0.0
    skirt: float = 0.0  #: length below the hips
    flare: float = 1.8  #: half its width at the hem, in hips
    cape: float = 0.0  #: length from the shoulders
    belt: float = 0.0  #: half its height
    pack: float = 0.0  #: half the height of what is carried on the back
    arms: float = 0.58
    arm_radius: float = 0.050
    hand: float = 0.060
    curl: float = 0.30  #: 0 is an open hand, 1 a fist
    sword: float = 0.0  #: length of its blade, in the right hand
    staff: float = 0.0  #: how far it stands out above the right hand
    shield: float = 0.0  #: half its height, on the left arm
    legs: float = 0.86
    leg_radius: float = 0.074
    foot: float = 0.165
    boot: float = 0.0  #: how far up the shank
    lean_deg: float = 0.0
    arms_lean: float = 0.35  #: how much of the lean the arms take up; the rest they hang
    left_arm_deg: float = 13.0  #: sideways
    right_arm_deg: float = 13.0
    left_swing_deg: float = 4.0  #: forward
    right_swing_deg: float = 4.0
    left_elbow_deg: float = 14.0
    right_elbow_deg: float = 14.0
    astride_deg: float = 4.0
    left_leg_deg: float = 0.0
    right_leg_deg: float = 0.0
    left_knee_deg: float = 2.0
    right_knee_deg: float = 2.0


def both(**angles: float) -> Mapping[str, float]:
    """The same angle for the left and the right side."""
    return {f"{side}_{name}": angle for name, angle in angles.items() for side in ("left", "right")}


MAN: Mapping[str, Any] = {
    "shoulders": 0.225, "chest": 0.140, "waist": 0.130, "hips": 0.142, "arm_radius": 0.056, "neck": 0.062, "hair": 0.04,
}  # fmt: skip

WOMAN: Mapping[str, Any] = {
    "shoulders": 0.180, "chest": 0.115, "bust": 0.066, "waist": 0.104, "hips": 0.158, "hair": 0.25, "skirt": 0.36,
    "arm_radius": 0.042, "leg_radius": 0.066, "hand": 0.052, "neck": 0.046, "head": 0.138, "nose": 0.75, "foot": 0.145,
    "brow": 0.08,
}  # fmt: skip

CHILD: Mapping[str, Any] = {
    "head": 0.158, "shoulders": 0.145, "trunk": 0.38, "arms": 0.38, "legs": 0.48, "hips": 0.118, "waist": 0.112,
    "chest": 0.105, "foot": 0.120, "leg_radius": 0.060, "arm_radius": 0.040, "hand": 0.045, "neck": 0.042,
    "nose": 0.7, "ear": 0.042, "brow": 0.06, "eye": 0.16,
}  # fmt: skip

ROBE: Mapping[str, Any] = {"skirt": 0.84, "flare": 1.75, "belt": 0.035}

APE: Mapping[str, Any] = {"hair": 0.0, "brow": 0.20, "hand": 0.075, "curl": 0.6, "neck": 0.075, "arms_lean": 0.0}

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "man": {**MAN},
        "woman": {**WOMAN},
        "child": {**CHILD, "smile": 0.06},
        "girl": {**CHILD, "smile": 0.06, "hair": 0.24, "skirt": 0.24, "flare": 2.0},
        "baby": {**CHILD, "head": 0.190, "hair": 0.0, "shoulders": 0.125, "trunk": 0.33, "arms": 0.26, "legs": 0.27,
                 "hips": 0.145, "waist": 0.135, "paunch": 0.10, "leg_radius": 0.062, "arm_radius": 0.042, "hand": 0.040,
                 "foot": 0.085, "nose": 0.6, "neck": 0.056, "brow": 0.0, "eye": 0.18, "smile": 0.10, "jaw": 1.15,
                 **both(leg_deg=80.0, knee_deg=34.0, arm_deg=30.0, elbow_deg=50.0), "astride_deg": 24.0},
        "old man": {**MAN, "beard": 0.14, "hair": 0.0, "lean_deg": 14.0, "staff": 0.42, "right_elbow_deg": 62.0,
                    "curl": 0.9, "paunch": 0.10},
        "king": {**MAN, **ROBE, "hat": "crown", "beard": 0.06, "cape": 1.25, "hair": 0.16},
        "queen": {**WOMAN, "hat": "crown", "skirt": 0.86, "flare": 2.6},
        "knight": {**MAN, "hat": "helm", "sword": 0.72, "shield": 0.24, "shoulders": 0.245, "chest": 0.160,
                   "arm_radius": 0.066, "leg_radius": 0.084, "boot": 0.9, "belt": 0.035, "skirt": 0.17, "flare": 1.35,
                   "curl": 1.0, "right_elbow_deg": 74.0, "left_elbow_deg": 62.0, "right_arm_deg": 20.0,
                   "astride_deg": 7.0},
        "soldier": {**MAN, "hat": "hard", "pack": 0.15, "boot": 0.62, "belt": 0.03, "leg_radius": 0.080, "curl": 0.9},
        "cowboy": {**MAN, "hat": "brim", "boot": 0.72, "belt": 0.032, "hips": 0.135, "astride_deg": 8.0, "curl": 0.8,
                   **both(arm_deg=28.0, elbow_deg=30.0)},
        "viking": {**MAN, "hat": "horned", "beard": 0.17, "shield": 0.26, "sword": 0.70, "boot": 0.7, "curl": 1.0,
                   "shoulders": 0.250, "chest": 0.165, "hair": 0.20, "skirt": 0.22, "flare": 1.35, "belt": 0.04,
                   "right_elbow_deg": 70.0, "left_elbow_deg": 58.0},
        "wizard": {**MAN, **ROBE, "hat": "cone", "beard": 0.30, "staff": 0.66, "right_elbow_deg": 70.0, "curl": 0.9,
                   "hair": 0.20, "right_arm_deg": 18.0},
        "witch": {**WOMAN, **ROBE, "hat": "cone", "nose": 1.5, "hair": 0.28, "staff": 0.50, "right_elbow_deg": 64.0,
                  "curl": 0.9},
        "magician": {**MAN, "hat": "top", "cape": 1.05, "right_arm_deg": 60.0, "right_elbow_deg": 50.0},
        "chef": {**MAN, "hat": "toque", "paunch": 0.165, "waist": 0.155, "skirt": 0.34, "flare": 1.25, "belt": 0.03},
        "superhero": {**MAN, "cape": 1.15, "shoulders": 0.255, "chest": 0.165, "waist": 0.118, "arm_radius": 0.068,
                      "boot": 0.8, "belt": 0.032, "curl": 1.0, **both(arm_deg=38.0, elbow_deg=64.0),
                      "astride_deg": 9.0},
        "dancer": {**WOMAN, "skirt": 0.17, "flare": 3.0, "hair": 0.05, "left_arm_deg": 142.0, "right_arm_deg": 142.0,
                   **both(elbow_deg=26.0), "left_leg_deg": 6.0, "right_leg_deg": -4.0},
        "athlete": {**MAN, "waist": 0.118, "arm_radius": 0.060, "leg_radius": 0.080, "left_leg_deg": 52.0,
                    "right_leg_deg": -30.0, **both(knee_deg=62.0, elbow_deg=86.0), "left_swing_deg": -40.0,
                    "right_swing_deg": 44.0, "lean_deg": 12.0},
        "hiker": {**MAN, "hat": "cap", "pack": 0.22, "boot": 0.45, "staff": 0.30, "right_elbow_deg": 60.0,
                  "curl": 0.9, "left_leg_deg": 16.0, "right_leg_deg": -14.0},
        "astronaut": {"hair": 0.0, "hat": "bubble", "head": 0.150, "pack": 0.215, "shoulders": 0.225, "chest": 0.172,
                      "waist": 0.176, "hips": 0.182, "arm_radius": 0.080, "hand": 0.078, "curl": 0.4, "boot": 0.5,
                      "leg_radius": 0.104, "foot": 0.165, "legs": 0.74, "neck": 0.09, "belt": 0.04,
                      **both(arm_deg=26.0, elbow_deg=24.0), "astride_deg": 7.0},
        "robot": {"power": 8.0, "head": 0.165, "antenna": 0.13, "ear": 0.05, "neck": 0.05, "shoulders": 0.240,
                  "chest": 0.155, "waist": 0.16, "hips": 0.165, "arm_radius": 0.058, "hand": 0.070, "leg_radius": 0.075,
                  "foot": 0.155, "legs": 0.72, **both(elbow_deg=30.0, arm_deg=14.0)},
        "alien": {"hair": 0.0, "head": 0.210, "brow": 0.0, "eyes": "almond", "eye": 0.36, "nose": 0.3, "crown": 1.12,
                  "jaw": 0.74, "ear": 0.0, "neck": 0.034,
                  "shoulders": 0.130, "chest": 0.085, "waist": 0.080, "hips": 0.095, "trunk": 0.44, "arms": 0.62,
                  "arm_radius": 0.030, "hand": 0.066, "curl": 0.1, "legs": 0.66, "leg_radius": 0.046, "foot": 0.130},
        "zombie": {**MAN, "hair": 0.0, "right_arm_deg": 4.0, "left_arm_deg": 4.0, "left_swing_deg": 82.0,
                   "right_swing_deg": 68.0, **both(elbow_deg=8.0), "lean_deg": 8.0, "left_leg_deg": 14.0,
                   "right_leg_deg": -12.0, "curl": 0.5},
        "gorilla": {**APE, "head": 0.165, "muzzle": 0.44, "ear": 0.030, "neck": 0.12, "shoulders": 0.300,
                    "chest": 0.225, "waist": 0.215, "hips": 0.185, "paunch": 0.18, "arms": 0.74, "arm_radius": 0.092,
                    "hand": 0.085, "curl": 0.95, "legs": 0.46, "leg_radius": 0.098, "foot": 0.165, "lean_deg": 46.0,
                    "head_lean": 0.1, **both(arm_deg=15.0, swing_deg=4.0, elbow_deg=6.0, leg_deg=26.0, knee_deg=32.0),
                    "astride_deg": 14.0},
        "monkey": {**APE, "head": 0.160, "crown": 0.90, "muzzle": 0.44, "ear": 0.072, "ear_out_deg": 58.0, "hair": 0.04,
                    "shoulders": 0.150, "trunk": 0.42, "arms": 0.60,
                   "arm_radius": 0.042, "hand": 0.060, "legs": 0.48, "leg_radius": 0.054, "hips": 0.118,
                   "chest": 0.115, "waist": 0.110, "lean_deg": 18.0, "head_lean": 0.0, "tail": 0.85,
                   "astride_deg": 12.0,
                   **both(elbow_deg=44.0, knee_deg=44.0, leg_deg=34.0, arm_deg=24.0, swing_deg=14.0)},
        "chimpanzee": {**APE, "head": 0.168, "crown": 0.86, "brow": 0.24, "muzzle": 0.60, "hair": 0.05, "ear": 0.074,
                       "ear_out_deg": 62.0, "shoulders": 0.225, "trunk": 0.52, "arms": 0.80, "arm_radius": 0.062,
                       "hand": 0.080, "curl": 0.9, "legs": 0.42, "leg_radius": 0.074, "hips": 0.150, "chest": 0.165,
                       "waist": 0.160, "paunch": 0.12, "lean_deg": 36.0, "head_lean": 0.0, "neck": 0.085,
                       **both(elbow_deg=12.0, knee_deg=44.0, leg_deg=34.0, arm_deg=14.0, swing_deg=8.0),
                       "astride_deg": 13.0},
    }
)  # fmt: skip

EMPTY_HANDED: Mapping[str, float] = {"sword": 0.0, "shield": 0.0, "staff": 0.0}

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"left_leg_deg": 24.0, "right_leg_deg": -20.0, "left_knee_deg": 6.0, "right_knee_deg": 18.0,
                    "left_swing_deg": -22.0, "right_swing_deg": 26.0, **both(elbow_deg=22.0), "lean_deg": Plus(2.0)},
        "running": {"left_leg_deg": 54.0, "right_leg_deg": -30.0, "left_knee_deg": 66.0, "right_knee_deg": 58.0,
                    "left_swing_deg": -44.0, "right_swing_deg": 44.0, **both(elbow_deg=88.0), "lean_deg": Plus(12.0),
                    "curl": 0.9, "skirt": Times(0.6)},
        "jumping": {"left_leg_deg": 44.0, "right_leg_deg": 10.0, "left_knee_deg": 76.0, "right_knee_deg": 58.0,
                    **both(arm_deg=138.0, elbow_deg=12.0), "curl": 0.1, "skirt": Times(0.6)},
        "dancing": {"left_leg_deg": 34.0, "left_knee_deg": 84.0, "left_arm_deg": 142.0, "right_arm_deg": 92.0,
                    **both(elbow_deg=26.0), "lean_deg": Plus(-3.0), "curl": 0.1, "astride_deg": Plus(5.0)},
        "waving": {"left_arm_deg": 112.0, "left_elbow_deg": 54.0, "curl": 0.05},
        "sitting": {"skirt": Times(0.8), "flare": Times(0.8), "lean_deg": Times(0.4),
                    **both(leg_deg=84.0, knee_deg=84.0, swing_deg=26.0, elbow_deg=34.0)},
        "sleeping": {**EMPTY_HANDED, "flare": Times(0.8), "lean_deg": -88.0, "head_lean": 1.0, "arms_lean": 1.0,
                     **both(leg_deg=87.0, knee_deg=3.0, arm_deg=16.0, swing_deg=4.0, elbow_deg=6.0)},
        "eating": {"right_swing_deg": 38.0, "right_elbow_deg": 104.0, "right_arm_deg": 8.0, "curl": 0.8},
        "flying": {"staff": 0.0, "skirt": Times(0.8), "flare": Times(0.8), "arms_lean": 1.0, "lean_deg": 70.0,
                   "left_arm_deg": 168.0, "right_arm_deg": 18.0, "left_leg_deg": -62.0, "right_leg_deg": -68.0,
                   **both(elbow_deg=4.0), "head_lean": 0.45, "curl": 0.8},
        "swimming": {**EMPTY_HANDED, "skirt": Times(0.8), "flare": Times(0.8), "arms_lean": 1.0, "lean_deg": 74.0,
                     "left_arm_deg": 162.0, "right_arm_deg": 64.0, "left_leg_deg": -62.0, "right_leg_deg": -80.0,
                     **both(elbow_deg=12.0), "curl": 0.05},
        "standing": {"left_leg_deg": Times(0.3), "right_leg_deg": Times(0.3)},
    }
)  # fmt: skip
