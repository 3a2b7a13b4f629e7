"""Four-legged animals: trunk, neck, head with ears, two pairs of legs, a tail.

Lengths are in trunks (shoulder to rump is 1), angles in degrees. Sizes of the head count in heads.
Legs, neck and head are grown onto what they meet, so that the whole reads as one body in several colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural.kit.anatomy import curly, grown, widened
from models.procedural.kit.sdf import Field, ball, blend, limb
from models.procedural.kit.solids import Solid
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.coat import back, crest, ridge, ruff
from models.procedural.quadruped.frame import nape, raised_deg, spine
from models.procedural.quadruped.head import head
from models.procedural.quadruped.legs import back_leg, front_leg
from models.procedural.quadruped.tail import tail
from models.procedural.quadruped.wings import wings

FLEECE_LENGTH = 0.22  # two pillows of wool, in trunks


def build(p: Quadruped, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of the animal. Nothing is left to `chance`: proportions are varied before."""
    del chance
    trunk, neck = _fleeced(p, _trunk(p)), _fleeced(p, _maned(p, _neck(p)))
    return {
        "head": head(p, _neck(p)),
        "body": (trunk, *back(p), *wings(p)),
        "front_left_leg": front_leg(p, 1, trunk),
        "front_right_leg": front_leg(p, -1, trunk),
        "back_left_leg": back_leg(p, 1, trunk),
        "back_right_leg": back_leg(p, -1, trunk),
        "tail": tail(p),
        "neck": (grown(neck, trunk, 0.08), *ridge(p), *crest(p)),
    }


def _trunk(p: Quadruped) -> Field:
    """Chest, belly, loin and rump along the spine: what differs between a hound, a cow and a bear."""
    turn = (-raised_deg(p), 0.0, 0.0)
    w, d = p.width, p.depth
    chest = ball(spine(p, 0.29, d * (0.04 - 0.5 * (p.chest - 1))), (w * 0.96, d * p.chest, 0.26), turn_deg=turn)
    middle = ball(spine(p, 0.02, d * (1 - p.belly)), (w * p.belly, d * 0.93 * p.belly, 0.40), turn_deg=turn)
    loin = ball(spine(p, -0.14, d * 0.16), (w * 0.86, d * 0.78, 0.30), turn_deg=turn)
    rump = ball(spine(p, -0.31, d * (0.04 + 0.5 * (p.rump - 1))), (w * p.rump, d * 0.96 * p.rump, 0.22), turn_deg=turn)
    return blend(0.14, chest, middle, loin, rump, *_humps(p), *_udder(p))


def _humps(p: Quadruped) -> list[Field]:
    """A camel's one or two, or the withers of a bison."""
    turn = (-raised_deg(p), 0.0, 0.0)
    places = {0: (), 1: (p.hump_at,), 2: (p.hump_at + 0.17, p.hump_at - 0.17)}[p.humps]
    long = p.hump_long / max(p.humps, 1) ** 0.5
    return [ball(spine(p, at, p.depth * 0.70), (p.width * 0.72, p.hump, long), turn_deg=turn) for at in places]


def _udder(p: Quadruped) -> list[Field]:
    if p.udder <= 0:
        return []
    r = p.udder
    bag = ball(spine(p, -0.22, -p.depth * 0.95), (r, r * 0.85, r * 1.1))
    teats = [
        limb(
            [
                spine(p, -0.22 + z * r, -p.depth * 0.95, x * r),
                spine(p, -0.22 + z * r, -p.depth * 0.95 - r * 1.15, x * r),
            ],
            [r * 0.2, r * 0.14],
        )
        for x in (-0.45, 0.45)
        for z in (-0.4, 0.4)
    ]
    return [blend(r * 0.2, bag, *teats)]


def _fleeced(p: Quadruped, field: Field) -> Field:
    return curly(field, p.fleece, FLEECE_LENGTH) if p.fleece > 0 else field


def _neck(p: Quadruped) -> Field:
    """From inside the shoulders to inside the head, deeper than wide."""
    start, end = nape(p)
    r = p.neck_radius
    base, middle = np.array(spine(p, 0.32, p.depth * 0.05)), (start + end) / 2
    deep = max(r * 1.2, p.depth * p.throat)
    return widened(limb([base, start, middle, end], [deep * 0.82, deep, (r + deep) * 0.5, r]), p.neck_wide)


def _maned(p: Quadruped, neck: Field) -> Field:
    _, end = nape(p)
    return blend(0.06, neck, *ruff(p, end)) if p.ruff > 0 else neck
