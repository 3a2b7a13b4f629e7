"""A mesh is cut along its labels: no face is lost, and what was closed stays closed."""

from collections import Counter

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.mesh.cut import Cut, cut
from models.mesh.topology import watertight
from models.parts import PartMesh

NAMES = ("head", "body", "tail")


def a_part(mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh("whole", mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


BALL = a_part(trimesh.creation.icosphere(subdivisions=2, radius=0.5))
RING = a_part(trimesh.creation.torus(0.4, 0.1, major_sections=16, minor_sections=8))
SMALL = trimesh.creation.icosphere(subdivisions=1)
TWO = a_part(trimesh.util.concatenate([SMALL, SMALL.copy().apply_translation((3, 0, 0))]))
SHAPES = {"ball": BALL, "ring": RING, "two balls": TWO}


def by_height(part: PartMesh) -> NDArray[np.int64]:
    height = part.vertices[part.faces].mean(axis=1)[:, 1]
    return np.digitize(height, [-0.15, 0.15])


def area(part: PartMesh) -> float:
    return float(trimesh.Trimesh(part.vertices, part.faces, process=False).area)


def volume(part: PartMesh) -> float:
    return float(trimesh.Trimesh(part.vertices, part.faces, process=False).volume)


def triangles(part: PartMesh) -> list[tuple[float, ...]]:
    return [tuple(corners) for corners in part.vertices[part.faces].reshape(-1, 9).tolist()]


def corners_of(triangle: tuple[float, ...]) -> frozenset[tuple[float, ...]]:
    return frozenset((triangle[:3], triangle[3:6], triangle[6:]))


def labels_of(part: PartMesh) -> st.SearchStrategy[NDArray[np.int64]]:
    """Any labels at all: seams that cross, islands, pinches."""
    return st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(0, 3, len(part.faces)))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[PartMesh, NDArray[np.int64]]:
    part = SHAPES[draw(st.sampled_from(sorted(SHAPES)))]
    scattered = draw(labels_of(part))
    return part, np.where(np.arange(len(scattered)) % draw(st.integers(1, 50)) == 0, scattered, by_height(part))


@given(labelled())
def test_each_face_is_in_one_part_and_areas_add_up(given_: tuple[PartMesh, NDArray[np.int64]]) -> None:
    part, label = given_
    apart = cut(part, label, NAMES, capped=False)
    assert sorted(face for piece in apart.parts for face in triangles(piece)) == sorted(triangles(part))
    assert sum(map(area, apart.parts)) == pytest.approx(area(part), rel=1e-6)


@given(labelled())
def test_what_was_closed_stays_closed(given_: tuple[PartMesh, NDArray[np.int64]]) -> None:
    part, label = given_
    apart = cut(part, label, NAMES)
    assert watertight(part)
    assert all(watertight(piece) for piece in apart.parts)
    assert not [note for note in apart.notes if "open" in note]


@pytest.mark.parametrize("name", ["ball", "ring"])
def test_caps_of_two_sides_lie_on_each_other(name: str) -> None:
    part = SHAPES[name]
    apart = cut(part, by_height(part), NAMES)
    assert sum(map(volume, apart.parts)) == pytest.approx(volume(part), rel=1e-5)
    before = set(triangles(part))
    caps = [corners_of(face) for piece in apart.parts for face in triangles(piece) if face not in before]
    assert caps
    assert set(Counter(caps).values()) == {2}, "each face of a cap is there twice, once for either side"


def test_faces_keep_their_order_and_come_before_the_caps() -> None:
    label = by_height(BALL)
    for index, piece in enumerate(cut(BALL, label, NAMES).parts):
        own = BALL.vertices[BALL.faces[label == index]]
        assert np.array_equal(piece.vertices[piece.faces[: len(own)]], own)
        assert (piece.vertices.dtype, piece.faces.dtype) == (np.float32, np.int32)


def test_one_label_leaves_the_mesh_as_it_was() -> None:
    apart = cut(BALL, np.ones(len(BALL.faces), int), NAMES)
    assert [piece.name for piece in apart.parts] == ["body"]
    assert triangles(apart.parts[0]) == triangles(BALL)
    assert apart.notes == ("no face is labelled head", "no face is labelled tail")


def test_a_bowl_stays_open_at_its_rim_and_that_is_said() -> None:
    keep = BALL.vertices[BALL.faces].mean(axis=1)[:, 1] < 0.2
    bowl = PartMesh("bowl", BALL.vertices, BALL.faces[keep])
    across = (bowl.vertices[bowl.faces].mean(axis=1)[:, 0] > 0).astype(int)
    apart = cut(bowl, across, NAMES[:2])
    assert not any(watertight(piece) for piece in apart.parts)
    assert [note.split(":")[0] for note in apart.notes] == ["head", "body"]
    assert all("stay open" in note for note in apart.notes)


def test_a_cut_below_the_rim_is_closed_though_the_rim_is_open() -> None:
    keep = BALL.vertices[BALL.faces].mean(axis=1)[:, 1] < 0.2
    bowl = PartMesh("bowl", BALL.vertices, BALL.faces[keep])
    low = (bowl.vertices[bowl.faces].mean(axis=1)[:, 1] < -0.2).astype(int)
    apart = cut(bowl, low, NAMES[:2])
    assert [watertight(piece) for piece in apart.parts] == [False, True]
    assert apart.notes == ()


def test_an_edge_of_three_faces_is_no_disaster() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, -1, 0]], np.float32)
    fin = PartMesh("fin", vertices, np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4]], np.int32))
    apart = cut(fin, np.array([0, 1, 0]), NAMES[:2])
    assert [len(piece.faces) for piece in apart.parts] == [2, 1]
    assert len(apart.notes) == 2


def test_faces_of_one_part_that_close_each_other_at_a_branching_edge_get_no_cap() -> None:
    tips = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, -1, 0], [0, 0, -1]], np.float32)
    cross = PartMesh("cross", tips, np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4], [1, 0, 5]], np.int32))
    apart = cut(cross, np.array([0, 0, 1, 1]), NAMES[:2])
    assert [len(piece.faces) for piece in apart.parts] == [2, 2]
    assert apart.notes == ()


def test_no_faces_are_no_parts() -> None:
    nothing = PartMesh("nothing", np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    assert cut(nothing, np.zeros(0, int), ("head",)) == Cut((), ("no face is labelled head",))


@pytest.mark.parametrize(
    "label, message",
    [
        (np.zeros(3, int), r"labels are \(3,\) for 320 faces"),
        (np.full(320, -1), "320 of 320 faces have a label that names none of 3 parts"),
        (np.full(320, 3), "names none"),
    ],
)
def test_labels_that_would_lose_faces_are_an_error(label: NDArray[np.int64], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cut(BALL, label, NAMES)
