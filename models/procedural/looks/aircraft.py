"""The proportions of aircraft: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.change import Plus


@dataclass(frozen=True, slots=True)
class Aircraft:
    """The proportions of an aircraft, in fuselages; the default is an airliner."""

    radius: float = 0.062
    tall: float = 1.0  #: height of the fuselage, in widths
    nose: float = 0.15  #: length of the rounded nose
    blunt: float = 0.0  #: 0 is a round nose, 1 the flat face of a radial engine
    cone: float = 0.38  #: length of the tapering rear
    pinch: float = 1.0  #: above 1 the rear gets thin at once, like the boom of a helicopter
    boom: float = 0.22  #: how thick the fuselage still is at its end, in radii
    upsweep: float = 0.62  #: how far the rear rises, in radii
    droop: float = 0.28  #: how far the nose lowers
    canopy: float = 0.0  #: size of a bubble over the pilot, in radii
    canopy_long: float = 2.1  #: its length, in its heights
    canopy_at: float = 0.22  #: how far behind the nose it is
    cockpit: float = 0.020  #: height of the windows of a flight deck
    windows: int = 22  #: along a side
    dome: float = 0.0  #: height of a hump: a jumbo jet's upper deck, the cabin below a high wing
    dome_at: float = 0.15  #: how far behind the nose it is
    span: float = 0.50  #: of one wing
    chord: float = 0.20
    taper: float = 0.28
    sweep: float = 0.22
    rise_deg: float = 5.0
    wing_at: float = 0.12  #: where its leading edge leaves the fuselage
    wing_up: float = -0.55  #: above the axis, in radii
    thick: float = 0.13  #: of a wing, in chords
    strakes: float = 0.0  #: length of the sharp edge that runs from the wing towards the nose
    decks: int = 1  #: wings on top of each other
    second: float = 0.20  #: their distance
    strut: bool = False  #: a wing above is held from below
    winglet: float = 0.055
    tail_span: float = 0.185
    tail_chord: float = 0.115
    tail_up: float = 0.0  #: how far up the fin the tailplane sits; 1 is a T
    fin: float = 0.19
    fin_chord: float = 0.18
    tail_sweep: float = 0.12
    twin_fins: bool = False
    fin_lean: float = 0.0  #: how far two fins lean out
    engines: int = 2  #: pods under the wings, or on them if they have propellers
    pod: float = 0.036
    pod_length: float = 0.15
    propeller: float = 0.0  #: length of a blade
    blades: int = 2
    nozzles: int = 0
    nozzle: float = 0.04
    flanks: int = 0  #: engines beside the rear
    humps: float = 0.0  #: radius of those that lie in swellings on either side of the fin's foot
    intakes: float = 0.0  #: size of the boxes that a fighter breathes through
    rotor: float = 0.0  #: length of a blade of a helicopter's rotor
    gear: str = "tricycle"  #: or "taildragger", "skids", "floats"
    retracts: bool = True  #: whether the gear goes up in the air
    airborne: bool = False
    leg: float = 0.085  #: from the belly to the ground
    wheel: float = 0.024
    paired: bool = True  #: two wheels to a leg
    missiles: int = 0  #: under each wing


_JET: Mapping[str, Any] = MappingProxyType(
    {"radius": 0.052, "nose": 0.20, "cone": 0.36, "span": 0.42, "chord": 0.17, "sweep": 0.16, "engines": 0,
     "flanks": 2, "nozzle": 0.038, "winglet": 0.06, "fin": 0.17, "fin_chord": 0.17, "tail_span": 0.17,
     "tail_chord": 0.09, "tail_up": 0.94, "wing_at": 0.02, "wing_up": -0.7, "windows": 7, "tail_sweep": 0.13}
)  # fmt: skip
_FIGHTER: Mapping[str, Any] = MappingProxyType(
    {"radius": 0.048, "nose": 0.36, "cone": 0.22, "boom": 0.86, "upsweep": 0.0, "droop": 0.55, "canopy": 0.84,
     "canopy_long": 2.6, "canopy_at": 0.25, "cockpit": 0.0, "windows": 0, "span": 0.30, "chord": 0.36, "taper": 0.20,
     "sweep": 0.26, "rise_deg": 0.0, "wing_at": 0.08, "wing_up": 0.15, "thick": 0.06, "strakes": 0.16,
     "winglet": 0.0, "tail_span": 0.20, "tail_chord": 0.15, "fin": 0.17, "fin_chord": 0.18, "tail_sweep": 0.13,
     "twin_fins": True, "fin_lean": 0.26, "engines": 0, "nozzles": 2, "nozzle": 0.040, "intakes": 0.85,
     "missiles": 2}
)  # fmt: skip
_PROPELLER: Mapping[str, Any] = MappingProxyType(
    {"radius": 0.078, "tall": 1.15, "nose": 0.12, "blunt": 0.5, "cone": 0.62, "boom": 0.20, "upsweep": 0.55,
     "droop": 0.30, "canopy": 0.95, "canopy_long": 1.5, "canopy_at": 0.25, "cockpit": 0.0, "windows": 0,
     "span": 0.60, "chord": 0.19, "taper": 0.76, "sweep": 0.015, "rise_deg": 1.5, "wing_at": 0.20, "wing_up": 1.12,
     "strut": True, "winglet": 0.0, "tail_span": 0.20, "tail_chord": 0.11, "fin": 0.17, "fin_chord": 0.15,
     "tail_sweep": 0.05, "engines": 0, "propeller": 0.15, "leg": 0.075, "wheel": 0.034, "paired": False,
     "retracts": False, "dome": 0.5, "dome_at": 0.31}
)  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "jumbo jet": {"radius": 0.066, "engines": 4, "dome": 0.45, "span": 0.52, "chord": 0.22, "sweep": 0.26,
                      "pod": 0.030, "pod_length": 0.12, "windows": 26, "fin": 0.20},
        "jet": _JET,
        "supersonic transport": {"radius": 0.034, "nose": 0.26, "cone": 0.30, "boom": 0.25, "upsweep": 0.2,
                                 "droop": 0.5, "span": 0.22, "chord": 0.56, "taper": 0.12, "sweep": 0.46,
                                 "rise_deg": 0.0, "wing_at": 0.14, "wing_up": -0.6, "thick": 0.035,
                                 "strakes": 0.14, "winglet": 0.0, "tail_span": 0.06, "tail_chord": 0.06,
                                 "fin": 0.13, "fin_chord": 0.24, "tail_sweep": 0.20, "engines": 4, "pod": 0.018,
                                 "pod_length": 0.17, "cockpit": 0.010, "windows": 24},
        "fighter": _FIGHTER,
        "bomber": {"radius": 0.135, "tall": 0.52, "nose": 0.44, "cone": 0.42, "boom": 0.5, "upsweep": 0.0,
                   "droop": 0.1, "canopy": 0.62, "canopy_long": 1.8, "canopy_at": 0.24, "cockpit": 0.0, "windows": 0,
                   "span": 1.00, "chord": 0.74, "taper": 0.14, "sweep": 0.74, "rise_deg": 0.0, "wing_at": 0.38,
                   "wing_up": 0.0, "thick": 0.10, "winglet": 0.0, "tail_span": 0.17, "tail_chord": 0.16,
                   "fin": 0.11, "fin_chord": 0.17, "tail_sweep": 0.10, "twin_fins": True, "fin_lean": 0.75,
                   "engines": 0, "nozzles": 2, "nozzle": 0.036},
        "glider": {"radius": 0.040, "nose": 0.24, "cone": 0.62, "boom": 0.26, "upsweep": 0.5, "canopy": 0.86,
                   "canopy_long": 3.0, "canopy_at": 0.20, "cockpit": 0.0, "windows": 0, "span": 0.98, "chord": 0.105,
                   "taper": 0.42, "sweep": 0.02, "rise_deg": 4.0, "wing_at": 0.12, "wing_up": 0.7, "winglet": 0.05,
                   "tail_span": 0.17, "tail_chord": 0.075, "tail_up": 0.95, "fin": 0.15, "fin_chord": 0.12,
                   "tail_sweep": 0.04, "engines": 0, "nozzles": 1, "nozzle": 0.014},
        "propeller plane": _PROPELLER,
        "biplane": {**_PROPELLER, "radius": 0.070, "tall": 1.1, "nose": 0.07, "blunt": 0.9, "canopy": 0.52,
                    "canopy_long": 1.5, "canopy_at": 0.42, "span": 0.54, "chord": 0.18, "taper": 0.95, "rise_deg": 2.0,
                    "wing_at": 0.30, "wing_up": -0.75, "decks": 2, "second": 0.21, "strut": False, "propeller": 0.19,
                    "dome": 0.0, "gear": "taildragger", "leg": 0.10, "wheel": 0.040, "fin": 0.13, "tail_span": 0.19},
        "triplane": {**_PROPELLER, "radius": 0.070, "tall": 1.1, "nose": 0.07, "blunt": 0.9, "canopy": 0.50,
                     "canopy_long": 1.5, "canopy_at": 0.42, "span": 0.48, "chord": 0.14, "taper": 0.98,
                     "rise_deg": 0.0, "wing_at": 0.30, "wing_up": -0.75, "decks": 3, "second": 0.14, "strut": False,
                     "propeller": 0.19, "dome": 0.0, "gear": "taildragger", "leg": 0.10, "wheel": 0.040, "fin": 0.12,
                     "tail_span": 0.18},
        "seaplane": {**_PROPELLER, "gear": "floats", "leg": 0.10},
        "warplane": {**_PROPELLER, "radius": 0.062, "nose": 0.20, "blunt": 0.15, "cone": 0.60, "canopy": 0.70,
                     "canopy_long": 2.2, "canopy_at": 0.46, "span": 0.52, "chord": 0.23, "taper": 0.42,
                     "sweep": 0.05, "rise_deg": 5.0, "wing_up": -0.62, "wing_at": 0.20, "strut": False,
                     "propeller": 0.17, "blades": 4, "dome": 0.0, "gear": "taildragger", "retracts": True},
        "transport": {"radius": 0.072, "nose": 0.17, "cone": 0.42, "upsweep": 0.85, "span": 0.60, "chord": 0.15,
                      "taper": 0.5, "sweep": 0.03, "rise_deg": 1.0, "wing_at": 0.16, "wing_up": 0.92,
                      "winglet": 0.0, "engines": 4, "pod": 0.026, "pod_length": 0.14, "propeller": 0.065,
                      "blades": 4, "tail_sweep": 0.05, "windows": 8, "tail_span": 0.22, "fin": 0.22},
        "shuttle": {"radius": 0.080, "tall": 1.05, "nose": 0.24, "cone": 0.04, "boom": 0.9, "upsweep": 0.0,
                    "cockpit": 0.021, "windows": 0, "span": 0.33, "chord": 0.40, "taper": 0.32, "sweep": 0.27,
                    "rise_deg": 3.0, "wing_at": -0.02, "wing_up": -0.58, "thick": 0.09, "strakes": 0.24,
                    "winglet": 0.0, "tail_span": 0.07, "tail_chord": 0.08, "fin": 0.20, "fin_chord": 0.20,
                    "tail_sweep": 0.15, "engines": 0, "nozzles": 3, "nozzle": 0.044,
                    "humps": 0.040, "leg": 0.045},
        "helicopter": {"radius": 0.125, "tall": 1.1, "nose": 0.22, "cone": 0.62, "boom": 0.16, "upsweep": 0.75,
                       "droop": 0.25, "canopy": 0.0, "cockpit": 0.0, "windows": 0, "span": 0.12, "chord": 0.10,
                       "taper": 0.7, "sweep": 0.02, "rise_deg": -4.0, "wing_at": 0.08, "wing_up": -0.1,
                       "winglet": 0.0, "tail_span": 0.13, "tail_chord": 0.06, "fin": 0.17, "fin_chord": 0.09,
                       "tail_sweep": 0.08, "engines": 0, "rotor": 0.60, "gear": "skids", "leg": 0.06,
                       "retracts": False, "pinch": 2.6},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"flying": {"rise_deg": Plus(3.0), "airborne": True}})
