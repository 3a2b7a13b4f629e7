"""The picture of an object: three-quarter view, part colours, soft light, transparent background.

One ray through the middle of each pixel says what is seen and is shaded. Only where neighbours differ (an
outline, a crease, one limb before another) a pixel gets more rays, which take over the shade of the
neighbour that shows the same piece of surface.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.mesh import studio
from models.mesh.ground import Ground
from models.mesh.render import NOTHING, Camera, Scene, orbit
from models.mesh.sight import Sight, Surface, rays_through, see
from models.palette import colour, linear
from models.parts import PartMesh

AZIMUTH_DEG, ELEVATION_DEG = 40.0, 24.0  # three-quarter from the object's left front, a little from above
SIZE_PX_MAX = 2048  # 4 million rays and more; nobody shows a larger thumbnail
PNG_LEVEL = 3  # of 9: half of zlib's time at level 6, for a fifth more bytes
STEPS = 4  # what is seen, its light, its outlines and shadow, the file
SUBPIXELS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))  # thirds of a pixel off its middle
ALONE_TURNS = (0, 5, 10, 15)  # rays of a point without neighbours to share with: a quarter of a tile's


def png(
    parts: Sequence[PartMesh],
    *,
    size_px: int = 512,
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
) -> bytes:
    """A picture of the parts.

    Parameters
    ----------
    parts : sequence of PartMesh
        In the convention of `models.parts`; the index of a part chooses its colour.
    size_px : int, 1 to SIZE_PX_MAX
        Width and height.
    on_step : function of (done, total)
        Called after each of STEPS. What it raises stops the work: that is how a cancel gets in.

    Returns
    -------
    data : bytes
        PNG, RGBA, transparent but for the object and its soft shadow.

    Raises
    ------
    ValueError
        No parts, or a size out of range.
    """
    if not 1 <= size_px <= SIZE_PX_MAX:
        raise ValueError(f"size_px is {size_px}, not 1 to {SIZE_PX_MAX}")
    out = io.BytesIO()
    Image.fromarray(picture(parts, size_px, on_step)).save(out, "PNG", compress_level=PNG_LEVEL)
    on_step(STEPS, STEPS)
    return out.getvalue()


def picture(
    parts: Sequence[PartMesh], size_px: int, on_step: Callable[[int, int], None] = lambda _done, _total: None
) -> NDArray[np.uint8]:
    """The picture as (size_px, size_px, 4) uint8, RGBA, alpha not premultiplied."""
    easel = Easel.of(parts, size_px)
    on_step(1, STEPS)
    light = easel.lit()
    on_step(2, STEPS)
    light = easel.finish(light)
    on_step(3, STEPS)
    return _bytes(light.reshape(size_px, size_px, 4))


@dataclass(frozen=True, slots=True)
class Easel:
    """A picture in work. Pixels are in one row after another: pixel = row * size_px + column."""

    scene: Scene
    surface: Surface
    camera: Camera
    size_px: int
    middle: Sight  #: what the middle of each pixel shows

    @classmethod
    def of(cls, parts: Sequence[PartMesh], size_px: int) -> Easel:
        """Look through the middle of each pixel."""
        scene = Scene.of(parts)
        camera = orbit(parts, azimuth_deg=AZIMUTH_DEG, elevation_deg=ELEVATION_DEG)
        row, column = np.divmod(np.arange(size_px**2), size_px)
        middle = see(scene, camera, rays_through(camera, size_px, row + 0.5, column + 0.5))
        return cls(scene, Surface(parts, scene.first_face), camera, size_px, middle)

    @property
    def pixel(self) -> float:
        """The width of a pixel at the object, in units."""
        return self.camera.window[2] / self.size_px * math.dist(self.camera.eye, self.camera.target)

    def lit(self) -> NDArray[np.float32]:
        """Premultiplied linear light and alpha of what each pixel's middle shows: (size_px ** 2, 4)."""
        light = np.zeros((len(self.middle.part), 4), np.float32)
        at = np.flatnonzero(self.middle.part != NOTHING)
        seen = self.middle[at]
        normal = self.surface.normals(seen)
        found = np.zeros((len(light), 2), np.float32)
        found[at] = studio.openness(self.scene, seen.place, normal, studio.turns(*np.divmod(at, self.size_px)))
        found[at] = self._shared(found, at, (0, 1))
        light[at] = self._shaded(seen, normal, self._shared(found, at, (1, 0)))
        return light

    def finish(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same with the shadow on the ground, and with soft outlines."""
        empty, edge = self.middle.part == NOTHING, self._edges()
        ground = empty.copy()
        ground[edge] = True
        shadow = np.zeros(len(light), np.float32)
        shadow[ground] = Ground.under(self.scene).alpha(self.camera, self.middle.ray[ground])
        light[empty, 3] = shadow[empty]
        light[edge] = self._outlines(light, shadow, edge)
        return light

    def _shaded(self, seen: Sight, normal: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float32]:
        """Light and alpha (N, 4) of points that see as much of sky and lamp as was found (N, 2)."""
        paint = np.array([linear(colour(index)) for index in range(len(self.surface.parts))], np.float32)
        shade = studio.shade(normal, seen.ray, paint[seen.part], *found.T)
        return np.concatenate([shade, np.ones((len(shade), 1), np.float32)], axis=1)

    def _shared(self, found: NDArray[np.float32], at: NDArray[np.intp], along: tuple[int, int]) -> NDArray[np.float32]:
        """The mean of what was found along a row or column of a tile, on the same piece of surface: (N, 2)."""
        total, weight = found[at], np.ones((len(at), 1), np.float32)
        for steps, share in ((-2, 0.5), (-1, 1), (1, 1), (2, 0.5)):
            near = self._beside(at, along[0] * steps, along[1] * steps)
            same = self.middle.alike(at, self.middle, near, self.pixel * abs(steps))[:, None] * np.float32(share)
            total += found[near] * same
            weight += same
        return total / weight

    def _edges(self) -> NDArray[np.intp]:
        """Pixels that differ from one beside them, of which one at least shows a part."""
        at = np.flatnonzero(self.middle.part != NOTHING)
        edge = np.zeros(len(self.middle.part), bool)
        for offset in ((0, -1), (0, 1), (-1, 0), (1, 0)):
            near = self._beside(at, *offset)
            differ = ~self.middle.alike(at, self.middle, near, self.pixel)
            edge[at[differ]] = edge[near[differ]] = True
        return np.flatnonzero(edge)

    def _beside(self, pixel: NDArray[np.intp], down: Any, right: Any) -> NDArray[np.intp]:
        """The pixels so many rows and columns away; at the border, those on the border."""
        row, column = np.divmod(pixel, self.size_px)
        last = self.size_px - 1
        beside: NDArray[np.intp] = np.clip(row + down, 0, last) * self.size_px + np.clip(column + right, 0, last)
        return beside

    def _outlines(
        self, light: NDArray[np.float32], shadow: NDArray[np.float32], edge: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Light and alpha of edge pixels, as the mean over their subpixels: (E, 4)."""
        pixel = np.repeat(edge, len(SUBPIXELS))
        down, right = np.tile(SUBPIXELS, (len(edge), 1)).T
        row, column = np.divmod(pixel, self.size_px)
        rays = rays_through(self.camera, self.size_px, row + 0.5 + down / 3, column + 0.5 + right / 3)
        seen = see(self.scene, self.camera, rays)
        taken = np.zeros((len(pixel), 4), np.float32)
        taken[:, 3] = shadow[pixel]
        left = np.flatnonzero(seen.part != NOTHING)
        for rows, columns in ((0, 0), (1, 0), (0, 1), (1, 1)):
            near = self._beside(pixel[left], down[left] * rows, right[left] * columns)
            same = seen.alike(left, self.middle, near, self.pixel)
            taken[left[same]] = light[near[same]]
            left = left[~same]
        taken[left] = self._alone(seen[left])
        several = taken.reshape(len(edge), len(SUBPIXELS), 4).sum(axis=1)
        mean: NDArray[np.float32] = (light[edge] + several) / (len(SUBPIXELS) + 1)
        return mean

    def _alone(self, seen: Sight) -> NDArray[np.float32]:
        """Light and alpha (N, 4) of what is too thin for the middle of any pixel; 1 subpixel in 50 shows such."""
        normal, place = self.surface.normals(seen), seen.place
        several = [studio.openness(self.scene, place, normal, np.full(len(place), turn)) for turn in ALONE_TURNS]
        return self._shaded(seen, normal, np.mean(several, axis=0))


def _bytes(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Premultiplied linear light as sRGB bytes."""
    pixels = np.zeros(light.shape, np.uint8)
    pixels[..., 3] = np.rint(light[..., 3] * 255)
    shown = light[..., 0] > 0
    straight = np.clip(light[shown, :3] / light[shown, 3:], 0, 1)
    srgb = np.where(straight <= 0.0031308, straight * 12.92, 1.055 * straight ** (1 / 2.4) - 0.055)
    pixels[shown, :3] = np.rint(srgb * 255)
    return pixels
