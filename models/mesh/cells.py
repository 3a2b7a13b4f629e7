"""The space around parts in coarse cells: what overlaps, and what stands away from the rest.

Each face fills the cells that its box touches, so a face fills at least the cells it runs through. "Away" is
therefore certain, "near" is not: the error is on the side of keeping things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.mesh.measure import box, face_boxes
from models.parts import Faces, PartMesh, Vertices

CELLS = 32  # along the longest side, with the two at each end: a cell is a 27th of an object, about a finger's width

Cells = NDArray[np.bool_]  # (CELLS, CELLS, CELLS)


@dataclass(frozen=True, slots=True)
class Grid:
    """A cube of cells.

    Parameters
    ----------
    low : (3,) float64
        Its low corner.
    step : float
        The side of a cell, more than 0.
    """

    low: NDArray[np.float64]
    step: float

    def cell(self, points: NDArray[np.floating]) -> NDArray[np.int64]:
        """The cells that points are in; what is outside counts to the cells at the border."""
        at: NDArray[np.int64] = np.floor((points - self.low) / self.step).astype(np.int64)
        return at.clip(0, CELLS - 1)


def around(parts: Sequence[PartMesh]) -> Grid:
    """The grid that holds all parts, with two empty cells on every side.

    What is outside counts to the cells at the border, and those are not next to anything inside.

    Examples
    --------
    >>> around([PartMesh("", np.array([[0, 0, 0], [0, 6.75, 0]], np.float32), np.zeros((0, 3), np.int32))]).step
    0.25
    """
    corners = np.array([box(part.vertices) for part in parts])
    low, high = corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)
    step = float((high - low).max()) / (CELLS - 5) or 1.0  # the high end itself begins a cell of its own
    return Grid(low - 2 * step, step)


def filled(grid: Grid, vertices: Vertices, faces: Faces) -> Cells:
    """The cells that the faces' boxes touch.

    Each box adds 1 at its low corner and takes it away behind its high one, axis by axis; summed up along each
    axis that is the number of boxes over each cell, at a cost that does not depend on how large they are.

    Examples
    --------
    >>> grid = Grid(np.zeros(3), 1.0)
    >>> int(filled(grid, np.eye(3, dtype=np.float32) * 2, np.array([[0, 1, 2]], np.int32)).sum())
    27
    """
    low, high = face_boxes(vertices, faces)
    ends = (grid.cell(low), grid.cell(high) + 1)
    count = np.zeros((CELLS + 1) ** 3)
    for corner in product((0, 1), repeat=3):
        at = np.ravel_multi_index([ends[end][:, axis] for axis, end in enumerate(corner)], (CELLS + 1,) * 3)
        count += (-1) ** sum(corner) * np.bincount(at, minlength=len(count))
    boxes: NDArray[np.float64] = count.reshape((CELLS + 1,) * 3)
    for axis in range(3):
        boxes = boxes.cumsum(axis=axis)
    touched: Cells = boxes[:CELLS, :CELLS, :CELLS] > 0.5
    return touched


def away(cells: Cells, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which boxes have no filled cell in them, nor in the layer of cells around them.

    Parameters
    ----------
    cells : (CELLS, CELLS, CELLS) bool
    low, high : (N, 3) int64
        The cells at the corners of each box.

    Returns
    -------
    away : (N,) bool

    Examples
    --------
    >>> cells = np.zeros((CELLS,) * 3, bool)
    >>> cells[5, 5, 5] = True
    >>> away(cells, np.array([[6, 4, 4], [7, 4, 4]]), np.array([[6, 9, 9], [7, 9, 9]])).tolist()
    [False, True]
    """
    total = np.pad(cells.astype(np.int64), ((1, 0),) * 3).cumsum(axis=0).cumsum(axis=1).cumsum(axis=2)
    ends = ((low - 1).clip(0), (high + 2).clip(None, CELLS))
    inside = np.zeros(len(low), np.int64)
    for corner in product((0, 1), repeat=3):
        x, y, z = (ends[end][:, axis] for axis, end in enumerate(corner))
        inside += (-1) ** (3 - sum(corner)) * total[x, y, z]
    empty: NDArray[np.bool_] = inside == 0
    return empty


def overlaps(parts: Sequence[PartMesh]) -> list[float]:
    """For each part the share of its cells that other parts fill as well: 0 stands free, 1 lies in another.

    Examples
    --------
    >>> one = PartMesh("one", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> overlaps([one, one])
    [1.0, 1.0]
    """
    grid = around(parts)
    cells = [filled(grid, part.vertices, part.faces) for part in parts]
    crowd = np.sum(cells, axis=0) > 1
    return [float((crowd & own).sum() / max(1, own.sum())) for own in cells]
