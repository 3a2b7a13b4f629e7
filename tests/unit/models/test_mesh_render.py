"""Rays meet what is there."""

import subprocess
import sys

import numpy as np
import pytest
import trimesh

from models.concept import read
from models.mesh.render import NOTHING, Camera, cast, orbit, project
from models.parts import PartMesh
from models.procedural import shape

CHAIR = shape(read("chair"), quality="draft")


def a_box(name: str, at: tuple[float, float, float], size: float = 0.2) -> PartMesh:
    mesh = trimesh.creation.box((size, size, size))
    mesh.apply_translation(at)
    return PartMesh(name, mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


def test_the_nearer_part_is_seen_and_left_is_left() -> None:
    parts = [a_box("behind", (0, 0, -0.4), 0.6), a_box("left hand", (0.2, 0, 0.2)), a_box("up", (0, 0.2, 0.2))]
    view = cast(parts, orbit(parts, azimuth_deg=0, elevation_deg=0), size_px=64)
    rows, columns = np.nonzero(view.part_id == 1)
    assert columns.mean() > 32, "+X is on the viewer's right when one looks at the front"
    rows, columns = np.nonzero(view.part_id == 2)
    assert rows.mean() < 32, "row 0 is the top"
    assert set(np.unique(view.part_id)) == {NOTHING, 0, 1, 2}


def test_faces_and_normals_are_those_that_were_hit() -> None:
    view = cast(CHAIR, orbit(CHAIR, azimuth_deg=30, elevation_deg=20), size_px=96)
    seen = view.part_id != NOTHING
    assert 0.1 < seen.mean() < 0.9
    assert (view.face_id[~seen] == NOTHING).all()
    assert not view.normal[~seen].any()
    for part_id, face_id, normal in zip(view.part_id[seen], view.face_id[seen], view.normal[seen], strict=True):
        part = CHAIR[part_id]
        a, b, c = part.vertices[part.faces[face_id]].astype(np.float64)
        flat = np.cross(b - a, c - a)
        assert normal == pytest.approx(flat / np.linalg.norm(flat), abs=2e-2)
    assert (np.einsum("sa,sa->s", view.normal[seen], view.rays[seen]) < 1e-3).mean() > 0.99, "we see outsides"


@pytest.mark.parametrize("azimuth, elevation", [(0, 0), (38, 20), (180, -30), (90, 90), (0, -90)])
def test_an_orbiting_camera_shows_everything_in_the_middle(azimuth: float, elevation: float) -> None:
    camera = orbit(CHAIR, azimuth_deg=azimuth, elevation_deg=elevation, margin=0.1)
    left, bottom, width = camera.window
    places = project(camera, np.concatenate([part.vertices for part in CHAIR]).astype(float))
    share = (places - [left, bottom]) / width
    assert share.min() == pytest.approx(0.1, abs=0.001)
    assert share.max() == pytest.approx(0.9, abs=0.001)
    assert (share.min(axis=0) + share.max(axis=0)) / 2 == pytest.approx([0.5, 0.5], abs=0.001)


def test_a_camera_that_looks_away_sees_nothing() -> None:
    away = Camera(eye=(0, 0, 5), target=(0, 0, 10), window=(-1, -1, 2))
    assert (cast(CHAIR, away, size_px=16).part_id == NOTHING).all()


def test_nothing_to_look_at_is_an_error() -> None:
    camera = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))
    with pytest.raises(ValueError, match="no parts"):
        cast((), camera)


def test_what_the_parent_imports_is_light() -> None:
    heavy = {"numpy", "scipy", "skimage", "trimesh", "PIL", "embreex", "torch"}
    code = "import sys, models.concept, models.templates, models.palette; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not heavy & set(out.split())


def test_the_craft_needs_neither_torch_nor_the_slow_half_of_its_libraries() -> None:
    code = "import sys, models.procedural, models.mesh.preview, models.mesh.export; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"torch", "trimesh", "scipy.spatial", "networkx"} & set(out.split())
