"""What is above the belt of a vehicle: glass, and the roof with what carries it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from models.procedural.kit.brick import brick, rectangle, slab
from models.procedural.kit.sdf import ball
from models.procedural.kit.skins import blade, lathe, loft, other_side, placed, tube
from models.procedural.kit.solids import Grain, Shell, Skin, Solid
from models.procedural.looks.vehicle import Vehicle
from models.procedural.vehicle.frame import at_side, cabin, corners, shares

SCREEN = 0.20  # a windscreen reaches this far round the corners of a closed cabin, in metres
FINE = 3  # panes are long and have posts before them: with few corners all of a pane would lie in a post's shade
CORNER = 0.12  # radius of the glass at the corners of the cabin
# The section of a roof, from below its edge to its middle: how far out and up, in thicknesses of the roof, then
# how far in, as a share of its narrower side.
BRIM = ((0.0, -0.25), (0.28, -0.2), (0.35, 0.1), (0.24, 0.45), (-0.10, 0.72))
CROWN = ((0.22, 0.86), (0.45, 0.94), (0.68, 0.98), (0.92, 1.0))

Glass = tuple[tuple[Solid, ...], tuple[Solid, ...]]  # windscreen, the other windows


def glass(p: Vehicle) -> Glass:
    return GLAZING[p.glazing](p)


def roof(p: Vehicle) -> tuple[Solid, ...]:
    return TOPS[p.top](p)


def _house(p: Vehicle) -> Glass:
    """Glass all round: a tapered block, its front the windscreen."""
    foot, head, back_head, back_foot = corners(p)
    front = (_block(foot[0], head[0], (foot, head), (foot[2] - SCREEN, head[2] - SCREEN), p),)
    rest = (_block(foot[0] - 0.004, head[0] - 0.004, _moved(foot, head, -SCREEN / 2), (back_foot[2], back_head[2]), p),)
    return front, rest


def _moved(foot: tuple[float, ...], head: tuple[float, ...], by: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return (*foot[:2], foot[2] + by), (*head[:2], head[2] + by)


def _block(
    low: float, high: float, front: tuple[tuple[float, ...], tuple[float, ...]], back: tuple[float, float], p: Vehicle
) -> Skin:
    """Between a front edge and a back edge, each from its foot to its head; from half width `low` to `high`."""
    (_, foot_y, foot_z), (_, head_y, head_z) = front

    def skin(grain: Grain) -> Shell:
        rings = []
        for share in np.linspace(0, 1, max(grain.along // 2, 4)):
            x, y = low + (high - low) * share, foot_y + (head_y + p.roof * 0.4 - foot_y) * share
            ahead, behind = foot_z + (head_z - foot_z) * share, back[0] + (back[1] - back[0]) * share
            radius = min(CORNER, (ahead - behind) * 0.45)
            half, middle = (x, (ahead - behind) / 2), (ahead + behind) / 2
            rings.append(rectangle(y, half, radius, FINE * grain.around, middle=middle))
        return loft(np.array(rings))

    return skin


def _screen(p: Vehicle) -> Glass:
    """A pane in front, and a pane on either side as far as a door reaches."""
    foot, head, _, _ = corners(p)
    pane = _block(foot[0], head[0], (foot, head), (foot[2] - 0.06, head[2] - 0.06), p)
    ahead = [at_side(p, 0.02, up) for up in (0.0, 0.62)]
    behind = [at_side(p, 0.42, up) for up in (0.0, 0.30)]
    side = blade(ahead, behind, [0.05, 0.05], even=True)
    return (pane,), (side, other_side(side))


def _slits(p: Vehicle) -> Glass:
    """Blocks of glass to look out of a turret, in front and around it."""
    x, y, z = at_side(p, 0.0, 0.62)
    _, _, back = at_side(p, 1.0, 0.62)
    ahead = brick((0, y, z - 0.04), (x * 0.45, 0.07, 0.09), rounding=0.03)
    aside = brick((x - 0.02, y, (z + back) / 2), (0.09, 0.06, 0.22), rounding=0.03)
    return (ahead,), (aside, other_side(aside))


def _hard(p: Vehicle) -> tuple[Solid, ...]:
    """A softly domed slab on pillars."""
    posts = [_post(p, share) for share in shares(p.pillars)]
    return (
        _slab(p),
        *(side for post in posts for side in (post, other_side(post))),
        *(_bow(p) if p.bow > 0 else ()),
    )


def _slab(p: Vehicle) -> Skin:
    """Follows the glass around its corners, hangs over by a little, and rises towards the middle."""
    _, head, back_head, _ = corners(p)
    middle, wide, reach = (head[2] + back_head[2]) / 2, head[0], (head[2] - back_head[2]) / 2
    section = [(p.height - p.roof * (1 - up), p.roof * out) for out, up in BRIM]
    section += [(p.height - p.roof * (1 - up), -min(wide, reach) * share) for share, up in CROWN]
    return placed(slab(section, (wide, reach), CORNER), to=(0, 0, middle))


def _post(p: Vehicle, share: float) -> Skin:
    """A pillar on the left, 0 in front and 1 behind; those at the corners stand within the rounding of the glass."""
    low, high = (np.array(at_side(p, share, up)) for up in (0.0, 1.0))
    corner = share in (0.0, 1.0)
    inset = np.array([CORNER * 0.30, 0.0, CORNER * (0.30 if share == 0 else -0.30)]) * corner
    thick = 0.04 * p.width / 1.8
    return tube([low - inset, high - inset], [thick * (1.35 if corner else 0.9)] * 2)


def _bow(p: Vehicle) -> tuple[Skin, ...]:
    """The folding arms that press a bar against the wire above a tram."""
    _, head, back_head, _ = corners(p)
    z, wide, top = (head[2] + back_head[2]) / 2, p.width * 0.26, p.height + p.bow
    knee = (wide, p.height + p.bow * 0.48, z - p.bow * 0.7)
    lower = tube([(wide, p.height - 0.05, z), knee], [0.055, 0.05])
    upper = tube([knee, (wide, top, z)], [0.05, 0.045])
    bar = tube([(-wide * 1.7, top, z), (wide * 1.7, top, z)], [0.06] * 2)
    foot = brick((0, p.height, z - p.bow * 0.3), (wide * 1.3, 0.10, p.bow * 0.7), rounding=0.05)
    return (lower, other_side(lower), upper, other_side(upper), bar, foot)


def _folded(p: Vehicle) -> tuple[Solid, ...]:
    """The frame of the windscreen, and the cloth in folds behind the seats."""
    foot, head, _, _ = corners(p)
    frame = tube([foot, head], [0.045, 0.038])
    header = tube([(-head[0], head[1] + 0.02, head[2]), (head[0], head[1] + 0.02, head[2])], [0.042, 0.042])
    _, back = cabin(p)
    wide = p.width / 2 - 0.16
    folds = [
        tube([(-wide, p.belt + up, back + z), (wide, p.belt + up, back + z)], [size, size], flat=0.8)
        for z, up, size in ((0.0, 0.07, 0.12), (-0.16, 0.04, 0.11), (-0.30, 0.0, 0.09))
    ]
    return (frame, other_side(frame), header, *folds)


def _hoop(p: Vehicle) -> tuple[Solid, ...]:
    """The scoop behind a racing driver's head, running out to the tail, and the bar around the head."""
    front, back = cabin(p)
    wide, tall = p.width * 0.20, p.height - p.belt
    spine = tube(
        [
            (0, p.belt + tall * 0.62, back + 0.12),
            (0, p.belt + tall * 0.55, back - 0.10),
            (0, p.belt + tall * 0.18, back - 0.75),
            (0, p.deck - 0.02, -p.length / 2 + 0.5),
        ],
        [wide, wide * 1.06, wide * 0.8, wide * 0.3],
        flat=1.35,
    )
    y, reach = p.belt + tall * 0.42, p.width * 0.34
    halo = tube(
        [(reach, y - 0.08, back + 0.05), (reach, y, (front + back) / 2 + 0.1), (0, y + 0.02, front - 0.20),
         (-reach, y, (front + back) / 2 + 0.1), (-reach, y - 0.08, back + 0.05)],
        [0.05, 0.048, 0.045, 0.048, 0.05],
    )  # fmt: skip
    strut = tube([(0, y, front - 0.21), (0, p.belt - 0.08, front - 0.10)], [0.042, 0.05])
    return spine, halo, strut


def _turret(p: Vehicle) -> tuple[Solid, ...]:
    """A tapered block with a gun in front and a hatch on top."""
    foot, head, back_head, back_foot = corners(p)
    shell = _block(foot[0], head[0], (foot, head), (back_foot[2], back_head[2]), p)
    top, y = p.height - p.roof * 0.6, (foot[1] + p.height) / 2
    z = (foot[2] + head[2]) / 2
    hatch = lathe([(0.01, -0.02), (0.36, -0.02), (0.36, 0.12), (0.30, 0.17), (0.01, 0.18)], smooth=False)
    mantle = ball((0, y, z), (0.36, 0.26, 0.30), power=3.0)
    barrel = tube([(0, y, z), (0, y + p.cannon * 0.04, z + p.cannon)], [0.115, 0.085])
    muzzle = tube([(0, y + p.cannon * 0.038, z + p.cannon * 0.93), (0, y + p.cannon * 0.04, z + p.cannon)], [0.13] * 2)
    return shell, placed(hatch, to=(head[0] * 0.3, top, back_head[2] + 0.5)), mantle, barrel, muzzle


GLAZING: Mapping[str, Callable[[Vehicle], Glass]] = MappingProxyType(
    {"house": _house, "screen": _screen, "slits": _slits}
)
TOPS: Mapping[str, Callable[[Vehicle], tuple[Solid, ...]]] = MappingProxyType(
    {"hard": _hard, "folded": _folded, "hoop": _hoop, "turret": _turret}
)
