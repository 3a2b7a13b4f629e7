"""Looking at parts by casting rays on the CPU: per pixel, which part, which face, which way it faces.

No OpenGL, no window and no GPU are needed. The labeller votes with the part and face ids, the preview
shades the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from models.parts import Faces, PartMesh, Vertices

NOTHING = -1  # the id where no part is


@dataclass(frozen=True, slots=True)
class Camera:
    """A perspective camera that looks at a point.

    The window lets the picture be centred without turning the camera: (left, bottom, width) at
    distance 1 from the eye.
    """

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    window: tuple[float, float, float]

    def axes(self) -> NDArray[np.float64]:
        """Rows: right, up, forward (3, 3), each of length 1."""
        forward = np.subtract(self.target, self.eye).astype(np.float64)
        forward /= np.linalg.norm(forward)
        # Straight up or down there is no "right" of up; the front of the object is taken for up then.
        up = np.array([0.0, 1, 0]) if abs(forward[1]) < 0.999 else np.array([0.0, 0, 1])
        right = np.cross(forward, up)
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])


@dataclass(frozen=True, slots=True)
class View:
    """What a camera sees, row 0 at the top.

    Parameters
    ----------
    part_id : (H, W) int32
        Index of the part, NOTHING where there is none.
    face_id : (H, W) int32
        Index of the face within its part, NOTHING where there is none.
    normal : (H, W, 3) float32
        Flat normal of the face, 0 where there is none.
    weights : (H, W, 3) float32
        Barycentric weights of the face's corners at the hit, 0 where there is none.
    rays : (H, W, 3) float32
        Unit direction from the eye through the pixel.
    """

    part_id: NDArray[np.int32]
    face_id: NDArray[np.int32]
    normal: NDArray[np.float32]
    weights: NDArray[np.float32]
    rays: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """Parts, ready to be hit by rays.

    `first_face` (P + 1,) int64 is where each part's faces start among all `corners` (F, 3, 3) float32.
    """

    corners: NDArray[np.float32]
    first_face: NDArray[np.int64]
    embree: EmbreeScene

    @classmethod
    def of(cls, parts: Sequence[PartMesh]) -> Scene:
        """Raises ValueError when there is nothing to look at."""
        if not parts:
            raise ValueError("nothing to look at: no parts")
        first_face = np.cumsum([0, *(len(part.faces) for part in parts)])
        if not first_face[-1]:
            raise ValueError("nothing to look at: no faces")
        vertices, faces = as_one(parts)
        embree = EmbreeScene()
        # With indices embree builds three times as fast as from loose corners, and keeps the order of faces.
        TriangleMesh(embree, vertices, faces)
        return cls(vertices[faces], first_face, embree)

    def hits(self, origins: NDArray[np.float32], rays: NDArray[np.float32]) -> NDArray[np.int32]:
        """The first face each ray meets (N,), NOTHING for a miss."""
        found: NDArray[np.int32] = self.embree.run(_plain(origins), _plain(rays))
        return found


def as_one(parts: Sequence[PartMesh]) -> tuple[Vertices, Faces]:
    """All parts as one mesh; faces keep their order, part after part.

    Returns
    -------
    vertices : (V, 3) float32
    faces : (F, 3) int32

    Examples
    --------
    >>> corner = PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> as_one([corner, corner])[1].tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    first_vertex = np.cumsum([0, *(len(part.vertices) for part in parts)])
    faces = [part.faces + start for part, start in zip(parts, first_vertex, strict=False)]
    return _plain(np.concatenate([part.vertices for part in parts])), np.concatenate(faces).astype(np.int32)


def cast(parts: Sequence[PartMesh], camera: Camera, *, size_px: int = 512) -> View:
    """Look at the parts through a camera.

    Parameters
    ----------
    parts : sequence of PartMesh
        At least one.
    camera : Camera
        See `orbit` for one that shows everything.
    size_px : int
        Width and height of the square view.

    Raises
    ------
    ValueError
        There are no parts.
    """
    return look(Scene.of(parts), camera, size_px=size_px)


def look(scene: Scene, camera: Camera, *, size_px: int) -> View:
    """`cast` for a scene that is already there: several views share one."""
    rays = _rays(camera, size_px).reshape(-1, 3)
    rays /= np.sqrt(np.einsum("na,na->n", rays, rays))[:, None]
    found = scene.embree.run(_eyes(camera, len(rays)), rays, output=True)
    face, hit = found["primID"], found["primID"] >= 0
    part = np.searchsorted(scene.first_face, face, side="right").astype(np.int32) - 1
    u, v = found["u"], found["v"]
    weights = np.stack([1 - u - v, u, v], axis=1) * hit[:, None]
    square = (size_px, size_px)
    return View(
        part_id=np.where(hit, part, NOTHING).astype(np.int32).reshape(square),
        face_id=np.where(hit, face - scene.first_face[part], NOTHING).astype(np.int32).reshape(square),
        normal=_flat_normals(scene.corners, face, hit).reshape(*square, 3),
        weights=weights.astype(np.float32).reshape(*square, 3),
        rays=rays.reshape(*square, 3),
    )


def face_ids(scene: Scene, camera: Camera, *, size_px: int) -> NDArray[np.int32]:
    """Only which face each pixel sees, at a third less time than `look`.

    Returns
    -------
    face_id : (H, W) int32
        Index among the faces of all parts together, NOTHING where there is none; row 0 at the top.

    Examples
    --------
    >>> wall = PartMesh("wall", np.array([[-9, -9, 0], [9, -9, 0], [0, 9, 0]], np.float32), np.array([[0, 1, 2]]))
    >>> ahead = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))
    >>> face_ids(Scene.of([wall]), ahead, size_px=2).tolist()
    [[0, 0], [0, 0]]
    """
    rays = _rays(camera, size_px).reshape(-1, 3)
    found: NDArray[np.int32] = scene.embree.run(_eyes(camera, len(rays)), rays)
    return found.reshape(size_px, size_px)


def orbit(
    parts: Sequence[PartMesh],
    *,
    azimuth_deg: float,
    elevation_deg: float,
    margin: float = 0.06,
    angle_deg: float = 24.0,
) -> Camera:
    """A camera that goes round the parts and shows all of them, centred.

    Parameters
    ----------
    azimuth_deg : float
        0 looks at the front (+Z), 90 at the object's left side (+X).
    elevation_deg : float
        90 looks down from above.
    margin : float, 0 to 0.5
        Share of the picture left free on each side.
    angle_deg : float
        How wide the lens sees an object that fills the unit; narrow lenses flatten.
    """
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float64)
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    away = np.array(
        [math.sin(azimuth) * math.cos(elevation), math.sin(elevation), math.cos(azimuth) * math.cos(elevation)]
    )
    radius = float(np.linalg.norm(vertices - middle, axis=1).max())
    eye = middle + away * radius / math.sin(math.radians(angle_deg) / 2)
    camera = Camera(tuple(eye.tolist()), tuple(middle.tolist()), (-1, -1, 2))
    x, y = project(camera, vertices).T
    width = max(float(np.ptp(x)), float(np.ptp(y)), 1e-9) / (1 - 2 * margin)
    left, bottom = ((float(axis.min() + axis.max()) - width) / 2 for axis in (x, y))
    return Camera(camera.eye, camera.target, (left, bottom, width))


def project(camera: Camera, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where points (N, 3) appear at distance 1 from the eye: (N, 2), right and up."""
    local = (points - np.asarray(camera.eye)) @ camera.axes().T
    flat: NDArray[np.float64] = local[:, :2] / local[:, 2:]
    return flat


def _rays(camera: Camera, size_px: int) -> NDArray[np.float32]:
    """Directions through the middle of each pixel, (H, W, 3), of length 1 along the camera's axis, row 0 at the top."""
    left, bottom, width = camera.window
    step = (np.arange(size_px) + 0.5) / size_px * width
    right, up, forward = camera.axes()
    across = np.outer(left + step, right).astype(np.float32)
    down = np.outer((bottom + step)[::-1], up).astype(np.float32) + forward.astype(np.float32)
    rays = np.zeros((size_px, size_px, 3), np.float32)
    for axis in range(3):  # one axis at a time: numpy is slow where the innermost loop is three long
        np.add(down[:, None, axis], across[None, :, axis], out=rays[..., axis])
    return rays


def _eyes(camera: Camera, count: int) -> NDArray[np.float32]:
    """The eye `count` times; embree reads a repeated row in place."""
    return np.broadcast_to(np.asarray(camera.eye, np.float32), (count, 3))


def _flat_normals(corners: NDArray[np.float32], face: NDArray[np.int32], hit: NDArray[np.bool_]) -> NDArray[np.float32]:
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-20)
    return (normal[face] * hit[:, None]).astype(np.float32)


def _plain(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """As embree reads memory: contiguous float32."""
    return np.ascontiguousarray(array, np.float32)
