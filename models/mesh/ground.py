"""The soft shadow under an object: measured on a coarse grid of the ground, then looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.render import Camera, Scene
from models.mesh.studio import LIFT, TILE, around, blocked, dome, shares, turns

CELLS = 48  # the shadow is measured on a grid this fine and interpolated
RAYS = 12  # per cell; a tile of cells sends TILE * TILE times as many directions
BLURS = 2  # the second takes the last ghosts of thin limbs
ALPHA = 0.50  # darkest place of the shadow
REACH = 0.30  # ground seen this far beyond the object's box, in units


@dataclass(frozen=True, slots=True)
class Ground:
    """A patch of ground under the object.

    `dark` (CELLS, CELLS) is the alpha of the shadow over x and z, from `corner` in steps of `cell`.
    """

    height: float
    corner: NDArray[np.float64]
    cell: NDArray[np.float64]
    dark: NDArray[np.float64]

    @classmethod
    def under(cls, scene: Scene) -> Ground:
        """Measure how much of its sky each cell misses."""
        axes = [scene.corners[..., axis] for axis in range(3)]  # one by one: ten times as fast as over rows of three
        low, high = (np.array([end(axis) for axis in axes], np.float64) for end in (np.min, np.max))
        corner = low[[0, 2]] - REACH
        cell = (high[[0, 2]] + REACH - corner) / (CELLS - 1)
        return cls(float(low[1]), corner, cell, _faded(_missed(scene, corner, cell, float(low[1]))))

    def alpha(self, camera: Camera, rays: NDArray[np.float32]) -> NDArray[np.float32]:
        """How dark the ground is where each ray (N, 3) meets it: (N,), 0 off the patch."""
        eye = np.asarray(camera.eye)
        alpha = np.zeros(len(rays), np.float32)
        down = np.flatnonzero(rays[:, 1] < 0)
        reach = (self.height - eye[1]) / rays[down, 1]
        x, z = (
            (eye[axis] + reach * rays[down, axis] - self.corner[index]) / self.cell[index]
            for index, axis in enumerate((0, 2))
        )
        inside = (x >= 0) & (x < CELLS - 1) & (z >= 0) & (z < CELLS - 1)
        alpha[down[inside]] = _bilinear(self.dark, x[inside], z[inside])
        return alpha


def _missed(scene: Scene, corner: NDArray[np.float64], cell: NDArray[np.float64], height: float) -> NDArray[np.float64]:
    """The share of the sky that the object hides from each cell: (CELLS, CELLS)."""
    i, j = (index.reshape(-1) for index in np.meshgrid(np.arange(CELLS), np.arange(CELLS), indexing="ij"))
    place = np.stack([corner[0] + i * cell[0], np.full(CELLS**2, height - LIFT), corner[1] + j * cell[1]], axis=1)
    up = np.broadcast_to(np.array([0, 1, 0], np.float32), place.shape)
    rays = around(up, shares(dome(RAYS * TILE**2))[turns(i, j)])
    return blocked(scene, place.astype(np.float32), rays).reshape(CELLS, CELLS)


def _faded(missed: NDArray[np.float64]) -> NDArray[np.float64]:
    """As alpha: cells share what their rays found, and the patch has no border."""
    dark = missed
    for _ in range(BLURS):
        dark = _blurred(_blurred(dark).T).T
    index = np.arange(CELLS)
    edge = np.clip(np.minimum(index, index[::-1]) / (CELLS / 4), 0, 1) ** 1.5
    faded: NDArray[np.float64] = ALPHA * dark**1.4 * np.outer(edge, edge)
    return faded


def _blurred(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row mixed with its neighbours so that every cell of a tile has the same say."""
    padded = np.pad(grid, ((TILE // 2, TILE // 2), (0, 0)), mode="edge")
    wide = [padded[start : start + len(grid)] for start in range(TILE + 1)]
    mixed: NDArray[np.float64] = ((wide[0] + wide[-1]) / 2 + np.add.reduce(wide[1:-1])) / TILE
    return mixed


def _bilinear(grid: NDArray[np.float64], x: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    i, j = x.astype(int), z.astype(int)
    x, z = x - i, z - j
    near = grid[i, j] * (1 - z) + grid[i, j + 1] * z
    far = grid[i + 1, j] * (1 - z) + grid[i + 1, j + 1] * z
    blended: NDArray[np.float64] = near * (1 - x) + far * x
    return blended
