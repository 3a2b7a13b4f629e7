"""Fish and what swims like one: a spindle cut at the gills, and fins that grow out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.procedural.fish.fins import dorsals, lower_fins, pectoral, tail
from models.procedural.fish.frame import TAIL, on_skin, swaying, trunk
from models.procedural.fish.head import head
from models.procedural.kit.skins import other_side, tube
from models.procedural.kit.solids import Skin, Solid
from models.procedural.looks.fish import Fish


def build(p: Fish, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The pieces of a fish. Nothing is left to `chance`: proportions are varied before."""
    del chance
    side = pectoral(p)
    straight: Mapping[str, tuple[Skin, ...]] = {
        "head": head(p),
        "body": (trunk(p), *lower_fins(p), *_spikes(p)),
        "tail_fin": tail(p),
        "dorsal_fin": dorsals(p),
        "left_pectoral_fin": (side,),
        "right_pectoral_fin": (other_side(side),),
    }
    return {piece: tuple(swaying(p, skin) for skin in skins) for piece, skins in straight.items()}


def _spikes(p: Fish) -> tuple[Skin, ...]:
    """A pufferfish's, in rows that are offset like tiles."""
    rows = np.linspace(p.gill - 0.06, TAIL + 0.22, 5) if p.spikes else ()
    places = [(z, turn + 18 * (row % 2)) for row, z in enumerate(rows) for turn in range(-70, 75, 36)]
    left = [_spike(p, float(z), turn) for z, turn in places]
    return (*left, *(other_side(spike) for spike in left))


def _spike(p: Fish, z: float, turn: float) -> Skin:
    foot = on_skin(p, z, turn)
    out = np.array([foot[0], foot[1], 0.0]) / float(np.hypot(foot[0], foot[1]))
    return tube([foot - out * 0.01, foot + out * 0.055 + np.array([0, 0, -0.015])], [0.014, 0.002])
