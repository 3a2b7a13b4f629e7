"""Where things are on a cycle: what its other rooms measure from. Front +z, up +y, left +x; wheels stand on y = 0."""

from __future__ import annotations

from math import cos, radians, sin, tan

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.kit.skins import tube
from models.procedural.kit.solids import Array, Skin
from models.procedural.looks.cycle import Cycle

FENDER_GAP = 0.022  # from a tyre to the sheet over it, in metres


def front_axle(p: Cycle) -> Array:
    return np.array([0, p.wheel, p.base / 2])


def back_axle(p: Cycle) -> Array:
    return np.array([0, p.wheel * p.wheel_back, -p.base / 2])


def beside(place: ArrayLike, left: float, up: float = 0.0, ahead: float = 0.0) -> Array:
    """A place so far to the left of another, above it and ahead of it."""
    moved: Array = np.asarray(place, np.float64) + np.array([left, up, ahead])
    return moved


def steer(p: Cycle, up: float, *, ahead: float = 0.0) -> Array:
    """A place `up` along the steering axis from beside the front axle, and `ahead` of the axis."""
    turn = radians(p.head_deg)
    along, across = np.array([0, sin(turn), -cos(turn)]), np.array([0, cos(turn), sin(turn)])
    place: Array = front_axle(p) + along * up + across * (ahead - p.rake)
    return place


def crown(p: Cycle) -> float:
    """How far up the steering axis the fork comes together above its tyre."""
    return p.wheel + p.clearance


def top(p: Cycle) -> float:
    """How far up the steering axis the frame ends."""
    return crown(p) + p.head


def bars_at(p: Cycle) -> Array:
    """The middle of the handlebars."""
    return steer(p, top(p) + p.stem, ahead=p.reach)


def crank(p: Cycle, rider: int = 0) -> Array:
    """Where a rider's cranks turn; the first rider sits behind."""
    return np.array([0, p.crank_height, -p.base / 2 + p.stay + p.room * rider])


def seat_tube(p: Cycle, rider: int, height: float) -> Array:
    """Where the line from the cranks to the saddle is at a height."""
    lean = (height - p.crank_height) / tan(radians(p.seat_deg))
    return beside(crank(p, rider), 0, height - p.crank_height, -lean)


def lug(p: Cycle, rider: int = 0) -> Array:
    """Where the frame ends below the saddle."""
    return seat_tube(p, rider, p.crank_height + p.seat_tube * sin(radians(p.seat_deg)))


def around(axle: Array, radius: float, turn_deg: float) -> Array:
    """A place on a circle about an axle: 0 degrees is ahead of it, 90 above."""
    turn = radians(turn_deg)
    return axle + radius * np.array([0, sin(turn), cos(turn)])


def fender(axle: Array, radius: float, tyre: float, ends_deg: tuple[float, float]) -> Skin:
    """A sheet bent over a wheel, from and to degrees as `around` counts them."""
    path = [around(axle, radius + FENDER_GAP, turn) for turn in np.linspace(*ends_deg, 9)]
    return tube(path, [tyre * 1.45] * len(path), flat=0.2)
