"""What repair leaves alone, and what always holds of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.mesh.check import facts, refuse, volume, watertight
from models.mesh.clean import clean
from models.mesh.repair import repair
from models.mesh.topology import edges, sides
from models.parts import PartMesh
from tests.meshes import a_ball, a_bowl, a_box, flipped, scaled, soup, together, with_faces

BALL = a_ball()


def test_a_hollow_stays_hollow_also_if_all_is_inside_out() -> None:
    hollow = together(BALL, flipped(a_ball(radius=0.3)))
    assert repair([hollow]).notes == ()
    (mended,) = repair([flipped(hollow)]).parts
    assert volume(mended) == pytest.approx(volume(hollow))
    assert np.array_equal(mended.faces, hollow.faces)


def test_a_shell_inside_another_that_looks_outward_is_left_alone() -> None:
    assert repair([together(BALL, a_ball(radius=0.3))]).notes == ()


def test_closed_shells_that_touch_are_not_welded() -> None:
    one, other = a_box(), a_box()
    shifted = replace(other, vertices=other.vertices + np.float32([0.5, 0, 0]))
    assert repair([together(one, shifted)]).notes == ()


def test_a_sheet_is_not_sewn_to_its_back() -> None:
    square = np.float32([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    front = PartMesh("leaf", square, np.int32([[0, 1, 2], [0, 2, 3]]))
    leaf = together(front, flipped(front), name="leaf")
    assert repair([leaf]).parts[0] is leaf


def test_an_opening_that_is_meant_stays_open() -> None:
    crate = replace(a_box(), faces=a_box().faces[2:])
    assert repair([crate]).parts[0] is crate


@pytest.mark.parametrize("first, second", [(0, 2), (1, 3)])
def test_a_hole_is_not_closed_with_an_edge_that_is_there(first: int, second: int) -> None:
    """Four corners round a hole, two of them joined by a tetrahedron of its own."""
    one = BALL.faces[0]
    (twin,) = (face for face in BALL.faces[1:] if {one[0], one[1]} < set(face))
    across = next(corner for corner in twin if corner not in one)
    rim = [one[0], across, one[1], one[2]]
    left = BALL.faces[1:][(BALL.faces[1:] != twin).any(axis=1)]
    top = len(BALL.vertices)
    spur = [(0, 1, 2), (0, 3, 1), (1, 3, 2), (2, 3, 0)]
    ends = np.array([rim[first], rim[second], top, top + 1])
    vertices = np.concatenate([BALL.vertices, np.float32([[0, 1.2, 0], [0.1, 1.2, 0.1]])])
    (mended,) = repair([PartMesh("ball", vertices, np.concatenate([left, ends[spur]]).astype(np.int32))]).parts
    assert watertight(mended)


def test_holes_that_touch_are_left_open() -> None:
    """Where two rims meet, it is not said which edges are of one hole."""
    corner = BALL.faces[0, 0]
    around = np.flatnonzero((BALL.faces == corner).any(axis=1))
    apart = [at for at in around[1:] if len(set(BALL.faces[at]) & set(BALL.faces[around[0]])) == 1][:1]
    torn = replace(BALL, faces=np.delete(BALL.faces, [around[0], *apart], axis=0))
    assert repair([torn]).parts[0] is torn


def test_a_card_of_two_sides_has_no_inside() -> None:
    bowl = a_bowl()
    pressed, number = bowl.vertices * np.float32([1, 0, 1]), np.arange(len(bowl.vertices))
    rim = np.isin(number, sides(bowl.faces)[0][edges(bowl).rim])  # both sides have it in common
    back = np.where(rim, number, number + len(number))
    faces = np.concatenate([bowl.faces, back[bowl.faces[:, ::-1]]]).astype(np.int32)
    for turn in (1, -1):
        card = PartMesh("card", np.concatenate([pressed, pressed]), faces[:, ::turn])
        assert watertight(card)
        (same,) = repair([card]).parts
        assert np.array_equal(same.vertices[same.faces], card.vertices[card.faces])


def test_a_shell_that_sticks_out_of_another_is_no_hollow() -> None:
    for place in np.eye(3):
        stuck = a_ball(at=tuple(np.array([0, 0.5, 0]) + 0.5 * place), radius=0.3)
        notes = repair([together(BALL, flipped(stuck))]).notes
        assert notes == ("part: 1280 faces turned outward",)


def test_a_sliver_that_holds_a_surface_together_stays() -> None:
    """Its middle corner lies on the edge of the other two: without it there would be a crack."""
    first = BALL.faces[0]
    vertices = np.concatenate([BALL.vertices, BALL.vertices[first[:2]].mean(axis=0, keepdims=True)])
    middle = len(BALL.vertices)
    faces = [(first[0], middle, first[2]), (middle, first[1], first[2]), (first[0], first[1], middle)]
    sliver = with_faces(replace(BALL, vertices=vertices, faces=BALL.faces[1:]), *faces)
    assert watertight(sliver)
    assert repair([sliver]).parts[0] is sliver


def test_a_knob_near_another_part_is_no_speck() -> None:
    knob = a_ball(radius=0.004, at=(0.52, 0.5, 0), fine=1)
    handles = together(a_ball(at=(3, 0.5, 0), radius=0.3), knob, name="handles")
    assert repair([BALL, handles]).notes == ()
    assert repair([handles]).notes == ("handles: 1 speck away from the rest dropped (80 faces)",)


@pytest.mark.parametrize("at", [(0, 0, 1.6), (0, 0, 5), (1.6, 0, 0), (0, -5, 0)])
def test_a_speck_is_away_from_the_rest_on_every_side_of_it(at: tuple[float, float, float]) -> None:
    ball = a_ball(at=(0, 0, 0), radius=1)
    speck = a_ball(radius=0.004, at=at, fine=1)
    (note,) = repair([together(ball, speck)]).notes
    assert "1 speck away from the rest dropped" in note


def test_what_is_not_that_small_stays_wherever_it_is() -> None:
    moon = a_ball(radius=0.02, at=(5, 5, 5), fine=1)
    assert repair([together(BALL, moon)]).notes == ()


def test_zero_and_minus_zero_are_one_place() -> None:
    split = soup(a_ball(at=(0, 0, 0)))
    minus = (split.vertices == 0) & (np.arange(len(split.vertices)) % 2 == 1)[:, None]
    mixed = np.where(minus, np.float32(-0.0), split.vertices)
    assert watertight(repair([replace(split, vertices=mixed)]).parts[0])


def test_a_part_of_crumbs_only_is_what_it_is() -> None:
    beads = [a_ball(radius=0.01, at=(x, y, 0), fine=0) for x in range(40) for y in range(40)]
    assert repair([together(*beads)]).notes == ()


def test_of_good_and_bad_parts_the_good_ones_are_mended() -> None:
    repaired = repair([flipped(a_ball("head")), None, a_ball("tail", at=(2, 0, 0))])
    assert repaired.notes == ("head: 1280 faces turned outward",)
    assert repaired.parts[1] is None


NUMBERS = st.sampled_from([np.float16, np.float32, np.float64, np.int32, np.int64, np.uint8, np.uint64, object, bool])


#: Vertices 2 and 5 lie in one place, which shows only once the second of two equal faces is gone.
DOUBLED_PLACES = np.array(
    [[0.5, 1, 1], [0, 1, 1], [1, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]], np.float32
)


@st.composite
def arrays(draw: st.DrawFn, high: int = 8) -> Any:
    """An array like what comes from a model on a bad day."""
    kind = draw(NUMBERS)
    shape = draw(st.sampled_from([(0, 3), (1, 3), (5, 3), (9, 3), (12, 3), (5, 2), (3,), (), (2, 3, 3)]))
    odd = st.sampled_from([float("nan"), float("inf"), -1.0, 1e30, 1e-30, 0.0])
    elements = {"f": odd | st.floats(-2, 2, width=16), "O": st.none() | st.integers(0, high), "b": st.booleans()}
    given = elements.get(np.dtype(kind).kind, st.integers(0, high) | st.sampled_from([0, 1]))
    if np.dtype(kind).kind == "i":
        given |= st.integers(-2, high + 3)
    values = draw(st.lists(given, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    with np.errstate(all="ignore"):
        return np.array(values, object).reshape(shape).astype(kind)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(PartMesh, st.sampled_from(["a", "b", ""]), arrays(), arrays()) | st.none(), max_size=3))
def test_no_arrays_make_it_raise(parts: list[Any]) -> None:
    cleaned = clean(parts)
    assert refuse(cleaned.parts) is None or isinstance(refuse(cleaned.parts), str)
    assert len(cleaned.parts) == len(parts)


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(np.float32, (9, 3), elements=st.floats(-1, 1, width=16)),
    hnp.arrays(np.int32, st.tuples(st.integers(4, 40), st.just(3)), elements=st.integers(0, 8)),
)
@example(DOUBLED_PLACES, np.array([[3, 0, 4], [1, 2, 4], [0, 1, 4], [1, 2, 4], [5, 0, 4]], np.int32))
def test_repairing_twice_is_repairing_once(vertices: Any, faces: Any) -> None:
    once = repair([PartMesh("x", vertices, faces)])
    twice = repair(once.parts)
    assert np.array_equal(once.parts[0].faces, twice.parts[0].faces)
    assert np.array_equal(once.parts[0].vertices, twice.parts[0].vertices)
    assert all("one side only" in note for note in twice.notes)


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(0, 1279)), st.sampled_from([1e-30, 1e-3, 1.0, 7.0, 1e30]))
def test_whatever_faces_of_a_ball_are_flipped_it_comes_out_right_at_any_size(turned: set[int], size: float) -> None:
    faces = BALL.faces.copy()
    faces[list(turned)] = faces[list(turned)][:, [0, 2, 1]]
    (mended,) = repair([replace(scaled(BALL, size), faces=faces)]).parts
    assert watertight(mended)
    assert volume(mended) > 0


def test_procedural_parts_are_healthy() -> None:
    from models.concept import read
    from models.procedural import shape

    for concept in ("flying bird", "car", "oak tree"):
        parts = shape(read(concept))
        assert repair(parts).notes == ()
        assert facts(repair(parts).parts) == facts(parts)
