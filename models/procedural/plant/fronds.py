"""Canopies of long leaves: palms, ferns, grasses, rosettes, bamboo and maize."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from models.procedural.kit.foliage import GOLDEN_ANGLE, leaves, pinnate
from models.procedural.kit.skins import bead, curve, placed, ribbon, tube
from models.procedural.kit.solids import Array, Skin, Solid
from models.procedural.looks.plant import Plant
from models.procedural.plant.frame import outward_way, sideward_way, stem

PAIRS = 16  # leaflets on a frond, on each side


def _arch(root: Array, turn: float, length: float, rise: float, fall: float) -> Array:
    """A rib (PAIRS, 3) that climbs and bows over."""
    steps = ((0.0, 0.0), (0.35, rise * 0.75), (0.72, rise * 0.92 - fall * 0.28), (1.0, rise * 0.55 - fall))
    knots = [root + outward_way(turn) * length * out + np.array([0.0, length * up, 0.0]) for out, up in steps]
    return curve(knots, PAIRS)


def _frond(line: Array, turn: float, leaflet: float, *, droop: float, rib: float) -> tuple[Skin, Skin]:
    """A rib and its leaflets, longest in the middle."""
    share = np.linspace(0, 1, len(line))
    lengths = leaflet * (0.28 + 0.72 * np.sin(pi * (0.10 + 0.86 * share) ** 0.9))
    stalk = tube(list(line[::5]), [rib, rib * 0.8, rib * 0.6, rib * 0.4])
    return stalk, pinnate(line, sideward_way(turn), lengths, 0.22, droop=droop)


def fronds(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A palm's, in two rings about a heart that holds them, with nuts below."""
    top = np.array(stem(p, 1.06))
    solids: list[Solid] = [placed(bead((0, 0, 0), p.radius), to=top, scale=(1.3, 1.5, 1.3))]
    for index in range(p.petals):
        turn = 2 * pi * index / p.petals + float(chance.uniform(-0.1, 0.1))
        rise, fall = ((0.50, 0.30), (0.34, 0.62))[index % 2]
        line = _arch(top, turn, p.width * (0.92 if index % 2 else 1.0), rise, fall)
        solids += _frond(line, turn, p.leaf, droop=0.55, rib=0.011)
    nuts = [top + outward_way(turn) * p.radius * 1.5 - np.array([0, p.radius * 1.1, 0]) for turn in (0.4, 2.2, 4.6)]
    return (*solids, *(bead(nut, p.radius * 0.85) for nut in nuts))


def ferns(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Fronds that rise out of the ground all around and bow over."""
    root = np.array(stem(p, 0.8))
    solids: list[Solid] = []
    for index in range(p.petals):
        turn = GOLDEN_ANGLE * index + float(chance.uniform(-0.1, 0.1))
        inner = index / p.petals
        line = _arch(root, turn, p.width * (1 - 0.45 * inner), p.height * (1.5 + 2.2 * inner), 0.30)
        solids += _frond(line, turn, p.leaf, droop=0.15, rib=0.009)
    return tuple(solids)


def grass(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Blades in a tuft."""
    return tuple(_blade(p, index, chance) for index in range(p.petals))


def _blade(p: Plant, index: int, chance: np.random.Generator) -> Skin:
    turn, spread = GOLDEN_ANGLE * index, ((index + 0.5) / p.petals) ** 0.7
    out, tall = outward_way(turn), p.height * float(chance.uniform(0.72, 1.0))
    reach = p.width * (0.10 + 0.90 * spread) * float(chance.uniform(0.7, 1.0))
    root = np.array([0.0, 0.01, 0.0]) + out * p.radius * 0.95 * spread
    steps = ((0.0, 0.0), (0.14, 0.45), (0.45, 0.82), (1.0, 1.0 - 0.32 * spread))
    middle = [root + out * reach * away + np.array([0.0, tall * up, 0.0]) for away, up in steps]
    return ribbon(middle, sideward_way(turn) * p.leaf_wide, (0.85, 1.0, 0.7, 0.08), (0.012, 0.012, 0.009, 0.004))


def rosette(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Thick leaves in a spiral, the inner ones upright: aloe, agave, a lotus."""
    del chance
    return tuple(_rosette_leaf(p, index / p.petals, GOLDEN_ANGLE * index) for index in range(p.petals))


def _rosette_leaf(p: Plant, outer: float, turn: float) -> Skin:
    root = np.array(stem(p, 0.9))
    lift = pi / 2 * (0.96 - 0.72 * outer)
    length = p.width * (0.62 + 0.38 * outer)
    way = outward_way(turn) * cos(lift) + np.array([0.0, sin(lift) * p.height / p.width, 0.0])
    bow = np.array([0.0, 0.22 * length, 0.0])  # the tips curl up
    middle = [root + way * length * share + bow * share**2 * outer for share in (0.0, 0.35, 0.75, 1.0)]
    wide = sideward_way(turn) * length * p.leaf_wide
    return ribbon(middle, wide, (0.75, 1.0, 0.72, 0.06), (0.050, 0.046, 0.030, 0.008))


def culm_leaves(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Sprays of narrow leaves from the joints of bamboo."""
    roots = [culm(p, at, share) for at in range(p.culms) for share in (0.50, 0.62, 0.74, 0.86, 0.97)]
    places = np.repeat(np.array(roots), 7, axis=0)
    turn = GOLDEN_ANGLE * np.arange(len(places)) + chance.uniform(-0.3, 0.3, len(places))
    ways = np.stack([np.cos(turn), chance.uniform(-0.45, 0.35, len(turn)), np.sin(turn)], axis=1)
    up = np.tile([0.0, 1.0, 0.0], (len(places), 1))
    return (leaves(places, ways, up, p.leaf * chance.uniform(0.7, 1.2, len(places)), p.leaf_wide),)


def culm(p: Plant, index: int, share: float) -> Array:
    """A place on one of the stems of bamboo, 0 at the ground."""
    turn = GOLDEN_ANGLE * index
    foot = outward_way(turn) * p.width * 0.62 * (index / max(p.culms, 1)) ** 0.5
    tall = p.trunk * (1 - 0.09 * (index % 4))
    place: Array = foot * (1 + 0.35 * share * share) + np.array([p.lean * share * share, tall * share, 0.0])
    return place


def ears(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Maize: long leaves that alternate up the stalk, two ears, a tassel."""
    solids: list[Solid] = []
    for index in range(p.petals):
        share = 0.16 + 0.74 * index / p.petals
        turn = pi * (index % 2) + float(chance.uniform(-0.5, 0.5)) + 0.3
        line = _arch(np.array(stem(p, share)), turn, p.width * (1 - 0.35 * share), 0.95, 0.30)
        wide = (0.5, 1.0, 0.95, 0.75, 0.06)
        solids.append(
            ribbon(list(line[[0, 4, 8, 12, 15]]), sideward_way(turn) * p.leaf_wide, wide, (0.018,) * 4 + (0.006,))
        )
    for turn, share in ((1.3, 0.46), (4.2, 0.58)):
        foot = np.array(stem(p, share))
        tip = foot + outward_way(turn) * 0.085 + np.array([0.0, 0.20, 0.0])
        solids.append(tube([foot, (foot + tip) / 2 + outward_way(turn) * 0.01, tip], [0.026, 0.040, 0.016]))
    crest = np.array(stem(p, 1.0))
    tassel = [crest + outward_way(turn) * 0.06 + np.array([0.0, 0.15, 0.0]) for turn in np.arange(6) * pi / 3]
    return (*solids, *(tube([crest, (crest + tip) / 2 + [0, 0.03, 0], tip], [0.010, 0.010, 0.005]) for tip in tassel))
