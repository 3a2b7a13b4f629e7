"""What one sits or lies on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, radians, sin
from types import MappingProxyType

from models.procedural.kit.brick import brick, cushion
from models.procedural.kit.skins import blade, lathe, other_side, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.furniture import Furniture

SOLE = 0.03  # thickness of the plate of a footrest, in metres


def levels(p: Furniture) -> list[float]:
    """Heights of the seats that are on top of each other; the upper one leaves room for who lies below."""
    return [p.height + (p.posts - p.height) * 0.58 * level for level in range(p.levels)]


def seat(p: Furniture) -> tuple[Skin, ...]:
    solids = [skin for height in levels(p) for skin in SEATS[p.seat](p, height)]
    return (
        *solids,
        *(_footrest(p) if p.footrest > 0 and p.cushions else ()),
        *(_tray(p) if p.tray else ()),
        *(_railing(p) if p.sides > 0 else ()),
    )


def _board(p: Furniture, height: float) -> tuple[Skin, ...]:
    return (brick((0, height - p.thick / 2, 0), (p.width / 2, p.thick / 2, p.depth / 2), rounding=p.thick * 0.4),)


def _round(p: Furniture, height: float) -> tuple[Skin, ...]:
    """A disc, with a cushion on it if there is one."""
    r, low = p.width / 2, height - p.thick
    wood = [(0.002, low), (r * 0.90, low), (r * 0.98, low + p.thick * 0.3), (r, low + p.thick * 0.7)]
    top = [(r * 0.96, height), (r * 0.5, height - p.thick * 0.12), (0.002, height - p.thick * 0.15)]
    pad = [(r * 0.98, height), (r * 1.04, height + p.puff * 0.4), (r * 0.94, height + p.puff * 0.85)]
    crown = [(r * 0.6, height + p.puff), (0.002, height + p.puff * 1.04)]
    return (lathe([*wood, *((*pad, *crown) if p.puff > 0 else top)], smooth=False),)


def _planks(p: Furniture, height: float) -> tuple[Skin, ...]:
    """Boards side by side, the gaps between them a quarter of one; beams below carry them."""
    each = p.depth / p.planks
    boards = [
        brick((0, height - 0.016, each * (index + 0.5) - p.depth / 2), (p.width / 2, 0.016, each * 0.40), rounding=0.01)
        for index in range(p.planks)
    ]
    beam = brick((p.width / 2 - 0.09, height - 0.05, 0), (0.025, 0.03, p.depth * 0.47), rounding=0.01)
    return (*boards, beam, other_side(beam))


def _sling(p: Furniture, height: float) -> tuple[Skin, ...]:
    """Cloth that sags between two bars."""
    x, front, back = p.width / 2, p.depth / 2, -p.depth / 2
    path = [(height, front), (height - p.drop * 0.62 - 0.02, 0.1 * front), (height - p.drop, back)]
    left, right = ([(side * x, y, z) for y, z in path] for side in (1, -1))
    bar = tube([(x, y + 0.004, z) for y, z in path], [p.leg_radius] * 3)
    cross = tube([left[0], right[0]], [p.leg_radius] * 2)
    return blade(left, right, [p.thick] * 3, even=True), bar, other_side(bar), cross


def _cushioned(p: Furniture, height: float) -> tuple[Skin, ...]:
    """A base, and cushions between the armrests."""
    base = brick((0, height - p.thick / 2, 0), (p.width / 2, p.thick / 2, p.depth / 2), rounding=0.03)
    inner = p.width - (2 * p.arm_wide if p.armrests == "blocks" else 0.0)
    each, ahead = inner / p.cushions, 0.02
    half = (each / 2 * 0.995, p.puff * 0.56, p.depth / 2)
    places = [(each * (index + 0.5) - inner / 2, height + p.puff * 0.46, ahead) for index in range(p.cushions)]
    return (base, *(cushion(place, half) for place in places), *(_throw_pillows(p, height) if p.pillows else ()))


def _throw_pillows(p: Furniture, height: float) -> tuple[Skin, ...]:
    """Small pillows that lean on the back, at the ends of a sofa; a single one lies in the middle."""
    side, back = 0.19, -p.depth / 2 + p.back_thick + 0.20
    low, reach = height + p.puff + side * 0.92, p.width / 2 - p.arm_wide - side * 1.15
    places = [0.0] if p.pillows == 1 else [-reach, reach]
    turn = -90.0 + 18.0 + p.recline_deg * 0.4
    return tuple(cushion((x, low, back), (side, 0.075, side), turn_deg=(-turn, 0, 6 if x >= 0 else -6)) for x in places)


def _mattress(p: Furniture, height: float) -> tuple[Skin, ...]:
    """A frame with a board at its foot, and what lies in it."""
    frame = brick((0, height - p.thick / 2, 0), (p.width / 2, p.thick / 2, p.depth / 2), rounding=0.03)
    foot = brick((0, height + 0.04, p.depth / 2), (p.width / 2, p.thick * 0.75, 0.035), rounding=0.03)
    wide, long = p.width / 2 - 0.04, p.depth / 2 - 0.05
    mattress = brick((0, height + p.puff / 2, 0), (wide, p.puff / 2, long), rounding=0.06)
    return (frame, foot, mattress, *_blanket(p, height, wide, long), *_bed_pillows(p, height, wide, long))


def _blanket(p: Furniture, height: float, wide: float, long: float) -> tuple[Skin, ...]:
    """Over the lower two thirds, hanging down at the sides, its upper edge turned back."""
    cover = brick((0, height + p.puff * 0.66, long * 0.32), (wide + 0.03, p.puff * 0.46, long * 0.69), rounding=0.06)
    edge = (wide + 0.04, p.puff * 0.49, p.depth * 0.063)
    return cover, brick((0, height + p.puff * 0.68, -long * 0.34), edge, rounding=0.07)


def _bed_pillows(p: Furniture, height: float, wide: float, long: float) -> list[Skin]:
    each, y, z = 2 * wide / p.pillows, height + p.puff + 0.055, -long + p.depth * 0.127
    half = (each * 0.43, p.depth * 0.041, p.depth * 0.102)
    return [cushion((each * (index + 0.5) - wide, y, z), half, turn_deg=(14, 0, 0)) for index in range(p.pillows)]


def _footrest(p: Furniture) -> tuple[Skin, ...]:
    """A padded board that has swung up before the seat, and the arm that holds it."""
    wide, tilt = p.width / 2 - p.arm_wide - 0.02, 14.0
    y, z = p.height + p.puff * 0.3, p.depth / 2 + p.footrest * 0.52
    y -= sin(radians(tilt)) * p.footrest / 2
    pad = cushion((0, y, z), (wide, 0.07, p.footrest / 2), turn_deg=(tilt, 0, 0))
    arm = tube([(wide * 0.6, p.height - p.thick * 0.4, p.depth * 0.4), (wide * 0.6, y - 0.03, z)], [0.025, 0.025])
    return pad, arm, other_side(arm)


def _tray(p: Furniture) -> tuple[Skin, ...]:
    """A board on the armrests, with a rim."""
    y, z = p.height + p.arms + 0.02, p.depth / 2
    board = brick((0, y, z), (p.width / 2 + 0.03, 0.014, 0.13), rounding=0.012)
    rim = tube([(x * (p.width / 2 + 0.02), y + 0.02, z + 0.12 * ahead) for x, ahead in _loop()], [0.012] * len(_loop()))
    return board, rim


def _railing(p: Furniture) -> tuple[Skin, ...]:
    """Bars along both sides and the foot of a child's bed, under a rail; taller posts at its corners."""
    x, z, low, top = p.width / 2 - 0.02, p.depth / 2 - 0.02, p.height - 0.03, p.height + p.sides
    along, across = (max(round(2 * reach / 0.10), 2) for reach in (z, x))
    places = [(x, z - 2 * z * step / along) for step in range(along + 1)]
    left = [tube([(x, low, place), (x, top, place)], [0.012] * 2) for x, place in places]
    left.append(tube([(x, top, z), (x, top, -z)], [0.022] * 2, wide=0.8))
    foot = [tube([(-x + 2 * x * step / across, low, z), (-x + 2 * x * step / across, top, z)], [0.012] * 2)
            for step in range(1, across)]  # fmt: skip
    post = tube([(x, low, z), (x, top + 0.04, z)], [0.026] * 2)
    sides = (side for skin in (*left, post) for side in (skin, other_side(skin)))
    return (*sides, *foot, tube([(-x, top, z), (x, top, z)], [0.022] * 2))


def _loop() -> list[tuple[float, float]]:
    """A rectangle with soft corners, within -1 to 1."""
    turns = [radians(360 * index / 16) for index in range(17)]
    return [
        (abs(cos(t)) ** 0.4 * (1 if cos(t) > 0 else -1), abs(sin(t)) ** 0.4 * (1 if sin(t) > 0 else -1)) for t in turns
    ]


SEATS: Mapping[str, Callable[[Furniture, float], tuple[Skin, ...]]] = MappingProxyType(
    {
        "board": _board,
        "round": _round,
        "planks": _planks,
        "sling": _sling,
        "cushions": _cushioned,
        "mattress": _mattress,
    }
)
