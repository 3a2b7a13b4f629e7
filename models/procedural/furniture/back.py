"""What one leans on: slats, planks, boards, cushions; a bed's headboard is one too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, tan
from types import MappingProxyType

import numpy as np

from models.procedural.furniture.seat import levels
from models.procedural.kit.brick import brick, cushion
from models.procedural.kit.sdf import Vector, ball
from models.procedural.kit.skins import blade, other_side, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.furniture import Furniture

BOW = 0.032  # how far the rails of a backrest bend back, in metres


def backrest(p: Furniture) -> tuple[Solid, ...]:
    return tuple(solid for height in levels(p) for solid in RESTS[p.rest](p, height))


def lean(p: Furniture, above: float) -> float:
    """z of the backrest at a height above the seat."""
    return -p.depth / 2 + p.back_thick * 0.4 - above * tan(radians(p.recline_deg))


def _upright(p: Furniture) -> Vector:
    """The turn that lays what is drawn flat (its top up) against the backrest (its top ahead)."""
    return (90.0 - p.recline_deg, 0.0, 0.0)


def _posts(p: Furniture, height: float) -> tuple[float, tuple[Skin, Skin]]:
    """How far out the posts of a back stand, and both."""
    x, r = p.width / 2 - p.leg_radius * 1.2, p.leg_radius
    foot = height - p.thick * 0.8
    post = tube([(x, foot, lean(p, 0)), (x, height + p.back, lean(p, p.back))], [r * 1.05, r * 0.9])
    return x, (post, other_side(post))


def _slatted(p: Furniture, height: float) -> tuple[Solid, ...]:
    """Two posts, two curved rails, upright slats between them."""
    x, posts = _posts(p, height)
    rails = (_rail(p, x, 0.90, 0.032, 2.1), _rail(p, x, 0.22, 0.022, 1.2))
    return (*posts, *rails, *(_slat(p, x, float(share)) for share in np.linspace(-1, 1, p.slats + 2)[1:-1]))


def _rail(p: Furniture, x: float, share: float, size: float, tall: float) -> Skin:
    """Across the back at a share of its height, bowed backwards."""
    y, z = p.height + p.back * share, lean(p, p.back * share)
    return tube([(-x, y, z), (0, y, z - BOW), (x, y, z)], [size, size * 1.1, size], flat=tall, wide=0.62)


def _slat(p: Furniture, x: float, share: float) -> Skin:
    """From the lower rail into the upper, following their bow; `share` is -1 at one post and 1 at the other."""
    ends = [(x * share, p.height + p.back * up, lean(p, p.back * up) - BOW * (1 - share**2)) for up in (0.20, 0.92)]
    return tube(ends, [p.leg_radius * 0.62] * 2, wide=1.4)


def _planked(p: Furniture, height: float) -> tuple[Solid, ...]:
    """Boards across two posts."""
    _, posts = _posts(p, height)
    each = p.back * 0.86 / p.slats
    boards = []
    for index in range(p.slats):
        up = p.back * 0.14 + each * (index + 0.5)
        centre = (0.0, height + up, lean(p, up) + p.leg_radius * 0.9)
        boards.append(brick(centre, (p.width / 2, 0.014, each * 0.40), rounding=0.01, turn_deg=_upright(p)))
    return (*posts, *boards)


def _board(p: Furniture, height: float) -> tuple[Solid, ...]:
    """One board; a narrow one stands on two posts, a wide one goes down to the seat."""
    low = -p.thick * 0.9 if p.width > 0.9 else p.back * 0.50
    middle, half = (low + p.back) / 2, (p.back - low) / 2 / cos(radians(p.recline_deg))
    board = brick(
        (0, height + middle, lean(p, middle)),
        (p.width / 2, p.back_thick / 2, half),
        rounding=p.back_thick * 0.45,
        turn_deg=_upright(p),
    )
    cap = tube(
        [(-p.width / 2, height + p.back, lean(p, p.back)), (p.width / 2, height + p.back, lean(p, p.back))],
        [p.back_thick * 0.62] * 2,
    )
    return (board, cap) if p.width > 0.9 else (board, *_posts(p, height)[1])


def _sling(p: Furniture, height: float) -> tuple[Solid, ...]:
    """Cloth between two bars, which run on above it as handles."""
    x, low = p.width / 2, height - p.drop
    tall = p.back + p.drop
    ends = [(low + tall * up, lean(p, tall * up)) for up in (0.0, 0.5, 0.96)]
    sag = (0.0, -0.03, 0.0)
    left, right = ([(side * x, y, z + by) for (y, z), by in zip(ends, sag, strict=True)] for side in (1, -1))
    bar = tube([(x, low, lean(p, 0)), (x, low + tall, lean(p, tall))], [p.leg_radius] * 2)
    top = tube([left[2], right[2]], [p.leg_radius * 0.9] * 2)
    return blade(left, right, [0.022] * 3, even=True), bar, other_side(bar), top


def _padded(p: Furniture, height: float) -> tuple[Solid, ...]:
    """An upholstered panel, and a cushion before it for each on the seat."""
    low = -p.thick * 0.9
    middle, half = (low + p.back) / 2, (p.back - low) / 2
    panel = brick(
        (0, height + middle, lean(p, middle) + p.back_thick * 0.1),
        (p.width / 2, p.back_thick / 2, half),
        rounding=p.back_thick * 0.42,
        turn_deg=_upright(p),
    )
    inner = p.width - (2 * p.arm_wide if p.armrests == "blocks" else 0.06)
    each, up = inner / p.cushions, p.puff * 0.9 + (p.back - p.puff) * 0.52
    size = (each / 2 * 0.99, p.back_thick * 0.46, (p.back - p.puff) * 0.54)
    z = lean(p, up) + p.back_thick * 0.62
    pads = [
        cushion((each * (index + 0.5) - inner / 2, height + up, z), size, turn_deg=_upright(p))
        for index in range(p.cushions)
    ]
    return (panel, *pads)


def _shell(p: Furniture, height: float) -> tuple[Solid, ...]:
    """A padded shell that a spine carries from below the seat."""
    up = p.puff + 0.06 + (p.back - p.puff) * 0.5
    half = (p.width * 0.46, p.back_thick * 0.5, (p.back - p.puff - 0.06) * 0.5)
    pad = cushion((0, height + up, lean(p, up) + 0.02), half, turn_deg=_upright(p))
    cover = brick(
        (0, height + up, lean(p, up) - 0.02), (half[0] * 0.96, 0.022, half[2] * 0.96), rounding=0.02,
        turn_deg=_upright(p),
    )  # fmt: skip
    spine = tube(
        [(0, height - p.thick * 0.7, -p.depth * 0.25), (0, height - p.thick * 0.6, lean(p, 0) - 0.05),
         (0, height + 0.08, lean(p, 0.1) - 0.07), (0, height + up, lean(p, up) - 0.05)],
        [0.022, 0.026, 0.024, 0.020], wide=1.8,
    )  # fmt: skip
    return pad, cover, spine


def _framed(p: Furniture, height: float) -> tuple[Solid, ...]:
    """A throne's: a tall panel between heavy posts, a pad on it, points on top."""
    x, r, top = p.width / 2 - 0.05, p.back_thick * 0.5, height + p.back
    post = tube([(x, height - p.thick, lean(p, 0)), (x, top + 0.05, lean(p, p.back))], [r, r * 0.9])
    panel = brick(
        (0, height + p.back * 0.47, lean(p, p.back * 0.47)), (x, r * 0.5, p.back * 0.50), rounding=0.02,
        turn_deg=_upright(p),
    )  # fmt: skip
    pad = cushion(
        (0, height + p.back * 0.46, lean(p, p.back * 0.46) + r * 0.6), (x - r, r * 0.7, p.back * 0.36),
        turn_deg=_upright(p),
    )  # fmt: skip
    arch = tube(
        [(-x, top, lean(p, p.back)), (0, top + p.crown * 0.5, lean(p, p.back)), (x, top, lean(p, p.back))],
        [r * 0.8, r, r * 0.8],
    )
    points = [_point(p, share * x, top + rise * p.crown, size) for share, rise, size in CROWN]
    return (post, other_side(post), panel, pad, arch, *(solid for point in points for solid in point))


# The points of a crown: place across the back, height in `crown`, size.
CROWN = ((-1.0, 0.3, 0.9), (-0.5, 0.5, 0.7), (0.0, 0.65, 1.25), (0.5, 0.5, 0.7), (1.0, 0.3, 0.9))


def _point(p: Furniture, x: float, y: float, size: float) -> tuple[Solid, ...]:
    z, r = lean(p, p.back), 0.055 * size
    spike = tube([(x, y - p.crown * 0.35, z), (x, y + r, z)], [r * 0.75, r * 0.45])
    return spike, ball((x, y + r * 1.6, z), (r, r, r))


RESTS: Mapping[str, Callable[[Furniture, float], tuple[Solid, ...]]] = MappingProxyType(
    {
        "none": lambda _p, _height: (),  # a stool's: models/templates.py knows which looks lack a backrest
        "slats": _slatted,
        "planks": _planked,
        "board": _board,
        "sling": _sling,
        "padded": _padded,
        "shell": _shell,
        "framed": _framed,
    }
)
