"""What can be mended in one part, one kind of damage at a time.

Each step takes a part and returns it mended with a sentence, or the same object and none. The first steps take
whatever arrays a model returned; the later ones are given what was found out about the part as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.mesh.check import flat
from models.mesh.holes import lids
from models.mesh.orient import outward
from models.mesh.topology import Edges, Index, Mask, edges, repeated, sides
from models.parts import Faces, PartMesh

Mended: TypeAlias = tuple[PartMesh, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What several steps want to know of a part: its edges, and which faces are without area (F,)."""

    edges: Edges
    thin: Mask

    @classmethod
    def of(cls, part: PartMesh) -> Self:
        return cls(edges(part), flat(part))


def as_float32(part: PartMesh) -> Mended:
    """What is too large for float32 becomes infinite, and is dropped by the next step."""
    if part.vertices.dtype == np.float32:
        return part, ()
    with np.errstate(over="ignore"):
        vertices = part.vertices.astype(np.float32)
    return replace(part, vertices=vertices), (f"vertices came as {part.vertices.dtype}",)


def without_broken(part: PartMesh) -> Mended:
    """Faces that name a vertex that is not there, or one that is NaN or infinite."""
    lost = _astray(part)
    nowhere = np.zeros(len(part.faces), bool)
    finite = np.all(np.isfinite(part.vertices), axis=1)
    if not finite.all():
        nowhere[~lost] = ~finite[part.faces[~lost]].all(axis=1)
    notes = _said(lost, "naming a vertex that is not there") + _said(nowhere, "at a NaN or infinite vertex")
    return (_without(part, lost | nowhere), notes) if notes else (part, ())


def as_int32(part: PartMesh) -> Mended:
    """After `without_broken`, so that no number is too large."""
    if part.faces.dtype == np.int32:
        return part, ()
    return replace(part, faces=part.faces.astype(np.int32)), (f"faces came as {part.faces.dtype}",)


def without_idle(part: PartMesh) -> Mended:
    """Vertices that no face uses."""
    used = np.zeros(len(part.vertices), bool)
    used[part.faces] = True
    if used.all():
        return part, ()
    number = np.cumsum(used, dtype=np.int32) - 1
    kept = PartMesh(part.name, part.vertices[used], number[part.faces].astype(np.int32))
    return kept, (f"{count(int((~used).sum()), 'vertex', 'vertices')} that no face uses dropped",)


def welded(part: PartMesh, found: Findings) -> Mended:
    """Vertices in one place made one, where the part is open or where two of a face's corners coincide.

    Elsewhere they are left alone: two closed shells may touch, and are not made better by hanging together. Nor is
    a sheet sewn to its own back: if welding lays faces onto each other, none is welded.
    """
    loose = _loose(part, found)
    first = _first_in_place(part.vertices[loose])
    onto = np.arange(len(part.vertices))
    onto[loose] = loose[first]
    moved = int((first != np.arange(len(loose))).sum())
    if not moved:
        return part, ()
    joined = replace(part, faces=onto[part.faces].astype(np.int32))
    whole = _without(joined, _names_twice(joined.faces))
    if repeated(whole.faces).sum() > repeated(part.faces).sum():
        return part, ()
    return whole, (f"{count(moved, 'vertex', 'vertices')} welded to others in the same place",)


def without_flat(part: PartMesh, found: Findings) -> Mended:
    """Faces without area, except those that hold a surface together: without them there would be a crack."""
    if not found.thin.any():
        return part, ()
    neighbours = np.zeros(3 * len(part.faces), np.int64)
    neighbours[found.edges.side] = np.repeat(found.edges.count, found.edges.count)
    holding = (neighbours.reshape(-1, 3) == 2).all(axis=1)
    return _dropped(part, _names_twice(part.faces) | (found.thin & ~holding), "without area")


def without_repeated(part: PartMesh, _found: Findings) -> Mended:
    """Of faces on the same three vertices the first stays."""
    return _dropped(part, repeated(part.faces), "repeating another")


def turned(part: PartMesh, found: Findings) -> Mended:
    """Faces turned outward; a shell that has one side only is left as it is."""
    turns = outward(part, found.edges)
    one_sided = (f"{count(turns.one_sided, 'shell')} with one side only left as it is",) if turns.one_sided else ()
    if not turns.faces.any():
        return part, one_sided
    faces = np.where(turns.faces[:, None], part.faces[:, [0, 2, 1]], part.faces)
    return replace(part, faces=faces), (f"{count(int(turns.faces.sum()), 'face')} turned outward", *one_sided)


def closed(part: PartMesh, found: Findings) -> Mended:
    """Small holes closed."""
    more, holes = lids(part, found.edges)
    if not holes:
        return part, ()
    note = f"{count(holes, 'small hole')} closed with {count(len(more), 'face')}"
    return replace(part, faces=np.concatenate([part.faces, more])), (note,)


def count(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> count(1, "face"), count(2, "face"), count(2, "vertex", "vertices")
    ('1 face', '2 faces', '2 vertices')
    """
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def _astray(part: PartMesh) -> Mask:
    """Faces that name a vertex that is not there."""
    astray: Mask = np.any((part.faces < 0) | (part.faces >= len(part.vertices)), axis=1)
    return astray


def _said(gone: Mask, what: str) -> tuple[str, ...]:
    return (f"{count(int(gone.sum()), 'face')} {what} dropped",) if gone.any() else ()


def _dropped(part: PartMesh, gone: Mask, what: str) -> Mended:
    notes = _said(gone, what)
    return (_without(part, gone), notes) if notes else (part, ())


def _without(part: PartMesh, gone: Mask) -> PartMesh:
    return replace(part, faces=part.faces[~gone])


def _names_twice(faces: Faces) -> Mask:
    one, two, three = faces.T
    twice: Mask = (one == two) | (two == three) | (three == one)
    return twice


def _loose(part: PartMesh, found: Findings) -> Index:
    """The vertices at the rims and at the ends of sides without length, ascending."""
    start, end = sides(part.faces)
    of_thin = (3 * np.flatnonzero(found.thin)[:, None] + np.arange(3)).ravel()
    short = of_thin[(part.vertices[start[of_thin]] == part.vertices[end[of_thin]]).all(axis=1)]
    at = np.concatenate([found.edges.rim, short])
    return np.unique(np.concatenate([start[at], end[at]]))


def _first_in_place(places: NDArray[Any]) -> Index:
    """For each row the index of the first row equal to it: (N,) int64."""
    # Adding 0 makes -0 into 0. Two unique runs over whole numbers take a fifth of one over rows.
    bits = np.ascontiguousarray(places + np.float32(0), np.float32).view(np.uint32).astype(np.int64)
    _, columns = np.unique((bits[:, 0] << 31) ^ bits[:, 1], return_inverse=True)
    _, first, place = np.unique((columns << 32) | bits[:, 2], return_index=True, return_inverse=True)
    return first[place].astype(np.int64)


#: In this order: each relies on what the ones before it have done.
PLAIN_STEPS: tuple[Callable[[PartMesh], Mended], ...] = (as_float32, without_broken, as_int32, without_idle)
STEPS: tuple[Callable[[PartMesh, Findings], Mended], ...] = (welded, without_flat, without_repeated, turned, closed)
