"""The proportions of furniture: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Furniture:
    """The proportions of a seat, in metres; the default is a dining chair.

    What a seat, a backrest, armrests and legs are made like are words: keys of the tables in
    models.procedural.furniture.seat, furniture_back and furniture_legs.
    """

    width: float = 0.46
    depth: float = 0.46
    height: float = 0.45  #: ground to the top of the seat
    thick: float = 0.045  #: of the seat, or of the base below its cushions
    seat: str = "board"
    cushions: int = 0  #: side by side on the seat
    puff: float = 0.0  #: thickness of a cushion
    planks: int = 5  #: of a seat made of planks
    drop: float = 0.0  #: how much lower a seat is behind than in front
    rest: str = "slats"
    back: float = 0.52  #: seat to the top of the backrest
    back_thick: float = 0.05
    recline_deg: float = 9.0
    slats: int = 4
    armrests: str = "none"
    arms: float = 0.22  #: height of armrests above the seat
    arm_wide: float = 0.05
    legs: str = "four"
    leg_radius: float = 0.024
    splay: float = 0.035  #: how far the feet stand out
    rungs: bool = True
    rung_at: float = 0.36  #: height of the rungs, in heights of the seat
    posts: float = 0.0  #: height of the posts of a bed
    sides: float = 0.0  #: height of the railing around a child's bed
    levels: int = 1  #: seats on top of each other: a bunk bed has two
    pillows: int = 0
    crown: float = 0.0  #: height of the points on top of a throne's back
    footrest: float = 0.0  #: length of a footrest before the seat
    tray: bool = False  #: a board before the sitter


_SOFA: Mapping[str, Any] = MappingProxyType(
    {"width": 2.00, "depth": 0.86, "height": 0.30, "thick": 0.18, "seat": "cushions", "cushions": 3, "puff": 0.16,
     "rest": "padded", "back": 0.58, "back_thick": 0.20, "recline_deg": 10.0, "armrests": "blocks", "arms": 0.32,
     "arm_wide": 0.20, "leg_radius": 0.032, "splay": 0.01, "rungs": False}
)  # fmt: skip
_BENCH: Mapping[str, Any] = MappingProxyType(
    {"width": 1.60, "depth": 0.46, "height": 0.44, "seat": "planks", "planks": 5, "back": 0.42, "slats": 13,
     "leg_radius": 0.032, "splay": 0.0, "armrests": "rails", "arms": 0.22, "arm_wide": 0.05}
)  # fmt: skip
_BED: Mapping[str, Any] = MappingProxyType(
    {"width": 1.55, "depth": 2.05, "height": 0.32, "thick": 0.16, "seat": "mattress", "puff": 0.22, "rest": "board",
     "back": 0.66, "back_thick": 0.09, "recline_deg": 0.0, "leg_radius": 0.045, "splay": -0.01, "rungs": False,
     "pillows": 2}
)  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "armchair": {**_SOFA, "width": 0.90, "depth": 0.84, "cushions": 1, "back": 0.66, "splay": 0.02},
        "recliner": {**_SOFA, "width": 0.92, "depth": 0.86, "cushions": 1, "back": 0.82, "recline_deg": 26.0,
                     "footrest": 0.52},
        "office chair": {"width": 0.52, "depth": 0.50, "height": 0.46, "thick": 0.05, "seat": "cushions",
                         "cushions": 1, "puff": 0.09, "rest": "shell", "back": 0.66, "back_thick": 0.09,
                         "recline_deg": 8.0, "armrests": "pads", "arms": 0.26, "arm_wide": 0.08, "legs": "star",
                         "leg_radius": 0.030, "splay": 0.08},
        "folding chair": {"width": 0.46, "depth": 0.42, "thick": 0.03, "rest": "board", "back": 0.42,
                          "back_thick": 0.03, "recline_deg": 12.0, "legs": "crossed", "leg_radius": 0.016},
        "rocking chair": {"width": 0.56, "depth": 0.50, "height": 0.42, "back": 0.72, "recline_deg": 16.0, "slats": 6,
                          "armrests": "rails", "arms": 0.24, "legs": "rockers", "leg_radius": 0.022},
        "high chair": {"width": 0.38, "depth": 0.36, "height": 0.62, "back": 0.36, "slats": 4, "armrests": "rails",
                       "arms": 0.18, "splay": 0.11, "leg_radius": 0.020, "rung_at": 0.40, "tray": True},
        "deck chair": {"width": 0.60, "depth": 0.66, "height": 0.40, "thick": 0.02, "seat": "sling", "drop": 0.17,
                       "rest": "sling", "back": 0.62, "recline_deg": 36.0, "legs": "easel", "leg_radius": 0.022},
        "wheelchair": {"width": 0.50, "depth": 0.46, "height": 0.50, "thick": 0.03, "seat": "sling", "drop": 0.02,
                       "rest": "sling", "back": 0.46, "recline_deg": 8.0, "armrests": "rails", "arms": 0.22,
                       "arm_wide": 0.06, "legs": "wheels", "leg_radius": 0.016, "footrest": 0.16},
        "throne": {"width": 0.78, "depth": 0.64, "height": 0.46, "thick": 0.14, "seat": "cushions", "cushions": 1,
                   "puff": 0.10, "rest": "framed", "back": 1.20, "back_thick": 0.12, "recline_deg": 3.0,
                   "armrests": "scrolls", "arms": 0.34, "arm_wide": 0.10, "legs": "turned", "leg_radius": 0.052,
                   "splay": 0.0, "crown": 0.22},
        "stool": {"width": 0.36, "depth": 0.36, "height": 0.46, "thick": 0.05, "seat": "round", "rest": "none",
                  "leg_radius": 0.019, "splay": 0.06},
        "bar stool": {"width": 0.40, "depth": 0.40, "height": 0.76, "thick": 0.04, "seat": "round", "puff": 0.07,
                      "rest": "none", "legs": "pedestal", "leg_radius": 0.032, "splay": 0.02},
        "ottoman": {"width": 0.64, "depth": 0.48, "height": 0.27, "thick": 0.17, "seat": "cushions", "cushions": 1,
                    "puff": 0.13, "rest": "none", "leg_radius": 0.030, "splay": 0.012, "rungs": False},
        "sofa": _SOFA,
        "loveseat": {**_SOFA, "width": 1.42, "cushions": 2, "back": 0.60, "pillows": 2},
        "chaise longue": {**_SOFA, "width": 0.78, "depth": 1.62, "height": 0.28, "cushions": 1, "armrests": "none",
                          "back": 0.56, "recline_deg": 30.0, "pillows": 1},
        "bench": _BENCH,
        "park bench": {**_BENCH, "width": 1.70, "rest": "planks", "slats": 4, "back": 0.46, "recline_deg": 14.0,
                       "legs": "iron", "leg_radius": 0.026, "armrests": "iron", "planks": 6},
        "pew": {**_BENCH, "width": 1.80, "seat": "board", "rest": "board", "back": 0.56, "back_thick": 0.05,
                "legs": "ends", "armrests": "none", "recline_deg": 6.0, "thick": 0.05},
        "swing": {**_BENCH, "width": 1.40, "height": 0.48, "legs": "frame", "posts": 1.95, "leg_radius": 0.036,
                  "rest": "planks", "slats": 4, "recline_deg": 12.0},
        "bed": _BED,
        "four-poster": {**_BED, "legs": "posts", "posts": 1.95, "leg_radius": 0.05, "back": 0.80},
        "crib": {**_BED, "width": 0.72, "depth": 1.25, "height": 0.34, "thick": 0.08, "puff": 0.10, "pillows": 1,
                 "rest": "slats", "back": 0.62, "slats": 5, "sides": 0.56, "leg_radius": 0.028, "splay": 0.0},
        "cradle": {**_BED, "width": 0.56, "depth": 0.95, "height": 0.30, "thick": 0.08, "puff": 0.10, "pillows": 1,
                   "rest": "board", "back": 0.44, "back_thick": 0.035, "sides": 0.28, "legs": "cradle",
                   "leg_radius": 0.026, "splay": 0.0},
        "bunk bed": {**_BED, "width": 1.00, "legs": "posts", "posts": 1.72, "levels": 2, "pillows": 1, "back": 0.36,
                     "puff": 0.15, "thick": 0.12, "leg_radius": 0.04, "rest": "planks", "slats": 2},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # chairs do nothing
