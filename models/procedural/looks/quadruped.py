"""The proportions of quadrupeds: a default and what each verb changes; the kinds stand in rooms by family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus, Times
from models.procedural.looks.hoofed import HOOFED
from models.procedural.looks.mythical import MYTHICAL
from models.procedural.looks.pawed import PAWED
from models.procedural.looks.reptile import REPTILES


@dataclass(frozen=True, slots=True)
class Quadruped:
    """The proportions of a four-legged animal; the default is a cat."""

    depth: float = 0.180  #: radius of the trunk, up and down
    width: float = 0.140
    chest: float = 1.0  #: depth of the chest against the trunk's; it hangs lower, not higher
    belly: float = 0.96  #: depth of the middle: below 1 the flanks are drawn up
    rump: float = 1.0
    humps: int = 0  #: 1, or 2 side by side along the back
    hump: float = 0.24  #: height
    hump_at: float = 0.0  #: along the spine
    hump_long: float = 0.19
    fleece: float = 0.0  #: height of its curls
    udder: float = 0.0
    shell: float = 0.0  #: height of a tortoise's
    plates: int = 0  #: how many stand along the back
    plate: float = 0.2
    spines: int = 0  #: rows of them
    spine: float = 0.12
    pitch_deg: float = 0.0  #: how far the front is raised
    airborne: bool = False  #: no foot has to reach the ground
    sunk: float = 0.0  #: 1: the legs are folded and the belly lies on the ground
    legs: float = 0.44  #: from the trunk's axis to the ground
    leg_radius: float = 0.052
    shoulder: float = 1.0  #: how strong
    haunch: float = 1.0
    shank: float = 0.80  #: thickness below the wrist, against above
    bow: float = 1.0  #: how far knee and hock stand out
    reach: float = 1.0  #: of the forelegs: below 1 they hang before the chest
    foot: str = "paw"  #: paw, hoof, cloven, column or claw
    foot_long: float = 0.0
    paw: float = 0.066
    stance: float = 0.098  #: of the feet, sideways from the middle
    sprawl: float = 0.0  #: further still, with the elbows out
    stride_deg: float = 5.0  #: one of a pair ahead, the other back
    front_swing_deg: float = 0.0  #: both ahead
    hind_swing_deg: float = 0.0
    fold_deg: float = 0.0  #: how far a leg that swings ahead is bent
    crouched: bool = False  #: sat upon the hind legs
    neck: float = 0.20
    neck_rise_deg: float = 46.0
    neck_radius: float = 0.105
    neck_wide: float = 0.92
    throat: float = 0.66  #: depth of the neck's root, in depths of the trunk
    graze: float = 0.0  #: 1: the mouth is at the ground
    mane: float = 0.0  #: a comb on the neck
    ruff: float = 0.0  #: a lion's, in heads
    head: float = 0.170
    head_drop_deg: float = 4.0
    face_wide: float = 1.0
    cheek: float = 0.56
    jowl: float = 0.0  #: a ruff about the cheeks, in heads
    snout: float = 0.26
    snout_radius: float = 0.44
    snout_end: float = 0.78  #: radius at the nose against the radius at the face
    snout_low: float = -0.28
    gape_deg: float = 0.0  #: how far the jaw is open
    beard: float = 0.0  #: in heads
    nose: str = "button"  #: button, nostrils, disc or none
    eye: float = 0.17
    eye_out_deg: float = 32.0
    eye_up_deg: float = 14.0
    ears: str = "pointed"
    ear: float = 0.84
    ear_wide: float = 0.50
    horns: float = 0.0  #: length, in heads
    horn_at: float = -0.15
    horn_radius: float = 0.17
    horn_tip: float = 0.12
    horn_rise_deg: float = 90.0  #: 0 is ahead, 180 back
    horn_curl_deg: float = 0.0
    horn_spread: float = 0.3  #: to the side, at first
    horn_out: float = 0.0  #: to the side, all along
    antlers: str = "none"  #: branched or palmate
    nose_horns: int = 0
    nose_horn: float = 1.0
    nose_horn_at: float = 1.45
    nose_horn_up: float = 0.22
    nose_horn_radius: float = 0.30
    frill: float = 0.0
    trunk: float = 0.0
    tusks: float = 0.0
    tusk_at: float = 0.62
    tail: float = 0.86
    tail_radius: float = 0.040
    tail_root: float = 1.35  #: radius at the root against the middle's
    tail_tip: float = 0.55
    tail_wide: float = 1.0
    tail_high: float = 0.40  #: where it leaves the rump, in depths
    tail_rise_deg: float = -34.0
    tail_curl_deg: float = 116.0
    tuft: float = 0.0
    spikes: int = 0  #: along the tail; half as many on the neck
    spike: float = 0.09
    barb: float = 0.0  #: an arrow's head on the tail
    wings: float = 0.0  #: length of one
    wing: str = "feather"  #: feather or skin
    wing_raise_deg: float = 58.0  #: above the level
    wing_fold: float = 0.45  #: 0 is spread, 1 laid back
    beak: float = 0.0  #: length, in heads


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType({**PAWED, **HOOFED, **REPTILES, **MYTHICAL})

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "walking": {"stride_deg": 19.0, "fold_deg": 22.0},
        "running": {"front_swing_deg": 30.0, "hind_swing_deg": -26.0, "stride_deg": 15.0, "fold_deg": 40.0,
                    "pitch_deg": Plus(3.0), "neck_rise_deg": Times(0.72), "tail_rise_deg": Times(0.4)},
        "jumping": {"front_swing_deg": 60.0, "hind_swing_deg": -34.0, "stride_deg": 5.0, "fold_deg": 26.0,
                    "pitch_deg": Plus(18.0), "airborne": True, "crouched": False, "sunk": 0.0},
        "swimming": {"airborne": True, "front_swing_deg": 30.0, "hind_swing_deg": -46.0, "stride_deg": 18.0,
                     "fold_deg": 30.0},
        "flying": {"airborne": True, "front_swing_deg": 64.0, "hind_swing_deg": -58.0, "stride_deg": 7.0,
                   "fold_deg": 92.0, "crouched": False, "sunk": 0.0, "pitch_deg": Plus(6.0), "wing_raise_deg": 48.0,
                   "wing_fold": 0.0, "neck_rise_deg": Times(0.6), "tail_rise_deg": Times(0.5),
                   "tail_curl_deg": Times(0.5)},
        "dancing": {"airborne": True, "pitch_deg": Plus(34.0), "front_swing_deg": 58.0, "hind_swing_deg": 22.0,
                    "stride_deg": 12.0, "fold_deg": 74.0},
        "sitting": {"pitch_deg": Plus(44.0), "crouched": True, "sunk": 1.0, "stride_deg": 0.0},
        "sleeping": {"sunk": 1.0, "crouched": True, "stride_deg": 0.0, "pitch_deg": Times(0.2),
                     "neck_rise_deg": Times(0.12), "head_drop_deg": Times(0.8), "tail_rise_deg": Times(0.5),
                     "tail_curl_deg": Times(0.15),
                     "wing_raise_deg": Times(0.6), "wing_fold": 0.9},
        "eating": {"graze": 1.0, "stride_deg": 9.0},
        "standing": {"stride_deg": 0.0},
    }
)  # fmt: skip
