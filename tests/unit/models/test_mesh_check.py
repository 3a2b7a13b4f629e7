"""Nothing invalid passes, everything invalid is named, and nothing raises."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.mesh.check import facts, refuse, unsound, volume, watertight
from models.mesh.topology import repeated
from models.parts import PartMesh
from models.procedural import shape
from tests.meshes import a_ball, a_bowl, a_box, a_mesh, flipped, scaled, together


def with_vertex(value: float) -> PartMesh:
    vertices = a_box().vertices.copy()
    vertices[3, 1] = value
    return replace(a_box(), vertices=vertices)


def with_face(*face: int) -> PartMesh:
    faces = a_box().faces.copy()
    faces[0] = face
    return replace(a_box(), faces=faces)


BAD = {
    "no parts": (),
    "part 0 is None": (None,),
    "part 1 is a str": (a_box(), "tail"),
    "has no name": (replace(a_box(), name=""),),
    "1 of 8 vertices are NaN or infinite": (with_vertex(float("nan")),),
    "vertices are NaN or infinite": (with_vertex(float("inf")),),
    "out of bounds: 3 is more": (with_vertex(3.0),),
    "box: empty": (replace(a_box(), faces=np.zeros((0, 3), np.int32)),),
    "2 faces, at least 4": (replace(a_box(), faces=a_box().faces[:2]),),
    "1 faces name a vertex that is not there": (with_face(0, 1, 8),),
    "faces name a vertex that is not": (with_face(0, 1, -1),),
    "1 of 12 faces are degenerate": (with_face(0, 1, 1),),
    "1 of 12 faces are duplicates": (with_face(*a_box().faces[1][[2, 0, 1]]),),
    "duplicate names: box": (a_box(), a_box()),
    "not a (V, 3) array of floats": (replace(a_box(), vertices=a_box().vertices[:, :2]),),
    "not an (F, 3) array of integers": (replace(a_box(), faces=a_box().faces.astype(np.float32)),),
    "out of bounds: the longest side is 1.5": (
        replace(a_box("one"), vertices=a_box().vertices + np.array([0, 0, 0.25], np.float32)),
        replace(a_box("other"), vertices=a_box().vertices - np.array([0, 0, 0.25], np.float32)),
    ),
    "one and other are the same shape in the same place": (
        a_box("one"),
        PartMesh("other", a_box().vertices[::-1], 7 - a_box().faces[::-1, [1, 2, 0]]),
    ),
    "too small": (replace(a_box(), vertices=a_box().vertices * np.float32(5e-4)),),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_is_wrong_is_named(reason: str) -> None:
    assert reason in (refuse(BAD[reason]) or "nothing was refused")


def test_a_good_part_is_not_refused() -> None:
    assert refuse([a_box()]) is None
    assert refuse((a_box("a"), a_box("b", sides=(0.5, 0.4, 1))), ("a", "b")) is None


def test_more_faces_than_allowed_are_refused() -> None:
    assert refuse([a_box()], faces_max=11) == "12 faces, at most 11 are allowed"
    assert refuse([a_box()], faces_max=12) is None


def test_mirrored_parts_are_two_parts() -> None:
    left = a_ball("left", at=(0.25, 0.25, 0), radius=0.25)
    right = PartMesh("right", left.vertices * np.float32([-1, 1, 1]), left.faces[:, ::-1])
    assert refuse([left, right, a_box(sides=(0.1, 0.1, 1))]) is None


def test_parts_that_were_promised_and_are_missing_are_named() -> None:
    assert refuse([a_box("head")], ("head", "tail", "neck")) == "missing parts: tail, neck"


@pytest.mark.parametrize("junk", [None, 7, "parts", {}, [[]], [a_box(), 3.5], np.zeros((3, 3)), iter(())])
def test_junk_is_refused_without_an_exception(junk: object) -> None:
    assert isinstance(refuse(junk), str)


@given(
    st.lists(st.lists(st.floats(width=32), min_size=3, max_size=3), max_size=6),
    st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), max_size=6),
)
def test_no_arrays_raise_and_none_of_them_pass_with_a_broken_index(
    vertices: list[list[float]], faces: list[list[int]]
) -> None:
    points = np.array(vertices, np.float32).reshape(-1, 3)
    corners = np.array(faces, np.int32).reshape(-1, 3)
    reason = refuse([PartMesh("x", points, corners)])
    if not np.isfinite(points).all() or (corners >= len(points)).any() or (corners < 0).any():
        assert reason is not None


def test_an_open_and_a_twisted_mesh_are_not_watertight() -> None:
    assert watertight(a_box())
    assert not watertight(replace(a_box(), faces=a_box().faces[1:]))
    assert not watertight(with_face(*a_box().faces[0][::-1]))
    assert not watertight(replace(a_box(), faces=np.concatenate([a_box().faces, a_box().faces])))


def test_turned_inside_out_the_volume_is_negative() -> None:
    assert volume(a_box()) == pytest.approx(0.25)
    assert volume(replace(a_box(), faces=a_box().faces[:, ::-1])) == pytest.approx(-0.25)


def test_facts_are_what_the_report_needs() -> None:
    from models.concept import read

    parts = shape(read("chair"), quality="draft")
    found = facts(parts)
    assert [row["name"] for row in found["parts"]] == ["seat", "backrest", "legs"]
    assert found["faces"] == sum(len(part.faces) for part in parts)
    assert found["vertices"] == sum(len(part.vertices) for part in parts)
    assert found["watertight"] is True
    assert [row["volume_sign"] for row in found["parts"]] == [1, 1, 1]
    assert found["longest_side"] == pytest.approx(1, abs=1e-5)
    assert found["bounds"][0][1] == 0


def test_facts_agree_with_the_judge() -> None:
    part = together(a_ball(at=(0, 0.5, 0)), a_ball(at=(0, 0.1, 0), radius=0.1), a_bowl())
    (row,), judge = facts([part])["parts"], a_mesh(part)
    assert row["shells"] == judge.body_count == 3
    assert row["open_edges"] == len(judge.edges_unique) * 2 - len(judge.edges) > 0
    assert row["area"] == pytest.approx(judge.area, rel=1e-5)
    closed = together(a_ball(), a_ball(at=(1, 1, 1)))
    assert facts([closed])["parts"][0]["volume"] == pytest.approx(a_mesh(closed).volume, rel=1e-5)


def test_overlap_tells_parts_that_stand_apart_from_parts_in_one_place() -> None:
    apart = facts([a_ball("one"), a_ball("other", at=(3, 0.5, 0))])["parts"]
    inside = facts([a_ball("one"), a_ball("other", radius=0.499)])["parts"]
    touching = facts([a_ball("one"), a_ball("other", at=(1, 0.5, 0))])["parts"]
    assert [row["overlap"] for row in apart] == [0, 0]
    assert min(row["overlap"] for row in inside) > 0.9
    assert 0 < max(row["overlap"] for row in touching) < 0.2


def test_facts_are_json() -> None:
    assert json.loads(json.dumps(facts([a_ball(), a_bowl()]))) == facts([a_ball(), a_bowl()])


@pytest.mark.parametrize("shift", [0, 3_000_000])
def test_repeated_faces_are_found_among_any_number_of_vertices(shift: int) -> None:
    """Above two million, three vertex numbers no longer fit into one."""
    faces = np.int32([[0, 1, 2], [0, 1, 3], [2, 1, 0], [0, 2, 1], [1, 2, 3]]) + np.int32(shift)
    assert repeated(faces).tolist() == [False, False, True, True, False]


def test_faces_are_not_mistaken_for_each_other_where_their_numbers_no_longer_fit() -> None:
    top = 2**22
    faces = np.int32([[5, top - 2, top - 1], [5 + 2**20, top - 2, top - 1]])
    assert not repeated(faces).any()


ORDERS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
SHAPES = st.sampled_from(
    [a_ball(fine=1), a_box(), a_bowl(), flipped(a_ball(fine=1)), together(a_box(), a_ball(at=(0, 2, 0), fine=1))]
)


@settings(max_examples=50, deadline=None)
@given(SHAPES, ORDERS)
def test_the_order_of_vertices_and_faces_changes_nothing(part: PartMesh, chance: np.random.Generator) -> None:
    place, order = chance.permutation(len(part.vertices)), chance.permutation(len(part.faces))
    turns = (np.arange(3) + chance.integers(3, size=(len(order), 1))) % 3  # a face may begin at any of its corners
    faces = np.argsort(place)[np.take_along_axis(part.faces[order], turns, axis=1)].astype(np.int32)
    shuffled = PartMesh(part.name, part.vertices[place], faces)
    assert facts([shuffled]) == facts([part])
    assert refuse([shuffled]) == refuse([part])


@settings(max_examples=50, deadline=None)
@given(SHAPES, st.integers(-60, 60))
def test_the_size_changes_lengths_only(part: PartMesh, power: int) -> None:
    """By a power of two, so that no digit is lost."""
    large = scaled(part, 2.0**power)
    (row,), (other,) = facts([part])["parts"], facts([large])["parts"]
    same = ("faces", "vertices", "shells", "open_edges", "watertight", "volume_sign", "overlap")
    assert [row[name] for name in same] == [other[name] for name in same]
    assert other["area"] == pytest.approx(row["area"] * 4.0**power, rel=1e-5)
    assert other["volume"] == pytest.approx(row["volume"] * 8.0**power, rel=1e-4, abs=1e-9 * 8.0**power)
    assert unsound([large]) == unsound([part])


@settings(max_examples=25, deadline=None)
@given(SHAPES)
def test_turned_round_only_the_sign_of_the_volume_changes(part: PartMesh) -> None:
    (row,), (other,) = facts([part])["parts"], facts([flipped(part)])["parts"]
    assert other["volume_sign"] == -row["volume_sign"]
    assert other["watertight"] == row["watertight"]
    assert other["volume"] == pytest.approx(-row["volume"])
