"""Our GLB comes back as the parts it was made of; anything else is refused, in one way."""

import json
import struct
from contextlib import suppress

import numpy as np
import pytest
import trimesh
from hypothesis import example, given
from hypothesis import strategies as st

from models.mesh.check import watertight
from models.mesh.export import glb
from models.mesh.load import parts_of
from models.parts import PartMesh

BOX = trimesh.creation.box((0.2, 0.3, 0.1))
BALL = trimesh.creation.icosphere(subdivisions=2, radius=0.2)


def a_part(name: str, mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh(name, mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


PARTS = (a_part("body", BALL), a_part("left wing 翼", BOX))
DATA = glb(PARTS)


def same(one: PartMesh, other: PartMesh) -> bool:
    return (
        one.name == other.name
        and np.array_equal(one.vertices, other.vertices)
        and np.array_equal(one.faces, other.faces)
        and (other.vertices.dtype, other.faces.dtype) == (np.float32, np.int32)
    )


def test_parts_come_back_as_they_were() -> None:
    assert all(same(one, other) for one, other in zip(PARTS, parts_of(DATA), strict=True))


def test_what_creases_had_doubled_is_closed_again() -> None:
    assert [watertight(part) for part in parts_of(DATA)] == [True, True]
    assert [len(part.vertices) for part in parts_of(DATA)] == [len(BALL.vertices), 8]


def test_two_shells_that_touch_stay_two() -> None:
    twins = trimesh.util.concatenate([BOX, BOX.copy().apply_translation((0.2, 0, 0))])
    part = a_part("twins", twins)
    assert same(part, parts_of(glb([part]))[0])
    assert watertight(part)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(3, 30))
def test_any_faces_come_back(seed: int, faces: int, vertices: int) -> None:
    chance = np.random.default_rng(seed)
    places = chance.normal(size=(vertices, 3)).astype(np.float32)
    used, corners = np.unique(chance.integers(0, vertices, (faces, 3)), return_inverse=True)
    part = PartMesh("any", places[used], corners.reshape(-1, 3).astype(np.int32))
    assert same(part, parts_of(glb([part]))[0])


@given(st.integers(0, len(DATA) - 1))
@example(0)
@example(12)
@example(20)
def test_a_file_cut_short_is_refused(keep: int) -> None:
    with pytest.raises(ValueError, match="not a GLB of ours"):
        parts_of(DATA[:keep])


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(ValueError, match="not a GLB of ours"):
        parts_of(noise)
    with pytest.raises(ValueError, match="not a GLB of ours"):
        parts_of(struct.pack("<4sII", b"glTF", 2, 12 + len(noise)) + noise)


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_a_changed_byte_raises_nothing_but_a_refusal(at: int, change: int) -> None:
    with suppress(ValueError):
        for part in parts_of(DATA[:at] + bytes([DATA[at] ^ change]) + DATA[at + 1 :]):
            assert part.faces.max() < len(part.vertices)
            assert np.isfinite(part.vertices).all()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["nodes", "meshes", "accessors", "bufferViews", "asset", "scenes"]), JSON)
def test_any_json_in_the_right_place_raises_nothing_but_a_refusal(key: str, value: object) -> None:
    with suppress(ValueError):
        parts_of(with_json({key: value}))


def with_json(changes: dict[str, object]) -> bytes:
    size = struct.unpack("<I", DATA[12:16])[0]
    text = json.dumps(json.loads(DATA[20 : 20 + size]) | changes).encode()
    length = 12 + 8 + len(text) + len(DATA) - 20 - size
    return struct.pack("<4sIII4s", b"glTF", 2, length, len(text), b"JSON") + text + DATA[20 + size :]


def test_another_programs_glb_is_refused() -> None:
    with pytest.raises(ValueError, match="another program wrote it"):
        parts_of(trimesh.Scene([BOX]).export(file_type="glb"))


def test_an_index_past_the_vertices_is_refused() -> None:
    last_index = len(DATA) - 4
    with pytest.raises(ValueError, match="left wing 翼 is damaged"):
        parts_of(DATA[:last_index] + struct.pack("<I", 24))


def test_a_place_that_is_no_number_is_refused() -> None:
    first_place = 28 + struct.unpack("<I", DATA[12:16])[0]
    with pytest.raises(ValueError, match="body is damaged"):
        parts_of(DATA[:first_place] + struct.pack("<f", float("nan")) + DATA[first_place + 4 :])


def test_bytes_after_the_buffer_are_refused() -> None:
    longer = DATA[:8] + struct.pack("<I", len(DATA) + 4) + DATA[12:] + bytes(4)
    with pytest.raises(ValueError, match="the buffer is of another length"):
        parts_of(longer)
