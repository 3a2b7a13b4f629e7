"""The wings of an animal that has legs too: a dragon's of skin over fingers, a winged horse's of feathers.

A wing is drawn flat: x is out and z ahead, in spans from the shoulder, y above. Then it is folded back at the
wrist and raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import cos, radians, sin
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from models.procedural.kit.skins import blade, other_side, ribbon, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin, outward
from models.procedural.looks.quadruped import Quadruped
from models.procedural.quadruped.frame import spine

Place: TypeAlias = tuple[float, float, float]

SHOULDER, ELBOW, WRIST, HAND = (0.0, 0.0, 0.0), (0.26, 0.0, -0.10), (0.46, 0.0, 0.10), (0.66, 0.0, 0.06)
THUMB = (0.49, 0.02, 0.20)
TIPS = ((1.00, 0.0, -0.16), (0.90, 0.0, -0.56), (0.66, 0.0, -0.80), (0.38, 0.0, -0.80))  # of a dragon's fingers
FOLD_DEG = 62.0  # how far back a wing turns at the wrist when it is all folded
DROOP = 0.42  # how far a wing bends down towards its tip, in spans
ARCH = 0.16  # how far it bends down towards its hind edge
SLACK = 0.22  # how deep the edge of the skin hangs in between two fingers
QUILLS = 15


def wings(p: Quadruped) -> tuple[Skin, ...]:
    """Both wings, out of the shoulders."""
    if p.wings <= 0:
        return ()
    left = [_raised(p, skin) for skin in WINGS[p.wing](p)]
    return (*left, *(other_side(skin) for skin in left))


def _raised(p: Quadruped, flat: Skin) -> Skin:
    """What was drawn flat, folded, raised and set on the shoulder."""
    shoulder = np.array(spine(p, 0.24, p.depth * 0.62, p.width * 0.40))
    lift = radians(p.wing_raise_deg)

    def skin(grain: Grain) -> Shell:
        shell = flat(grain)
        out, above, ahead = _folded(p, shell.vertices).T
        up = out * sin(lift) + above * cos(lift) - DROOP * out**2 - ARCH * np.minimum(ahead, 0) ** 2
        place = np.stack([out * cos(lift) - above * sin(lift), up, ahead], axis=1)
        return outward(Shell(shoulder + p.wings * place, shell.faces))

    return skin


def _folded(p: Quadruped, flat: Array) -> Array:
    """What lies beyond the wrist is turned back about it, and what lies before it less and less."""
    out, above, ahead = flat.T
    back = radians(FOLD_DEG * p.wing_fold) * np.clip(out / WRIST[0] - 0.4, 0, 1)
    far, on = out - WRIST[0], ahead - WRIST[2]
    turned = (
        WRIST[0] + far * np.cos(back) + on * np.sin(back),
        above,
        WRIST[2] + on * np.cos(back) - far * np.sin(back),
    )
    return np.stack(turned, axis=1)


def _between(start: Place, end: Place, share: float) -> Place:
    x, y, z = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return x, y, z


def _arm(thick: float) -> Skin:
    """Shoulder, elbow and wrist."""
    path = [(-0.04, -0.02, 0.0), _between(SHOULDER, ELBOW, 0.5), ELBOW, _between(ELBOW, WRIST, 0.5), WRIST]
    return tube(path, [thick * size for size in (1.7, 1.15, 1.0, 0.9, 0.85)])


def _leathern(p: Quadruped) -> tuple[Skin, ...]:
    """Four fingers and a thumb, a skin from finger to finger, and one from the last to the flank."""
    thick = 0.036
    fingers = [
        tube(
            [_between(WRIST, tip, share) for share in (0, 0.35, 0.7, 1)],
            [thick * size for size in (0.6, 0.5, 0.4, 0.1)],
        )
        for tip in TIPS
    ]
    thumb = tube([WRIST, THUMB], [thick * 0.6, thick * 0.08])
    webs = [_web(one, other) for one, other in pairwise(TIPS)]
    return (_arm(thick), thumb, *fingers, *webs, _flank(p))


def _web(one: Place, other: Place) -> Skin:
    """The skin between two fingers; its edge hangs in."""
    shares = np.linspace(0, 1, 7)
    edge = [_between(one, other, share) for share in shares]
    near = [_between(WRIST, tip, 0.04) for tip in edge]
    far = [_between(WRIST, tip, 1 - SLACK * 4 * share * (1 - share)) for share, tip in zip(shares, edge, strict=True)]
    return blade(near, far, [0.014] * 7, even=True)


def _flank(p: Quadruped) -> Skin:
    """The skin behind the arm, from the flank to the last finger."""
    root, tip = (0.0, 0.0, -0.44 / p.wings), TIPS[-1]
    near = [SHOULDER, _between(SHOULDER, ELBOW, 0.5), ELBOW, _between(ELBOW, WRIST, 0.5), WRIST]
    line = [_between(root, tip, share) for share in (0, 0.25, 0.5, 0.75, 1)]
    far = [_between(end, start, hang) for start, end, hang in zip(near, line, (0, 0.15, 0.22, 0.15, 0), strict=True)]
    return blade(near, far, [0.016] * 5, even=True)


def _feathered(p: Quadruped) -> tuple[Skin, ...]:
    """An arm under two rows of feathers, which turn from straight back to straight out along it."""
    del p  # all that differs between two of them is how they are raised
    hand = tube([WRIST, HAND], [0.038, 0.022])
    rows = [_feather((index + 0.5) / QUILLS, *row) for row in ((1.0, -0.006), (0.46, 0.010)) for index in range(QUILLS)]
    return (_arm(0.045), hand, *rows)


def _feather(share: float, long: float, above: float) -> Skin:
    """One of a row; each lies a little lower than its inner neighbour."""
    line = (SHOULDER, ELBOW, WRIST, HAND)
    knot = min(int(share * 3), 2)
    x, _, z = _between(line[knot], line[knot + 1], share * 3 - knot)
    turn = radians(80 * max(0.0, (share - 0.30) / 0.70) ** 1.3 - 8)
    length, y = long * (0.46 + 0.10 * share), above - 0.012 * share
    middle = [(x + length * step * sin(turn), y, z - length * step * cos(turn)) for step in (0, 0.4, 0.8, 1)]
    side = (0.050 * cos(turn), 0.0, 0.050 * sin(turn))
    return ribbon(middle, side, (0.9, 1.1, 0.95, 0.25), (0.026, 0.024, 0.018, 0.006))


WINGS: Mapping[str, Callable[[Quadruped], tuple[Skin, ...]]] = MappingProxyType(
    {"skin": _leathern, "feather": _feathered}
)
