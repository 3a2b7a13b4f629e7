"""The proportions of what one sits astride: bicycles, motorcycles, scooters. They are looks of the vehicle template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Cycle:
    """The proportions of a cycle, in metres; but for its `body` the default is a bicycle.

    Body, fork and bars are words: keys of the tables in models.procedural.cycle.whole and cycle_steering.
    """

    body: str = "none"  #: "none" is no cycle at all: a vehicle with a cabin
    base: float = 1.06  #: from axle to axle
    wheel: float = 0.345
    wheel_back: float = 1.0  #: radius of the wheel behind, in front wheels
    tyre: float = 0.021  #: half its thickness
    tyre_back: float = 1.0  #: of the one behind, in front ones
    track: float = 0.0  #: between two wheels behind; 0 for a single one
    rim: float = 0.022  #: height
    hub: float = 0.026  #: radius
    spokes: int = 28  #: 0 for a disc
    spoke: float = 0.0036  #: radius: thicker than a true one, which would not be seen
    lacing_deg: float = 62.0  #: how far spokes lean from hub to rim, by turns one way and the other
    brake: float = 0.0  #: radius of a disc brake, in wheels
    fork: str = "rigid"
    head_deg: float = 71.0  #: of the steering axis above the level
    rake: float = 0.05  #: how far the front axle is ahead of the steering axis
    clearance: float = 0.055  #: tyre to the crown of the fork
    head: float = 0.15  #: length of the tube that the fork turns in
    stem: float = 0.07  #: how far the bars are above it
    reach: float = 0.05  #: and ahead of it
    bars: str = "swept"
    grip: float = 0.016  #: radius
    tube: float = 0.016  #: radius of the frame's tubes
    stay: float = 0.45  #: from the axle behind to the cranks
    crank_height: float = 0.29
    seat_deg: float = 72.0  #: of the tube below the saddle
    seat_tube: float = 0.50  #: its length
    saddle: float = 0.96  #: height
    riders: int = 1
    room: float = 0.0  #: from rider to rider
    fenders: float = 1.0  #: how far around the wheels; 0 for none
    lamp: float = 0.036  #: radius
    lamp_up: float = 0.02  #: above the crown of the fork
    lamp_ahead: float = 0.10
    mirrors: bool = False


NO_CYCLE = Cycle()

_MOTOR = Cycle(
    body="motor", base=1.44, wheel=0.325, wheel_back=0.98, tyre=0.052, tyre_back=1.35, rim=0.024, hub=0.05, spokes=20,
    spoke=0.0055, lacing_deg=48.0, brake=0.50, fork="clamped", head_deg=63.0, rake=0.045, clearance=0.09, head=0.20,
    stem=0.07, reach=0.02, bars="wide", grip=0.019, tube=0.019, saddle=0.78, fenders=0.72, lamp=0.092, lamp_up=0.14,
    lamp_ahead=0.145, mirrors=True,
)  # fmt: skip

CYCLES: Mapping[str, Cycle] = MappingProxyType(
    {
        "bicycle": Cycle("diamond"),
        "mountain bike": Cycle(
            "diamond", base=1.12, wheel=0.35, tyre=0.031, spokes=24, spoke=0.004, brake=0.27, fork="telescopic",
            head_deg=68.0, clearance=0.10, head=0.11, stem=0.04, bars="flat", tube=0.020, stay=0.46, seat_deg=73.5,
            seat_tube=0.40, saddle=0.94, fenders=0.0, lamp=0.030, lamp_up=0.14, lamp_ahead=0.09, crank_height=0.32,
        ),
        "tandem": Cycle("diamond", base=1.74, riders=2, room=0.68, tube=0.018, spokes=32),
        "tricycle": Cycle(
            "tricycle", base=0.62, wheel=0.20, wheel_back=0.62, tyre=0.022, track=0.46, rim=0.016, hub=0.022, spokes=14,
            spoke=0.0045, head_deg=69.0, rake=0.02, clearance=0.03, head=0.09, stem=0.12, reach=0.0, bars="high",
            grip=0.017, tube=0.019, saddle=0.42, fenders=0.5, lamp=0.028,
        ),
        "motorcycle": _MOTOR,
        "scooter": Cycle(
            "shell", base=1.24, wheel=0.225, tyre=0.048, rim=0.03, hub=0.05, spokes=0, head_deg=66.0, rake=0.03,
            clearance=0.07, head=0.46, stem=0.07, reach=0.0, bars="low", grip=0.019, tube=0.026, saddle=0.80,
            fenders=0.0, lamp=0.070, lamp_up=0.50, lamp_ahead=0.085, mirrors=True,
        ),
    }
)  # fmt: skip
