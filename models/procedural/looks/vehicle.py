"""The proportions of vehicles: a default, what each kind changes, what each verb changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.procedural.looks.cart import CARTS, NO_CART, Cart
from models.procedural.looks.cycle import CYCLES, NO_CYCLE, Cycle


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The proportions of a vehicle, in metres; the default is a saloon car."""

    length: float = 4.40
    width: float = 1.80
    floor: float = 0.24  #: ground to shell
    nose: float = 0.73  #: ground to the top of the front end
    hood: float = 0.88  #: ground to the hood where the windscreen stands on it
    belt: float = 0.92  #: ground to the lower edge of the windows
    deck: float = 0.95  #: ground to the top of the tail
    height: float = 1.44
    taper: float = 0.12  #: how much narrower the nose is than the middle
    rounding: float = 0.13
    cabin_front: float = 0.86  #: where the windscreen starts, ahead of the middle
    cabin_back: float = -1.66
    cabin_wide: float = 1.0  #: width of the cabin, in widths of the shell
    rake_front: float = 0.80  #: how far the windscreen slopes back
    rake_back: float = 0.72
    tumble: float = 0.20  #: how far the sides lean in
    glazing: str = "house"  #: glass all round, or only a "screen", or the "slits" of a turret
    top: str = "hard"  #: a roof on pillars, one that is "folded", a racing car's "hoop", a tank's "turret"
    roof: float = 0.10  #: thickness
    pillars: int = 3  #: posts on each side
    seats: int = 0  #: rows of seats in an open cabin
    axle_front: float = 1.38
    axle_back: float = -1.30
    axles_front: int = 1
    axles_back: int = 1
    wheel: float = 0.34
    wheel_back: float = 1.0  #: radius of the wheels behind, in front wheels
    tyre: float = 0.23
    stance: float = 0.0  #: how far the wheels stand out from the shell
    spokes: int = 5
    rim: float = 0.66  #: radius of what is no rubber, in wheels
    lugs: int = 0  #: bars across the tread
    tracks: bool = False  #: chains around the wheels
    lamp: float = 0.15  #: half the width of a headlamp
    lamp_tall: float = 0.6  #: its height, in widths
    bumper: float = 0.10
    mirrors: bool = True
    cargo: float = 0.0  #: height of a closed box behind the cabin
    bed: float = 0.0  #: depth of an open bed behind the cabin
    trailer: float = 0.0  #: length of a box that hangs on behind
    barrel: float = 0.0  #: radius of a tank behind the cabin
    boiler: float = 0.0  #: radius of one ahead of the cabin
    pipe: float = 0.0  #: height of a chimney or an exhaust on the hood
    sign: float = 0.0  #: a taxi's
    beacon: float = 0.0  #: width of a bar of lights, in widths of the roof
    cross: float = 0.0  #: size of the sign of an ambulance
    ladder: float = 0.0  #: length
    spoiler: float = 0.0  #: height of a wing on the tail
    fenders: bool = False  #: sheets over wheels that stand free
    cannon: float = 0.0  #: length
    catcher: float = 0.0  #: height of what clears the rails of cows
    splitter: float = 0.0  #: width of a racing car's front wing
    pods: float = 0.0  #: width of what cools a racing car's engine, on either side
    rods: bool = False  #: what joins the driven wheels of a steam engine
    blade: float = 0.0  #: height of a blade that pushes earth or snow
    band: float = 0.0  #: height of the floor between the storeys of a double-decker
    bow: float = 0.0  #: what gathers current above a tram
    spare: bool = False
    cycle: Cycle = NO_CYCLE  #: one has none of the above
    cart: Cart = NO_CART  #: nor has one


_TRUCK: Mapping[str, Any] = MappingProxyType(
    {"length": 6.6, "width": 2.2, "floor": 0.52, "nose": 1.44, "hood": 1.50, "belt": 1.52, "deck": 0.92,
     "height": 2.55, "taper": 0.03, "wheel": 0.50, "tyre": 0.34, "cabin_front": 3.18, "cabin_back": 1.50,
     "rake_front": 0.34, "rake_back": 0.04, "tumble": 0.10, "axle_front": 2.20, "axle_back": -2.05, "axles_back": 2,
     "rounding": 0.14, "pillars": 2, "bumper": 0.16, "spokes": 6}
)  # fmt: skip
_BUS: Mapping[str, Any] = MappingProxyType(
    {"length": 9.0, "width": 2.4, "floor": 0.36, "nose": 1.46, "hood": 1.50, "belt": 1.50, "deck": 1.50,
     "height": 2.95, "taper": 0.03, "cabin_front": 4.42, "cabin_back": -4.42, "rake_front": 0.14, "rake_back": 0.06,
     "tumble": 0.06, "axle_front": 2.85, "axle_back": -2.60, "wheel": 0.50, "tyre": 0.34, "rounding": 0.16,
     "roof": 0.24, "pillars": 8, "bumper": 0.13, "lamp": 0.18}
)  # fmt: skip
_VAN: Mapping[str, Any] = MappingProxyType(
    {"length": 4.9, "width": 1.95, "floor": 0.32, "nose": 0.92, "hood": 1.16, "belt": 1.20, "deck": 1.20,
     "height": 2.10, "taper": 0.08, "cabin_front": 1.82, "cabin_back": -2.36, "rake_front": 0.86, "rake_back": 0.12,
     "tumble": 0.14, "axle_front": 1.60, "axle_back": -1.50, "wheel": 0.36, "roof": 0.16, "pillars": 4}
)  # fmt: skip

LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sports car": {"length": 4.30, "width": 1.94, "floor": 0.16, "nose": 0.54, "hood": 0.74, "belt": 0.80,
                       "deck": 0.84, "height": 1.12, "taper": 0.16, "cabin_front": 0.72, "cabin_back": -1.72,
                       "rake_front": 0.86, "rake_back": 0.98, "tumble": 0.22, "roof": 0.08, "wheel": 0.34,
                       "tyre": 0.30, "axle_front": 1.36, "axle_back": -1.28, "pillars": 2, "lamp": 0.17,
                       "spoiler": 0.20},
        "race car": {"length": 4.90, "width": 0.86, "floor": 0.10, "nose": 0.28, "hood": 0.56, "belt": 0.62,
                     "deck": 0.50, "height": 1.02, "taper": 0.62, "rounding": 0.07, "cabin_front": 0.52,
                     "cabin_back": -0.60, "cabin_wide": 0.9, "rake_front": 0.30, "tumble": 0.10, "glazing": "screen",
                     "top": "hoop", "axle_front": 1.66, "axle_back": -1.68, "wheel": 0.36, "wheel_back": 1.06,
                     "tyre": 0.36, "stance": 0.62, "lamp": 0.0, "bumper": 0.0, "spoiler": 0.42, "splitter": 1.5,
                     "pods": 0.34, "seats": 1, "mirrors": False},
        "convertible": {"length": 4.2, "nose": 0.66, "hood": 0.86, "belt": 0.88, "deck": 0.90, "height": 1.32,
                        "cabin_front": 0.70, "cabin_back": -1.30, "rake_front": 0.52, "glazing": "screen",
                        "top": "folded", "pillars": 1, "seats": 1},
        "station wagon": {"length": 4.6, "cabin_back": -2.18, "rake_back": 0.42, "deck": 0.92, "height": 1.48,
                          "pillars": 4, "axle_back": -1.38},
        "hatchback": {"length": 3.7, "width": 1.72, "nose": 0.76, "hood": 0.96, "belt": 0.98, "deck": 0.96,
                      "height": 1.54, "cabin_front": 0.92, "cabin_back": -1.76, "rake_front": 0.86,
                      "rake_back": 0.42, "axle_front": 1.18, "axle_back": -1.20, "pillars": 3, "lamp": 0.17},
        "limousine": {"length": 6.8, "cabin_front": 1.86, "cabin_back": -2.90, "axle_front": 2.52,
                      "axle_back": -2.45, "pillars": 6},
        "taxi": {"sign": 0.17, "height": 1.48},
        "police car": {"beacon": 0.80},
        "jeep": {"length": 3.9, "width": 1.76, "floor": 0.46, "nose": 1.08, "hood": 1.12, "belt": 1.14, "deck": 1.14,
                 "height": 1.88, "taper": 0.10, "cabin_front": 0.60, "cabin_back": -1.86, "rake_front": 0.20,
                 "rake_back": 0.05, "tumble": 0.08, "axle_front": 1.26, "axle_back": -1.20, "wheel": 0.42,
                 "tyre": 0.28, "stance": 0.05, "rounding": 0.08, "spare": True, "lamp": 0.11, "lamp_tall": 1.0,
                 "lugs": 16},
        "pickup": {"length": 5.2, "width": 1.92, "floor": 0.42, "nose": 1.00, "hood": 1.08, "belt": 1.12,
                   "deck": 1.10, "height": 1.78, "taper": 0.06, "cabin_front": 1.10, "cabin_back": -0.62,
                   "rake_front": 0.62, "rake_back": 0.10, "bed": 0.46, "axle_front": 1.66, "axle_back": -1.56,
                   "wheel": 0.41, "tyre": 0.28, "pillars": 3, "lamp": 0.18},
        "van": _VAN,
        "ambulance": {**_VAN, "length": 5.4, "height": 2.05, "cabin_front": 2.02, "cabin_back": 0.42,
                      "axle_front": 1.80, "axle_back": -1.60, "deck": 0.70, "cargo": 2.45, "cross": 0.80,
                      "beacon": 0.72, "pillars": 2},
        "bus": _BUS,
        "school bus": {**_BUS, "length": 8.6, "nose": 1.26, "hood": 1.34, "belt": 1.46, "deck": 1.46,
                       "cabin_front": 2.95, "axle_front": 3.20, "taper": 0.10, "height": 2.80, "pillars": 7,
                       "beacon": 0.55},
        "double-decker": {**_BUS, "length": 8.4, "cabin_front": 4.12, "cabin_back": -4.12, "height": 4.10,
                          "band": 2.62, "pillars": 7, "axle_front": 2.60, "axle_back": -2.30, "tumble": 0.10,
                          "rake_front": 0.16},
        "streetcar": {**_BUS, "length": 9.6, "nose": 1.44, "cabin_front": 4.70, "cabin_back": -4.70, "wheel": 0.34,
                      "rake_front": 0.30, "rake_back": 0.30, "axle_front": 2.90, "axle_back": -2.90,
                      "axles_front": 2, "axles_back": 2, "tyre": 0.18, "stance": -0.10, "taper": 0.16, "bow": 0.80,
                      "mirrors": False, "spokes": 9, "rim": 0.86},
        "truck": {**_TRUCK, "cargo": 3.05},
        "dump truck": {**_TRUCK, "length": 6.0, "cabin_front": 2.10, "cabin_back": 0.90, "nose": 1.36, "hood": 1.46,
                       "axle_front": 2.10, "axle_back": -1.50, "deck": 2.00, "bed": 0.62, "wheel": 0.58,
                       "tyre": 0.42, "lugs": 18, "pipe": 0.0, "bumper": 0.20},
        "trailer truck": {**_TRUCK, "length": 5.6, "cabin_front": 1.55, "cabin_back": 0.10, "nose": 1.42,
                          "hood": 1.52, "belt": 1.58, "axle_front": 1.95, "axle_back": -1.40, "trailer": 8.2,
                          "cargo": 0.0, "pipe": 1.55, "width": 2.1},
        "tank truck": {**_TRUCK, "barrel": 0.95, "length": 7.4, "cabin_front": 3.58, "cabin_back": 1.95,
                       "axle_front": 2.65, "axle_back": -2.35},
        "fire engine": {**_TRUCK, "length": 7.0, "cabin_front": 3.38, "cabin_back": 1.30, "axle_front": 2.30,
                        "cargo": 2.30, "ladder": 5.6, "beacon": 0.78, "pillars": 3},
        "snowplow": {**_TRUCK, "length": 6.0, "cabin_front": 2.10, "cabin_back": 0.90, "nose": 1.36, "hood": 1.46,
                     "axle_front": 2.10, "axle_back": -1.60, "axles_back": 1, "deck": 1.80, "bed": 0.50,
                     "blade": 1.15, "beacon": 0.60, "wheel": 0.55, "lugs": 18, "bumper": 0.0},
        "bulldozer": {"length": 3.5, "width": 1.50, "floor": 0.40, "nose": 1.24, "hood": 1.36, "belt": 1.42,
                      "deck": 1.30, "height": 2.55, "taper": 0.05, "rounding": 0.07, "cabin_front": 0.05,
                      "cabin_back": -1.35, "rake_front": 0.05, "rake_back": 0.05, "tumble": 0.05, "roof": 0.12,
                      "pillars": 3, "tracks": True, "axle_front": 0.72, "axle_back": -0.84, "axles_front": 2,
                      "axles_back": 2, "wheel": 0.37, "tyre": 0.48, "stance": 0.50, "rim": 0.80, "blade": 1.10,
                      "pipe": 0.75, "bumper": 0.0, "lamp": 0.10, "mirrors": False, "fenders": True},
        "tractor": {"length": 3.3, "width": 0.92, "floor": 0.58, "nose": 1.30, "hood": 1.42, "belt": 1.36,
                    "deck": 1.20, "height": 2.45, "taper": 0.16, "rounding": 0.08, "cabin_front": -0.10,
                    "cabin_back": -1.45, "cabin_wide": 1.34, "rake_front": 0.10, "rake_back": 0.10, "tumble": 0.06,
                    "roof": 0.13, "axle_front": 1.08, "axle_back": -0.86, "wheel": 0.50, "wheel_back": 1.74,
                    "tyre": 0.38, "stance": 0.48, "lugs": 18, "rim": 0.58, "fenders": True, "pipe": 0.95,
                    "bumper": 0.0, "lamp": 0.12, "mirrors": False},
        "golf cart": {"length": 2.5, "width": 1.22, "floor": 0.26, "nose": 0.66, "hood": 0.80, "belt": 0.72,
                      "deck": 0.70, "height": 1.78, "taper": 0.18, "cabin_front": 0.66, "cabin_back": -0.92,
                      "rake_front": 0.26, "rake_back": 0.02, "tumble": 0.05, "glazing": "screen", "roof": 0.06,
                      "pillars": 2, "seats": 1, "axle_front": 0.84, "axle_back": -0.78, "wheel": 0.25,
                      "tyre": 0.20, "lamp": 0.11, "mirrors": False},
        "locomotive": {"length": 6.2, "width": 1.50, "floor": 0.62, "nose": 1.02, "hood": 1.02, "belt": 1.75,
                       "deck": 1.75, "height": 2.70, "taper": 0.06, "rounding": 0.06, "cabin_front": -1.55,
                       "cabin_back": -2.85, "cabin_wide": 1.14, "rake_front": 0.03, "rake_back": 0.03,
                       "tumble": 0.03, "roof": 0.14, "axle_front": 2.45, "axle_back": 0.62, "axles_front": 2,
                       "axles_back": 3, "wheel": 0.30, "wheel_back": 2.0, "tyre": 0.16, "stance": 0.02, "spokes": 10,
                       "rim": 0.86, "boiler": 0.68, "pipe": 0.72, "bumper": 0.0, "lamp": 0.0, "catcher": 0.42,
                       "rods": True, "mirrors": False},
        "tank": {"length": 5.6, "width": 2.0, "floor": 0.42, "nose": 0.98, "hood": 1.22, "belt": 1.22, "deck": 1.22,
                 "height": 1.98, "taper": 0.0, "rounding": 0.06, "cabin_front": 0.70, "cabin_back": -1.60,
                 "cabin_wide": 0.92, "rake_front": 0.5, "rake_back": 0.30, "tumble": 0.22, "glazing": "slits",
                 "top": "turret", "cannon": 2.9, "tracks": True, "axle_front": 1.0, "axle_back": -1.0,
                 "axles_front": 3, "axles_back": 3, "wheel": 0.36, "tyre": 0.46, "stance": 0.46, "rim": 0.80,
                 "bumper": 0.0, "lamp": 0.10, "mirrors": False},
        **{name: {"cycle": cycle} for name, cycle in CYCLES.items()},
        **{name: {"cart": cart} for name, cart in CARTS.items()},
    }
)  # fmt: skip

POSES: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # a car looks the same parked and driving
