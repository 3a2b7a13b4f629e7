"""The proportions of what animals pull: wagons, carts, carriages, chariots. They are looks of the vehicle template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Cart:
    """The proportions of a cart, in metres; but for its `body` the default is a farm wagon.

    `body` is a word: a key of BODIES in models.procedural.cart.whole.
    """

    body: str = "none"  #: "none" is no cart at all: a vehicle with an engine
    length: float = 2.50  #: of the box
    width: float = 1.06  #: at its floor
    floor: float = 0.86  #: ground to the floor
    sides: float = 0.46  #: height
    lean: float = 0.14  #: how far the top of a side is out of its foot
    planks: int = 3  #: to a side
    stakes: int = 4  #: posts to a side that hold the planks
    bench: bool = True  #: the driver's, across the front
    axles: int = 2  #: 1 is under the middle
    base: float = 1.70  #: from axle to axle
    wheel: float = 0.62  #: radius of a wheel behind, or of the only pair
    wheel_front: float = 0.78  #: radius of one in front, in wheels
    track: float = 1.42  #: from the left wheel to the right one
    felloe: float = 0.075  #: height of the wooden rim
    tread: float = 0.075  #: its width
    spokes: int = 12
    hub: float = 0.095  #: radius
    shafts: int = 1  #: a pole between two animals, or 2 shafts with one between them
    shaft: float = 1.70  #: length ahead of the box
    yoke: float = 0.0  #: half the width of the beam on the animals' necks
    tilt: float = 0.0  #: height of a cloth over hoops
    roof: float = 0.0  #: height of a cabin's, above the sides
    luggage: float = 0.0  #: height of what is tied on the roof
    lantern: float = 0.0  #: radius


NO_CART = Cart()

_COACH = Cart(
    "coach", length=1.55, width=1.00, floor=0.72, sides=0.62, lean=0.10, planks=0, stakes=0, base=2.15, wheel=0.60,
    wheel_front=0.74, track=1.46, felloe=0.055, tread=0.055, spokes=14, hub=0.080, shaft=1.35, roof=0.66, lantern=0.075,
)  # fmt: skip

CARTS: Mapping[str, Cart] = MappingProxyType(
    {
        "wagon": Cart("box"),
        "covered wagon": Cart("box", length=2.9, base=2.0, lean=0.10, tilt=1.30, planks=2, stakes=5, shaft=1.5),
        "cart": Cart(
            "box", length=1.55, width=1.04, floor=0.80, sides=0.36, lean=0.06, planks=2, stakes=3, bench=False, axles=1,
            wheel=0.66, track=1.40, shafts=2, shaft=1.55,
        ),
        "carriage": _COACH,
        "stagecoach": Cart(
            "coach", length=2.05, width=1.16, floor=0.78, sides=0.66, lean=0.08, planks=0, stakes=0, base=2.35,
            wheel=0.68, wheel_front=0.76, track=1.60, spokes=12, hub=0.095, shaft=1.3, roof=0.62, luggage=0.34,
            lantern=0.085, felloe=0.07, tread=0.07,
        ),
        "chariot": Cart(
            "chariot", length=0.86, width=1.02, floor=0.56, sides=0.82, lean=0.05, planks=0, stakes=0, bench=False,
            axles=1, wheel=0.50, track=1.40, felloe=0.06, tread=0.06, spokes=8, hub=0.085, shaft=1.75, yoke=0.62,
        ),
    }
)  # fmt: skip
