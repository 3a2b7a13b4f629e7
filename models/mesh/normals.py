"""Normals: flat per face, smooth per vertex, and smooth per corner with creases kept."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.parts import Faces, Vertices

Real = TypeVar("Real", np.float32, np.float64)

CREASE_COS_MIN = math.cos(math.radians(42))  # faces that meet at a sharper angle keep an edge between them
VALENCE_MAX = 64  # every pair of a vertex's faces is compared; the hub of a fan of 100 000 would need 80 GB for it


def crosses(vertices: Vertices, faces: Faces) -> NDArray[np.float64]:
    """Per face, the normal times twice the area: (F, 3) float64.

    Examples
    --------
    >>> corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    >>> crosses(corner, np.array([[0, 1, 2]], np.int32)).tolist()
    [[0.0, 0.0, 1.0]]
    """
    # One array per axis: numpy.cross over rows of three takes four times as long.
    axes = vertices.T.astype(np.float64)
    first, second, third = np.ascontiguousarray(faces.T)
    ax, ay, az = (axis[second] - axis[first] for axis in axes)
    bx, by, bz = (axis[third] - axis[first] for axis in axes)
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=1)


def length(vectors: NDArray[Real]) -> NDArray[Real]:
    """Of each row, in a third of the time that numpy.linalg.norm takes.

    Examples
    --------
    >>> length(np.array([[3.0, 4, 0]])).tolist()
    [5.0]
    """
    lengths: NDArray[Real] = np.sqrt(np.einsum("...a,...a->...", vectors, vectors))
    return lengths


def unit(vectors: NDArray[Real]) -> NDArray[Real]:
    """Rows at length 1; a row without length stays 0 instead of becoming NaN.

    Examples
    --------
    >>> unit(np.array([[0.0, 3, 4], [0, 0, 0]])).tolist()
    [[0.0, 0.6, 0.8], [0.0, 0.0, 0.0]]
    """
    lengths = length(vectors)[..., None]
    lengths[lengths == 0] = 1
    return vectors / lengths


def per_vertex(vertices: Vertices, faces: Faces) -> NDArray[np.float32]:
    """One normal per vertex, the mean of its faces by area: (V, 3) float32, of length 1.

    A vertex whose faces have no area, or cancel each other, gets (0, 1, 0).

    Examples
    --------
    >>> corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    >>> per_vertex(corner, np.array([[0, 1, 2]], np.int32))[2].tolist()
    [0.0, 0.0, 1.0]
    """
    return _filled(unit(_gathered(crosses(vertices, faces), faces, len(vertices))))


def smooth(vertices: Vertices, faces: Faces) -> NDArray[np.float32]:
    """One normal per corner of each face, averaged over the smooth surface around it.

    Parameters
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32

    Returns
    -------
    normals : (F, 3 corners, 3 axes) float32
        Of length 1. At a crease sharper than CREASE_COS_MIN the faces on either side get their own,
        so that a box keeps its edges. A face without area gets (0, 1, 0), because glTF wants length 1.

    Notes
    -----
    Each corner's face is compared with the area-weighted mean at its vertex. Where all faces of the vertex
    agree with it the mean is taken, else the mean over those faces that agree with the face itself; at
    a vertex of more than VALENCE_MAX faces, the faces that disagree stay flat.

    Examples
    --------
    >>> roof = np.array([[0, 1, 0], [0, 1, 1], [1, 0, 0], [-1, 0, 0]], np.float32)
    >>> smooth(roof, np.array([[0, 1, 2], [1, 0, 3]], np.int32))[:, 0, 0].tolist()
    [0.7071067690849304, -0.7071067690849304]
    """
    return _corners(crosses(vertices, faces), faces, len(vertices))


def smooth_at(area: NDArray[np.float64], faces: Faces, chosen: NDArray[np.integer]) -> NDArray[np.float32]:
    """`smooth(...)[chosen]`, looking only at the faces around the chosen ones.

    Parameters
    ----------
    area : (F, 3) float64
        What `crosses` says of the same faces.
    faces : (F, 3) int32
    chosen : (K,) int
        Indices of faces, in any order, repeated or not.

    Returns
    -------
    normals : (K, 3 corners, 3 axes) float32

    Examples
    --------
    >>> corners, faces = np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]])
    >>> np.array_equal(smooth_at(crosses(corners, faces), faces, np.array([3, 1])), smooth(corners, faces)[[3, 1]])
    True
    """
    touched = np.zeros(int(faces.max()) + 1, bool)
    touched[faces[chosen]] = True
    first, second, third = faces.T
    near = np.flatnonzero(touched[first] | touched[second] | touched[third])
    used = np.zeros(len(touched), bool)
    used[faces[near]] = True
    compact = np.cumsum(used) - 1
    corners = _corners(area[near], compact[faces[near]], int(used.sum()))
    return corners[np.searchsorted(near, chosen)]


def _corners(area: NDArray[np.float64], faces: NDArray[np.integer], count: int) -> NDArray[np.float32]:
    """What `smooth` returns, for faces among `count` vertices of which only normal and area matter."""
    flat = unit(area)
    corner = unit(_gathered(area, faces, count)).take(faces, axis=0)
    creased = np.einsum("fca,fa->fc", corner, flat) < CREASE_COS_MIN
    if creased.any():
        corner[creased] = flat[np.nonzero(creased)[0]]
        sharp = np.zeros(count, bool)
        sharp[faces[creased]] = True
        _keep_creases(corner.reshape(-1, 3), np.flatnonzero(sharp[faces]), faces, flat, area)
    return _filled(corner)


def _filled(normals: NDArray[np.float64]) -> NDArray[np.float32]:
    filled = normals.astype(np.float32)
    # Two axes mostly tell that a row is not 0; `any` over the short last axis takes ten times as long.
    bare = (filled[..., 0] == 0) & (filled[..., 1] == 0)
    filled[bare, 1] = np.where(filled[bare, 2] == 0, 1, 0)
    return filled


def _gathered(rows: NDArray[np.float64], faces: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """Rows (F, 3) of the faces, summed over the faces of each vertex: (count, 3)."""
    starts = np.arange(0, faces.size + 1, 3)
    incidence = csr_array((np.ones(faces.size), faces.reshape(-1), starts), shape=(len(faces), count))
    summed: NDArray[np.float64] = incidence.T @ rows
    return summed


def _keep_creases(
    corner: NDArray[np.float64],
    at_sharp: NDArray[np.intp],
    faces: NDArray[np.integer],
    flat: NDArray[np.float64],
    area: NDArray[np.float64],
) -> None:
    """Rewrite the corners at sharp vertices: the mean over the faces that agree with their own face."""
    vertex = faces.reshape(-1)[at_sharp]
    order = np.argsort(vertex, kind="stable")
    _, start, valence = np.unique(vertex[order], return_index=True, return_counts=True)
    # Vertices of the same valence make one array (vertices, valence): every pair of their faces meets in it.
    for faces_each in np.unique(valence[valence <= VALENCE_MAX]):
        group = at_sharp[order[start[valence == faces_each, None] + np.arange(faces_each)]]
        face = group // 3
        agree = np.einsum("gia,gja->gij", flat[face], flat[face]) >= CREASE_COS_MIN
        corner[group] = unit(np.einsum("gij,gja->gia", agree.astype(np.float64), area[face]))
