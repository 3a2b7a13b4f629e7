"""How large faces and parts are: areas, volume, boxes. Float64 inside, so that a huge or tiny part measures right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import crosses, length
from models.parts import Faces, PartMesh, Vertices


def areas(part: PartMesh) -> NDArray[np.float64]:
    """The area of each face: (F,) float64, in squared units of the part.

    Examples
    --------
    >>> areas(PartMesh("", np.eye(4, 3, dtype=np.float32), np.array([[3, 0, 1], [0, 1, 1]], np.int32))).tolist()
    [0.5, 0.0]
    """
    return length(crosses(part.vertices, part.faces)) / 2


def volume(part: PartMesh) -> float:
    """The enclosed volume; negative if the faces look inward.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> round(6 * volume(PartMesh("", np.eye(4, 3, dtype=np.float32), faces)), 3)
    1.0
    """
    return float(volumes(part.vertices, part.faces, crosses(part.vertices, part.faces)).sum())


def volumes(vertices: Vertices, faces: Faces, product: NDArray[np.float64]) -> NDArray[np.float64]:
    """The signed volume between each face and the middle of the part's box; over a closed part they add up to its own.

    Parameters
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32
    product : (F, 3) float64
        From `crosses`.

    Returns
    -------
    volume : (F,) float64

    Examples
    --------
    >>> points, faces = np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2]], np.int32)
    >>> volumes(points, faces, crosses(points, faces)).round(4).tolist()
    [-0.0833]
    """
    low, high = box(vertices)
    # From far away the volume is a small difference of large numbers; from the middle it is not.
    near = vertices[faces[:, 0]] - (low + high) / 2
    volume: NDArray[np.float64] = np.einsum("fa,fa->f", near, product) / 6
    return volume


def box(vertices: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The low and the high corner: (3,) float64 each.

    Examples
    --------
    >>> box(np.array([[0, 2, 1], [1, 0, 1]], np.float32))[1].tolist()
    [1.0, 2.0, 1.0]
    """
    return vertices.min(axis=0).astype(np.float64), vertices.max(axis=0).astype(np.float64)


def longest_side(vertices: NDArray[np.floating]) -> float:
    """Of the box around the points.

    Examples
    --------
    >>> longest_side(np.array([[0, 2, 1], [1, 0, 1]], np.float32))
    2.0
    """
    low, high = box(vertices)
    return float((high - low).max())


def face_boxes(vertices: Vertices, faces: Faces) -> tuple[Vertices, Vertices]:
    """The low and the high corner of each face: (F, 3) each.

    Examples
    --------
    >>> face_boxes(np.eye(3, dtype=np.float32), np.array([[0, 1, 1]], np.int32))[1].tolist()
    [[1.0, 1.0, 0.0]]
    """
    one, two, three = (vertices[faces[:, corner]] for corner in range(3))
    return np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)
