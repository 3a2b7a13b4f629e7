"""Plants: a trunk and a canopy. Lengths are in trees; the ground is y = 0.

`crown` names how the canopy grows; each way is one function, chosen from a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin

import numpy as np

from models.procedural.kit.sdf import Array, Field, blend, limb
from models.procedural.kit.skins import curve, ribbon, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.plant import Plant
from models.procedural.plant.crowns import CROWNS
from models.procedural.plant.frame import limb_end, outward_way, sideward_way, stem
from models.procedural.plant.fronds import culm

ROOTS = 6
KNOTS = 11  # of the trunk; fewer show where it bends
JOINTS = 7  # of a stem of bamboo


def build(p: Plant, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a plant; `chance` places lumps, leaves and branches."""
    trunk: tuple[Solid, ...] = _culms(p) if p.culms else (_wood(p), *_leaves(p))
    return {"trunk": trunk, "canopy": CROWNS[p.crown](p, chance)}


def _wood(p: Plant) -> Field:
    """Roots, trunk and branches in one bark."""
    r = p.radius
    shares = (0.0, 0.05, 0.16, 0.5, 1.0, 1.12)
    sizes = (p.flare * 1.12, p.flare, 1.15, 0.95 + p.swell, 0.80 + p.swell * 0.4, 0.66)
    line = curve([(*stem(p, share), r * size) for share, size in zip(shares, sizes, strict=True)], KNOTS)
    post = limb(list(line[:, :3]), line[:, 3].tolist())
    roots = [] if p.flare < 1.5 else [_root(p, turn) for turn in range(ROOTS)]
    branches = [_branch(p, index) for index in range(p.branches)]
    return _cut_flat(blend(r * 0.8, post, *roots, *branches) if roots or branches else post)


def _root(p: Plant, index: int) -> Field:
    angle = 2 * pi * index / ROOTS + 0.4
    r = p.radius
    foot = (cos(angle) * r * 2.5, -r * 0.05, sin(angle) * r * 2.5)
    return limb([(cos(angle) * r * 0.5, r * 1.7, sin(angle) * r * 0.5), foot], [r * 0.5, r * 0.24])


def _cut_flat(wood: Field) -> Field:
    """Level with the ground, so that the plant stands."""

    def distance(points: Array) -> Array:
        return np.maximum(wood.distance(points), -points[:, 1])

    return Field(distance, np.maximum(wood.low, [-np.inf, 0, -np.inf]), wood.high)


def _branch(p: Plant, index: int) -> Field:
    """Out of the upper trunk and up into the canopy, in a bow."""
    start, end = np.array(stem(p, 0.66 + 0.32 * index / max(p.branches, 1))), limb_end(p, index)
    middle = (start + end) / 2 + np.array([0.0, -0.10 * p.height, 0.0])
    return limb([start, middle, end], [p.radius * 0.60, p.radius * 0.44, p.radius * 0.20])


def _leaves(p: Plant) -> tuple[Skin, ...]:
    """Long leaves from low on the stem."""
    places = ((0.20, 0.5), (0.40, 3.5), (0.58, 5.4), (0.30, 2.2))[: p.leaves]
    return tuple(_leaf(p, share, turn) for share, turn in places)


def _leaf(p: Plant, share: float, turn: float) -> Skin:
    length, root = p.leaf, np.array(stem(p, share))
    steps = ((0.0, 0.02, 0.06), (0.35, 0.30, 0.22), (0.75, 0.50, 0.18), (1.0, 0.52, 0.01))
    middle = [root + outward_way(turn) * length * out * 0.8 + np.array([0, length * up, 0]) for out, up, _ in steps]
    return ribbon(middle, sideward_way(turn) * length, [wide for _, _, wide in steps], [0.02, 0.02, 0.016, 0.006])


def _culms(p: Plant) -> tuple[Skin, ...]:
    """Stems of bamboo, each in lengths between its joints."""
    return tuple(_length(p, index, joint) for index in range(p.culms) for joint in range(JOINTS))


def _length(p: Plant, index: int, joint: int) -> Skin:
    low, high = culm(p, index, joint / JOINTS), culm(p, index, (joint + 1) / JOINTS)
    r = p.radius * (1 - 0.45 * joint / JOINTS)
    low[1] = max(low[1], r * 0.9)  # the rounded end of the first length stands on the ground
    return tube(
        [low, low + (high - low) * 0.12, low + (high - low) * 0.9, high], [r * 1.1, r * 0.88, r * 0.88, r * 1.08]
    )
