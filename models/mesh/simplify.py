"""Fewer faces for the same shape, by quadric decimation, and never at the price of a hole.

The library is fast and forgets things: at some targets it folds faces onto each other, lets small shells vanish, or
stops early. So every result is looked at, and there are milder ways to try before one is taken that has a flaw.

References
----------
.. [1] M. Garland, P. Heckbert, Surface simplification using quadric error metrics, SIGGRAPH 1997. Done by
       fast-simplification: https://github.com/pyvista/fast-simplification
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import fast_simplification
import numpy as np

from models.mesh.check import FACES_MIN, unsound
from models.mesh.measure import areas, box, longest_side, volume
from models.mesh.mend import without_idle
from models.mesh.topology import Edges, Index, edges, repeated, shells
from models.parts import PartMesh

AGGRESSIVENESS = (7.0, 5.0, 3.0)  # the library's own, then milder: slower, and flawless where the first is not
FLOOR_SHARE = 0.25  # of all faces, dealt out evenly before area is looked at: a tail needs its form too
PASSES_MAX = 3  # the library stops early where many faces are coplanar; called again it goes on
STUCK_SHARE = 0.98  # a pass that leaves more of the faces than this is the last one
SHELLS_MAX = 1000  # simplified one by one, 2 ms each; a part of more is simplified as a whole and may lose some


@dataclass(frozen=True, slots=True)
class Simplified:
    """Parts with fewer faces, and a sentence where that was not wholly possible."""

    parts: tuple[PartMesh, ...]
    notes: tuple[str, ...]


def simplify_all(parts: Sequence[PartMesh], faces_max: int) -> Simplified:
    """At most `faces_max` faces over all parts.

    Parameters
    ----------
    parts : sequence of PartMesh
        `models.mesh.check.unsound` has nothing against them.
    faces_max : int
        Shared by `budgets`.

    Returns
    -------
    simplified : Simplified
        Parts within their share are the same objects.

    Raises
    ------
    ValueError
        Parts that need it are unsound; the library would read memory that is not theirs.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> simplify_all([PartMesh("tip", np.eye(4, 3, dtype=np.float32), faces)], 3).notes
    ('4 faces are left, 3 were asked for',)
    """
    if sum(len(part.faces) for part in parts) <= faces_max:
        return Simplified(tuple(parts), ())
    if (reason := unsound(parts)) is not None:
        raise ValueError(f"cannot be simplified: {reason}")
    shares = budgets([len(part.faces) for part in parts], [float(areas(part).sum()) for part in parts], faces_max)
    results = [_simplified(part, share) for part, share in zip(parts, shares, strict=True)]
    left = sum(len(part.faces) for part, _ in results)
    over = (f"{left} faces are left, {faces_max} were asked for",) if left > faces_max else ()
    return Simplified(tuple(part for part, _ in results), tuple(note for _, note in results if note) + over)


def simplify(part: PartMesh, faces_max: int) -> PartMesh:
    """At most `faces_max` faces, if it can be done with a closed part staying closed and every shell staying there.

    Parameters
    ----------
    part : PartMesh
        `models.mesh.check.unsound` has nothing against it.
    faces_max : int
        Below FACES_MIN it counts as FACES_MIN.

    Returns
    -------
    part : PartMesh
        The same object if it is within bounds. Otherwise new vertices; what was between them is gone.

    Raises
    ------
    ValueError
        The part is unsound.

    Examples
    --------
    >>> from models.mesh.topology import watertight
    >>> import trimesh
    >>> ball = trimesh.creation.icosphere(3)
    >>> part = PartMesh("ball", ball.vertices.astype(np.float32), ball.faces.astype(np.int32))
    >>> small = simplify(part, 200)
    >>> len(small.faces), watertight(small)
    (200, True)
    """
    return simplify_all([part], faces_max).parts[0]


def budgets(have: Sequence[int], areas: Sequence[float], faces_max: int) -> list[int]:
    """How many faces each part may keep.

    Parameters
    ----------
    have : sequence of P int
    areas : sequence of P float
    faces_max : int

    Returns
    -------
    budgets : list of P int
        A quarter (FLOOR_SHARE) is dealt out evenly and the rest by area, to at least FACES_MIN each. A part that
        has fewer faces than its share keeps them all, and what it leaves goes to the others.

    Examples
    --------
    >>> budgets([9000, 100, 9000], [8.0, 1.0, 1.0], 1000)
    [730, 100, 169]
    """
    budget = np.array(have)
    weight = FLOOR_SHARE / len(have) + (1 - FLOOR_SHARE) * np.array(areas) / sum(areas)
    fixed = np.zeros(len(have), bool)
    while not fixed.all():
        share = np.maximum(faces_max - budget[fixed].sum(), 0) * weight / weight[~fixed].sum()
        content = ~fixed & (budget <= share)
        if not content.any():
            budget[~fixed] = share[~fixed]
            break
        fixed |= content
    return [min(max(FACES_MIN, int(share)), faces) for share, faces in zip(budget, have, strict=True)]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a result must keep of the part it is made from."""

    faces_max: int
    shells: int
    closed: bool
    positive: bool  #: its volume

    def merit(self, result: PartMesh) -> _Merit:
        if unsound([result]) is not None:
            return _Merit(sound=False, closed=False, complete=False, over=0)
        found = edges(result)
        closed = not self.closed or (found.closed and (volume(result) > 0) == self.positive)
        complete = self.shells > SHELLS_MAX or _shell_count(found) == self.shells
        over = min(0, self.faces_max - len(result.faces))
        return _Merit(not repeated(result.faces).any(), closed, complete, over)


class _Merit(NamedTuple):
    """How good a result is, the gravest first: a hole weighs more than any number of faces."""

    sound: bool
    closed: bool  #: or it was open before
    complete: bool  #: no shell is lost
    over: int  #: how many faces it has too many, below 0

    @property
    def whole(self) -> bool:
        return self.sound and self.closed and self.complete


def _simplified(part: PartMesh, faces_max: int) -> tuple[PartMesh, str]:
    """The first result without a flaw; if there is none the best, which may be the part itself."""
    if len(part.faces) <= faces_max:
        return part, ""
    found = edges(part)
    wanted = _Wanted(faces_max, _shell_count(found), found.closed, volume(part) > 0)
    best, most = part, _Merit(not repeated(part.faces).any(), True, True, faces_max - len(part.faces))
    for result in _ways(part, found, faces_max):
        if (merit := wanted.merit(result)) > most:
            best, most = result, merit
        # One shell that is still too large is so after the milder ways too; of several, each has its own limit.
        if merit.whole and (merit.over == 0 or wanted.shells == 1):
            break
    left = _shell_count(edges(best))
    return best, "" if left == wanted.shells else f"{part.name}: {left} of {wanted.shells} shells are left"


def _ways(part: PartMesh, found: Edges, faces_max: int) -> Iterator[PartMesh]:
    """The fast way first, then those for the parts it does badly."""
    yield _decimated(part, faces_max, AGGRESSIVENESS[0])
    if 1 < _shell_count(found) <= SHELLS_MAX:
        yield _shell_by_shell(part, shells(found), faces_max)
    for aggressiveness in AGGRESSIVENESS[1:]:
        yield _decimated(part, faces_max, aggressiveness)


def _decimated(part: PartMesh, faces_max: int, aggressiveness: float) -> PartMesh:
    """By the library, in a box of size 1: its thresholds are lengths, so a small part would lose its form."""
    low, side = box(part.vertices)[0], longest_side(part.vertices)
    vertices, faces = (part.vertices - low) / side, part.faces
    for _ in range(PASSES_MAX):
        before = len(faces)
        vertices, faces = fast_simplification.simplify(vertices, faces, target_count=faces_max, agg=aggressiveness)
        if len(faces) <= faces_max or len(faces) > STUCK_SHARE * before:
            break
    return PartMesh(part.name, (vertices * side + low).astype(np.float32), faces.astype(np.int32))


def _shell_by_shell(part: PartMesh, shell: Index, faces_max: int) -> PartMesh:
    """Each shell to its share, so that none is taken for a detail of another and vanishes."""
    order = np.argsort(shell, kind="stable")
    rows = np.split(part.faces[order], np.cumsum(np.bincount(shell))[:-1])
    pieces = [without_idle(PartMesh(part.name, part.vertices, faces))[0] for faces in rows]
    shares = budgets([len(faces) for faces in rows], np.bincount(shell, areas(part)).tolist(), faces_max)
    return _together(part.name, [_simplified(piece, share)[0] for piece, share in zip(pieces, shares, strict=True)])


def _together(name: str, pieces: Sequence[PartMesh]) -> PartMesh:
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces[:-1])], dtype=np.int32)
    return PartMesh(
        name,
        np.concatenate([piece.vertices for piece in pieces]),
        np.concatenate([piece.faces + start for piece, start in zip(pieces, starts, strict=True)]),
    )


def _shell_count(found: Edges) -> int:
    return int(shells(found).max()) + 1
