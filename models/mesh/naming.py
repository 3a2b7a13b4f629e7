"""A shape gets the names of its parts, from what a segmenter found in views of it.

A shape in one piece is cut along what its faces are voted for; a shape in parts keeps them, and each gets one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.errors import NotLabelled
from models.mesh.adjacency import face_graph
from models.mesh.assign import Ids, assign, shares
from models.mesh.cut import cut
from models.mesh.normals import crosses
from models.mesh.render import NOTHING, as_one
from models.mesh.settle import merge_specks
from models.mesh.sides import Direction, on_side
from models.mesh.vote import Mask, paint, tally, vote
from models.parts import PartMesh

Nouns: TypeAlias = Sequence[Sequence[tuple[int, tuple[Direction, ...]]]]

# Measured 2026-11 with a perfect segmenter that forgets masks by chance, on 15 procedural shapes, their parts shuffled:
# a part has at least 0.26 where a fifth is forgotten, 0.15 where two fifths are, and no part got a wrong name.
SUPPORT_MIN = 0.1  # of what is seen of a part: as much as one view of ten
# Of the area. In the same run on fused skins a penguin's tail has 0.16 %, the least of all parts, and each of a car's
# lights has to stay as well: at 0.2 % two are gone, at 0.1 % none, for 0.1 % fewer right labels where masks are wrong
# in blobs.
PATCH_SHARE_MIN = 0.001


@dataclass(frozen=True, slots=True)
class Named:
    """Parts with names, and how sure they are.

    Parameters
    ----------
    parts : tuple of PartMesh
        One for each name, in the order of the names.
    support : tuple of float in [0, 1]
        Per part, the share of what is seen of it that a mask of its name covers.
    confidence : tuple of float in [0, 1]
        Per part, the share of what is seen and under any mask.
    unseen, unvoted : float in [0, 1]
        Share of the faces that no view sees; that have no vote.
    notes : tuple of str
    """

    parts: tuple[PartMesh, ...]
    support: tuple[float, ...]
    confidence: tuple[float, ...]
    unseen: float
    unvoted: float
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """All but the meshes, by the names of the parts."""
        names = [part.name for part in self.parts]
        return {
            "support": dict(zip(names, self.support, strict=True)),
            "confidence": dict(zip(names, self.confidence, strict=True)),
            "unseen": self.unseen,
            "unvoted": self.unvoted,
            "notes": list(self.notes),
        }


def sided(masks: Sequence[Mask], face_id: Ids, parts: Sequence[PartMesh], nouns: Nouns) -> list[Mask]:
    """Masks of nouns become masks of names: the wings' one of the left and one of the right wing.

    Parameters
    ----------
    masks : sequence of Mask
        Their labels count nouns.
    face_id : (K, H, W) int32
    parts : sequence of PartMesh
        What was looked at.
    nouns : sequence of sequence of (name, directions)
        Per noun the names that share it, each by its index, and where it lies (`models.prompts`).

    Returns
    -------
    masks : list of Mask
        Their labels count names. Where a noun lies on no side that has a name there is no mask: a hand on the right is
        no left hand.
    """
    middles, area = _middles_and_areas(parts)
    label, score = paint(masks, face_id.shape, labels=len(nouns))
    votes = tally(face_id, label, score, faces=len(area), labels=len(nouns)) * area[:, None]
    # NOTHING is -1, which takes the last: no pixel of the background is on a side of anything.
    there = {
        name: np.append(on_side(middles, votes[:, noun], directions), False)
        for noun, names in enumerate(nouns)
        for name, directions in names
    }
    return [
        replace(mask, label=name, pixels=mask.pixels & there[name][face_id[mask.view]])
        for mask in masks
        for name, _ in nouns[mask.label]
    ]


def name_whole(mesh: PartMesh, face_id: Ids, masks: Sequence[Mask], names: Sequence[str]) -> Named:
    """One mesh, cut into its names.

    Parameters
    ----------
    mesh : PartMesh
        Labels spread along edges that faces share, so it has to be welded.
    face_id : (K, H, W) int32
        Of views of it.
    masks : sequence of Mask
        Their labels count names.
    names : sequence of str

    Raises
    ------
    NotLabelled
        No mask at all, or a name with less than PATCH_SHARE_MIN of the surface.
    """
    found = vote(face_id, masks, mesh, labels=len(names))
    if (found.label == NOTHING).all():
        raise NotLabelled(f"no view shows {_either(names)}")
    graph = face_graph(mesh.vertices, mesh.faces)
    label = merge_specks(found.label, graph, share_max=PATCH_SHARE_MIN)
    area = np.bincount(label, graph.areas, minlength=len(names))
    _demand(names, area >= PATCH_SHARE_MIN * area.sum())
    apart = cut(mesh, label, names)
    return Named(apart.parts, *_sureness(label, face_id, masks, names), found.unseen, found.unvoted, apart.notes)


def name_parts(parts: Sequence[PartMesh], face_id: Ids, masks: Sequence[Mask], names: Sequence[str]) -> Named:
    """Several parts, each given a name.

    Parameters
    ----------
    parts : sequence of PartMesh
        In any order.
    face_id : (K, H, W) int32
        Of views of all parts together.
    masks : sequence of Mask
        Their labels count names.
    names : sequence of str

    Raises
    ------
    NotLabelled
        Not as many parts as names, or a name that no part has enough masks of.
    """
    if len(parts) != len(names):
        raise NotLabelled(f"{len(parts)} parts for {len(names)} names: {', '.join(names)}")
    owner = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts]).astype(np.int32)
    label, score = paint(masks, face_id.shape, labels=len(names))
    given = assign(shares(owner, face_id, label, score, parts=len(parts), labels=len(names)))
    _demand(names, np.isin(np.arange(len(names)), given))
    support, confidence = _sureness(given[owner], face_id, masks, names)
    _demand(names, np.array(support) >= SUPPORT_MIN)
    seen, voted = (_share_of_faces(face_id, len(owner), where) for where in (face_id != NOTHING, label != NOTHING))
    ordered = tuple(replace(parts[index], name=names[given[index]]) for index in np.argsort(given))
    return Named(ordered, support, confidence, unseen=1 - seen, unvoted=1 - voted)


def _middles_and_areas(parts: Sequence[PartMesh]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    vertices, faces = as_one(parts)
    return vertices[faces].mean(axis=1, dtype=np.float64), np.linalg.norm(crosses(vertices, faces), axis=1) / 2


def _sureness(
    label: Ids, face_id: Ids, masks: Sequence[Mask], names: Sequence[str]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Support and confidence of each name, once each face has one."""
    painted, _ = paint(masks, face_id.shape, labels=len(names))
    even = np.ones(face_id.shape, np.float32)
    votes = shares(label, face_id, painted, even, parts=len(names), labels=len(names))
    own, every = np.diagonal(votes), votes.sum(axis=1)
    sure = np.divide(own, every, out=np.zeros_like(every), where=every > 0)
    return tuple(own.tolist()), tuple(sure.tolist())


def _share_of_faces(face_id: Ids, faces: int, where: NDArray[np.bool_]) -> float:
    """Of all faces, how many have one of these pixels."""
    return len(np.unique(face_id[where & (face_id != NOTHING)])) / faces


def _demand(names: Sequence[str], there: NDArray[np.bool_]) -> None:
    missing = [name for name, is_there in zip(names, there, strict=True) if not is_there]
    if missing:
        raise NotLabelled(f"no part could be told to be {_either(missing)}")


def _either(names: Sequence[str]) -> str:
    """As in a sentence.

    Examples
    --------
    >>> _either(["head", "tail", "neck"])
    'head, tail or neck'
    """
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
