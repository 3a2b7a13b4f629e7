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


def a_box(name: str, size: tuple[float, float, float], at: float) -> PartMesh:
    box = trimesh.creation.box(size)
    return PartMesh(name, (box.vertices + at).astype(np.float32), box.faces.astype(np.int32))


SIZE = st.floats(0.01, 1)
BOXES = st.lists(st.tuples(SIZE, SIZE, SIZE), min_size=1, max_size=5).map(
    lambda sizes: tuple(a_box(f"box {index}", size, 2.0 * index) for index, size in enumerate(sizes))
)
SEEDS = st.integers(0, 2**63)


@given(BOXES, st.integers(5, 600), SEEDS)
def test_points_of_any_boxes_are_as_many_as_dealt_and_lie_on_their_own(
    boxes: tuple[PartMesh, ...], count: int, seed: int
) -> None:
    cloud = sample(boxes, count, seed=seed)
    shares = np.bincount(cloud.part_id, minlength=len(boxes))
    assert len(cloud.xyz) == shares.sum() == count
    assert shares.min() >= max(1, int(FLOOR_SHARE * count) // len(boxes))
    assert (np.diff(cloud.part_id.astype(int)) >= 0).all()
    for index, box in enumerate(boxes):
        low, high = box.vertices.min(axis=0), box.vertices.max(axis=0)
        off = np.abs(np.stack([cloud.xyz - low, cloud.xyz - high])[:, cloud.part_id == index])
        axis = off.min(axis=0).argmin(axis=1)
        assert off.min(axis=(0, 2)) == pytest.approx(np.zeros(shares[index]), abs=2e-6), "on one of its six sides"
        facing = np.abs(cloud.normals[cloud.part_id == index])[np.arange(shares[index]), axis]
        assert (facing > 0.99).mean() > 0.9, "with the normal of that side; at an edge either will do"


@given(BOXES, SEEDS)
def test_any_seed_gives_the_same_points_twice(boxes: tuple[PartMesh, ...], seed: int) -> None:
    one, same = (sample(boxes, 64, seed=seed) for _ in range(2))
    assert one.xyz.tobytes() == same.xyz.tobytes()
    assert one.normals.tobytes() == same.normals.tobytes()


@given(BOXES, SEEDS, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_parts_twice_as_large_have_the_same_points_twice_as_far_out(
    boxes: tuple[PartMesh, ...], seed: int, scale: float
) -> None:
    # Powers of two: no rounding comes in between.
    larger = [PartMesh(box.name, box.vertices * np.float32(scale), box.faces) for box in boxes]
    one, other = sample(boxes, 64, seed=seed), sample(larger, 64, seed=seed)
    assert np.array_equal(one.xyz * np.float32(scale), other.xyz)
    assert np.array_equal(one.part_id, other.part_id)


@given(BOXES, SEEDS)
def test_normals_have_length_one(boxes: tuple[PartMesh, ...], seed: int) -> None:
    lengths = np.linalg.norm(sample(boxes, 64, seed=seed).normals, axis=1)
    assert lengths == pytest.approx(np.ones(64), abs=1e-5)
