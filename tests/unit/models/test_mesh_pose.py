"""Whatever is given stands where every part stands, and is still the same shape."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from models.mesh.check import refuse, volume
from models.mesh.pose import pose, rotation, standing
from models.parts import PartMesh
from tests.meshes import a_ball, a_box, together

AXES = ("x", "y", "z", "-x", "-y", "-z")
FRAMES = [(up, front) for up, front in product(AXES, AXES) if up[-1] != front[-1]]
CLOUDS = hnp.arrays(np.float64, st.tuples(st.integers(1, 20), st.just(3)), elements=st.floats(-1e6, 1e6, width=32))


def moved(part: PartMesh, factor: float, by: tuple[float, float, float]) -> PartMesh:
    return PartMesh(part.name, (part.vertices * factor + by).astype(np.float32), part.faces)


def test_it_stands_centred_with_its_longest_side_one() -> None:
    posed = pose([moved(a_ball(), 7, (3, -8, 2)), moved(a_box(), 7, (5, -8, 2))])
    whole = np.concatenate([part.vertices for part in posed])
    low, high = whole.min(axis=0), whole.max(axis=0)
    assert (high - low).max() == pytest.approx(1, abs=1e-6)
    assert low[1] == 0
    assert (low + high)[[0, 2]] == pytest.approx(0, abs=1e-6)
    assert refuse(posed) is None


def test_parts_keep_their_places_to_each_other() -> None:
    head, tail = a_ball("head", at=(0, 4, 0)), a_ball("tail", at=(0, 0, 9))
    posed = pose([head, tail])
    assert posed[1].vertices - posed[0].vertices == pytest.approx((tail.vertices - head.vertices) / 10, abs=1e-6)


def test_what_comes_out_is_float32_and_int32_in_one_piece() -> None:
    strided = PartMesh(
        "x", np.asfortranarray(a_box().vertices.astype(np.float64)), a_box().faces.astype(np.int64)[::-1]
    )
    (part,) = pose([strided])
    assert (part.vertices.dtype, part.faces.dtype) == (np.float32, np.int32)
    assert part.vertices.flags.c_contiguous
    assert part.faces.flags.c_contiguous


@pytest.mark.parametrize("up, front", FRAMES)
def test_any_frame_is_turned_never_mirrored(up: str, front: str) -> None:
    turn = rotation(up, front)
    assert np.linalg.det(turn) == pytest.approx(1)
    assert volume(pose([a_box()], up=up, front=front)[0]) > 0


@pytest.mark.parametrize("up, front", FRAMES)
def test_what_pointed_up_and_forward_does_so_now(up: str, front: str) -> None:
    axes = np.concatenate([np.eye(3), -np.eye(3)])
    assert (rotation(up, front) @ axes[AXES.index(up)]).tolist() == [0, 1, 0]
    assert (rotation(up, front) @ axes[AXES.index(front)]).tolist() == [0, 0, 1]


@pytest.mark.parametrize("up, front", [("y", "-y"), ("z", "z"), ("w", "x")])
def test_a_frame_that_is_none_is_an_error(up: str, front: str) -> None:
    with pytest.raises(ValueError, match="axis"):
        pose([a_box()], up=up, front=front)


@settings(deadline=None)
@given(st.lists(CLOUDS, min_size=1, max_size=3))
def test_standing_twice_is_standing_once(clouds: list[NDArray[np.float64]]) -> None:
    once = standing(clouds)
    twice = standing(once)
    assert all(np.array_equal(one, other) for one, other in zip(once, twice, strict=True))


def test_what_stands_right_to_a_millionth_keeps_its_values() -> None:
    near = np.float32([[-0.5, 0, 0.1], [0.4999995, 0.3, -0.1]])
    near[:, 2] -= near[:, 2].mean()
    assert np.array_equal(standing([near])[0], near)


@settings(deadline=None)
@given(
    st.floats(1e-3, 1e3),
    st.tuples(*[st.floats(-10, 10)] * 3),
)
def test_where_it_came_from_and_how_large_it_was_does_not_matter(factor: float, by: tuple[float, float, float]) -> None:
    shape = together(a_ball(fine=1), a_box())
    points = shape.vertices.astype(np.float64)
    (placed,), (straight,) = standing([points * factor + by]), standing([points])
    assert placed == pytest.approx(straight, abs=1e-6)


@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_no_size_is_too_large_or_too_small(factor: float) -> None:
    assert refuse(pose([moved(a_ball(), factor, (0, 0, 0))])) is None


def test_no_parts_are_no_parts_and_a_point_is_moved_only() -> None:
    assert pose([]) == ()
    assert standing([np.full((2, 3), 7.0)])[0].tolist() == [[0, 0, 0], [0, 0, 0]]
