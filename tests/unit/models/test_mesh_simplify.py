"""Fewer faces: as many as asked for, closed where it was closed, no shell lost, and said where it cannot be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.mesh.check import facts, refuse, volume
from models.mesh.clean import clean
from models.mesh.measure import areas
from models.mesh.simplify import budgets, simplify, simplify_all
from models.mesh.topology import edges, repeated, watertight
from models.parts import PartMesh
from tests.meshes import a_ball, a_bowl, a_box, a_mesh, scaled, together


@pytest.mark.parametrize("faces_max", [4, 10, 200, 5119])
def test_a_ball_becomes_what_was_asked_for_and_stays_closed(faces_max: int) -> None:
    small = simplify(a_ball(fine=4), faces_max)
    assert faces_max - 2 <= len(small.faces) <= faces_max
    assert watertight(small)
    assert a_mesh(small).is_winding_consistent
    assert volume(small) > 0


def test_what_is_within_bounds_is_the_same_object() -> None:
    ball = a_ball()
    assert simplify(ball, 1280) is ball


def test_the_shape_stays() -> None:
    ball, small = a_ball(fine=5), simplify(a_ball(fine=5), 2000)
    assert volume(small) == pytest.approx(volume(ball), rel=0.005)
    assert areas(small).sum() == pytest.approx(areas(ball).sum(), rel=0.005)


def test_equal_parts_give_equal_bytes() -> None:
    one, other = simplify(a_ball(fine=4), 300), simplify(a_ball(fine=4), 300)
    assert (one.vertices.tobytes(), one.faces.tobytes()) == (other.vertices.tobytes(), other.faces.tobytes())


def test_small_shells_do_not_vanish() -> None:
    """The library drops them as details of the large one."""
    eyes = [a_ball(at=(x, 0.5, 0.5), radius=0.01, fine=3) for x in (-0.2, 0, 0.2)]
    small = simplify(together(a_ball(fine=4), *eyes), 100)
    (row,) = facts([small])["parts"]
    assert (row["shells"], row["watertight"], row["faces"] <= 100) == (4, True, True)


def test_an_open_part_keeps_its_rim() -> None:
    small = simplify(a_bowl(), 300)
    assert len(small.faces) <= 300
    assert len(edges(small).rim) > 0
    assert np.ptp(small.vertices, axis=0) == pytest.approx(np.ptp(a_bowl().vertices, axis=0), rel=0.02)


@pytest.mark.parametrize("factor", [1e-30, 1e-4, 1e4, 1e30])
def test_the_size_changes_nothing(factor: float) -> None:
    small = simplify(scaled(a_ball(fine=4), factor), 500)
    assert watertight(small)
    assert len(small.faces) == 500


def test_what_does_not_go_is_said_and_not_forced() -> None:
    assert simplify_all([a_box()], 3).notes == ("4 faces are left, 3 were asked for",)
    beads = together(*[a_ball(at=(place, 0, 0), radius=0.3, fine=1) for place in range(6)])
    result = simplify_all([beads], 20)
    assert result.notes == ("24 faces are left, 20 were asked for",)
    assert watertight(result.parts[0])


def test_unsound_parts_never_reach_the_library() -> None:
    ball = a_ball()
    with pytest.raises(ValueError, match="name a vertex that is not there"):
        simplify(replace(ball, faces=ball.faces + 9), 100)


def test_parts_share_by_area_with_a_floor_for_each() -> None:
    parts = [a_ball("body", fine=4), a_ball("tail", at=(0, 1.02, 0), radius=0.02, fine=4)]
    result = simplify_all(parts, 1000)
    assert [len(part.faces) for part in result.parts] == [pytest.approx(874, abs=2), pytest.approx(126, abs=2)]
    assert sum(len(part.faces) for part in result.parts) <= 1000
    assert result.notes == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(4, 9000), st.floats(1e-6, 1e3)), min_size=1, max_size=9), st.integers(1, 20000))
def test_shares_fit_the_budget_and_waste_none_of_it(rows: list[tuple[int, float]], faces_max: int) -> None:
    have, sizes = [faces for faces, _ in rows], [area for _, area in rows]
    shares = budgets(have, sizes, faces_max)
    assert all(4 <= share <= faces for share, faces in zip(shares, have, strict=True))
    assert sum(shares) <= max(faces_max, 0) + 4 * len(rows)
    assert sum(shares) >= min(faces_max, sum(have)) - len(rows)


def test_a_million_faces_go_through_clean() -> None:
    ball = a_ball(fine=6)
    places = [(x, y, z) for x in (0, 1.5, 3) for y in (0, 1.5) for z in (0, 1.5)]
    crowd = [replace(ball, vertices=ball.vertices + np.float32(place)) for place in places]
    cleaned = clean([together(*crowd, name="balls")], faces_max=20_000)
    assert refuse(cleaned.parts, faces_max=20_000) is None
    (row,) = facts(cleaned.parts)["parts"]
    assert (row["shells"], row["watertight"], row["volume_sign"]) == (12, True, 1)


@pytest.mark.parametrize("seed, faces_max", [(3, 60), (4, 30), (5, 60), (9, 100)])
def test_where_the_library_folds_a_surface_a_milder_way_is_taken(seed: int, faces_max: int) -> None:
    """Bumps at which its own aggressiveness of 7 lays a face onto another."""
    ball, lean = a_ball(fine=4), np.random.default_rng(seed).normal(size=(3, 1))
    bumpy = replace(ball, vertices=(ball.vertices * (1 + 0.2 * np.sin(30 * ball.vertices @ lean))).astype(np.float32))
    small = simplify(bumpy, faces_max)
    assert watertight(small)
    assert not repeated(small.faces).any()
    assert len(small.faces) <= faces_max


def test_procedural_parts_stay_closed() -> None:
    """Much of a car is flat: there the library stops early, and is called again."""
    from models.concept import read
    from models.procedural import shape

    parts = shape(read("car"), quality="high")
    result = simplify_all(parts, 20_000)
    assert result.notes == ()
    assert all(watertight(part) for part in result.parts)
    assert [row["shells"] for row in facts(result.parts)["parts"]] == [row["shells"] for row in facts(parts)["parts"]]


def test_a_part_of_nothing_but_flat_walls_is_as_small_as_it_gets() -> None:
    fine = a_mesh(a_box()).subdivide().subdivide().subdivide()
    box = PartMesh("box", fine.vertices.astype(np.float32), fine.faces.astype(np.int32))
    small = simplify(box, 12)
    assert watertight(small)
    assert volume(small) == pytest.approx(volume(box), rel=1e-4)
