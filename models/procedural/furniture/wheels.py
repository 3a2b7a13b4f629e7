"""What lets a seat roll: the star of an office chair, the wheels of a wheelchair."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

from models.procedural.kit.brick import brick
from models.procedural.kit.skins import lathe, other_side, placed, tube
from models.procedural.kit.solids import Skin
from models.procedural.looks.furniture import Furniture

Legs = tuple[tuple[Skin, ...], tuple[Skin, ...]]  # in front, behind


LOW, CASTOR = 0.062, 0.030  # height of the arms of a star, radius of what they roll on, in metres


def star(p: Furniture) -> Legs:
    """A column on five arms with a castor each; the three arms behind come with the column."""
    arms = [_arm(p.width * 0.62, radians(72 * index + 36)) for index in range(5)]
    behind = [skin for arm in arms[1:4] for skin in arm]
    return (*arms[0], *arms[4]), (*behind, *_column(p))


def _arm(reach: float, turn: float) -> tuple[Skin, ...]:
    x, z = reach * sin(turn), reach * cos(turn)
    path = [(0, LOW + 0.05, 0), (x * 0.6, LOW + 0.035, z * 0.6), (x, LOW + 0.008, z)]
    castor = lathe([(0.003, -0.022), (CASTOR, -0.022), (CASTOR, 0.022), (0.003, 0.022)], smooth=False)
    return tube(path, [0.032, 0.026, 0.020]), placed(castor, turn_deg=(0, 0, 90), to=(x, CASTOR, z))


def _column(p: Furniture) -> tuple[Skin, ...]:
    """A gas spring in its sleeve, and the plate below the seat."""
    gas = tube([(0, LOW, 0), (0, p.height - p.thick, 0)], [0.026, 0.022])
    sleeve = tube([(0, LOW, 0), (0, LOW + (p.height - LOW) * 0.42, 0)], [0.042, 0.036])
    plate = brick((0, p.height - p.thick - 0.01, 0), (p.width * 0.24, 0.018, p.depth * 0.26), rounding=0.012)
    return gas, sleeve, plate


def wheels(p: Furniture) -> Legs:
    """A wheelchair's: large wheels with a rim to push behind, castors and plates for the feet in front."""
    x, r, tall = p.width / 2 + 0.05, p.leg_radius, 0.31
    z = -p.depth * 0.30
    tyre = _ring((x, tall, z), tall - 0.02, 0.02)
    grip = _ring((x + 0.04, tall, z), tall * 0.82, 0.010)
    spokes = [
        tube([(x, tall, z), (x, tall + 0.28 * sin(t), z + 0.28 * cos(t))], [0.007] * 2)
        for t in (radians(30 * index) for index in range(12))
    ]
    hub = tube([(p.width / 2 - 0.02, tall, z), (x + 0.03, tall, z)], [0.035] * 2)
    frame = tube([(p.width / 2, p.height - 0.02, z), (p.width / 2, tall, z)], [r] * 2)
    left = (tyre, grip, *spokes, hub, frame)
    return _castors(p), tuple(side for skin in left for side in (skin, other_side(skin)))


def _ring(centre: Sequence[float], radius: float, thick: float) -> Skin:
    """A ring about x."""
    turns = [radians(15 * index) for index in range(25)]
    path = [(centre[0], centre[1] + radius * sin(turn), centre[2] + radius * cos(turn)) for turn in turns]
    return tube(path, [thick] * len(path))


def _castors(p: Furniture) -> tuple[Skin, ...]:
    x, r, z = p.width / 2, p.leg_radius, p.depth * 0.42
    wheel = placed(
        lathe([(0.003, -0.02), (0.075, -0.02), (0.075, 0.02), (0.003, 0.02)], smooth=False),
        turn_deg=(0, 0, 90),
        to=(x, 0.075, z),
    )
    fork = tube([(x, p.height - 0.02, z), (x, 0.075, z)], [r] * 2)
    far = z + p.footrest
    shin = tube([(x, p.height - 0.02, z), (x - 0.02, p.height * 0.8, far * 0.9), (x - 0.06, 0.12, far)], [r * 0.9] * 3)
    plate = brick((x - 0.12, 0.12, far + 0.03), (0.085, 0.012, 0.075), rounding=0.01, turn_deg=(-12, 0, 0))
    return tuple(side for skin in (wheel, fork, shin, plate) for side in (skin, other_side(skin)))
