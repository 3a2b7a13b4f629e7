"""The picture of an object: three-quarter view, part colours, soft light, transparent background.

Light that changes slowly (how much sky a place sees, whether the key light reaches it) is measured at the
vertices and interpolated; so it is smooth without noise, and cheap.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.mesh.normals import smooth, unit
from models.mesh.render import Camera, Scene, View, look, orbit
from models.palette import colour, linear
from models.parts import PartMesh

AZIMUTH_DEG, ELEVATION_DEG = 40.0, 24.0  # three-quarter from the object's left front, a little from above
SUPERSAMPLES = 2  # rays per pixel and axis: 4 a pixel leave no stairs at the outline
SIZE_PX_MAX = 2048  # 16 million rays, about 3 GB; nobody shows a larger thumbnail

SKY_RAYS = 24  # per vertex; the mean over a face's corners hides that there are so few
SKY_REACH = 0.6  # a ray of the sky that meets something darkens by this much at most
KEY_RAYS = 6  # per vertex, spread over the lamp: the edge of a shadow becomes soft
KEY_SPREAD = 0.16  # radius of the lamp seen from the object, in radians
LIFT = 2e-3  # a ray starts this far off its surface, so that it does not meet it

KEY = np.array([0.45, 0.78, 0.44])  # over the viewer's right shoulder, unit length
FILL = np.array([0.72, 0.10, -0.68])  # low from the right, against black shadow sides
KEY_LIGHT = np.array([1.0, 0.965, 0.90]) * 0.78  # warm
FILL_LIGHT = np.array([0.62, 0.74, 1.0]) * 0.16  # cool
SKY_LIGHT = np.array([0.92, 0.96, 1.0]) * 0.52
GROUND_LIGHT = np.array([1.0, 0.93, 0.86]) * 0.30
RIM_LIGHT = 0.16
GLOSS_LIGHT, GLOSS_POWER = 0.10, 28.0

SHADOW_CELLS = 48  # the ground's shadow is measured on a grid this fine and interpolated
SHADOW_RAYS = 90
SHADOW_BLURS = 2  # smooths the ghosts that a fixed set of rays leaves
SHADOW_ALPHA = 0.50  # darkest place of the shadow
STEPS = 4  # what is seen, its light, its shadow, the file
SHADOW_REACH = 0.30  # ground seen this far beyond the object's box, in units


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
    Image.fromarray(picture(parts, size_px, on_step)).save(out, "PNG")
    on_step(STEPS, STEPS)
    return out.getvalue()


def picture(
    parts: Sequence[PartMesh], size_px: int, on_step: Callable[[int, int], None] = lambda _done, _total: None
) -> NDArray[np.uint8]:
    """The picture as (size_px, size_px, 4) uint8, RGBA, alpha not premultiplied."""
    scene = Scene.of(parts)
    camera = orbit(parts, azimuth_deg=AZIMUTH_DEG, elevation_deg=ELEVATION_DEG)
    view = look(scene, camera, size_px=size_px * SUPERSAMPLES)
    seen = view.part_id >= 0
    on_step(1, STEPS)
    light = np.zeros((*seen.shape, 4), np.float32)
    light[seen] = np.concatenate([_shaded(scene, parts, view, seen), np.ones((int(seen.sum()), 1))], axis=1)
    on_step(2, STEPS)
    light[~seen, 3] = _shadow(scene, camera, view.rays[~seen])
    on_step(3, STEPS)
    # Averaged with premultiplied alpha, or the empty pixels would darken the outline.
    return _bytes(_halved(light))


def _halved(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each block of SUPERSAMPLES by SUPERSAMPLES rays; slices are faster than a mean over axes."""
    rows = np.add.reduce([light[start::SUPERSAMPLES] for start in range(SUPERSAMPLES)])
    blocks: NDArray[np.float32] = np.add.reduce([rows[:, start::SUPERSAMPLES] for start in range(SUPERSAMPLES)])
    return blocks / np.float32(SUPERSAMPLES**2)


def _shaded(scene: Scene, parts: Sequence[PartMesh], view: View, seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Linear colour (S, 3) of every seen ray."""
    part = view.part_id[seen]
    face = view.face_id[seen] + scene.first_face[part]
    weights = view.weights[seen]
    corner_normals = np.concatenate([smooth(one.vertices, one.faces) for one in parts])
    sky, key = _vertex_light(scene, parts, corner_normals)
    normal = unit(np.einsum("sc,sca->sa", weights, corner_normals[face]).astype(np.float64))
    paint = np.array([linear(colour(index)) for index in range(len(parts))])[part]
    open_sky = np.einsum("sc,sc->s", weights, sky[face])
    lit = np.einsum("sc,sc->s", weights, key[face])
    return _shade(normal, view.rays[seen], paint, open_sky, lit)


def _shade(
    normal: NDArray[np.float64],
    ray: NDArray[np.float32],
    paint: NDArray[np.float64],
    sky: NDArray[np.float64],
    lit: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sky and ground, a warm key, a cool fill, a little gloss, a rim: what a small studio has."""
    up = (normal[:, 1:2] + 1) / 2
    ambient = (GROUND_LIGHT + (SKY_LIGHT - GROUND_LIGHT) * up) * sky[:, None]
    key = np.maximum(normal @ KEY, 0) * lit
    fill = np.maximum(normal @ FILL, 0) * sky
    halfway = unit(KEY - ray)
    gloss = np.maximum(np.einsum("sa,sa->s", normal, halfway), 0) ** GLOSS_POWER * GLOSS_LIGHT * lit
    rim = (1 - np.clip(-np.einsum("sa,sa->s", normal, ray), 0, 1)) ** 3 * RIM_LIGHT * sky
    diffuse = ambient + key[:, None] * KEY_LIGHT + fill[:, None] * FILL_LIGHT
    shaded: NDArray[np.float64] = paint * diffuse + (gloss + rim)[:, None]
    return shaded


def _vertex_light(
    scene: Scene, parts: Sequence[PartMesh], corner_normals: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How open to the sky, and how lit by the key light, each corner of each face is: two (F, 3)."""
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    faces = np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=False)])
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float64)
    normals = np.zeros_like(vertices)
    normals[faces.reshape(-1)] = corner_normals.reshape(-1, 3)
    origins = vertices + normals * LIFT
    sky = 1 - SKY_REACH * _blocked(scene, origins, _around(normals, _dome(SKY_RAYS)))
    lamp = unit(KEY + KEY_SPREAD * _disk(KEY_RAYS))
    key = 1 - _blocked(scene, origins, np.broadcast_to(lamp, (len(origins), *lamp.shape)))
    return sky[faces], key[faces]


def _blocked(scene: Scene, origins: NDArray[np.float64], rays: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each origin's rays (N, K, 3) that meet something: (N,)."""
    starts = np.repeat(origins, rays.shape[1], axis=0).astype(np.float32)
    hits = scene.hits(starts, rays.reshape(-1, 3).astype(np.float32))
    share: NDArray[np.float64] = (hits >= 0).reshape(len(origins), -1).mean(axis=1)
    return share


def _dome(count: int) -> NDArray[np.float64]:
    """Directions (count, 3) over the half sphere about z, dense where the cosine is large."""
    index = np.arange(count) + 0.5
    angle = index * np.pi * (3 - np.sqrt(5))  # the golden angle never lines up
    radius = np.sqrt(index / count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2)], axis=1)


def _disk(count: int) -> NDArray[np.float64]:
    """Offsets (count, 3) across the key light."""
    side = unit(np.cross(KEY, [0.0, 1, 0]))
    spread = _dome(count)
    return spread[:, :1] * side + spread[:, 1:2] * np.cross(KEY, side)


def _around(normals: NDArray[np.float64], dome: NDArray[np.float64]) -> NDArray[np.float64]:
    """The dome turned about each normal: (N, K, 3)."""
    helper = np.where(np.abs(normals[:, 1:2]) < 0.9, [[0.0, 1, 0]], [[1.0, 0, 0]])
    side = unit(np.cross(helper, normals))
    other = np.cross(normals, side)
    frame = np.stack([side, other, normals], axis=1)
    turned: NDArray[np.float64] = np.einsum("kb,nba->nka", dome, frame)
    return turned


def _shadow(scene: Scene, camera: Camera, rays: NDArray[np.float32]) -> NDArray[np.float64]:
    """How dark the ground is where each ray meets it: alpha (S,), 0 off the ground."""
    eye = np.asarray(camera.eye)
    low, high = scene.corners.min(axis=(0, 1)), scene.corners.max(axis=(0, 1))
    down = np.minimum(rays[:, 1], -1e-6)
    place = eye[[0, 2]] - (eye[1] - low[1]) * rays[:, [0, 2]] / down[:, None]
    corner = low[[0, 2]] - SHADOW_REACH
    cell = (high[[0, 2]] + SHADOW_REACH - corner) / (SHADOW_CELLS - 1)
    grid = _ground_dark(scene, corner, cell, float(low[1]))
    at = (place - corner) / cell
    inside = (rays[:, 1] < 0) & (at >= 0).all(axis=1) & (at <= SHADOW_CELLS - 1.001).all(axis=1)
    alpha = np.zeros(len(rays))
    alpha[inside] = _bilinear(grid, at[inside])
    return alpha


def _ground_dark(
    scene: Scene, corner: NDArray[np.float32], cell: NDArray[np.float32], height: float
) -> NDArray[np.float64]:
    """Alpha of the shadow on a grid of ground points (SHADOW_CELLS, SHADOW_CELLS), fading to its border."""
    index = np.arange(SHADOW_CELLS)
    x, z = np.meshgrid(corner[0] + index * cell[0], corner[1] + index * cell[1], indexing="ij")
    ground = np.stack([x, np.full_like(x, height - LIFT), z], axis=-1).reshape(-1, 3).astype(np.float64)
    up = np.broadcast_to(np.array([0.0, 1, 0]), ground.shape)
    dark = _blocked(scene, ground, _around(up, _dome(SHADOW_RAYS))).reshape(SHADOW_CELLS, SHADOW_CELLS)
    for _ in range(SHADOW_BLURS):
        dark = _blurred(_blurred(dark).T).T
    edge = np.clip(np.minimum(index, index[::-1]) / (SHADOW_CELLS / 4), 0, 1) ** 1.5
    fade: NDArray[np.float64] = SHADOW_ALPHA * dark**1.4 * np.outer(edge, edge)
    return fade


def _blurred(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row mixed with its neighbours, 1 : 2 : 1."""
    padded = np.pad(grid, ((1, 1), (0, 0)), mode="edge")
    mixed: NDArray[np.float64] = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    return mixed


def _bilinear(grid: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    base = at.astype(int)
    x, z = (at - base).T
    i, j = base.T
    near = grid[i, j] * (1 - z) + grid[i, j + 1] * z
    far = grid[i + 1, j] * (1 - z) + grid[i + 1, j + 1] * z
    blended: NDArray[np.float64] = near * (1 - x) + far * x
    return blended


def _bytes(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Premultiplied linear light as sRGB bytes."""
    alpha = light[..., 3:]
    straight = np.clip(light[..., :3] / np.maximum(alpha, 1e-6), 0, 1)
    srgb = np.where(straight <= 0.0031308, straight * 12.92, 1.055 * straight ** (1 / 2.4) - 0.055)
    picture: NDArray[np.uint8] = np.rint(np.concatenate([srgb, alpha], axis=-1) * 255).astype(np.uint8)
    return picture
