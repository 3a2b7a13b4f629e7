"""What a seat stands on. Every kind says which of it is in front and which behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from types import MappingProxyType

from models.procedural.furniture.back import lean
from models.procedural.furniture.wheels import Legs, star, wheels
from models.procedural.kit.brick import brick
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.furniture import Furniture


def legs(p: Furniture) -> Legs:
    return LEGS[p.legs](p)


def _both(*left: Skin) -> tuple[Skin, ...]:
    return tuple(side for skin in left for side in (skin, other_side(skin)))


def _reach(p: Furniture) -> tuple[float, float]:
    """Where legs leave the seat: x of the left ones, z of those in front; a round seat has them further in."""
    inward = 0.72 if p.seat == "round" else 1.0
    return (p.width / 2 - p.leg_radius * 1.8) * inward, (p.depth / 2 - p.leg_radius * 1.8) * inward


def _leg(p: Furniture, ahead: int, *, foot: float = 0.0) -> Skin:
    """A tapered leg, its foot standing out by `splay`."""
    (x, z), r = _reach(p), p.leg_radius
    top = p.height - p.thick * 0.92
    return tube([(x, top, z * ahead), (x + p.splay, foot + r * 0.6, (z + p.splay) * ahead)], [r * 1.15, r * 0.72])


def _four(p: Furniture) -> Legs:
    """Four legs, and rungs between them: those along the sides count as the front."""
    front, back = _both(_leg(p, 1)), _both(_leg(p, -1))
    return (*front, *(_rungs(p) if p.rungs else ())), back


def _rungs(p: Furniture) -> tuple[Skin, ...]:
    y, out = p.height * p.rung_at, p.splay * (1 - p.rung_at)
    x, z = (place + out for place in _reach(p))
    size = [p.leg_radius * 0.55] * 2
    return (*_both(tube([(x, y, z), (x, y, -z)], size)), tube([(-x, y, 0), (x, y, 0)], size))


def _rockers(p: Furniture) -> Legs:
    """Four legs on two bent runners."""
    x, z = (place + p.splay for place in _reach(p))
    rise, r = 0.07, p.leg_radius
    bend = [(share * z * 1.9, rise * 2.2 * (share * 1.0) ** 2) for share in (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)]
    runner = tube([(x, y + r, along - z * 0.25) for along, y in bend], [r * 0.9] * 6, flat=1.1, wide=1.1)
    front, back = _both(_leg(p, 1, foot=0.02)), _both(_leg(p, -1, foot=0.04), runner)
    return (*front, *_rungs(p)), back


def _cradle(p: Furniture) -> Legs:
    """Two bent runners from side to side, each below two short legs."""
    x, z = _reach(p)
    front, back = (
        (
            *_both(tube([(x, p.height - p.thick * 0.9, z * ahead), (x, 0.08, z * ahead)], [p.leg_radius] * 2)),
            tube([(share * x * 1.35, 0.026 + 0.13 * share**2, z * ahead) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)],
                 [p.leg_radius] * 5),
        )
        for ahead in (0.78, -0.78)
    )  # fmt: skip
    return front, back


def _turned(p: Furniture) -> Legs:
    """Legs from a lathe: a vase on a ball."""
    x, z = _reach(p)
    r, tall = p.leg_radius, p.height - p.thick * 0.5
    shape = [(0.8, 0.0), (1.0, 0.06), (0.95, 0.14), (0.55, 0.20), (0.62, 0.26), (1.05, 0.52), (1.0, 0.66), (0.6, 0.80)]
    profile = [(0.003, 0.0), *((r * wide, tall * up) for wide, up in shape), (r * 1.2, tall * 0.86), (r * 1.2, tall)]
    leg = lathe([*profile, (0.003, tall)], smooth=False)
    front, back = (_both(placed(leg, to=(x, 0, z * ahead))) for ahead in (1, -1))
    return front, back


def _pedestal(p: Furniture) -> Legs:
    """A column on a round foot; the ring for the feet is its front."""
    top, r = p.height - p.thick * 0.6, p.leg_radius
    foot = [(0.003, 0.0), (p.width * 0.56, 0.0), (p.width * 0.56, 0.015), (p.width * 0.3, 0.035), (r * 1.6, 0.06)]
    column = [(r, 0.12), (r, top * 0.55), (r * 0.8, top * 0.56), (r * 0.8, top - 0.05), (r * 2.4, top), (0.003, top)]
    y, ring = p.height * 0.34, p.width * 0.36
    turns = [radians(angle) for angle in range(0, 361, 30)]
    rest = tube([(ring * sin(turn), y, ring * cos(turn)) for turn in turns], [0.013] * len(turns))
    bars = [
        tube([(0, y, 0), (ring * sin(t), y, ring * cos(t))], [0.011] * 2) for t in (0.0, radians(120), radians(240))
    ]
    return (rest, *bars), (lathe([*foot, *column], smooth=False),)


def _crossed(p: Furniture) -> Legs:
    """Two frames that cross below the seat, as folding chairs have; the one that carries the back is behind."""
    x, r, front, back = p.width / 2, p.leg_radius, p.depth / 2, -p.depth / 2
    top = p.height + p.back * 0.52
    long = tube([(x, top, lean(p, p.back * 0.52)), (x, p.height * 0.5, 0.02), (x, r, front + 0.04)], [r] * 3)
    short = tube([(x - 2 * r, p.height - p.thick * 0.6, front * 0.7), (x - 2 * r, r, back - 0.08)], [r] * 2)
    bars = [_across(x, r, front + 0.04, r), _across(x, p.height * 0.22, front * 0.62, r * 0.8)]
    return (*_both(long), *bars), (*_both(short), _across(x, r * 1.2, back - 0.08, r))


def _across(x: float, y: float, z: float, radius: float) -> Skin:
    return tube([(-x, y, z), (x, y, z)], [radius] * 2)


def _easel(p: Furniture) -> Legs:
    """A deck chair's: the bars of the back run down to the ground in front, those of the seat to behind."""
    x, r, front = p.width / 2, p.leg_radius, p.depth / 2
    low = p.height - p.drop
    strut = tube([(x + 2 * r, p.height - 0.01, front), (x + 2 * r, r, -p.depth * 0.60)], [r] * 2)
    foot = tube([(x + r, low, lean(p, 0)), (x + r, r, front * 0.92)], [r] * 2)
    prop = tube([(x + 2 * r, p.height + p.back * 0.40, lean(p, p.drop + p.back * 0.40)),
                 (x + 2 * r, r, -p.depth * 1.15)], [r * 0.9] * 2)  # fmt: skip
    return (
        (*_both(foot), _across(x, r, front * 0.92, r), _across(x + 2 * r, p.height - 0.01, front, r)),
        (*_both(strut, prop), _across(x + 2 * r, r, -p.depth * 1.15, r), _across(x + r, low, lean(p, 0), r)),
    )


def _posts(p: Furniture) -> Legs:
    """Posts at the corners, rails between their tops; what has a second level has a ladder up to it."""
    x, z, r = p.width / 2, p.depth / 2, p.leg_radius
    knob = [(0.003, p.posts), (r * 0.9, p.posts), (r * 1.35, p.posts + 0.05), (r * 0.9, p.posts + 0.10)]
    post = lathe([(0.003, 0), (r, 0), *knob[1:], (0.003, p.posts + 0.12)], smooth=False)
    front, back = (_both(placed(post, to=(x, 0, z * ahead))) for ahead in (1, -1))
    top = p.posts - 0.04
    sides = _both(tube([(x, top, z), (x, top, -z)], [r * 0.6] * 2))
    front += (_across(x, top, z, r * 0.6), *sides, *(_ladder(p, x + r) if p.levels > 1 else ()))
    return front, (*back, _across(x, top, -z, r * 0.6))


def _ladder(p: Furniture, x: float) -> tuple[Skin, ...]:
    """On the left side, from the ground to the top rail."""
    near, far = p.depth * 0.34, p.depth * 0.16
    rails = [tube([(x + 0.03, 0.02, z), (x + 0.01, p.posts, z)], [0.022] * 2) for z in (near, far)]
    steps = [p.posts * share for share in (0.16, 0.33, 0.50, 0.67, 0.84)]
    return (*rails, *(tube([(x + 0.02, y, near), (x + 0.02, y, far)], [0.018] * 2) for y in steps))


def _ends(p: Furniture) -> Legs:
    """Solid boards at both ends, as a pew has; each is a lower board in front and a taller one behind."""
    x, top = p.width / 2 + 0.01, p.height + p.back * 0.92
    ahead = brick(
        (x, (p.height + 0.20) / 2, p.depth * 0.17), (0.024, (p.height + 0.20) / 2, p.depth * 0.33), rounding=0.02
    )
    behind = brick((x, top / 2, -p.depth * 0.40), (0.026, top / 2, p.depth * 0.26), rounding=0.02)
    return _both(ahead), (
        *_both(behind),
        brick((0, p.height * 0.4, -p.depth * 0.3), (x, p.height * 0.3, 0.015), rounding=0.01),
    )


def _iron(p: Furniture) -> Legs:
    """Bent bars, two to a side, with a bar between them."""
    x, r, z = p.width / 2 - 0.09, p.leg_radius, p.depth * 0.40
    ahead = [
        (x, p.height - 0.05, z * 0.2),
        (x, p.height - 0.06, z * 0.9),
        (x, p.height * 0.4, z * 0.8),
        (x, 0.03, z * 1.15),
    ]
    behind = [
        (x, p.height - 0.05, -z * 0.2),
        (x, p.height - 0.06, -z),
        (x, p.height * 0.4, -z * 0.9),
        (x, 0.03, -z * 1.35),
    ]
    stay = tube([(x, p.height * 0.4, z * 0.8), (x, p.height * 0.48, 0), (x, p.height * 0.4, -z * 0.9)], [r * 0.7] * 3)
    return _both(tube(ahead, [r] * 4, wide=1.3), stay), _both(tube(behind, [r] * 4, wide=1.3))


def _frame(p: Furniture) -> Legs:
    """Two pairs of poles that lean together, a beam over them, and the ropes a swing hangs by."""
    x, r, z = p.width / 2 + 0.28, p.leg_radius, p.depth * 1.25
    front, back = (tube([(x - 0.06, p.posts, 0), (x + 0.06, r * 0.5, z * ahead)], [r * 0.9, r]) for ahead in (1, -1))
    rope_x = p.width / 2 - 0.02
    ropes = [
        tube([(rope_x, p.height - 0.03, share * p.depth), (rope_x, p.posts, 0)], [0.012] * 2) for share in (0.42, -0.42)
    ]
    tie = tube([(x, p.posts * 0.42, z * 0.56), (x, p.posts * 0.42, -z * 0.56)], [r * 0.7] * 2)
    return _both(front, ropes[0], tie), (*_both(back, ropes[1]), _across(x, p.posts, 0.0, r))


LEGS: Mapping[str, Callable[[Furniture], Legs]] = MappingProxyType(
    {
        "four": _four,
        "rockers": _rockers,
        "cradle": _cradle,
        "turned": _turned,
        "star": star,
        "pedestal": _pedestal,
        "crossed": _crossed,
        "easel": _easel,
        "posts": _posts,
        "ends": _ends,
        "iron": _iron,
        "frame": _frame,
        "wheels": wheels,
    }
)
