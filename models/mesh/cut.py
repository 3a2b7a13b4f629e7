"""A labelled mesh becomes named parts, each closed where the mesh was.

A cut between two parts leaves the same loop on both sides. Each side gets the same cap over it, turned its own way, so
the parts touch where they were one and together enclose what the mesh enclosed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.topology import edge_keys, sides
from models.parts import Faces, PartMesh, Vertices


@dataclass(frozen=True, slots=True)
class Cut:
    """Parts, and what there is to say about them.

    Parameters
    ----------
    parts : tuple of PartMesh
        In the order of the names; a name that no face has is left out.
    notes : tuple of str
        A sentence for each name left out, and for each part with a cut that could not be closed.
    """

    parts: tuple[PartMesh, ...]
    notes: tuple[str, ...]


def cut(mesh: PartMesh, label: NDArray[np.integer], names: Sequence[str], *, capped: bool = True) -> Cut:
    """Take a mesh apart along its labels.

    Parameters
    ----------
    mesh : PartMesh
    label : (F,) int
        Index into `names` for each face. Small patches may be merged before, see `models.mesh.settle.merge_specks`.
    names : sequence of str
    capped : bool
        Whether cuts are closed. What was open before the cut stays open.

    Returns
    -------
    cut : Cut
        Each face is in one part, in its order, its vertices unchanged. The faces of caps come after them.

    Raises
    ------
    ValueError
        A label is missing, or names no part: the faces would be lost.

    Notes
    -----
    A cap is a fan about the middle of its loop. It closes any loop without fail; over one that is neither flat nor
    convex it may cross itself, inside the object, where nobody looks. Where three parts meet, their loops differ, and
    so do their caps: each part is closed, but they no longer fit without gaps. A loop is left open, with a note, if
    the cut runs into a rim or along an edge of more than two faces.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> corner = PartMesh("corner", np.eye(4, 3, dtype=np.float32), faces)
    >>> apart = cut(corner, np.array([1, 0, 0, 0]), ["foot", "lid", "knob"])
    >>> [(part.name, len(part.faces)) for part in apart.parts], apart.notes
    ([('foot', 6), ('lid', 4)], ('no face is labelled knob',))
    """
    _check(label, len(mesh.faces), len(names))
    walls = _cut_sides(mesh.faces, label, len(mesh.vertices)) if capped else np.zeros((len(mesh.faces), 3), bool)
    parts, notes = [], []
    for index, name in enumerate(names):
        mine = label == index
        if not mine.any():
            notes.append(f"no face is labelled {name}")
            continue
        part, left_open = _part(name, mesh, mine, walls)
        parts.append(part)
        if left_open:
            notes.append(f"{name}: {left_open} edges of its cuts stay open")
    return Cut(tuple(parts), tuple(notes))


def loops(start: NDArray[np.int64], end: NDArray[np.int64]) -> Iterator[list[int]]:
    """Simple loops among directed edges; where several meet in one vertex each is closed as soon as it can be.

    Parameters
    ----------
    start, end : (E,) int64
        Vertices. Edges on no loop are passed over.

    Yields
    ------
    loop : list of int
        Its vertices, each once, in the direction of the edges.

    Examples
    --------
    >>> list(loops(np.array([0, 1, 2, 0, 3, 8]), np.array([1, 2, 0, 3, 0, 9])))
    [[0, 3], [0, 1, 2]]
    """
    ways: dict[int, list[int]] = {}
    for one, other in zip(start.tolist(), end.tolist(), strict=True):
        ways.setdefault(one, []).append(other)
    for first in list(ways):
        yield from _walks(first, ways)


def _walks(first: int, ways: dict[int, list[int]]) -> Iterator[list[int]]:
    """Walk from `first` until nothing leads on, using up the ways; what closes on the path is taken off as a loop."""
    path, place = [first], {first: 0}
    while path:
        if not (onward := ways.get(path[-1])):
            del place[path.pop()]
            continue
        vertex = onward.pop()
        if vertex not in place:
            place[vertex] = len(path)
            path.append(vertex)
            continue
        loop = path[place[vertex] :]
        del path[place[vertex] + 1 :]
        for passed in loop[1:]:
            del place[passed]
        yield loop


def _check(label: NDArray[np.integer], faces: int, names: int) -> None:
    if label.shape != (faces,):
        raise ValueError(f"labels are {label.shape} for {faces} faces")
    astray = int(((label < 0) | (label >= names)).sum())
    if astray:
        raise ValueError(f"{astray} of {faces} faces have a label that names none of {names} parts")


def _cut_sides(faces: Faces, label: NDArray[np.integer], vertices: int) -> NDArray[np.bool_]:
    """Which sides of faces the cut runs along: (F, 3), side c from corner c to the next."""
    key = edge_keys(*sides(faces), vertices)
    order = np.argsort(key, kind="stable")
    edge = np.cumsum(np.diff(key[order], prepend=-1) != 0) - 1
    owner = np.repeat(label, 3)[order]
    begin = np.flatnonzero(np.diff(edge, prepend=-1))
    mixed = np.minimum.reduceat(owner, begin) != np.maximum.reduceat(owner, begin) if len(begin) else np.zeros(0, bool)
    walls = np.zeros(len(order), bool)
    walls[order] = mixed[edge]
    return walls.reshape(-1, 3)


def _part(name: str, mesh: PartMesh, mine: NDArray[np.bool_], walls: NDArray[np.bool_]) -> tuple[PartMesh, int]:
    """One part with its caps, and how many of its cut edges stay open."""
    kept, local = np.unique(mesh.faces[mine], return_inverse=True)
    vertices, faces = mesh.vertices[kept], local.reshape(-1, 3).astype(np.int32)
    start, end = faces[walls[mine]].astype(np.int64), np.roll(faces, -1, axis=1)[walls[mine]].astype(np.int64)
    found = list(loops(start, end))
    # Where more than two faces meet, two of one part may close each other: such a loop of two needs no cap.
    hubs, fans = _caps(vertices, [loop for loop in found if len(loop) > 2])
    closed = PartMesh(name, np.concatenate([vertices, hubs]), np.concatenate([faces, fans]))
    return closed, len(start) - sum(map(len, found))


def _caps(vertices: Vertices, found: Sequence[list[int]]) -> tuple[Vertices, Faces]:
    """A fan for each loop, walked against it: the hubs (L, 3), and faces that count them after the vertices."""
    if not found:
        return np.zeros((0, 3), vertices.dtype), np.zeros((0, 3), np.int32)
    # Summed in the order of the mesh, so that both sides of a cut get the same hub to the last bit.
    hubs = np.stack([vertices[np.sort(loop)].astype(np.float64).mean(axis=0) for loop in found]).astype(vertices.dtype)
    sizes = [len(loop) for loop in found]
    start = np.concatenate([np.asarray(loop) for loop in found])
    end = np.concatenate([np.roll(loop, -1) for loop in found])
    hub = np.repeat(np.arange(len(found)) + len(vertices), sizes)
    return hubs, np.stack([end, start, hub], axis=1).astype(np.int32)
