"""The proportions of aircraft: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Aircraft:
    """The proportions of an aircraft; the default is an airliner."""

    radius: float = 0.062
    nose: float = 0.13  #: length of the rounded nose
    cone: float = 0.36  #: length of the tapering rear
    canopy: float = 0.0  #: a bubble over the pilot
    cockpit: float = 0.020
    span: float = 0.50  #: of one wing
    chord: float = 0.205
    taper: float = 0.28
    sweep: float = 0.21
    rise_deg: float = 5.0
    wing_at: float = 0.10  #: where its leading edge leaves the fuselage
    wing_up: float = -0.55  #: above the axis, in radii
    second: float = 0.0  #: distance of a second wing above
    winglet: float = 0.055
    tail_span: float = 0.185
    tail_chord: float = 0.115
    fin: float = 0.19
    fin_chord: float = 0.17
    tail_sweep: float = 0.10
    twin_fins: bool = False
    engines: int = 2  #: pods under the wings
    pod: float = 0.038
    pod_length: float = 0.125
    propeller: float = 0.0
    nozzles: int = 0
    nozzle: float = 0.04


LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "jet": {"radius": 0.050, "nose": 0.20, "cone": 0.30, "span": 0.40, "chord": 0.17, "sweep": 0.20, "engines": 0,
                "nozzles": 2, "nozzle": 0.036, "winglet": 0.06, "fin": 0.17, "tail_span": 0.15, "wing_at": 0.02},
        "fighter": {"radius": 0.050, "nose": 0.34, "cone": 0.14, "canopy": 0.9, "cockpit": 0.0, "span": 0.33,
                    "chord": 0.44, "taper": 0.14, "sweep": 0.32, "rise_deg": 0.0, "wing_at": 0.12, "wing_up": 0.0,
                    "winglet": 0.0, "tail_span": 0.21, "tail_chord": 0.15, "fin": 0.17, "fin_chord": 0.18,
                    "tail_sweep": 0.13, "twin_fins": True, "engines": 0, "nozzles": 2, "nozzle": 0.044},
        "glider": {"radius": 0.042, "nose": 0.20, "cone": 0.66, "canopy": 0.8, "cockpit": 0.0, "span": 0.98,
                   "chord": 0.115, "taper": 0.45, "sweep": 0.03, "rise_deg": 4.0, "wing_at": 0.16, "wing_up": 0.5,
                   "winglet": 0.05, "tail_span": 0.16, "tail_chord": 0.075, "fin": 0.15, "tail_sweep": 0.04,
                   "engines": 0, "nozzles": 1, "nozzle": 0.018},
        "biplane": {"radius": 0.072, "nose": 0.06, "cone": 0.62, "canopy": 0.55, "cockpit": 0.0, "span": 0.52,
                    "chord": 0.19, "taper": 0.92, "sweep": 0.0, "rise_deg": 2.0, "wing_at": 0.27, "wing_up": -0.8,
                    "second": 0.21, "winglet": 0.0, "tail_span": 0.19, "tail_chord": 0.13, "fin": 0.13,
                    "fin_chord": 0.14, "tail_sweep": 0.03, "engines": 0, "propeller": 0.20},
        "shuttle": {"radius": 0.085, "nose": 0.24, "cone": 0.04, "cockpit": 0.03, "span": 0.26, "chord": 0.50,
                    "taper": 0.30, "sweep": 0.34, "rise_deg": 3.0, "wing_at": 0.06, "wing_up": -0.7, "winglet": 0.0,
                    "tail_span": 0.07, "tail_chord": 0.08, "fin": 0.20, "fin_chord": 0.20, "tail_sweep": 0.13,
                    "engines": 0, "nozzles": 3, "nozzle": 0.042},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({"flying": {"rise_deg": 8.0}})
