"""Mesh files that another program, trimesh, opens: the same names, ids, counts, volumes and colours."""

import io
import zipfile

import numpy as np
import pytest
import trimesh

from models.mesh.formats import FORMATS, obj, ply, stl
from models.mesh.load import parts_of
from models.palette import PALETTE
from models.parts import PartMesh


def a_part(name: str, mesh: trimesh.Trimesh, at: float = 0) -> PartMesh:
    vertices = np.add(mesh.vertices, (at, 0.3, 0)).astype(np.float32)
    return PartMesh(name, vertices, mesh.faces.astype(np.int32))


def some_parts(count: int) -> tuple[PartMesh, ...]:
    """Boxes with creases and balls without, by turns."""
    solids = (trimesh.creation.box((0.2, 0.3, 0.1)), trimesh.creation.icosphere(subdivisions=2, radius=0.1))
    return tuple(a_part(f"part_{index}", solids[index % 2], 0.25 * index) for index in range(count))


PARTS = some_parts(3)
COUNTS = (1, 2, 16)
ALL = pytest.mark.parametrize("name", FORMATS)


def scene_of(data: bytes, kind: str) -> trimesh.Scene:
    scene = trimesh.load_scene(io.BytesIO(data), file_type=kind)
    assert isinstance(scene, trimesh.Scene)
    return scene


def volume(part: PartMesh) -> float:
    return float(trimesh.Trimesh(part.vertices, part.faces, process=False).volume)


@ALL
def test_no_parts_are_no_file(name: str) -> None:
    with pytest.raises(ValueError, match="at least one part"):
        FORMATS[name].write(())


@ALL
def test_equal_parts_give_equal_bytes(name: str) -> None:
    assert FORMATS[name].write(PARTS) == FORMATS[name].write(list(some_parts(3)))


@ALL
def test_every_format_is_made_alike_from_parts_and_from_the_glb(name: str) -> None:
    assert FORMATS[name].write(parts_of(FORMATS["glb"].write(PARTS))) == FORMATS[name].write(PARTS)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name, kind", [("glb", "glb"), ("obj", "zip")])
def test_parts_arrive_by_name_with_their_faces_volume_and_colour(name: str, kind: str, count: int) -> None:
    parts = some_parts(count)
    scene = scene_of(FORMATS[name].write(parts), kind)
    assert sorted(scene.geometry) == sorted(part.name for part in parts)
    for index, part in enumerate(parts):
        mesh = scene.geometry[part.name]
        assert len(mesh.faces) == len(part.faces)
        assert mesh.volume == pytest.approx(volume(part), rel=1e-4)
        assert np.allclose(mesh.bounds, [part.vertices.min(axis=0), part.vertices.max(axis=0)], atol=2e-6)
        if name == "obj":
            assert mesh.visual.material.diffuse[:3].tolist() == pytest.approx(PALETTE[index], abs=1)


@pytest.mark.parametrize("count", COUNTS)
def test_a_ply_holds_ids_colours_and_normals(count: int) -> None:
    parts = some_parts(count)
    mesh = trimesh.load(io.BytesIO(ply(parts)), file_type="ply", process=False)
    ids = np.repeat(np.arange(count), [len(part.faces) for part in parts])
    assert mesh.metadata["_ply_raw"]["face"]["data"]["part_id"].reshape(-1).tolist() == ids.tolist()
    of_vertex = np.repeat(np.arange(count), [len(part.vertices) for part in parts])
    assert mesh.visual.vertex_colors[:, :3].tolist() == np.array(PALETTE)[of_vertex].tolist()
    assert np.linalg.norm(mesh.vertex_normals, axis=1) == pytest.approx(np.ones(len(mesh.vertices)), abs=1e-5)
    assert mesh.is_watertight, "a box of eight corners is closed, one of 24 is not"
    assert mesh.volume == pytest.approx(sum(map(volume, parts)), rel=1e-5)


def test_a_ply_names_its_parts() -> None:
    head = ply((a_part("left wing", trimesh.creation.box()), a_part('翼 "\n', trimesh.creation.box()))).split(
        b"\nend_"
    )[0]
    assert [line for line in head.decode("ascii").splitlines() if line.startswith("comment")] == [
        'comment part 0 "left wing"',
        r'comment part 1 "\u7ffc \"\n"',
    ]


def test_a_ply_has_ids_for_256_parts() -> None:
    ply([PARTS[0]] * 256)
    with pytest.raises(ValueError, match="257 parts"):
        ply([PARTS[0]] * 257)


@pytest.mark.parametrize("count", COUNTS)
def test_an_stl_holds_all_shells(count: int) -> None:
    parts = some_parts(count)
    mesh = trimesh.load(io.BytesIO(stl(parts)), file_type="stl")
    assert len(mesh.faces) == sum(len(part.faces) for part in parts)
    assert mesh.volume == pytest.approx(sum(map(volume, parts)), rel=1e-5)
    assert mesh.body_count == count
    assert not stl(parts).startswith(b"solid")


def test_the_faces_of_an_stl_look_outward() -> None:
    data = stl(PARTS)
    rows = np.frombuffer(data, [("normal", "<f4", 3), ("corner", "<f4", (3, 3)), ("unused", "<u2")], offset=84)
    a, b, c = rows["corner"].swapaxes(0, 1).astype(np.float64)
    flat = np.cross(b - a, c - a)
    assert rows["normal"] == pytest.approx(flat / np.linalg.norm(flat, axis=1, keepdims=True), abs=1e-5)


def test_an_obj_is_closed_and_has_normals_of_its_own() -> None:
    with zipfile.ZipFile(io.BytesIO(obj(PARTS))) as bundle:
        assert {entry.date_time for entry in bundle.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        lines = bundle.read("object.obj").decode().splitlines()
    words = [line.split() for line in lines]
    places = [row for row in words if row[0] == "v"]
    normals = [row for row in words if row[0] == "vn"]
    corners = np.array([[corner.split("//") for corner in row[1:]] for row in words if row[0] == "f"], int)
    assert len(places) == sum(len(part.vertices) for part in PARTS), "vertices are not doubled"
    assert len(normals) > len(places), "but the corners of a box have three normals"
    assert corners.min(axis=(0, 1)).tolist() == [1, 1]
    assert corners.max(axis=(0, 1)).tolist() == [len(places), len(normals)]


@pytest.mark.parametrize("name, written", [("翼", "翼"), ("left wing", "left_wing"), ("a\nf 1 2 3", "a_f_1_2_3")])
def test_any_name_fits_an_obj(name: str, written: str) -> None:
    with zipfile.ZipFile(io.BytesIO(obj([a_part(name, trimesh.creation.box())]))) as bundle:
        lines = bundle.read("object.obj").decode().splitlines()
        assert f"o {written}" in lines
        assert f"usemtl {written}" in lines
        assert f"newmtl {written}" in bundle.read("object.mtl").decode().splitlines()


def test_names_that_become_equal_stay_two_objects() -> None:
    box = trimesh.creation.box()
    scene = scene_of(obj([a_part("a b", box), a_part("a_b", box, 2)]), "zip")
    assert sorted(scene.geometry) == ["a_b", "a_b_1"]


@ALL
def test_more_vertices_than_two_bytes_can_number(name: str) -> None:
    large = a_part("large", trimesh.creation.uv_sphere(radius=0.4, count=(182, 364)))
    assert len(large.vertices) > 2**16
    data = FORMATS[name].write([large])
    mesh = trimesh.load_scene(io.BytesIO(data), file_type="zip" if name == "obj" else name).to_geometry()
    assert len(mesh.faces) == len(large.faces)
    assert mesh.volume == pytest.approx(volume(large), rel=1e-4)
