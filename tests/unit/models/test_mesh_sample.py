"""Points lie on their part, as many as asked for, with a floor, the same every time."""

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from models.concept import read
from models.mesh.sample import FLOOR_SHARE, allot, sample
from models.parts import PartMesh
from models.procedural import shape

CAT = shape(read("cat"), quality="draft")


@pytest.mark.parametrize("count", [6, 256, 2048, 65536])
def test_exactly_as_many_points_as_asked_for(count: int) -> None:
    cloud = sample(CAT, count, seed=0)
    assert cloud.xyz.shape == cloud.normals.shape == (count, 3)
    assert cloud.part_id.shape == (count,)
    assert (cloud.xyz.dtype, cloud.normals.dtype, cloud.part_id.dtype) == (np.float32, np.float32, np.uint8)


def test_points_are_sorted_by_part_and_no_part_is_forgotten() -> None:
    ids = sample(CAT, 2048, seed=0).part_id
    assert (np.diff(ids.astype(int)) >= 0).all()
    assert np.bincount(ids, minlength=len(CAT)).min() >= 2048 / 4 // len(CAT)
    assert allot([1.0, 1e-4], 2048)[1] == 256, "a quarter is dealt evenly"


def test_points_are_even_within_a_face() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    x, y, _ = sample([PartMesh("face", vertices, np.array([[0, 1, 2]], np.int32))], 4000, seed=2).xyz.T
    assert min(x.min(), y.min(), (1 - x - y).min()) >= -1e-6, "inside"
    for share in (x, y, 1 - x - y):
        assert (share > 0.5).mean() == pytest.approx(0.25, abs=0.03), "a corner's quarter of the area"


def test_points_lie_on_their_part_and_face_outward() -> None:
    ball = trimesh.creation.icosphere(subdivisions=4, radius=0.5)
    cloud = sample([PartMesh("ball", ball.vertices.astype(np.float32), ball.faces.astype(np.int32))], 1000, seed=3)
    assert np.linalg.norm(cloud.xyz, axis=1) == pytest.approx(np.full(1000, 0.5), abs=2e-3)
    assert np.linalg.norm(cloud.normals, axis=1) == pytest.approx(np.ones(1000), abs=1e-5)
    assert np.einsum("na,na->n", cloud.xyz * 2, cloud.normals) == pytest.approx(np.ones(1000), abs=5e-3)


def test_a_face_twice_as_large_gets_twice_as_many_points() -> None:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0.5], [2, 0, 0.5], [0, 1, 0.5]], np.float32)
    part = PartMesh("two", vertices, np.array([[0, 1, 2], [3, 4, 5]], np.int32))
    upper = (sample([part], 3000, seed=1).xyz[:, 2] > 0.25).sum()
    assert upper == pytest.approx(2000, abs=5)


def test_the_same_seed_gives_the_same_points_and_another_others() -> None:
    one, same, other = (sample(CAT, 500, seed=seed) for seed in (4, 4, 5))
    assert np.array_equal(one.xyz, same.xyz)
    assert not np.array_equal(one.xyz, other.xyz)


@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=16), st.integers(16, 5000))
def test_every_point_is_dealt_and_every_part_gets_one(areas: list[float], count: int) -> None:
    shares = allot(areas, count)
    assert sum(shares) == count
    assert min(shares) >= max(1, int(FLOOR_SHARE * count) // len(areas))


@pytest.mark.parametrize("parts, count", [((), 10), (CAT, 5)])
def test_points_that_cannot_be_dealt_are_an_error(parts: tuple[PartMesh, ...], count: int) -> None:
    with pytest.raises(ValueError, match="cannot be dealt"):
        sample(parts, count, seed=0)


def test_a_part_without_area_is_an_error() -> None:
    flat = PartMesh("flat", np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32))
    with pytest.raises(ValueError, match="without area"):
        sample([flat], 10, seed=0)
