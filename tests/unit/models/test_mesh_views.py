"""Ten views show each side of a thing, as ids and as pictures of it."""

import numpy as np
import pytest
import trimesh

from models.concept import read
from models.mesh.render import NOTHING, Camera, Scene, as_one, face_ids, look
from models.mesh.views import AROUND, PAPER, cameras, shaded, views
from models.parts import PartMesh
from models.procedural import shape

CHAIR = shape(read("chair"), quality="draft")
AHEAD = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))


def a_part(mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh("part", mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


def test_the_id_pass_sees_what_the_full_look_sees() -> None:
    scene, camera = Scene.of(CHAIR), cameras(CHAIR)[1]
    full = look(scene, camera, size_px=96)
    known = full.part_id != NOTHING
    numbered = np.where(known, full.face_id + scene.first_face[full.part_id], NOTHING)
    assert np.mean(face_ids(scene, camera, size_px=96) == numbered) > 0.999, "rays differ in their last bit at an edge"


def test_face_ids_count_through_all_parts_as_one_mesh_does() -> None:
    one = PartMesh("all", *as_one(CHAIR))
    assert np.array_equal(views(CHAIR, size_px=48).face_id, views([one], size_px=48).face_id)


def test_every_face_of_a_ball_is_seen() -> None:
    ball = a_part(trimesh.creation.icosphere(subdivisions=3, radius=0.5))
    assert set(np.unique(views([ball], size_px=128).face_id)) == {NOTHING, *range(len(ball.faces))}


def test_ids_agree_with_trimesh() -> None:
    ball = trimesh.creation.icosphere(subdivisions=2, radius=0.5)
    camera = cameras([a_part(ball)])[2]
    ours = face_ids(Scene.of([a_part(ball)]), camera, size_px=64)
    rays = look(Scene.of([a_part(ball)]), camera, size_px=64).rays.reshape(-1, 3).astype(np.float64)
    theirs = ball.ray.intersects_first(np.broadcast_to(camera.eye, rays.shape), rays)
    assert np.mean(ours.ravel() == theirs) > 0.999


def test_the_cameras_go_round_and_look_from_both_ends() -> None:
    forward = np.array([camera.axes()[2] for camera in cameras(CHAIR)])
    assert len(forward) == AROUND + 2
    assert forward[0, 2] < -0.9, "the first looks at the front"
    assert (forward[:AROUND, 1] > 0).sum() == (forward[:AROUND, 1] < 0).sum() == AROUND // 2
    assert forward[AROUND:, 1] == pytest.approx([-1, 1])
    assert np.abs(forward[:AROUND, [0, 2]].sum(axis=0)) == pytest.approx([0, 0], abs=1e-9)


def test_a_picture_is_grey_on_white_and_no_part_of_the_thing_is_white() -> None:
    seen = views(CHAIR, size_px=64)
    nothing = seen.face_id == NOTHING
    assert (seen.pictures.dtype, seen.pictures.shape) == (np.uint8, (10, 64, 64, 3))
    assert (seen.pictures[nothing] == PAPER).all()
    assert (seen.pictures[~nothing] < PAPER).all()
    assert np.ptp(seen.pictures[~nothing].astype(int), axis=1).max() < 40, "tinted, not coloured"


def test_form_shows_faces_turned_apart_differ_in_tone() -> None:
    box = a_part(trimesh.creation.box((1, 0.6, 0.4)))
    normals = trimesh.Trimesh(box.vertices, box.faces, process=False).face_normals
    for seen, picture in zip(
        *(getattr(views([box], size_px=64), name) for name in ("face_id", "pictures")), strict=True
    ):
        tones = {}
        for face in np.unique(seen[seen != NOTHING]):
            tones.setdefault(tuple(normals[face].round(3)), []).append(picture[seen == face].mean())
        means = sorted(np.mean(tone) for tone in tones.values())
        assert (np.diff(means) > 6).all(), "each side of a box has a tone of its own"


def test_an_inside_out_mesh_looks_the_same() -> None:
    face_id = np.array([[0, NOTHING]])
    normal, middle = np.array([[0.3, 0.4, 0.866]]), np.zeros((1, 3))
    assert np.array_equal(shaded(face_id, normal, middle, AHEAD), shaded(face_id, -normal, middle, AHEAD))


def test_the_same_parts_give_the_same_views() -> None:
    one, other = views(CHAIR, size_px=48), views(shape(read("chair"), quality="draft"), size_px=48)
    assert np.array_equal(one.face_id, other.face_id)
    assert np.array_equal(one.pictures, other.pictures)


def test_nothing_to_look_at_is_an_error() -> None:
    with pytest.raises(ValueError, match="no parts"):
        views(())
    with pytest.raises(ValueError, match="no faces"):
        views([PartMesh("points", np.eye(3, dtype=np.float32), np.zeros((0, 3), np.int32))])
