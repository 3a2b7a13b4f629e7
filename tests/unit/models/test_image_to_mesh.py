"""Hunyuan3D's stage as the parent process holds it, and what is done with a mesh once there is one."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from models.craft import Craft
from models.errors import Refused
from models.image_to_mesh import ImageToMesh, in_place
from models.mesh.measure import volume
from models.mesh.topology import watertight
from models.model import Model
from models.stage import Brief
from models.stages import FACES_MAX
from tests.meshes import a_mesh

MODEL = Model("hunyuan3d-2mini-turbo", "ada/hunyuan3d", "1f2e", (), Path("nowhere"))
STAGE = ImageToMesh(Craft(), MODEL)


def a_ball(fine: int = 3, radius: float = 1.0, at: tuple[float, float, float] = (0, 0, 0)) -> trimesh.Trimesh:
    return trimesh.creation.icosphere(fine, radius).apply_translation(at)


def test_the_parameters_are_the_crafts_the_seed_and_the_revision() -> None:
    craft = Craft(mesh_steps=10, mesh_guidance=4.0, mesh_octree=512, mesh_chunk=8000)
    assert ImageToMesh(craft, MODEL).params(Brief(seed=3, reseed=2)) == {
        "steps": 10,
        "guidance": 4.0,
        "octree": 512,
        "chunk": 8000,
        "faces_max": FACES_MAX["standard"],
        "seed": 5,
        "model": "hunyuan3d-2mini-turbo@1f2e",
    }


def test_words_and_points_do_not_miss_the_shelf() -> None:
    assert STAGE.params(Brief(prompt="bird", points=256)) == STAGE.params(Brief(prompt="cat", points=512))


@pytest.mark.parametrize("asked, used", [(128, 128), (256, 256), (380, 256), (512, 256)])
def test_the_grid_of_a_draft_is_never_finer_than_256(asked: int, used: int) -> None:
    assert ImageToMesh(Craft(mesh_octree=asked), MODEL).params(Brief(quality="draft"))["octree"] == used


@pytest.mark.parametrize("quality", FACES_MAX)
def test_what_every_quality_asks_for_has_a_rung_below_it(quality: str) -> None:
    params = STAGE.params(Brief(quality=quality))
    smaller = STAGE.policy.smaller(params)
    assert smaller is not None
    assert {name for name in params if params[name] != smaller[name]} == {"octree", "chunk"}


def test_a_mesh_comes_into_its_place_unturned() -> None:
    """What is up in hy3dgen's frame is up in ours, what looks along z looks along z, and nothing is mirrored."""
    box = trimesh.creation.box((0.4, 1.6, 0.8)).apply_translation((0.3, -0.2, 0.1))
    nose = a_ball(2, 0.15, (0.45, 0.55, 0.5))  # at the upper front, to its own left
    (part,) = in_place(trimesh.util.concatenate([box, nose]), 10_000).parts
    assert np.ptp(part.vertices, axis=0) == pytest.approx([0.25, 1, 0.5], abs=0.08)
    nose_at = part.vertices[8:].mean(axis=0)
    assert nose_at[0] > 0.05
    assert nose_at[1] > 0.9
    assert nose_at[2] > 0.15


def test_more_faces_than_allowed_are_simplified_and_a_closed_surface_stays_closed() -> None:
    (part,) = in_place(a_ball(5), 2000).parts
    assert len(part.faces) == 2000
    assert watertight(part)
    assert volume(part) == pytest.approx(np.pi / 6, rel=0.02)


def test_faces_that_look_inward_are_turned() -> None:
    (part,) = in_place(a_ball().invert(), 10_000).parts
    assert a_mesh(part).volume > 0


def test_a_speck_in_the_air_is_dropped_and_an_eye_on_the_body_is_kept() -> None:
    body, eye, speck = a_ball(4), a_ball(1, 0.02, (0, 0, 1.01)), a_ball(1, 0.02, (0.95, 0.95, 0.95))
    cleaned = in_place(trimesh.util.concatenate([body, eye, speck]), 10_000)
    assert len(cleaned.parts[0].faces) == len(body.faces) + len(eye.faces)
    assert cleaned.notes == (f"whole: 1 speck away from the rest dropped ({len(speck.faces)} faces)",)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_mesh_that_nothing_can_mend_is_refused_with_the_reason(value: float) -> None:
    ball = a_ball()
    ball.vertices = np.full_like(ball.vertices, value)
    with pytest.raises(Refused, match=r"^whole: 642 of 642 vertices are NaN or infinite$"):
        in_place(ball, 10_000)
