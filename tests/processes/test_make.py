"""`lumen make`: words in, files out, and nothing left behind."""

import io
import json
import os
import signal
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cli.convert import NAMES
from models.mesh.formats import FORMATS
from models.mesh.load import parts_of
from models.templates import TEMPLATES
from tests.house import House
from tests.waiting import gone, until

BIRD = ["head", "body", "left_wing", "right_wing", "tail", "legs"]


def make(house: House, out: str, *args: str) -> dict[str, bytes]:
    house.lumen("make", *args, "--out", str(house.folder / out))
    return {path.name: path.read_bytes() for path in (house.folder / out).iterdir()}


def scene(glb: bytes) -> dict[str, Any]:
    """The JSON chunk."""
    magic, version, length = struct.unpack_from("<4sII", glb)
    assert (magic, version, length) == (b"glTF", 2, len(glb))
    size, kind = struct.unpack_from("<I4s", glb, 12)
    assert kind == b"JSON"
    document: dict[str, Any] = json.loads(glb[20 : 20 + size])
    return document


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make(House(tmp_path_factory.mktemp("house")), "out", "flying", "bird")


def test_a_flying_bird_has_the_files_of_a_result(files: dict[str, bytes]) -> None:
    assert set(files) == {"object.glb", "points.ply", "points.npz", "preview.png", "report.json"}


def test_the_mesh_comes_in_other_formats_too(tmp_path: Path) -> None:
    made = make(
        House(tmp_path), "out", "cup", "--quality", "draft", "--format", "stl", "--format", "obj", "--format", "ply"
    )
    parts = parts_of(made["object.glb"])
    others = ("obj", "ply", "stl")
    assert {made[FORMATS[name].file] == FORMATS[name].write(parts) for name in others} == {True}
    assert set(NAMES) == set(others) == set(FORMATS) - {"glb"}


def test_the_glb_has_a_node_a_mesh_and_a_material_per_part(files: dict[str, bytes]) -> None:
    document = scene(files["object.glb"])
    assert [node["name"] for node in document["nodes"]] == BIRD
    assert [document["meshes"][node["mesh"]]["extras"]["part_name"] for node in document["nodes"]] == BIRD
    assert len(document["materials"]) == len(BIRD)


def test_the_points_are_labelled_every_one(files: dict[str, bytes]) -> None:
    with np.load(io.BytesIO(files["points.npz"])) as cloud:
        assert (cloud["points"].shape, cloud["points"].dtype) == ((2048, 3), np.float32)
        assert cloud["normals"].shape == (2048, 3)
        assert (cloud["part_id"].shape, cloud["part_id"].dtype) == ((2048,), np.uint8)
        assert cloud["part_names"].tolist() == BIRD
        assert set(cloud["part_id"].tolist()) == set(range(len(BIRD))), "no part without a point"
    header = files["points.ply"].partition(b"end_header\n")[0].decode()
    assert "element vertex 2048" in header


def test_the_picture_is_a_picture_of_something(files: dict[str, bytes]) -> None:
    with Image.open(io.BytesIO(files["preview.png"])) as picture:
        assert min(picture.size) >= 256
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 100


def test_the_report_tells_how_it_was_made(files: dict[str, bytes]) -> None:
    report = json.loads(files["report.json"])
    assert (report["template"], report["route"], report["refusals"]) == ("bird", "procedural", [])
    assert [part["name"] for part in report["parts"]] == BIRD == list(TEMPLATES["bird"].parts)
    assert report["mesh"]["watertight"] is True
    assert sum(part["points"] for part in report["parts"]) == report["points"] == 2048
    assert report["concept"]["verb"] == "flying"
    assert set(report["seconds"]) >= {"plan", "shape", "clean", "points", "export", "preview"}


def timeless(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != "report.json"}  # it has seconds in it


def test_equal_requests_are_equal_to_the_byte_and_another_seed_is_another_bird(
    files: dict[str, bytes], house: House
) -> None:
    assert timeless(make(house, "again", "flying bird")) == timeless(files)
    other = make(house, "other", "flying", "bird", "--seed", "1", "--quality", "draft")
    third = make(house, "third", "flying", "bird", "--seed", "2", "--quality", "draft")
    assert all(other[name] != third[name] for name in timeless(other))


def test_words_of_any_script_are_only_words(house: House) -> None:
    words = "🐈 кот'; DROP TABLE documents; -- <script>"
    made = house.json("make", words, "--quality", "draft", "--out", str(house.tmp))
    assert made["status"] == "succeeded"
    assert made["input"]["prompt"] == words


def test_it_leaves_nothing_but_the_files(house: House) -> None:
    house.lumen("make", "tree", "--quality", "draft", "--out", str(house.folder / "out"))
    assert house.left_behind() == []
    assert not house.data.exists()


def test_ctrl_c_ends_it_at_once_with_all_it_started(house: House) -> None:
    making = house.start("make", "cat", "--quality", "high", "--points", "65536", "--out", str(house.folder / "out"))
    models = making.models()
    os.kill(models, signal.SIGSTOP)
    until(lambda: "queued" in making.said() or "running" in making.said(), "the job is on its way")
    making.send(signal.SIGINT)
    assert making.ended() == 130
    until(lambda: gone(models), "the model child is gone")
    assert "Traceback" not in making.said()
    assert house.left_behind() == []
    assert not Path(house.folder / "out").exists()
