"""Which faces share an edge: the graph that labels spread over and cuts run along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import crosses
from models.mesh.topology import edge_keys, joined, sides
from models.parts import Faces, Vertices


@dataclass(frozen=True, slots=True)
class FaceGraph:
    """Faces as nodes, shared edges as links.

    Parameters
    ----------
    pairs : (E, 2) int64
        The two faces of each link.
    edges : (E, 2) int64
        The two vertices of the edge they share, the smaller index first.
    lengths : (E,) float64
        How long that edge is, unitless.
    centroids : (F, 3) float64
        The middle of each face.
    areas : (F,) float64
        The area of each face; 0 is possible.
    """

    pairs: NDArray[np.int64]
    edges: NDArray[np.int64]
    lengths: NDArray[np.float64]
    centroids: NDArray[np.float64]
    areas: NDArray[np.float64]

    def steps(self) -> NDArray[np.float64]:
        """Per link, the distance between the middles of its faces: (E,)."""
        return _distances(self.centroids, self.pairs)


def face_graph(vertices: Vertices, faces: Faces) -> FaceGraph:
    """The graph of a mesh.

    Parameters
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32
        Two faces share an edge when they name the same two vertices: one position under two indices is not
        seen as one, that is for a repair to weld before.

    Returns
    -------
    graph : FaceGraph
        An edge with n faces gives n - 1 links, so that what hangs together there stays together.

    Examples
    --------
    >>> square = np.array([[0, 0, 0], [3, 0, 0], [0, 4, 0], [3, 4, 0]], np.float32)
    >>> graph = face_graph(square, np.array([[0, 1, 2], [2, 1, 3]], np.int32))
    >>> graph.pairs.tolist(), graph.lengths.tolist(), graph.areas.tolist()
    ([[0, 1]], [5.0], [6.0, 6.0])
    """
    start, end = sides(faces)
    key = edge_keys(start, end, len(vertices))
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(np.diff(key[order]) == 0)
    first, second = order[again], order[again + 1]
    edges = np.sort(np.stack([start[first], end[first]], axis=1), axis=1)
    positions = vertices.astype(np.float64)
    return FaceGraph(
        pairs=np.stack([first, second], axis=1) // 3,
        edges=edges,
        lengths=_distances(positions, edges),
        centroids=(positions[faces[:, 0]] + positions[faces[:, 1]] + positions[faces[:, 2]]) / 3,
        areas=np.linalg.norm(crosses(vertices, faces), axis=1) / 2,
    )


def patches(graph: FaceGraph, labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Which patch each face is in: faces of one label that hang together are one patch.

    Parameters
    ----------
    graph : FaceGraph
    labels : (F,) int

    Returns
    -------
    patch : (F,) int64
        Counted from 0.

    Examples
    --------
    >>> strip = face_graph(np.zeros((5, 3), np.float32), np.array([[0, 1, 2], [2, 1, 3], [2, 3, 4]], np.int32))
    >>> patches(strip, np.array([5, 7, 7])).tolist()
    [0, 1, 1]
    """
    one, other = graph.pairs[labels[graph.pairs[:, 0]] == labels[graph.pairs[:, 1]]].T
    return joined(len(graph.areas), one, other)


def _distances(points: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    along = points[ends[:, 1]] - points[ends[:, 0]]
    distance: NDArray[np.float64] = np.sqrt(np.einsum("ea,ea->e", along, along))
    return distance
