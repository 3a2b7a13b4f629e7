"""How the faces of a part hang together: its edges, where it is open, its shells.

A face has three sides; side 3 f + c of face f runs from its corner c to the next one. Sides between the same
two vertices lie along one edge. On a closed surface each edge has two sides, which run in opposite directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.parts import Faces, PartMesh

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of a part, and the sides along each.

    Parameters
    ----------
    key : (E,) int64
        Ascending; `edge_keys` of the two ends.
    side : (3 F,) int64
        All sides, those along one edge beside each other.
    begin : (E,) int64
        Where in `side` each edge's sides begin.
    count : (E,) int64
        How many sides an edge has: 2 inside a surface, 1 at a rim, more where it branches.
    upward : (3 F,) bool
        Whether a side runs from the lower to the higher vertex number.
    """

    key: Index
    side: Index
    begin: Index
    count: Index
    upward: Mask

    @property
    def rim(self) -> Index:
        """The sides along open edges."""
        rim: Index = self.side[self.begin[self.count == 1]]
        return rim

    @property
    def pairs(self) -> tuple[Index, Index]:
        """The two sides of every edge that has just two."""
        at = self.begin[self.count == 2]
        return self.side[at], self.side[at + 1]

    @property
    def closed(self) -> bool:
        """Whether every edge is walked exactly once each way."""
        if not len(self.count) or (self.count != 2).any():
            return False
        one, other = self.pairs
        return bool((self.upward[one] != self.upward[other]).all())


def edges(part: PartMesh) -> Edges:
    """The edges of a part whose faces name only vertices that are there.

    Examples
    --------
    >>> found = edges(PartMesh("", np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 3, 1]], np.int32)))
    >>> found.count.tolist(), len(found.rim), found.closed
    ([2, 1, 1, 1, 1], 4, False)
    """
    start, end = sides(part.faces)
    key = edge_keys(start, end, len(part.vertices))
    side = np.argsort(key)
    ordered = key[side]
    begin = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(key) else side
    return Edges(ordered[begin], side, begin, np.diff(begin, append=len(key)), start < end)


def sides(faces: Faces) -> tuple[Index, Index]:
    """The vertices where each side starts and ends: (3 F,) int64 each.

    Examples
    --------
    >>> sides(np.array([[4, 5, 6]], np.int32))[1].tolist()
    [5, 6, 4]
    """
    start = faces.astype(np.int64)
    return start.ravel(), start[:, [1, 2, 0]].ravel()


def edge_keys(start: Index, end: Index, vertices: int) -> Index:
    """One number per edge, whichever way it is walked.

    Examples
    --------
    >>> edge_keys(np.array([2, 7]), np.array([7, 2]), 10).tolist()
    [27, 27]
    """
    key: Index = np.minimum(start, end) * vertices + np.maximum(start, end)
    return key


def shells(found: Edges) -> Index:
    """For each face the number of its shell: faces with an edge in common are of one shell.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [3, 4, 5], [2, 1, 3]], np.int32)
    >>> shells(edges(PartMesh("", np.eye(6, 3, dtype=np.float32), faces))).tolist()
    [0, 1, 0]
    """
    more = np.ones(len(found.side), bool)
    more[found.begin] = False
    later = np.flatnonzero(more)
    return joined(len(found.side) // 3, found.side[later - 1] // 3, found.side[later] // 3)


def joined(count: int, one: Index, other: Index) -> Index:
    """For each of `count` nodes the number of its component, where one[i] is joined to other[i].

    Examples
    --------
    >>> joined(4, np.array([0]), np.array([2])).tolist()
    [0, 1, 0, 2]
    """
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(count, count))
    labels: Index = connected_components(links.tocsr(), directed=False)[1].astype(np.int64)
    return labels


def watertight(part: PartMesh) -> bool:
    """Whether every edge is walked exactly once each way: closed, and oriented alike everywhere.

    Examples
    --------
    >>> corners = np.eye(4, 3, dtype=np.float32)
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> watertight(PartMesh("", corners, faces)), watertight(PartMesh("", corners, faces[:3]))
    (True, False)
    """
    return edges(part).closed


def repeated(faces: Faces) -> Mask:
    """Which faces join the same three vertices as a face before them, whichever way round: (F,) bool.

    Examples
    --------
    >>> repeated(np.array([[0, 1, 2], [1, 2, 3], [2, 1, 0]], np.int32)).tolist()
    [False, False, True]
    """
    key = _vertex_sets(faces)
    ordered = np.sort(key)
    twice = np.zeros(len(key), bool)
    if (ordered[1:] == ordered[:-1]).any():
        # Only now: a stable order takes four times as long, and most meshes repeat nothing.
        order = np.argsort(key, kind="stable")
        twice[order[1:]] = key[order[1:]] == key[order[:-1]]
    return twice


def _vertex_sets(faces: Faces) -> Index:
    """One number per set of three vertices: (F,) int64."""
    one, two, three = np.ascontiguousarray(faces.T).astype(np.int64)
    low, high = np.minimum(np.minimum(one, two), three), np.maximum(np.maximum(one, two), three)
    middle = one + two + three - low - high
    vertices = int(high.max(initial=0)) + 1
    ends = low * vertices + high
    if vertices**3 >= 2**63:
        # Above two million vertices three numbers do not fit into one: the pairs are counted first.
        ends = np.unique(ends, return_inverse=True)[1].astype(np.int64)
    key: Index = ends * vertices + middle
    return key
