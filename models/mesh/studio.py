"""The light of the preview: an open sky, a warm key lamp, a cool fill, a little gloss and a rim.

How much of the sky and of the lamp a point sees is measured by a few rays at each pixel. Each pixel of a
tile of TILE by TILE takes other rays of one large set, and neighbours on the same surface share what they
found: soft and without noise, at a cost that depends on the size of the picture and not of the mesh.

References
----------
.. [1] A. Keller, W. Heidrich, "Interleaved Sampling", Eurographics Workshop on Rendering, 2001.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import unit
from models.mesh.render import Scene

Floats: TypeAlias = NDArray[np.float32]

TILE = 4  # pixels; the mean over any TILE by TILE of them has seen the whole set of rays
SKY_RAYS = 3  # per pixel, 48 in all
SKY_REACH = 0.85  # a ray of the sky that meets something darkens by this much at most
KEY_RAYS = 2  # per pixel, 32 in all, spread over the lamp: the edge of a shadow becomes soft
KEY_SPREAD = 0.16  # radius of the lamp seen from the object, in radians
LIFT = 2e-3  # a ray starts this far off its surface, so that it does not meet it

UP, RIGHT = np.eye(3, dtype=np.float32)[[1, 0]]
KEY = np.array([0.45, 0.78, 0.44], np.float32)  # over the viewer's right shoulder, unit length
FILL = np.array([0.72, 0.10, -0.68], np.float32)  # low from the right, against black shadow sides
KEY_LIGHT = np.array([1.0, 0.965, 0.90], np.float32) * np.float32(0.78)  # warm
FILL_LIGHT = np.array([0.62, 0.74, 1.0], np.float32) * np.float32(0.16)  # cool
SKY_LIGHT = np.array([0.92, 0.96, 1.0], np.float32) * np.float32(0.52)
GROUND_LIGHT = np.array([1.0, 0.93, 0.86], np.float32) * np.float32(0.30)
RIM_LIGHT = 0.16
GLOSS_LIGHT, GLOSS_POWER = 0.10, 28


def shade(normal: Floats, ray: Floats, paint: Floats, sky: Floats, lamp: Floats) -> Floats:
    """The linear light (N, 3) that comes from points of a surface.

    Parameters
    ----------
    normal, ray : (N, 3) float32
        Of length 1; the ray goes from the eye to the point.
    paint : (N, 3) float32
        Linear colour.
    sky, lamp : (N,) float32, 0 to 1
        How much of each the point sees.

    Examples
    --------
    >>> up, down, white = np.float32([[0, 1, 0]]), np.float32([[0, -1, 0]]), np.ones((1, 3), np.float32)
    >>> everything, nothing = np.ones(1, np.float32), np.zeros(1, np.float32)
    >>> shade(up, down, white, everything, nothing).astype(float).round(2).tolist()  # the sky and a little fill
    [[0.49, 0.51, 0.54]]
    """
    up = (normal[:, 1:2] + 1) / 2
    ambient = (GROUND_LIGHT + (SKY_LIGHT - GROUND_LIGHT) * up) * sky[:, None]
    key = np.maximum(normal @ KEY, 0) * lamp
    fill = np.maximum(normal @ FILL, 0) * sky
    gloss = np.maximum(_dot(normal, unit(KEY - ray)), 0) ** GLOSS_POWER * GLOSS_LIGHT * lamp
    rim = (1 - np.clip(-_dot(normal, ray), 0, 1)) ** 3 * RIM_LIGHT * sky
    diffuse = ambient + key[:, None] * KEY_LIGHT + fill[:, None] * FILL_LIGHT
    shaded: Floats = paint * diffuse + (gloss + rim)[:, None]
    return shaded


def openness(scene: Scene, place: Floats, normal: Floats, turn: NDArray[np.integer]) -> Floats:
    """How much of the sky and of the lamp each point sees, by its share of the rays: (N, 2), 0 to 1.

    Parameters
    ----------
    place, normal : (N, 3) float32
    turn : (N,) int, 0 to TILE * TILE - 1
        Which share of the rays, see `turns`.

    Examples
    --------
    >>> from models.parts import PartMesh
    >>> corners = np.float32([[-9, 1, -9], [9, 1, -9], [0, 1, 9]])
    >>> ceiling = Scene.of([PartMesh("ceiling", corners, np.array([[0, 1, 2]], np.int32))])
    >>> up = np.float32([[0, 1, 0]])
    >>> [openness(ceiling, up * height, up, np.array([0])).astype(float).round(2).tolist() for height in (0, 2)]
    [[[0.15, 0.0]], [[1.0, 1.0]]]
    """
    origins = place + normal * np.float32(LIFT)
    sky = 1 - SKY_REACH * blocked(scene, origins, around(normal, shares(dome(SKY_RAYS * TILE**2))[turn]))
    lamp = 1 - blocked(scene, origins, shares(_lamp(KEY_RAYS * TILE**2))[turn])
    return np.stack([sky, lamp], axis=1).astype(np.float32)


def turns(row: NDArray[np.integer], column: NDArray[np.integer]) -> NDArray[np.integer]:
    """Which share of the rays each pixel takes: all of them within each tile.

    Examples
    --------
    >>> sorted(turns(np.arange(16) // 4, np.arange(16) % 4).tolist()) == list(range(16))
    True
    """
    return row % TILE * TILE + column % TILE


def shares(rays: Floats) -> Floats:
    """Rays (TILE² K, 3) dealt out: (TILE², K, 3), each share spread over the whole set.

    Examples
    --------
    >>> shares(dome(TILE**2 * 3)).shape
    (16, 3, 3)
    """
    return np.ascontiguousarray(rays.reshape(-1, TILE**2, 3).swapaxes(0, 1))


def blocked(scene: Scene, origins: Floats, rays: Floats) -> NDArray[np.float64]:
    """The share of each origin's rays that meet something, 0 to 1.

    Parameters
    ----------
    origins : (N, 3) float32
    rays : (N, K, 3) float32
        Of any length.

    Returns
    -------
    blocked : (N,) float64
    """
    starts = np.repeat(origins, rays.shape[1], axis=0)
    hits = scene.hits(starts, rays.reshape(-1, 3))
    share: NDArray[np.float64] = (hits >= 0).reshape(rays.shape[:2]).mean(axis=1)
    return share


def dome(count: int) -> Floats:
    """Directions (count, 3) over the half sphere about z, dense where the cosine is large.

    Examples
    --------
    >>> bool(np.allclose(np.linalg.norm(dome(48), axis=1), 1)), round(float(dome(48)[:, 2].mean()), 2)
    (True, 0.67)
    """
    index = np.arange(count) + 0.5
    angle = index * np.pi * (3 - np.sqrt(5))  # the golden angle never lines up
    radius = np.sqrt(index / count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2)], axis=1).astype(np.float32)


def around(normal: Floats, rays: Floats) -> Floats:
    """Rays (N, K, 3) about z, turned to be about each normal (N, 3).

    Examples
    --------
    >>> around(np.float32([[1, 0, 0]]), np.float32([[[0, 0, 1]]])).tolist()
    [[[1.0, 0.0, 0.0]]]
    """
    helper = np.where(np.abs(normal[:, 1:2]) < 0.9, UP, RIGHT)
    side = unit(np.cross(helper, normal))
    frame = np.stack([side, np.cross(normal, side), normal], axis=1)
    turned: Floats = rays @ frame
    return turned


def _lamp(count: int) -> Floats:
    """Directions (count, 3) to places of the key lamp."""
    side = unit(np.cross(KEY, [0.0, 1, 0]))
    spread = dome(count)
    across = spread[:, :1] * side + spread[:, 1:2] * np.cross(KEY, side)
    rays: Floats = unit(KEY + KEY_SPREAD * across).astype(np.float32)
    return rays


def _dot(one: Floats, other: Floats) -> Floats:
    product: Floats = np.einsum("na,na->n", one, other)
    return product
