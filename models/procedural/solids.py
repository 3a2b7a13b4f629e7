"""What a part is made of: fields to be meshed, and skins drawn ring by ring.

A `Solid` is either a `Field` (blended, organic) or a `Skin` (thin or turned: wings, fins, tails,
wheels), which draws itself at the grain it is given. Every solid becomes a closed shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from models.sdf import Field

Array: TypeAlias = NDArray[np.float64]

ALONE = 1.5  # a field that is a part by itself gets the cells its neighbours would have had
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
    axes = [
        np.arange(low - 2 * one, high + 3 * one, one)
        for low, high, one in zip(field.low, field.high, step, strict=True)
    ]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)
    values = field.distance(points.reshape(-1, 3)).reshape(points.shape[:3])
    # A value of exactly 0 puts several vertices on one grid point, and faces without area between them.
    least = np.float32(step.min() * 1e-3)
    values[np.abs(values) < least] = least
    found = marching_cubes(values, 0.0, spacing=tuple(step), gradient_direction="ascent")
    vertices = found[0].astype(np.float64) + [axis[0] for axis in axes]
    return outward(Shell(vertices, found[1].astype(np.int32)))


def outward(shell: Shell) -> Shell:
    """The shell with a positive volume: turned inside out if it has to be."""
    corners = shell.vertices[shell.faces]
    volume = np.einsum("fa,fa->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    return shell if volume > 0 else Shell(shell.vertices, shell.faces[:, ::-1])


def join(shells: Sequence[Shell]) -> Shell:
    starts = np.cumsum([0, *(len(shell.vertices) for shell in shells[:-1])])
    return Shell(
        np.concatenate([shell.vertices for shell in shells]),
        np.concatenate([shell.faces + start for shell, start in zip(shells, starts, strict=True)]).astype(np.int32),
    )
