"""Open bodies: a wagon's box of planks, with or without a cloth over it, and a chariot's breastwork."""

from __future__ import annotations

from math import cos, degrees, hypot, pi, sin

import numpy as np

from models.procedural.cart.frame import side
from models.procedural.kit.skins import blade
from models.procedural.kit.solids import Skin, Solid
from models.procedural.kit.stock import block, both, rod, slab, wire
from models.procedural.looks.cart import Cart

BOARD = 0.028  # half the thickness of a floor
PLANK = 0.018  # and of a plank
GAP = 0.10  # between two planks, in heights of one
HOOPS = 4


def box(p: Cart) -> tuple[Solid, ...]:
    """Floor, sides, ends, stakes and a bench."""
    floor = block((0, p.floor, 0), (p.width / 2, BOARD, p.length / 2))
    ends = [_end(p, where) for where in (-1, 1)]
    return (floor, *both(*_side(p)), *(plank for end in ends for plank in end), *(_bench(p) if p.bench else ()))


def _rows(p: Cart) -> tuple[list[float], float]:
    """The middles of the planks, as shares of the height of the sides, and half the height of one."""
    step = 1 / p.planks
    return [step * (index + 0.5) for index in range(p.planks)], p.sides * step * (1 - GAP) / 2


def _side(p: Cart) -> tuple[Skin, ...]:
    """The left one: planks, held by stakes on their outside."""
    rows, half = _rows(p)
    lean = -degrees(np.arctan2(p.lean, p.sides))
    planks = [
        block((side(p, up), p.floor + p.sides * up, 0), (PLANK, half, p.length / 2), turn_deg=(0, 0, lean))
        for up in rows
    ]
    stakes = [_stake(p, z) for z in np.linspace(-0.46, 0.46, p.stakes) * p.length]
    return (*planks, *stakes)


def _stake(p: Cart, z: float) -> Skin:
    foot, head = (side(p, up) + PLANK * 1.8 for up in (-0.12, 1.08))
    tall = p.sides * 1.2
    lean = -degrees(np.arctan2(p.lean, p.sides))
    half = (0.022, hypot(tall, head - foot) / 2, 0.035)
    return block(((foot + head) / 2, p.floor + p.sides * 0.48, z), half, turn_deg=(0, 0, lean))


def _end(p: Cart, where: int) -> tuple[Skin, ...]:
    """A board across, wider above; `where` is 1 in front."""
    low, high = side(p, 0.0), side(p, 1.0)
    outline = [(-low, 0.0), (low, 0.0), (high, p.sides * 0.97), (-high, p.sides * 0.97)]
    return (slab(outline, PLANK, crisp=True, to=(0, p.floor, where * (p.length / 2 - PLANK))),)


def _bench(p: Cart) -> tuple[Skin, ...]:
    """A seat with a back, on the sides."""
    y, z, wide = p.floor + p.sides * 1.12, p.length * 0.30, side(p, 1.0) + 0.02
    seat = block((0, y, z), (wide, 0.026, 0.19))
    back = block((0, y + 0.21, z - 0.20), (wide * 0.96, 0.10, 0.02), turn_deg=(-10, 0, 0))
    post = rod((wide * 0.8, y, z - 0.16), (wide * 0.8, y + 0.28, z - 0.21), 0.022)
    foot = block((wide * 0.9, y - p.sides * 0.12, z), (0.05, p.sides * 0.12, 0.12))
    return (seat, back, *both(post, foot))


def tilt(p: Cart) -> tuple[Skin, ...]:
    """A cloth over hoops: a horseshoe, drawn out along the wagon."""
    half = p.length * 0.54
    cloth = slab([*_arch(p, 1.0), *reversed(_arch(p, 0.955))], half, crisp=True, to=(0, p.floor + p.sides * 0.72, 0))
    hoops = [
        wire([(x, p.floor + p.sides * 0.72 + y, z) for x, y in _arch(p, 1.012)], 0.026)
        for z in np.linspace(-0.96, 0.96, HOOPS) * half
    ]
    return (cloth, *hoops)


def _arch(p: Cart, size: float) -> list[tuple[float, float]]:
    """From the right foot over the top to the left one."""
    wide = (side(p, 1.0) + 0.05) * size
    turns = np.linspace(-0.5 * pi, 0.5 * pi, 13)
    bow = [(wide * sin(turn), p.tilt * (0.30 + 0.70 * cos(turn) * size)) for turn in turns]
    return [(-wide * 0.98, 0.0), *bow, (wide * 0.98, 0.0)]


def chariot(p: Cart) -> tuple[Solid, ...]:
    """A floor to stand on and a wall about it: high in front, low at the sides, open behind."""
    floor = block((0, p.floor, 0), (p.width / 2, BOARD, p.length / 2))
    turns = np.linspace(-0.5 * pi, 0.5 * pi, 9)
    foot = [_wall(p, turn, 0.0) for turn in turns]
    top = [_wall(p, turn, 1.0) for turn in turns]
    tails = [[(x, y, -p.length / 2) for x, y, _ in (line[0], line[-1])] for line in (foot, top)]
    low, high = ([ends[0], *line, ends[1]] for ends, line in zip(tails, (foot, top), strict=True))
    x, y, z = high[-1]
    curl = wire([(x, y, z + 0.1), (x, y - 0.01, z - 0.04), (x, y - 0.14, z - 0.08)], 0.034)
    wall = blade(low, high, [0.06] * len(low), even=True)
    # Thicker than the wall, whose section is a lens: thinner it would show in places only.
    middle = [np.multiply(below, 0.55) + np.multiply(above, 0.45) for below, above in zip(low, high, strict=True)]
    return (floor, wall, wire(high, 0.034), wire(low, 0.034), wire(middle, 0.042), *both(curl))


def _wall(p: Cart, turn: float, up: float) -> tuple[float, float, float]:
    """A place on the wall: `turn` is 0 in front, `up` is 1 on the rail."""
    out, ahead = side(p, up) * sin(turn), p.length * 0.62 * cos(turn) - p.length * 0.12
    return out, p.floor + p.sides * up * (0.58 + 0.42 * cos(turn) ** 1.5), ahead
