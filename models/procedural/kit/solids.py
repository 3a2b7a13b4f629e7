"""What a part is made of: fields to be meshed, and skins drawn ring by ring.

A `Solid` is either a `Field` (blended, organic) or a `Skin` (thin or turned: wings, fins, tails,
wheels), which draws itself at the grain it is given. Every solid becomes a closed shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from models.procedural.kit.sdf import Field

Array: TypeAlias = NDArray[np.float64]

ALONE = 1.5  # a field that is a part by itself gets the cells its neighbours would have had
BLOCK = 3  # cells along the side of what is looked at as one; at high quality quicker than 2 and 4
CHUNK = 16_384  # points at a time: what is worked out in between stays in the cache, twice as quick as all at once
CORNERS = tuple(product((0, 1), repeat=3))
GRID_CELLS_MIN = 8  # fewer cells than this along the shortest side lose the shape


@dataclass(frozen=True, slots=True)
class Grain:
    """How fine to draw."""

    cells: int  #: grid cells along the longest side of a field
    around: int  #: corners of a ring
    along: int  #: rings of a skin


@dataclass(frozen=True, slots=True)
class Shell:
    """A closed surface: vertices (V, 3) float64, faces (F, 3) int32, counter-clockwise outside."""

    vertices: Array
    faces: NDArray[np.int32]


Skin: TypeAlias = Callable[[Grain], Shell]
Solid: TypeAlias = Field | Skin


def draw(solids: Sequence[Solid], grain: Grain) -> Shell:
    """All solids of a part as one shell (their shells side by side, not united)."""
    fields = [solid for solid in solids if isinstance(solid, Field)]
    shells = [solid(grain) for solid in solids if not isinstance(solid, Field)]
    sizes = [_size(field) for field in fields] + [float(np.ptp(shell.vertices, axis=0).max()) for shell in shells]
    fine = grain if len(solids) > 1 else replace(grain, cells=int(grain.cells * ALONE))
    return join([*shells, *(surface(field, fine, max(sizes)) for field in fields)])


def _size(field: Field) -> float:
    return float((field.high - field.low).max())


def surface(field: Field, grain: Grain, largest: float) -> Shell:
    """The zero level of a field by marching cubes, on a grid padded by two cells.

    The padding keeps the surface off the border of the grid: a cut there would leave a hole. A piece
    smaller than the `largest` of its part gets fewer cells, by the root of their ratio: an eye needs
    finer cells than a head, but not as many. A thin piece gets flat cells.
    """
    wanted = float(np.sqrt(_size(field) * largest)) / grain.cells
    step = np.minimum(wanted, (field.high - field.low) / GRID_CELLS_MIN)
    blocks = np.ceil(((field.high - field.low) / step + 4) / BLOCK).astype(int)
    axes = [
        low - 2 * one + one * np.arange(count * BLOCK + 1)
        for low, one, count in zip(field.low, step, blocks, strict=True)
    ]
    values = _sampled(field, axes, step)
    # A value of exactly 0 puts several vertices on one grid point, and faces without area between them.
    least = np.float32(step.min() * 1e-3)
    values[np.abs(values) < least] = least
    found = marching_cubes(values, 0.0, spacing=tuple(step), gradient_direction="ascent")
    vertices = found[0].astype(np.float64) + [axis[0] for axis in axes]
    return outward(Shell(vertices, found[1].astype(np.int32)))


def _sampled(field: Field, axes: Sequence[Array], step: Array) -> NDArray[np.float32]:
    """The field on a grid, exact in the blocks that the surface may cross and of the right sign elsewhere.

    Most of a grid is far inside or far outside, and marching cubes asks it for no more than a sign.
    """
    points = _grid([axis[::BLOCK] for axis in axes])
    coarse = _distances(field, points.reshape(-1, 3)).reshape(points.shape[:3])
    corners = np.stack([coarse[_shifted(way)] for way in CORNERS])
    # No place in a block is further than this from one of its corners; the rest is for fields that overstate.
    reach = 0.5 * BLOCK * float(np.linalg.norm(step)) * 1.25
    near = (np.abs(corners).min(axis=0) < reach) | (corners.min(axis=0) * corners.max(axis=0) <= 0)
    values, wanted = _spread(corners[0]), _spread(near)
    values[wanted] = _distances(field, _grid(axes)[wanted])
    return values


def _spread(blocks: NDArray[Any]) -> NDArray[Any]:
    """What is true of a block, at every grid point of it; where blocks meet, the largest of them."""
    fine = blocks.repeat(BLOCK, 0).repeat(BLOCK, 1).repeat(BLOCK, 2)
    padded = np.pad(fine, 1, mode="edge")
    points: NDArray[Any] = np.max([padded[_shifted(way)] for way in CORNERS], axis=0)
    return points


def _shifted(way: tuple[int, ...]) -> tuple[slice, ...]:
    """All but the last along each axis, or all but the first."""
    return tuple(slice(1, None) if one else slice(None, -1) for one in way)


def _grid(axes: Sequence[Array]) -> NDArray[np.float32]:
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)


def _distances(field: Field, points: NDArray[np.float32]) -> NDArray[np.float32]:
    chunks = range(0, len(points), CHUNK)
    return np.concatenate([field.distance(points[start : start + CHUNK]) for start in chunks])


def crossed(one: Array, other: Array) -> Array:
    """The cross product of rows (N, 3). Of 200 rows, as a feather has, numpy's own takes 47 us and this 14."""
    return one[:, [1, 2, 0]] * other[:, [2, 0, 1]] - one[:, [2, 0, 1]] * other[:, [1, 2, 0]]


def outward(shell: Shell) -> Shell:
    """The shell with a positive volume: turned inside out if it has to be."""
    corners = shell.vertices[shell.faces]
    volume = np.einsum("fa,fa->", corners[:, 0], crossed(corners[:, 1], corners[:, 2]))
    return shell if volume > 0 else Shell(shell.vertices, shell.faces[:, ::-1])


def join(shells: Sequence[Shell]) -> Shell:
    starts = np.cumsum([0, *(len(shell.vertices) for shell in shells[:-1])])
    return Shell(
        np.concatenate([shell.vertices for shell in shells]),
        np.concatenate([shell.faces + start for shell, start in zip(shells, starts, strict=True)]).astype(np.int32),
    )
