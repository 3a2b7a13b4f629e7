"""What can be mended is mended and said, what cannot is handed on and refused with its reason."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.mesh.check import refuse, volume, watertight
from models.mesh.clean import clean
from models.mesh.repair import repair
from models.parts import PartMesh
from tests.meshes import (
    a_ball,
    a_bowl,
    a_box,
    a_mesh,
    a_moebius_strip,
    flipped,
    scaled,
    soup,
    together,
    with_faces,
    with_vertices,
)

BALL = a_ball()
SPECK = a_ball(radius=0.004, at=(0.9, 0.9, 0), fine=1)
TURNED = replace(BALL, faces=np.concatenate([BALL.faces[:7, [0, 2, 1]], BALL.faces[7:]]))
DENSE = a_ball(fine=6)
T_JUNCTION = with_faces(
    replace(
        BALL,
        vertices=np.concatenate([BALL.vertices, BALL.vertices[BALL.faces[0, :2]].mean(axis=0, keepdims=True)]),
        faces=BALL.faces[1:],
    ),
    (BALL.faces[0, 0], len(BALL.vertices), BALL.faces[0, 2]),
    (len(BALL.vertices), BALL.faces[0, 1], BALL.faces[0, 2]),
)
FIN = with_faces(replace(BALL, vertices=np.concatenate([BALL.vertices, [[0, 1.2, 0]]]).astype(np.float32)), (0, 1, 642))
with warnings.catch_warnings(action="ignore"):
    MATRIX = np.matrix(BALL.vertices)  # on its way out of numpy, and says so
NO_ARRAY: Any = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]

# What came, and what is said: the notes of what was mended.
MENDED = {
    "healthy": ([BALL], []),
    "several shells": ([together(BALL, a_ball(at=(2, 0, 0)))], []),
    "NaN: one vertex of many": (
        [with_vertices(DENSE, np.nan, 7)],
        ["ball: 5 faces at a NaN or infinite vertex dropped", "1 vertex that no", "1 small hole closed with 3 faces"],
    ),
    "infinite: one vertex of many": ([with_vertices(DENSE, np.inf, 99)], ["faces at a NaN or", "1 vertex", "1 small"]),
    "NaN: a vertex that no face uses": (
        [replace(BALL, vertices=np.concatenate([BALL.vertices, np.full((1, 3), np.nan, np.float32)]))],
        ["ball: 1 vertex that no face uses dropped"],
    ),
    "too large for float32": ([with_vertices(replace(DENSE, vertices=DENSE.vertices.astype(np.float64)), 1e300, 7)], 4),
    "a face out of range": ([with_faces(BALL, (0, 1, 642))], ["ball: 1 face naming a vertex that is not there"]),
    "a negative index": ([with_faces(BALL, (0, 1, -1), (0, 2, -9))], ["ball: 2 faces naming"]),
    "all flipped": ([flipped(BALL)], ["ball: 1280 faces turned outward"]),
    "some faces flipped": ([TURNED], ["ball: 7 faces turned outward"]),
    "one shell of several flipped": (
        [together(flipped(BALL), a_ball(at=(2, 0, 0), radius=0.6), name="eyes")],
        ["eyes: 1280 faces turned outward"],
    ),
    "a speck": ([together(BALL, SPECK)], ["part: 1 speck away from the rest dropped (80 faces)"]),
    "repeated faces": ([with_faces(BALL, *BALL.faces[:9].tolist())], ["ball: 9 faces repeating another dropped"]),
    "repeated the other way": ([with_faces(BALL, *BALL.faces[:9, ::-1].tolist())], ["ball: 9 faces repeating another"]),
    "a face with one corner twice": ([with_faces(BALL, (0, 1, 1))], ["ball: 1 face without area dropped"]),
    "a face without area": (
        [with_faces(replace(BALL, vertices=np.tile(BALL.vertices, (2, 1))), *[(642, 642, 643)] * 3)],
        ["ball: 640 vertices that no face uses dropped", "ball: 3 faces without area"],
    ),
    "a soup of faces": ([soup(BALL)], ["ball: 3198 vertices welded to others in the same place"]),
    "float64": ([replace(BALL, vertices=BALL.vertices.astype(np.float64))], ["ball: vertices came as float64"]),
    "whole numbers": ([replace(a_box(sides=(2, 2, 4)), vertices=a_box(sides=(2, 2, 4)).vertices.astype(int))], 1),
    "int64": ([replace(BALL, faces=BALL.faces.astype(np.int64))], ["ball: faces came as int64"]),
    "uint32": ([replace(BALL, faces=BALL.faces.astype(np.uint32))], ["ball: faces came as uint32"]),
    "uint64": ([replace(BALL, faces=BALL.faces.astype(np.uint64))], ["ball: faces came as uint64"]),
    "huge": ([scaled(BALL, 1e30)], []),
    "tiny": ([scaled(BALL, 1e-30)], []),
    "an edge of three faces": ([FIN], []),
    "a T-junction": ([T_JUNCTION], ["ball: 1 small hole closed with 1 face"]),
    "a bowl": ([a_bowl()], []),
    "a bowl inside out": ([flipped(a_bowl())], []),
    "a Moebius strip": ([a_moebius_strip()], ["strip: 1 shell with one side only left as it is"]),
}

# What came, and why it is refused.
REFUSED: dict[str, tuple[Any, str]] = {
    "None": (None, "no parts"),
    "not a sequence": (iter([BALL]), "no parts"),
    "no parts": ((), "no parts"),
    "a word": ("parts", "part 0 is a str"),
    "a part that is None": ([BALL, None], "part 1 is None"),
    "a part without a name": ([replace(BALL, name="")], "part 0 has no name"),
    "a part whose name is a number": ([replace(BALL, name=7)], "part 0 has no name"),
    "NaN everywhere": ([with_vertices(BALL, np.nan, *range(642))], "ball: 642 of 642 vertices are NaN or infinite"),
    "NaN at much of it": ([with_vertices(a_box(), np.nan, 3)], "box: 1 of 8 vertices are NaN or infinite"),
    "no faces": ([replace(BALL, faces=BALL.faces[:0])], "ball: empty"),
    "no vertices": ([replace(BALL, vertices=BALL.vertices[:0])], "ball: empty"),
    "one face": ([replace(BALL, faces=BALL.faces[:1])], "ball: 1 faces, at least 4 are needed"),
    "zero area": ([scaled(BALL, 0)], "ball: 1280 of 1280 faces are degenerate"),
    "a line": ([replace(BALL, vertices=BALL.vertices * np.float32([1, 0, 0]))], "faces are degenerate"),
    "all faces out of range": ([replace(BALL, faces=BALL.faces + 642)], "1280 faces name a vertex that is not there"),
    "many negative": ([replace(BALL, faces=BALL.faces - 500)], "name a vertex that is not there"),
    "one face, many times": ([replace(BALL, faces=BALL.faces[[0] * 9])], "8 of 9 faces are duplicates"),
    "one part, two names": ([a_ball("head"), a_ball("tail")], "head and tail are the same shape in the same place"),
    "one name, two parts": ([a_ball(), a_ball(radius=0.4)], "duplicate names: ball"),
    "two columns": ([replace(BALL, vertices=BALL.vertices[:, :2])], "vertices are not a (V, 3) array of floats"),
    "quads": ([replace(BALL, faces=np.zeros((9, 4), np.int32))], "faces are not an (F, 3) array of integers"),
    "faces as floats": ([replace(BALL, faces=BALL.faces.astype(np.float32))], "faces are not an (F, 3) array"),
    "lists": ([PartMesh("a", NO_ARRAY, NO_ARRAY)], "vertices are not"),
    "objects": ([replace(BALL, vertices=BALL.vertices.astype(object))], "vertices are not"),
    "complex numbers": ([replace(BALL, vertices=BALL.vertices.astype(complex))], "vertices are not"),
    "a matrix": ([replace(BALL, vertices=MATRIX)], "vertices are not"),
    "words": ([replace(BALL, faces=BALL.faces.astype(str))], "faces are not"),
    "masked": ([replace(BALL, vertices=np.ma.masked_greater(BALL.vertices, 0.7))], "vertices are not"),
}


@pytest.mark.parametrize("case", MENDED)
def test_what_is_mended_is_said_and_passes(case: str) -> None:
    parts, said = MENDED[case]
    repaired = repair(parts)
    if isinstance(said, int):
        assert len(repaired.notes) == said
    else:
        assert len(repaired.notes) == len(said), repaired.notes
        assert all(words in note for words, note in zip(said, repaired.notes, strict=True)), repaired.notes
    assert refuse(clean(parts).parts) is None
    again = repair(repaired.parts)
    assert all(one is other for one, other in zip(again.parts, repaired.parts, strict=True))


@pytest.mark.parametrize("case", [case for case, (_, said) in MENDED.items() if said == []])
def test_what_is_healthy_or_has_no_remedy_comes_out_as_it_is(case: str) -> None:
    parts, _ = MENDED[case]
    assert all(one is other for one, other in zip(repair(parts).parts, parts, strict=True))


CLOSED = set(MENDED) - {"an edge of three faces", "a bowl", "a bowl inside out", "a Moebius strip"}


@pytest.mark.parametrize("case", sorted(CLOSED))
def test_what_was_closed_is_closed_again_and_looks_outward(case: str) -> None:
    (part,) = clean(MENDED[case][0]).parts
    judge = a_mesh(part)
    assert (watertight(part), volume(part) > 0) == (True, True)
    assert (judge.is_watertight, judge.is_winding_consistent, judge.volume > 0) == (True, True, True)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_mended_is_refused_with_its_reason(case: str) -> None:
    parts, reason = REFUSED[case]
    assert reason in (refuse(clean(parts).parts) or "nothing was refused")


def test_five_million_faces_are_refused_as_they_are() -> None:
    ball = a_ball(fine=6)
    crowd = together(*[replace(ball, vertices=ball.vertices + np.float32(place)) for place in range(61)])
    assert "faces, at most 500000 are allowed" in (refuse([crowd]) or "")
