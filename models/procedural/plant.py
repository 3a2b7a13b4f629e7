"""Plants: a trunk and a canopy. Lengths are in trees; the ground is y = 0.

`crown` names how the canopy grows; each way is one function, chosen from a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.procedural.crowns import CROWNS, GOLDEN_ANGLE, stem
from models.procedural.looks.plant import Plant
from models.procedural.skins import ribbon
from models.procedural.solids import Solid
from models.sdf import Field, blend, limb


def build(p: Plant, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The parts of a plant; `chance` places lumps and branches."""
    return {"trunk": _trunk(p, chance), "canopy": CROWNS[p.crown](p, chance)}


def _trunk(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    r = p.radius
    shares = (0.0, 0.05, 0.16, 0.5, 1.0, 1.12)
    radii = [r * size for size in (p.flare * 1.12, p.flare, 1.15, 0.95, 0.80, 0.70)]
    post = limb([stem(p, share) for share in shares], radii)
    roots = [] if p.flare < 1.5 else [_root(p, turn) for turn in range(5)]
    wood = blend(r * 0.8, post, *roots, *_branches(p, chance)) if p.branches or roots else post
    return (_cut_flat(wood), *_leaves(p))


def _root(p: Plant, turn: int) -> Field:
    angle = 2 * pi * turn / 5 + 0.4
    r = p.radius
    foot = (cos(angle) * r * 2.3, -r * 0.05, sin(angle) * r * 2.3)
    return limb([(cos(angle) * r * 0.5, r * 1.6, sin(angle) * r * 0.5), foot], [r * 0.5, r * 0.28])


def _cut_flat(wood: Field) -> Field:
    """Level with the ground, so that the plant stands."""

    def distance(points: Any) -> Any:
        return np.maximum(wood.distance(points), -points[:, 1])

    return Field(distance, np.maximum(wood.low, [-np.inf, 0, -np.inf]), wood.high)


def _branches(p: Plant, chance: np.random.Generator) -> list[Field]:
    fields = []
    for index in range(p.branches):
        angle = GOLDEN_ANGLE * index + chance.uniform(-0.3, 0.3)
        start = np.array(stem(p, 0.62 + 0.34 * index / max(p.branches, 1)))
        out = np.array([cos(angle), 0.0, sin(angle)]) * p.width * 0.62
        end = start + out + np.array([0.0, p.height * (0.26 + 0.08 * chance.random()), 0.0])
        middle = (start + end) / 2 + np.array([0.0, -0.02, 0.0])
        fields.append(limb([start, middle, end], [p.radius * 0.55, p.radius * 0.40, p.radius * 0.22]))
    return fields


def _leaves(p: Plant) -> tuple[Solid, ...]:
    """Two long leaves from low on the stem."""
    if not p.leaves:
        return ()
    return tuple(_leaf(np.array(stem(p, share)), turn, 0.30) for share, turn in ((0.22, 0.5), (0.40, 3.5)))


def _leaf(root: NDArray[np.float64], turn: float, length: float) -> Solid:
    out = np.array([cos(turn), 0.0, sin(turn)])
    side = np.array([-sin(turn), 0.0, cos(turn)])
    steps = ((0.0, 0.02, 0.06), (0.35, 0.30, 0.20), (0.75, 0.50, 0.17), (1.0, 0.52, 0.01))
    middle = [root + out * length * share * 0.8 + np.array([0, length * up, 0]) for share, up, _ in steps]
    return ribbon(middle, side * length, [step[2] for step in steps], [0.02, 0.02, 0.016, 0.006])
