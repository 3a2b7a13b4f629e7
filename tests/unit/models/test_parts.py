"""Parts travel as bytes and come back as they were, or not at all."""

import io
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from models.parts import PartMesh, archive, pack, unpack


def a_part(name: str = "tail", count: int = 5) -> PartMesh:
    vertices = np.linspace(0, 1, count * 3, dtype=np.float32).reshape(count, 3)
    return PartMesh(name, vertices, np.array([[0, 1, 2], [2, 3, 4]], np.int32))


def test_parts_come_back_as_they_were_packed() -> None:
    parts = (a_part("tail"), a_part("left wing 翼", 9))
    back = unpack(pack(parts))
    assert [part.name for part in back] == ["tail", "left wing 翼"]
    for before, after in zip(parts, back, strict=True):
        assert np.array_equal(before.vertices, after.vertices)
        assert np.array_equal(before.faces, after.faces)
        assert (after.vertices.dtype, after.faces.dtype) == (np.float32, np.int32)


def test_no_parts_come_back_as_no_parts() -> None:
    assert unpack(pack(())) == ()


def test_nothing_in_the_bytes_tells_when_they_were_made() -> None:
    with zipfile.ZipFile(io.BytesIO(pack([a_part()]))) as bundle:
        assert {entry.date_time for entry in bundle.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert pack([a_part()]) == pack([a_part()])


def test_numpy_reads_an_archive() -> None:
    with np.load(io.BytesIO(archive({"a": np.arange(3), "b": np.array(["x"])})), allow_pickle=False) as loaded:
        assert loaded["a"].tolist() == [0, 1, 2]
        assert loaded["b"].tolist() == ["x"]


def test_a_flipped_byte_in_an_array_is_damage() -> None:
    data = bytearray(pack([a_part()]))
    data[data.index(a_part().vertices.tobytes())] ^= 0xFF
    with pytest.raises(ValueError, match="damaged parts: BadZipFile: Bad CRC"):
        unpack(bytes(data))


def test_no_flipped_byte_raises_anything_but_damage() -> None:
    whole = pack([a_part()])
    for at in range(0, len(whole), 7):
        with suppress(ValueError):
            unpack(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])


@pytest.mark.parametrize("keep", [0, 1, 100, 600])
def test_half_a_file_is_damaged(keep: int) -> None:
    with pytest.raises(ValueError, match="damaged parts"):
        unpack(pack([a_part()])[:keep])


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("a pickle was loaded",)


def test_a_pickle_in_the_file_is_refused_and_not_loaded() -> None:
    out = io.BytesIO()
    np.save(out, np.array([Bomb()], object), allow_pickle=True)
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as file:
        file.writestr("names.npy", out.getvalue())
    with pytest.raises(ValueError, match="damaged parts"):
        unpack(bundle.getvalue())


def test_arrays_of_another_type_are_damage() -> None:
    arrays = {"names": np.array(["x"]), "vertices_0": np.zeros((3, 3)), "faces_0": np.zeros((1, 3), np.int32)}
    with pytest.raises(ValueError, match="float64"):
        unpack(archive(arrays))
