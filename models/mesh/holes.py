"""Small holes closed with the vertices around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.mesh.measure import areas
from models.mesh.normals import crosses, length
from models.mesh.topology import Edges, Index, Mask, edge_keys, shells, sides
from models.parts import Faces, PartMesh

EDGES_MAX = 12  # around a hole; a lost vertex leaves as many as it had faces
# Of the area of the shell it is in. A missing wall or the mouth of a bottle is larger, and is meant.
AREA_SHARE_MAX = 0.002


def lids(part: PartMesh, found: Edges) -> tuple[Faces, int]:
    """The faces that close the small holes of a sound part, and how many holes they close.

    Parameters
    ----------
    part : PartMesh
    found : Edges
        Its edges, from `topology.edges`.

    Returns
    -------
    faces : (L, 3) int32
        No new vertices. Wound like the faces around them.
    holes : int

    Notes
    -----
    A hole is a rim of at most EDGES_MAX edges that meets neither itself nor another. It is closed by the fan of
    least area whose inner edges are not there yet, if that is at most AREA_SHARE_MAX of its shell.

    Examples
    --------
    >>> from models.mesh.topology import edges
    >>> tip = PartMesh("tip", np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2]], np.int32))
    >>> lids(tip, edges(tip))[1]
    0
    """
    if not len(found.rim):
        return np.zeros((0, 3), np.int32), 0
    allowed = _allowed(part, found)
    fans = [fan for rims in _rims(part, found) for fan in _fans(part, found, rims, allowed)]
    return np.concatenate([np.zeros((0, 3), np.int32), *fans]), len(fans)


def _allowed(part: PartMesh, found: Edges) -> NDArray[np.float64]:
    """How much area a lid may have, by the rim vertex where it begins: (V,)."""
    shell = shells(found)
    allowed = np.zeros(len(part.vertices))
    rim_start = sides(part.faces)[0][found.rim]
    allowed[rim_start] = AREA_SHARE_MAX * np.bincount(shell, areas(part))[shell[found.rim // 3]]
    return allowed


def _rims(part: PartMesh, found: Edges) -> list[Index]:
    """Closed walks along open edges, against the faces beside them: an (H, k) array of vertices for each length k."""
    start, end = (ends[found.rim] for ends in sides(part.faces))
    nowhere = len(part.vertices)
    onward = np.full(nowhere + 1, nowhere)
    once = (np.bincount(start, minlength=nowhere) == 1) & (np.bincount(end, minlength=nowhere) == 1)
    plain = once[start] & once[end]
    onward[end[plain]] = start[plain]
    walk = [np.sort(end[plain])]
    rims: list[Index] = []
    for _ in range(EDGES_MAX):
        walk.append(onward[walk[-1]])
        back = walk[-1] == walk[0]
        whole = np.stack(walk[:-1], axis=1)
        # Each rim is walked from each of its vertices: the walk from the lowest one stands for it.
        rims.append(whole[back & (walk[0] == whole.min(axis=1))])
        walk = [step[~back & (walk[-1] != nowhere)] for step in walk]
    return [rim for rim in rims if rim.shape[1] >= 3 and len(rim)]


def _fans(part: PartMesh, found: Edges, rims: Index, allowed: NDArray[np.float64]) -> list[Faces]:
    """The best fan for each of the rims (H, k), where one may be: (k - 2, 3) each."""
    size = rims.shape[1]
    turns = (np.arange(size)[:, None] + np.arange(size)) % size
    hubs = rims[:, turns]  # (H, k hubs, k vertices from the hub on)
    spokes = edge_keys(hubs[:, :, :1], hubs[:, :, 2:-1], len(part.vertices))
    fans = np.stack([np.broadcast_to(hubs[:, :, :1], hubs[:, :, 2:].shape), hubs[:, :, 1:-1], hubs[:, :, 2:]], axis=-1)
    area = _fan_areas(part, fans)
    area[_known(spokes, found).any(axis=2)] = np.inf
    best = area.argmin(axis=1)
    small = np.flatnonzero(area.min(axis=1) <= allowed[rims[:, 0]])
    return [fans[hole, best[hole]].astype(np.int32) for hole in small]


def _fan_areas(part: PartMesh, fans: Index) -> NDArray[np.float64]:
    """The area of each fan: (H, k)."""
    double = length(crosses(part.vertices, fans.reshape(-1, 3).astype(np.int32)))
    area: NDArray[np.float64] = double.reshape(fans.shape[:3]).sum(axis=2) / 2
    return area


def _known(keys: Index, found: Edges) -> Mask:
    """Which edges are there already."""
    at = np.searchsorted(found.key, keys).clip(0, len(found.key) - 1)
    there: Mask = found.key[at] == keys
    return there
