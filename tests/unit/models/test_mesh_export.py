"""Files that other programs read: names, ids, colours and normals arrive."""

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
import trimesh

from models.concept import read
from models.mesh.export import creased, glb, npz, ply
from models.mesh.sample import sample
from models.palette import PALETTE, linear
from models.parts import PartMesh
from models.procedural import shape

BIRD = shape(read("flying bird"), quality="draft")
NAMES = [part.name for part in BIRD]


def document(data: bytes) -> dict[str, Any]:
    length, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON"
    parsed: dict[str, Any] = json.loads(data[20 : 20 + length])
    return parsed


def test_the_container_is_well_formed() -> None:
    data = glb(BIRD)
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    assert len(data) % 4 == 0
    views = document(data)["bufferViews"]
    assert all(view["byteOffset"] % 4 == 0 for view in views)
    assert views[-1]["byteOffset"] + views[-1]["byteLength"] == document(data)["buffers"][0]["byteLength"]


def test_each_part_is_one_node_one_mesh_and_one_material_of_its_name() -> None:
    found = document(glb(BIRD))
    for kind in ("nodes", "meshes", "materials"):
        assert [row["name"] for row in found[kind]] == NAMES
    assert [node["mesh"] for node in found["nodes"]] == list(range(len(NAMES)))
    assert [mesh["primitives"][0]["material"] for mesh in found["meshes"]] == list(range(len(NAMES)))


def test_id_and_name_are_in_the_extras_of_the_mesh() -> None:
    extras = [mesh["extras"] for mesh in document(glb(BIRD))["meshes"]]
    assert extras == [{"part_id": index, "part_name": name} for index, name in enumerate(NAMES)]


def test_colours_are_linear_light() -> None:
    for index, material in enumerate(document(glb(BIRD))["materials"]):
        factor = material["pbrMetallicRoughness"]["baseColorFactor"]
        assert factor == pytest.approx([*linear(PALETTE[index]), 1.0], abs=1e-5)


def test_another_program_reads_the_same_surface_names_and_ids() -> None:
    scene = trimesh.load(io.BytesIO(glb(BIRD)), file_type="glb")
    assert sorted(scene.geometry) == sorted(NAMES)
    for index, part in enumerate(BIRD):
        mesh = scene.geometry[part.name]
        assert mesh.metadata["part_id"] == index
        assert len(mesh.faces) == len(part.faces)
        assert np.allclose(mesh.bounds, [part.vertices.min(axis=0), part.vertices.max(axis=0)], atol=1e-6)
        assert mesh.volume == pytest.approx(trimesh.Trimesh(part.vertices, part.faces).volume, rel=1e-3)


def test_normals_have_length_one_and_point_outward() -> None:
    vertices, normals, faces = creased(BIRD[1])
    assert np.linalg.norm(normals, axis=1) == pytest.approx(np.ones(len(normals)), abs=1e-5)
    corners = vertices[faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.einsum("fa,fca->fc", flat, normals[faces]) > 0).all()


def test_the_normals_are_in_the_file() -> None:
    data = glb(BIRD)
    found = document(data)
    start = 20 + struct.unpack("<I", data[12:16])[0] + 8
    for mesh, part in zip(found["meshes"], BIRD, strict=True):
        accessor = found["accessors"][mesh["primitives"][0]["attributes"]["NORMAL"]]
        view = found["bufferViews"][accessor["bufferView"]]
        stored = np.frombuffer(data, "<f4", 3 * accessor["count"], start + view["byteOffset"]).reshape(-1, 3)
        assert np.array_equal(stored, creased(part)[1])


def test_a_box_keeps_its_edges_and_a_ball_has_none() -> None:
    box = trimesh.creation.box((0.5, 0.5, 0.5))
    vertices, _, _ = creased(PartMesh("box", box.vertices.astype(np.float32), box.faces.astype(np.int32)))
    assert len(vertices) == 24
    ball = trimesh.creation.icosphere(subdivisions=3)
    vertices, _, _ = creased(PartMesh("ball", ball.vertices.astype(np.float32), ball.faces.astype(np.int32)))
    assert len(vertices) == len(ball.vertices)


def test_equal_parts_give_equal_bytes() -> None:
    again = shape(read("flying bird"), quality="draft")
    assert glb(BIRD) == glb(again)


def test_no_parts_are_no_file() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        glb(())


def test_points_read_back_from_ply_as_they_were() -> None:
    cloud = sample(BIRD, 2048, seed=0)
    data = ply(cloud)
    head, body = data.split(b"end_header\n", 1)
    assert head.decode().splitlines() == [
        "ply",
        "format binary_little_endian 1.0",
        "element vertex 2048",
        *(f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz")),
        "property uchar part_id",
    ]
    rows = np.frombuffer(body, np.dtype([("xyz", "<f4", 3), ("normal", "<f4", 3), ("part_id", "u1")]))
    assert np.array_equal(rows["xyz"], cloud.xyz)
    assert np.array_equal(rows["normal"], cloud.normals)
    assert np.array_equal(rows["part_id"], cloud.part_id)
    assert len(trimesh.load(io.BytesIO(data), file_type="ply").vertices) == 2048


def test_points_read_back_from_npz_with_the_names_of_their_parts() -> None:
    cloud = sample(BIRD, 512, seed=0)
    data = npz(cloud, part_names=NAMES)
    with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
        assert loaded["part_names"].tolist() == NAMES
        assert np.array_equal(loaded["points"], cloud.xyz)
        assert np.array_equal(loaded["normals"], cloud.normals)
        assert loaded["part_id"].dtype == np.uint8
    assert data == npz(cloud, part_names=NAMES)
