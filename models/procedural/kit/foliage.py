"""Leaves by the hundred: one closed shape each, all drawn at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from models.procedural.kit.solids import Array, Grain, Shell, Skin

GOLDEN_ANGLE = pi * (3 - 5**0.5)  # how leaves and seeds turn; it never lines up with itself

# A leaf 1 long: base, two edges, tip, and its rib seen from above and from below (across, up, along).
LEAF = np.array(
    [(0, 0, 0), (0.5, 0.02, 0.42), (0, -0.03, 1), (-0.5, 0.02, 0.42), (0, 0.10, 0.45), (0, -0.05, 0.45)], np.float64
)
LEAF_FACES = np.array(
    [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4), (1, 0, 5), (2, 1, 5), (3, 2, 5), (0, 3, 5)], np.int32
)[:, ::-1]


@dataclass(frozen=True, slots=True)
class Lump:
    """A round mass of leaves: what stands for the twigs inside it."""

    middle: Array
    radii: Array


def leaves(roots: Array, ways: Array, faces: Array, lengths: Array, wide: float) -> Skin:
    """Leaves as one skin; they are as coarse as can be, so every grain draws them alike.

    Parameters
    ----------
    roots, ways, faces : (N, 3) float64
        Where each begins, where it points, and where its upper side looks. Ways and faces need not be of length 1.
    lengths : (N,) float64
    wide : float
        Width of a leaf, in lengths.
    """

    def skin(grain: Grain) -> Shell:
        del grain
        along = _unit(ways)
        across = _unit(np.cross(faces, along))
        axes = np.stack([across, np.cross(along, across), along], axis=1)  # (N, 3 axes, 3)
        shape = LEAF * [wide, 1.0, 1.0]
        vertices = roots[:, None] + lengths[:, None, None] * np.einsum("va,nac->nvc", shape, axes)
        starts = (np.arange(len(roots), dtype=np.int32) * len(LEAF))[:, None, None]
        return Shell(vertices.reshape(-1, 3), (LEAF_FACES + starts).reshape(-1, 3).astype(np.int32))

    return skin


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def thatch(lumps: Sequence[Lump], size: float, wide: float, chance: np.random.Generator, *, hang: float = 1.0) -> Skin:
    """Leaves over the outside of lumps, hanging like tiles; where lumps meet there are none.

    `hang` is the way they point: 1 down, -1 up.
    """
    places, normals = (np.concatenate(rows) for rows in zip(*(_scattered(lump, size) for lump in lumps), strict=True))
    open_air = np.all([_level(lump, places) > 0.97 for lump in lumps], axis=0)
    places, normals = places[open_air], normals[open_air]
    turn = chance.uniform(-0.9, 0.9, (len(places), 3)) * [1.0, 0.25, 1.0]
    down = np.array([0.0, -hang, 0.0]) + turn
    flat = _unit(down - normals * np.einsum("na,na->n", down, normals)[:, None])
    lengths = size * chance.uniform(0.80, 1.25, len(places))
    return leaves(places - normals * size * 0.12, flat * 0.85 + normals * 0.42, normals, lengths, wide)


def _scattered(lump: Lump, size: float) -> tuple[Array, Array]:
    """Places evenly on a lump, about a leaf's half length apart, and the ways out of it."""
    count = int(np.clip(13.0 * np.prod(lump.radii) ** (2 / 3) / (0.5 * size**2), 12, 90))
    index = np.arange(count) + 0.5
    up, turn = 1 - 2 * index / count, GOLDEN_ANGLE * index
    ring = np.sqrt(1 - up * up)
    ball = np.stack([np.cos(turn) * ring, up, np.sin(turn) * ring], axis=1)
    return lump.middle + ball * lump.radii, _unit(ball / lump.radii)


def _level(lump: Lump, places: Array) -> Array:
    level: Array = np.linalg.norm((places - lump.middle) / lump.radii, axis=1)
    return level


def pinnate(line: Array, side: Array, lengths: Array, wide: float, *, droop: float) -> Skin:
    """Leaflets in pairs along a rib: a palm's frond, a fern's.

    Parameters
    ----------
    line : (K, 3) float64
        The rib, from foot to tip; each pair stands at one of its points.
    side : (3,) float64
        The way to one side of the frond.
    lengths : (K,) float64
        Of each pair of leaflets.
    droop : float
        How far they hang, in lengths.
    """
    ahead = _unit(np.gradient(line, axis=0))
    up = _unit(np.cross(ahead, side) * np.sign(np.cross(ahead, side)[:, 1:2] + 1e-9))
    ways = [sign * side + 0.75 * ahead - np.array([0.0, droop, 0.0]) for sign in (1.0, -1.0)]
    return leaves(np.tile(line, (2, 1)), np.concatenate(ways), np.tile(up, (2, 1)), np.tile(lengths, 2), wide)
