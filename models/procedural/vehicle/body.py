"""The shell of a vehicle: its side outline, arches cut for the wheels, and what is fixed to it."""

from __future__ import annotations

import numpy as np

from models.procedural.kit.brick import brick
from models.procedural.kit.prism import crisp, narrowed, prism
from models.procedural.kit.sdf import Array, Field, axle, ball, blend, box, carve, mirrored, within
from models.procedural.kit.skins import other_side, placed, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.frame import BEHIND, Axle, at_side, back_axles, cabin, front_axles, shares
from models.procedural.vehicle.load import load
from models.procedural.vehicle.wheels import fenders, wheel

ARCH, LIP = 1.13, 1.44  # radii of an arch and of the lip around it, in wheels


def body(p: Vehicle) -> tuple[Solid, ...]:
    return (
        _shell(p),
        *(_bumpers(p) if p.bumper > 0 else ()),
        *(_mirrors(p) if p.mirrors else ()),
        *(fenders(p) if p.fenders else ()),
        *(_spare(p) if p.spare else ()),
        *(_band(p) if p.band > 0 else ()),
        *(_waist(p) if p.cabin_wide > 1 else ()),
        *_handles(p),
        *_seats(p),
        *load(p),
    )


def _shell(p: Vehicle) -> Skin:
    """The outline pushed out to the sides, a lip around each wheel, then everything that is cut away."""
    hull = prism(outline(p), p.width / 2, rounding=p.rounding)
    nose, start = p.length / 2, min(p.axle_front, p.length / 2 - 0.3)

    def share(points: Array) -> Array:
        """Full width up to the axle in front, then narrower in a curve."""
        ahead = np.clip((points[:, 2] - start) / (nose - start), 0, 1)
        narrow: Array = (1 - p.taper * ahead**2).astype(np.float32)
        return narrow

    wheels = [one for one in (*front_axles(p), *back_axles(p)) if abs(one.z) < nose] if _covered(p) else []
    above = box((0, p.floor + p.height, 0), (p.width, p.height, p.length), rounding=0.01)
    # Without them the arches of a low car would cut through the edge of its hood.
    lips = [within(0.03, _around(p, one, LIP, p.tyre * 0.72, 0.0), above) for one in wheels]
    arches = [_around(p, one, ARCH, p.tyre * 0.56 + 0.05, 0.1) for one in wheels]
    return crisp(carve(0.03, blend(0.16, narrowed(hull, share), *lips), *arches, *_hollows(p), *_grille(p)), 3.2)


def _covered(p: Vehicle) -> bool:
    """Whether wheels run in the shell and not beside it."""
    return p.stance < p.tyre * 0.4


def outline(p: Vehicle) -> list[tuple[float, float]]:
    """The side of the shell as (z, y), from below the nose over the top to below the tail."""
    nose, tail, (front, back) = p.length / 2, -p.length / 2, cabin(p)
    tall, rear = p.nose - p.floor, p.deck - p.floor
    return [
        (nose - 0.12, p.floor),
        (nose, p.floor + tall * 0.38),
        (nose - 0.05, p.nose),
        (front + 0.05, p.hood),
        (front - 0.02, p.belt),
        (back, p.belt),
        (back - 0.07, p.deck),
        (tail + 0.04, p.deck),
        (tail, p.floor + rear * 0.55),
        (tail + 0.14, p.floor),
    ]


def _around(p: Vehicle, one: Axle, size: float, half: float, out: float) -> Field:
    """Discs around the wheels of an axle: the lip of an arch, or what cuts it, from `out` beyond the sides inwards."""
    x = p.width / 2 + out - half + (0.02 if out == 0 else 0)
    return mirrored(axle((x, one.radius, one.z), one.radius * size, half, rounding=0.02))


def _hollows(p: Vehicle) -> list[Field]:
    """What an open bed and an open cabin cut out of the shell."""
    front, back = cabin(p)
    hollows = []
    if p.bed > 0:
        ahead, behind = back - BEHIND, -p.length / 2 + 0.12
        size = (p.width / 2 - 0.11, p.bed + 0.2, (ahead - behind) / 2)
        open_bed = box((0, p.deck + 0.2, (ahead + behind) / 2), size, rounding=0.04)
        houses = [_around(p, one, LIP, p.tyre * 0.75, 0.0) for one in back_axles(p)]
        hollows.append(carve(0.03, open_bed, *houses))
    if p.seats:
        low = p.floor + 0.20
        size = (p.width / 2 * p.cabin_wide - 0.14, p.height - low, (front - back) / 2 - 0.12)
        hollows.append(box((0, p.height, (front + back) / 2 - 0.06), size, rounding=0.08))
    return hollows


def _seats(p: Vehicle) -> tuple[Solid, ...]:
    """Seats and a steering wheel; a racing car has one seat in the middle."""
    if not p.seats:
        return ()
    front, back = cabin(p)
    half = p.width / 2 * p.cabin_wide - 0.16
    places = (0.0,) if half < 0.4 else (-half * 0.5, half * 0.5)
    wide, low, z = (half * 0.7 if half < 0.4 else half * 0.44), p.floor + 0.16, back + 0.16
    tall = (p.belt + 0.22 - low) / 2
    solids: list[Solid] = []
    for x in places:
        solids += [
            brick((x, low + 0.14, z + 0.30), (wide, 0.12, 0.26), rounding=0.08),
            brick((x, low + tall, z + 0.04), (wide, tall, 0.09), rounding=0.08, turn_deg=(-10, 0, 0)),
        ]
    wheel_at = (places[-1], p.belt + 0.10, front - 0.36)
    column = tube([(places[-1], p.belt - 0.14, front - 0.10), wheel_at], [0.03, 0.03])
    ring = ball(wheel_at, (0.19, 0.19, 0.028), turn_deg=(24, 0, 0))
    return (*solids, column, ring)


def _bumpers(p: Vehicle) -> tuple[Skin, ...]:
    """A bar before the nose, as narrow as that is, and one behind the tail."""
    y = p.floor + p.bumper * 1.2
    before, behind = p.width / 2 * (1 - p.taper * 0.8), p.width / 2 * 0.98
    return (
        brick((0, y, p.length / 2 - 0.03), (before, p.bumper, 0.09), rounding=0.07),
        brick((0, y, 0.03 - p.length / 2), (behind, p.bumper, 0.09), rounding=0.07),
    )


def _grille(p: Vehicle) -> list[Field]:
    """Slots in the nose for the air; what has no bumper breathes elsewhere."""
    if p.bumper <= 0:
        return []
    tall, wide, z = p.nose - p.floor, p.width * 0.20, p.length / 2 - 0.01
    heights = [p.floor + tall * share for share in (0.60, 0.78)]
    return [box((0, y, z), (wide, tall * 0.055, 0.10), rounding=0.02) for y in heights]


def _mirrors(p: Vehicle) -> tuple[Solid, ...]:
    x, y, z = at_side(p, 0.0, 0.22)
    z -= 0.16
    size = 0.10 + p.height * 0.02
    glass = ball((x + size * 1.25, y, z - 0.02), (size, size * 0.68, size * 0.5), power=3.0)
    stalk = tube([(x - 0.05, y - size * 0.3, z), (x + size, y - size * 0.1, z)], [size * 0.28, size * 0.28])
    return mirrored(glass), stalk, other_side(stalk)


def _handles(p: Vehicle) -> tuple[Skin, ...]:
    """One on each door, just ahead of the post that the door shuts against; what has no mirrors has no doors."""
    if not p.mirrors or p.length > 8:
        return ()
    posts = shares(p.pillars)[1:][: 2 if p.cargo + p.bed + p.barrel <= 0 else 1]
    _, back = cabin(p)
    solids = []
    for share in posts:
        z = max(at_side(p, share, 0.0)[2], back + 0.1) + 0.18
        z = max(z, p.axle_back + p.wheel * 1.45)
        handle = tube([(p.width / 2, p.belt - 0.12, z), (p.width / 2, p.belt - 0.12, z - 0.16)], [0.026, 0.026])
        solids += [handle, other_side(handle)]
    return tuple(solids)


def _waist(p: Vehicle) -> tuple[Skin, ...]:
    """The lower part of a cabin that is wider than the shell."""
    front, back = cabin(p)
    low = p.floor + (p.belt - p.floor) * 0.42
    half = (p.width / 2 * p.cabin_wide, (p.belt - low) / 2, (front - back) / 2)
    return (brick((0, (low + p.belt) / 2, (front + back) / 2), half, rounding=0.05),)


def _band(p: Vehicle) -> tuple[Skin, ...]:
    """The shell between two storeys of windows."""
    front, back = (at_side(p, across, 0.45) for across in (0.0, 1.0))
    half = (front[0] + 0.03, 0.24, (front[2] - back[2]) / 2 + 0.04)
    return (brick((0, p.band, (front[2] + back[2]) / 2), half, rounding=0.10),)


def _spare(p: Vehicle) -> tuple[Skin, ...]:
    """A wheel on the tail."""
    at = (0.0, p.floor + (p.belt - p.floor) * 0.62, -p.length / 2 - p.tyre * 0.42)
    return tuple(placed(skin, turn_deg=(-90, 0, 0), to=at, scale=0.86) for skin in wheel(p, p.wheel))
