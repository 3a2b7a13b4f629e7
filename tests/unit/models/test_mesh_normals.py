"""Normals: smooth where a surface is, sharp where it is not, at any valence, and the same for some faces as for all."""

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from models.mesh.normals import VALENCE_MAX, crosses, per_vertex, smooth, smooth_at
from models.parts import Faces, Vertices


def arrays(mesh: trimesh.Trimesh) -> tuple[Vertices, Faces]:
    return mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)


BALL = arrays(trimesh.creation.icosphere(subdivisions=3))
BOX = arrays(trimesh.creation.box())


def a_cone(count: int) -> tuple[Vertices, Faces]:
    """A tip where `count` faces meet; steep, so that opposite faces disagree."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.stack([np.cos(angle), np.zeros(count), np.sin(angle)], axis=1)
    index = np.arange(count, dtype=np.int32)
    return np.concatenate([[[0, 2, 0]], ring]).astype(np.float32), np.stack(
        [np.zeros_like(index), 1 + (index + 1) % count, 1 + index], axis=1
    )


def test_a_ball_is_smooth() -> None:
    vertices, faces = BALL
    assert smooth(vertices, faces) == pytest.approx(vertices[faces], abs=0.02)
    assert per_vertex(vertices, faces) == pytest.approx(vertices, abs=0.02)


def test_a_box_is_flat() -> None:
    vertices, faces = BOX
    flat = crosses(vertices, faces)
    assert np.array_equal(smooth(vertices, faces), np.repeat(flat[:, None], 3, axis=1))


@pytest.mark.parametrize("count", [5, 24, VALENCE_MAX, VALENCE_MAX + 1, 20_000])
def test_no_corner_of_a_cone_looks_away_from_its_face(count: int) -> None:
    vertices, faces = a_cone(count)
    flat = crosses(vertices, faces)
    normals = smooth(vertices, faces)
    assert np.linalg.norm(normals, axis=2) == pytest.approx(np.ones((count, 3)), abs=1e-5)
    assert (np.einsum("fca,fa->fc", normals, flat / np.linalg.norm(flat, axis=1, keepdims=True)) > 0.7).all()


def test_a_face_without_area_and_a_vertex_without_faces_look_up() -> None:
    vertices, faces = np.zeros((4, 3), np.float32), np.array([[0, 1, 2]], np.int32)
    assert smooth(vertices, faces).tolist() == [[[0, 1, 0]] * 3]
    assert per_vertex(vertices, faces).tolist() == [[0, 1, 0]] * 4


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(3, 30))
def test_some_faces_get_the_normals_they_get_among_all(seed: int, faces: int, vertices: int) -> None:
    chance = np.random.default_rng(seed)
    places = chance.normal(size=(vertices, 3)).astype(np.float32)
    corners = chance.integers(0, vertices, (faces, 3)).astype(np.int32)
    chosen = chance.integers(0, faces, 10)
    some = smooth_at(crosses(places, corners), corners, chosen)
    assert np.array_equal(some, smooth(places, corners)[chosen])


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_faces_does_not_matter(seed: int) -> None:
    vertices, faces = BOX
    order = np.random.default_rng(seed).permutation(len(faces))
    assert smooth(vertices, faces[order]) == pytest.approx(smooth(vertices, faces)[order], abs=1e-6)
