"""Canopies of trees: clouds and pads of leaves, tiers of needles, flames, curtains, and a cactus's arms."""

from __future__ import annotations

from math import pi

import numpy as np

from models.procedural.kit.foliage import GOLDEN_ANGLE, Lump, leaves, thatch
from models.procedural.kit.skins import bead, curve, lathe, placed, ribbon, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin, Solid
from models.procedural.looks.plant import Plant
from models.procedural.plant.frame import limb_end, outward_way, sideward_way, stem


def _clad(p: Plant, lumps: list[Lump], chance: np.random.Generator, *, hang: float = 1.0) -> tuple[Solid, ...]:
    """Lumps under a thatch of leaves."""
    masses = [placed(bead((0, 0, 0), 1.0), to=lump.middle, scale=lump.radii) for lump in lumps]
    return (*masses, thatch(lumps, p.leaf, p.leaf_wide, chance, hang=hang))


def cloud(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Round masses over an egg, as leaves gather on a broad tree."""
    x, y, z = stem(p, 1.0)
    middle, size = np.array([x, y + p.height * 0.46, z]), np.array([p.width, p.height * 0.55, p.width])
    return _clad(p, _egg(p, middle, size, chance), chance)


def _egg(p: Plant, middle: Array, size: Array, chance: np.random.Generator) -> list[Lump]:
    lumps = [Lump(middle, size * 0.70)]
    for index in range(p.lumps):
        up = 1 - 2 * (index + 0.5) / p.lumps
        ring = (1 - up * up) ** 0.5
        way = outward_way(GOLDEN_ANGLE * index) * ring + np.array([0.0, up * 0.94, 0.0])
        r = float(size.mean() * chance.uniform(0.27, 0.40))
        lumps.append(Lump(middle + way * size * 0.68, np.array([r, r * 0.86, r])))
    return lumps


def pads(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A flat cushion at the end of each branch, and one on top: bonsai, acacia, baobab."""
    x, y, z = stem(p, 1.0)
    ends = [limb_end(p, index) for index in range(p.branches)] + [np.array([x, y + p.height * 0.80, z])]
    lumps = []
    for end in ends:
        wide = p.width * float(chance.uniform(0.38, 0.50))
        for turn in (0.6, 2.7, 4.8):
            off = outward_way(turn + float(end[0]) * 9) * wide * 0.52
            lumps.append(Lump(end + off, np.array([wide * 0.62, wide * 0.62 * p.pad, wide * 0.62])))
    return _clad(p, lumps, chance)


def tiers(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """Skirts of needles, each smaller and higher than the one below."""
    solids: list[Solid] = []
    for index in range(p.tiers):
        share = index / p.tiers
        wide = p.width * (1 - share * 0.80)
        foot = p.trunk * 0.72 + p.height * 0.92 * share * (1.06 - 0.06 * share)
        tall = p.height * (0.40 - 0.13 * share)
        solids.append(_skirt(wide, foot, tall, float(chance.uniform(0, 2 * pi))))
    return (*solids, *(_needles(p, index / p.tiers) for index in range(p.tiers)))


def _skirt(wide: float, foot: float, tall: float, turn: float) -> Solid:
    """A cone with a scalloped, drooping hem."""
    profile = [
        (0.12, 0.10),
        (0.60, 0.04),
        (0.97, -0.05),
        (1.0, 0.0),
        (0.80, 0.16),
        (0.46, 0.48),
        (0.18, 0.84),
        (0.0, 1.0),
    ]
    plain = lathe([(wide * r, tall * y) for r, y in profile])

    def scalloped(grain: Grain) -> Shell:
        shell = plain(grain)
        x, y, z = shell.vertices.T
        r = np.hypot(x, z) / wide
        wave = np.cos(11 * (np.arctan2(x, z) + turn)) * r**2
        grown = 1 + 0.075 * wave
        return Shell(np.stack([x * grown, y - 0.07 * tall * wave * r, z * grown], axis=1), shell.faces)

    return placed(scalloped, to=(0, foot, 0))


def _needles(p: Plant, share: float) -> Skin:
    """Twigs that lie on a skirt and end past its hem."""
    wide = p.width * (1 - share * 0.80)
    foot = p.trunk * 0.72 + p.height * 0.92 * share * (1.06 - 0.06 * share)
    tall = p.height * (0.40 - 0.13 * share)
    rows = [(0.46, 0.48, 17), (0.66, 0.28, 23), (0.84, 0.12, 29)]  # radius, height, how many around
    turns = [np.arange(count) * 2 * pi / count + index + 7 * share for index, (_, _, count) in enumerate(rows)]
    out = np.concatenate([np.stack([np.cos(turn), 0 * turn, np.sin(turn)], axis=1) for turn in turns])
    reach = np.concatenate([np.full(count, r * wide) for r, _, count in rows])
    height = np.concatenate([np.full(count, y * tall) for _, y, count in rows])
    roots = out * (reach - 0.02)[:, None] + np.stack([0 * height, height + foot + 0.006, 0 * height], axis=1)
    ways = out + np.array([0.0, -0.55, 0.0])
    return leaves(
        roots, ways, out * 0.5 + np.array([0.0, 1.0, 0.0]), np.full(len(out), p.leaf * (1 - 0.5 * share)), p.leaf_wide
    )


def flame(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A slim column of upright leaves."""
    x, _, z = stem(p, 1.0)
    shares = (0.14, 0.28, 0.42, 0.56, 0.70, 0.83)
    widths = (0.80, 1.0, 0.96, 0.82, 0.60, 0.32)
    lumps = [
        Lump(
            np.array([x, p.trunk * 0.8 + p.height * share, z]),
            np.array([p.width * wide, p.height * 0.17, p.width * wide]),
        )
        for share, wide in zip(shares, widths, strict=True)
    ]
    return _clad(p, lumps, chance, hang=-1.0)


def curtain(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A dome with strands of leaves that hang from it."""
    return (*cloud(p, chance), *(_strand(p, index, chance) for index in range(p.petals)))


def _strand(p: Plant, index: int, chance: np.random.Generator) -> Skin:
    """Each leaf begins inside the one above it, so that the strand holds together."""
    x, y, z = stem(p, 1.0)
    turn, ring = GOLDEN_ANGLE * index, (0.70, 0.90, 1.06)[index % 3]
    start = np.array([x, y + p.height * (0.62, 0.50, 0.40)[index % 3], z]) + outward_way(turn) * p.width * ring
    drop = min(float(chance.uniform(0.46, 0.66)), start[1] - 0.10)
    knots = [start - outward_way(turn) * 0.06, start + outward_way(turn) * 0.03 - [0, drop * 0.4, 0]]
    line = curve([*knots, start + outward_way(turn) * 0.02 - np.array([0, drop, 0])], 11)
    step = np.diff(line, axis=0)
    swing = sideward_way(turn) * 0.016
    ways = step + np.array([swing * (1 if at % 2 else -1) for at in range(len(step))])
    lengths = np.linalg.norm(step, axis=1) * 1.9
    return leaves(line[:-1], ways, np.tile(outward_way(turn), (len(step), 1)), lengths, 0.36)


def arms(p: Plant, chance: np.random.Generator) -> tuple[Solid, ...]:
    """A cactus: a ribbed column on its woody foot, arms that leave it and turn up, a flower on each end."""
    del chance
    foot, top = p.trunk * 0.6, p.height
    r = p.width * 0.62
    profile = [
        (0.0, foot),
        (0.80, foot + 0.02),
        (0.94, foot + 0.12),
        (1.0, top * 0.5),
        (0.96, top - 0.10),
        (0.72, top - 0.03),
        (0.0, top),
    ]
    column = _ribbed(lathe([(p.width * wide, y) for wide, y in profile]))
    limbs = [_arm(p, side, low, high) for side, low, high in ((1, 0.36, 0.78), (-1, 0.50, 0.88))]
    ends = [(p.reach, top * 0.78 + r * 0.7, 0.0), (-p.reach, top * 0.88 + r * 0.7, 0.0), (0.0, top - 0.02, 0.0)]
    return (column, *limbs, *(petal for end in ends for petal in _bloom(end, p.width * 0.42)))


def _ribbed(skin: Skin) -> Skin:
    def moved(grain: Grain) -> Shell:
        shell = skin(grain)
        x, y, z = shell.vertices.T
        grown = 1 + 0.075 * np.cos(12 * np.arctan2(x, z))
        return Shell(np.stack([x * grown, y, z * grown], axis=1), shell.faces)

    return moved


def _arm(p: Plant, side: int, low: float, high: float) -> Skin:
    reach, r, h = p.reach * side, p.width * 0.62, p.height
    path = [(0, h * low, 0), (reach * 0.62, h * low, 0), (reach * 0.97, h * (low + 0.10), 0), (reach, h * high, 0)]
    return tube(path, [r * 0.9, r, r, r * 0.92])


def _bloom(at: tuple[float, float, float], size: float) -> list[Skin]:
    """A small flower that looks up."""
    petals = []
    for turn in np.arange(5) * 2 * pi / 5:
        out, side = outward_way(turn), sideward_way(turn)
        steps = ((0.0, 0.0), (0.55, 0.45), (1.0, 0.62))
        middle = [np.array(at) + out * size * reach + np.array([0, size * up, 0]) for reach, up in steps]
        petals.append(ribbon(middle, side * size * 0.5, (0.5, 1.0, 0.3), (0.016, 0.016, 0.006)))
    return petals
