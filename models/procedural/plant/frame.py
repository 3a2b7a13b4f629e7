"""Where things are on a plant: up its stem, and out from it."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from models.procedural.kit.foliage import GOLDEN_ANGLE
from models.procedural.kit.sdf import Vector
from models.procedural.kit.solids import Array
from models.procedural.looks.plant import Plant


def stem(p: Plant, share: float) -> Vector:
    """A place in the middle of the trunk: 0 at the ground, 1 where the canopy begins."""
    return p.lean * share * share, p.trunk * share, p.lean * 0.4 * sin(share * 2.4)


def outward_way(turn: float) -> Array:
    """Level, by an angle (radians) from the left towards the front."""
    return np.array([cos(turn), 0.0, sin(turn)])


def sideward_way(turn: float) -> Array:
    return np.array([-sin(turn), 0.0, cos(turn)])


def limb_end(p: Plant, index: int) -> Array:
    """Where a branch ends, inside the canopy."""
    share = index / max(p.branches, 1)
    out = outward_way(GOLDEN_ANGLE * index + 0.5) * p.width * (0.70 - 0.22 * share)
    end: Array = np.array(stem(p, 1.0)) + out + np.array([0.0, p.height * (0.20 + 0.52 * share), 0.0])
    return end
