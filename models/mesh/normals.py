"""Normals: flat per face, and smooth per corner with creases kept."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from models.parts import Faces, Vertices

CREASE_COS_MIN = math.cos(math.radians(42))  # faces that meet at a sharper angle keep an edge between them


def crosses(vertices: Vertices, faces: Faces) -> NDArray[np.float64]:
    """Per face, the normal times twice the area: (F, 3) float64.

    Examples
    --------
    >>> corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    >>> crosses(corner, np.array([[0, 1, 2]], np.int32)).tolist()
    [[0.0, 0.0, 1.0]]
    """
    corners = vertices[faces].astype(np.float64)
    product: NDArray[np.float64] = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return product


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows at length 1; a row without length stays 0 instead of becoming NaN."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


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
    Each corner's face is compared with the area-weighted mean at its vertex; where they agree the mean
    is taken, else the mean over those faces that agree with the face itself.
    """
    area = crosses(vertices, faces)
    flat = unit(area)
    order = np.argsort(faces.reshape(-1), kind="stable")
    vertex, face = faces.reshape(-1)[order], order // 3
    mean = unit(_gathered(area[face], vertex, len(vertices)))
    corner = mean[faces]
    creased = np.einsum("fca,fa->fc", corner, flat) < CREASE_COS_MIN
    sharp = np.zeros(len(vertices), bool)
    sharp[faces[creased]] = True
    if sharp.any():
        _keep_creases(corner, faces, flat, area, sharp)
    corner[~corner.any(axis=2)] = (0.0, 1.0, 0.0)
    return corner.astype(np.float32)


def _gathered(rows: NDArray[np.float64], index: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """Rows summed by index: (count, 3)."""
    return np.stack([np.bincount(index, rows[:, axis], minlength=count) for axis in range(3)], axis=1)


def _keep_creases(
    corner: NDArray[np.float64],
    faces: Faces,
    flat: NDArray[np.float64],
    area: NDArray[np.float64],
    sharp: NDArray[np.bool_],
) -> None:
    """Rewrite the corners at sharp vertices: the mean over the faces that agree with their own face."""
    at_sharp = np.nonzero(sharp[faces].reshape(-1))[0]
    vertex = faces.reshape(-1)[at_sharp]
    order = np.argsort(vertex, kind="stable")
    at_sharp, vertex = at_sharp[order], vertex[order]
    _, start, count = np.unique(vertex, return_index=True, return_counts=True)
    # Every pair of corners at the same vertex: each of a vertex's n corners meets all n.
    first = np.repeat(np.arange(len(vertex)), np.repeat(count, count))
    run = np.cumsum(np.repeat(count, count)) - np.repeat(count, count)
    second = np.arange(len(first)) - run[first] + np.repeat(np.repeat(start, count), np.repeat(count, count))
    mine, other = at_sharp[first] // 3, at_sharp[second] // 3
    agree = np.einsum("pa,pa->p", flat[mine], flat[other]) >= CREASE_COS_MIN
    total = _gathered(area[other[agree]], first[agree], len(vertex))
    corner.reshape(-1, 3)[at_sharp] = unit(np.where(total.any(axis=1, keepdims=True), total, area[at_sharp // 3]))
