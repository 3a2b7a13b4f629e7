"""What rays through a picture meet: part, face, place and normal of every point that is seen.

`models.mesh.render` looks through the middle of every pixel; the preview also looks elsewhere in a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import CREASE_COS_MIN, crosses, smooth_at, unit
from models.mesh.render import NOTHING, Camera, Scene
from models.parts import PartMesh

STEP = 3.0  # a surface bends by less than this many times the distance of its two points; more is a step


@dataclass(frozen=True, slots=True)
class Sight:
    """What N rays met; NOTHING where they met nothing, where only `part` and `ray` mean anything.

    Parameters
    ----------
    part : (N,) int32
        Index of the part.
    face : (N,) int32
        Index among the faces of all parts.
    place : (N, 3) float32
        In units.
    flat : (N, 3) float32
        Unit normal of the face.
    weights : (N, 3) float32
        Of the face's corners.
    ray : (N, 3) float32
        The ray, of length 1.
    """

    part: NDArray[np.int32]
    face: NDArray[np.int32]
    place: NDArray[np.float32]
    flat: NDArray[np.float32]
    weights: NDArray[np.float32]
    ray: NDArray[np.float32]

    def __getitem__(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Sight:
        """Some of the rays, by mask or index."""
        return Sight(*(getattr(self, column)[which] for column in self.__slots__))

    def alike(self, which: NDArray[np.intp], other: Sight, others: NDArray[np.intp], apart: float) -> NDArray[np.bool_]:
        """Whether pairs of rays show the same piece of a surface, with no outline and no crease between.

        Parameters
        ----------
        which, others : (M,) int
            Indices of rays here and in `other`.
        apart : float
            How far apart the two rays of a pair are at the object, in units.

        Returns
        -------
        alike : (M,) bool
            Also where both show nothing.
        """
        flat, part = self.flat[which], self.part[which]
        # How far off the plane of one the other lies: unlike depth, it is small also where one looks along a surface.
        off = np.einsum("na,na->n", flat, other.place[others] - self.place[which])
        even = np.einsum("na,na->n", flat, other.flat[others]) >= CREASE_COS_MIN
        on = np.abs(off) <= STEP * apart
        same: NDArray[np.bool_] = (part == other.part[others]) & ((on & even) | (part == NOTHING))
        return same


def see(scene: Scene, camera: Camera, rays: NDArray[np.float32]) -> Sight:
    """Cast rays (N, 3), of length 1, from the camera's eye.

    Examples
    --------
    >>> wall = PartMesh("wall", np.float32([[-9, -9, 0], [9, -9, 0], [0, 9, 0]]), np.array([[0, 1, 2]], np.int32))
    >>> ahead = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))
    >>> seen = see(Scene.of([wall]), ahead, np.float32([[0, 0, -1], [0, 0, 1]]))
    >>> seen.part.tolist(), seen.place[0].tolist(), seen.flat[0].tolist()
    ([0, -1], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    """
    eyes = np.broadcast_to(np.asarray(camera.eye, np.float32), rays.shape)
    found = scene.embree.run(eyes, rays, output=True)
    face, hit = found["primID"], found["primID"] >= 0
    part = np.searchsorted(scene.first_face, face, side="right") - 1
    u, v = found["u"], found["v"]
    return Sight(
        part=np.where(hit, part, NOTHING).astype(np.int32),
        face=face,
        place=eyes + rays * np.where(hit, found["tfar"], 0).astype(np.float32)[:, None],
        flat=(unit(found["Ng"]) * hit[:, None]).astype(np.float32),
        weights=np.stack([1 - u - v, u, v], axis=1),
        ray=rays,
    )


def rays_through(camera: Camera, size_px: int, row: NDArray[Any], column: NDArray[Any]) -> NDArray[np.float32]:
    """Rays (N, 3) of length 1 through places of the picture in pixels; (0, 0) is its upper left corner.

    Examples
    --------
    >>> ahead = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))
    >>> rays_through(ahead, 8, np.array([4]), np.array([4])).tolist()
    [[0.0, 0.0, -1.0]]
    """
    left, bottom, width = camera.window
    right, up, forward = camera.axes()
    x = left + column / size_px * width
    y = bottom + (size_px - row) / size_px * width
    # Axis by axis: numpy is slow where the innermost loop is three long.
    axes = [x * right[axis] + y * up[axis] + forward[axis] for axis in range(3)]
    return unit(np.stack(axes, axis=1).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Surface:
    """The parts that a scene was made of, asked for the smooth normals of what is seen of them."""

    parts: Sequence[PartMesh]
    first_face: NDArray[np.int64]

    def normals(self, seen: Sight) -> NDArray[np.float32]:
        """Unit normals (N, 3) at points that are all on a part."""
        normals = np.zeros_like(seen.flat)
        for index, part in enumerate(self.parts):
            here = np.flatnonzero(seen.part == index)
            if len(here):
                faces, corner = np.unique(seen.face[here] - self.first_face[index], return_inverse=True)
                corners = smooth_at(crosses(part.vertices, part.faces), part.faces, faces)[corner]
                normals[here] = np.einsum("nc,nca->na", seen.weights[here], corners)
        return unit(normals)
