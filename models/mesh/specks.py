"""Crumbs that a model left in the air around an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.mesh.cells import Cells, Grid, around, away, filled
from models.mesh.measure import areas, face_boxes
from models.mesh.mend import without_idle
from models.mesh.topology import Edges, Index, Mask, shells
from models.parts import PartMesh

AREA_SHARE_MAX = 1e-3  # of its part's area: a ball a fortieth as wide as the part, if that is about a cube


@dataclass(frozen=True, slots=True)
class _Crumbs:
    """The small shells of a part: the shell of each face (F,), and which of the shells are small (S,)."""

    shell: Index
    small: Mask

    @property
    def faces(self) -> Mask:
        return self.small[self.shell]


def specks(parts: Sequence[PartMesh], found: Sequence[Edges]) -> list[tuple[Mask, int]]:
    """The shells that are small and stand away from everything else.

    Parameters
    ----------
    parts : sequence of P PartMesh
        Sound ones. All of them, because a knob may be near the door and not near the other knob.
    found : sequence of P Edges

    Returns
    -------
    specks : list of P (mask, count)
        Per part which faces are of specks (F,), and how many specks that is. A shell is small up to
        AREA_SHARE_MAX of its part's area; it is away if a whole cell of `models.mesh.cells` lies between it and all
        shells that are not small. A part of nothing but small shells has no specks: that is what it is made of.
    """
    crumbs = [_crumbs(part, edges) for part, edges in zip(parts, found, strict=True)]
    if not any(one.small.any() for one in crumbs):
        return [(one.faces, 0) for one in crumbs]
    grid, cells = _space([_rest(part, one) for part, one in zip(parts, crumbs, strict=True)])
    return [_away(part, one, grid, cells) for part, one in zip(parts, crumbs, strict=True)]


def _crumbs(part: PartMesh, found: Edges) -> _Crumbs:
    shell = shells(found)
    area = np.bincount(shell, areas(part))
    small = area <= AREA_SHARE_MAX * area.sum()
    return _Crumbs(shell, small & ~small.all())


def _rest(part: PartMesh, crumbs: _Crumbs) -> PartMesh:
    rest, _ = without_idle(PartMesh(part.name, part.vertices, part.faces[~crumbs.faces]))
    return rest


def _space(parts: Sequence[PartMesh]) -> tuple[Grid, Cells]:
    grid = around(parts)
    cells: Cells = np.logical_or.reduce([filled(grid, part.vertices, part.faces) for part in parts])
    return grid, cells


def _away(part: PartMesh, crumbs: _Crumbs, grid: Grid, cells: Cells) -> tuple[Mask, int]:
    if not crumbs.small.any():
        return crumbs.faces, 0
    face = np.flatnonzero(crumbs.faces)
    face = face[np.argsort(crumbs.shell[face], kind="stable")]
    begin = np.searchsorted(crumbs.shell[face], np.flatnonzero(crumbs.small))
    low, high = face_boxes(part.vertices, part.faces[face])
    low, high = np.minimum.reduceat(low, begin), np.maximum.reduceat(high, begin)
    gone = np.zeros(len(crumbs.small), bool)
    gone[crumbs.small] = away(cells, grid.cell(low), grid.cell(high))
    return gone[crumbs.shell], int(gone.sum())
