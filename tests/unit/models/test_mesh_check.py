"""Nothing invalid passes, everything invalid is named, and nothing raises."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st

from models.concept import read
from models.mesh.check import facts, refuse, volume, watertight
from models.parts import PartMesh
from models.procedural import shape


def a_box(name: str = "box") -> PartMesh:
    mesh = trimesh.creation.box((0.5, 0.5, 1.0))
    mesh.apply_translation((0, 0.25, 0))
    return PartMesh(name, mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


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
    "too small": (replace(a_box(), vertices=a_box().vertices * np.float32(5e-4)),),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_is_wrong_is_named(reason: str) -> None:
    assert reason in (refuse(BAD[reason]) or "nothing was refused")


def test_a_good_part_is_not_refused() -> None:
    assert refuse([a_box()]) is None
    assert refuse((a_box("a"), a_box("b")), ("a", "b")) is None


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
    parts = shape(read("chair"), quality="draft")
    found = facts(parts)
    assert [row["name"] for row in found["parts"]] == ["seat", "backrest", "legs"]
    assert found["faces"] == sum(len(part.faces) for part in parts)
    assert found["vertices"] == sum(len(part.vertices) for part in parts)
    assert found["watertight"] is True
    assert [row["volume_sign"] for row in found["parts"]] == [1, 1, 1]
    assert found["longest_side"] == pytest.approx(1, abs=1e-5)
    assert found["bounds"][0][1] == 0
