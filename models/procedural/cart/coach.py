"""A closed body: a tub on springs, posts and a roof, a driver's seat ahead, lanterns."""

from __future__ import annotations

import numpy as np

from models.procedural.cart.frame import back_axle, front_axle, side
from models.procedural.kit import brick as bricks
from models.procedural.kit.brick import brick, cushion
from models.procedural.kit.skins import placed
from models.procedural.kit.solids import Skin, Solid
from models.procedural.kit.stock import block, both, rod, slab, turned, wire
from models.procedural.looks.cart import Cart

PANEL = 0.020  # how far the panel of a door stands out
# The section of a roof from its eaves to its middle: how far up, and how far in as a share of its narrower side.
DOME = ((-0.03, -0.02), (0.0, -0.01), (0.035, 0.0), (0.055, 0.06), (0.11, 0.30), (0.145, 0.60), (0.16, 0.90))
EAVES = 0.07  # how far the roof hangs over


def coach(p: Cart) -> tuple[Solid, ...]:
    return (_tub(p), *_cabin(p), *both(*_door(p), *_springs(p)), *_seat(p))


def _tub(p: Cart) -> Skin:
    """The lower half: its side is an outline that sweeps up in front and behind."""
    z, h = p.length / 2, p.sides
    outline = [(-z, h), (-z * 0.99, h * 0.55), (-z * 0.72, h * 0.14), (-z * 0.40, 0.0), (z * 0.40, 0.0),
               (z * 0.72, h * 0.14), (z * 0.99, h * 0.55), (z, h)]  # fmt: skip
    return slab(outline, side(p, 0.6), bevel=0.04, turn_deg=(0, -90, 0), to=(0, p.floor, 0))


def _cabin(p: Cart) -> tuple[Skin, ...]:
    """Posts at the corners and by the doors, a wall behind, one with a window in front."""
    low, high = p.floor + p.sides - 0.03, p.floor + p.sides + p.roof + 0.03
    wide, top, z = side(p, 0.6) - 0.04, side(p, 1.0) - 0.02, p.length / 2 - 0.05
    posts = [rod((wide, low, at * z), (top, high, at * z * 1.04), 0.036) for at in (-1.0, -0.36, 0.36, 1.0)]
    tall = (high - low) / 2
    behind = block((0, low + tall, -z * 1.02), (wide, tall, 0.025))
    sill = rod((-wide, low + 0.04, z), (wide, low + 0.04, z), 0.03)
    bench = cushion((0, p.floor + p.sides * 0.96, -z * 0.62), (wide * 0.9, 0.10, z * 0.30))
    return (*both(*posts), behind, sill, bench)


def _door(p: Cart) -> tuple[Skin, ...]:
    """The left one: a panel with a handle, and a step below."""
    out, z = side(p, 0.6), p.length * 0.18
    low, high = p.floor + p.sides * 0.08, p.floor + p.sides * 1.02
    panel = block((out, (low + high) / 2, 0), (PANEL, (high - low) / 2, z), bevel=0.012)
    handle = rod((out + 0.035, high - 0.10, -z * 0.7), (out + 0.035, high - 0.10, -z * 0.45), 0.014)
    step = block((out + 0.04, p.floor - 0.16, 0), (0.10, 0.012, z * 0.7))
    hanger = rod((out - 0.06, p.floor + 0.05, 0), (out + 0.02, p.floor - 0.16, 0), 0.016)
    return panel, handle, step, hanger


def _springs(p: Cart) -> tuple[Skin, ...]:
    """On the left: bows of steel from the axles up to the tub."""
    out = side(p, 0.6) * 0.80
    bows = []
    for axle, ahead in ((front_axle(p), 1), (back_axle(p), -1)):
        foot, hook = axle.radius, p.floor + p.sides * 0.42
        bow = [
            (out, foot, axle.z - ahead * 0.20),
            (out, foot - 0.03, axle.z),
            (out, (foot + hook) / 2, axle.z + ahead * 0.15),
            (out, hook + 0.06, axle.z),
            (out, hook, ahead * p.length * 0.46),
        ]
        bows.append(wire(bow, 0.030, wide=1.5))
    return tuple(bows)


def _seat(p: Cart) -> tuple[Solid, ...]:
    """The driver's: a box before the cabin, a footboard that bends up."""
    z, y, wide = p.length / 2 + 0.24, p.floor + p.sides * 0.95, side(p, 0.6) * 0.78
    box = brick((0, (y + p.floor + p.sides * 0.3) / 2, z), (wide * 0.92, p.sides * 0.33, 0.22), rounding=0.05)
    pad = cushion((0, y + 0.05, z), (wide, 0.085, 0.24))
    board = block((0, p.floor + p.sides * 0.30, z + 0.34), (wide, 0.020, 0.22), turn_deg=(-24, 0, 0))
    rail = [
        (wide, y + 0.06, z + 0.10),
        (wide, y + 0.24, z - 0.10),
        (wide * 0.6, y + 0.30, z - 0.24),
        (0, y + 0.31, z - 0.24),
    ]
    return (box, pad, board, *both(wire(rail, 0.016)))


def roof(p: Cart) -> tuple[Solid, ...]:
    """A domed slab over the posts, with what is tied on it."""
    half = (side(p, 1.0) + EAVES, p.length / 2 * 1.04 + EAVES)
    section = [(up, -min(half) * inward) for up, inward in DOME]
    top = p.floor + p.sides + p.roof
    dome = placed(bricks.slab([(-0.03, -min(half) * 0.95), *section], half, 0.16), to=(0, top, 0))
    return (dome, *(_luggage(p, top + 0.10) if p.luggage > 0 else ()))


def _luggage(p: Cart, y: float) -> tuple[Solid, ...]:
    """Trunks within a rail."""
    wide, long, tall = side(p, 1.0) * 0.72, p.length * 0.40, p.luggage / 2
    trunks = (
        brick((0.08, y + tall, -long * 0.42), (wide * 0.72, tall, long * 0.36), rounding=0.05),
        brick((-0.10, y + tall * 0.75, long * 0.42), (wide * 0.66, tall * 0.75, long * 0.34), rounding=0.05),
    )
    corners = [(wide, y + 0.12, z) for z in np.linspace(-1, 1, 4) * long]
    posts = [rod((x, y - 0.06, z), (x, top, z), 0.014) for x, top, z in corners]
    return (*trunks, *both(rod(corners[0], corners[-1], 0.018), *posts))


def lanterns(p: Cart) -> tuple[Skin, ...]:
    """One by the driver on either side: a glass under a cap, on an arm."""
    r, x, z = p.lantern, side(p, 1.0) + p.lantern * 1.1, p.length / 2 + 0.04
    y = p.floor + p.sides + p.roof * 0.30
    glass = [(0.0, -1.5), (0.45, -1.3), (0.95, -1.0), (1.0, 0.8)]
    cap = [(1.25, 0.85), (0.5, 1.6), (0.3, 1.7), (0.0, 2.1)]
    profile = [(r * out, r * up) for out, up in (*glass, *cap)]
    arm = rod((side(p, 0.6) - 0.06, y - r * 1.2, z - 0.06), (x, y - r * 1.3, z), r * 0.22)
    return both(turned(profile, to=(x, y, z)), arm)
