"""PartCrafter's stage as the parent process holds it, and what is done with meshes and pictures around the networks."""

import io
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from models.craft import Craft
from models.errors import Refused
from models.image_to_parts import ImageToParts, in_place, on_white, simplified
from models.mesh.measure import volume
from models.mesh.topology import watertight
from models.model import Model
from models.stage import Brief
from models.stages import FACES_MAX
from tests.meshes import a_mesh

MODEL = Model("partcrafter", "ada/partcrafter", "1f2e", (), Path("nowhere"))
STAGE = ImageToParts(Craft(), MODEL)


def nothing_is_said(done: int, total: int, message: str) -> None:
    """For work whose progress a test does not look at."""


def a_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_the_parameters_are_the_crafts_the_seed_and_the_revision() -> None:
    craft = Craft(parts_steps=20, parts_guidance=5.0, parts_tokens=512, parts_depth=7)
    params = ImageToParts(craft, MODEL).params(Brief(seed=3, reseed=2))
    assert params == {
        "steps": 20,
        "guidance": 5.0,
        "tokens": 512,
        "depth": 7,
        "faces_max": FACES_MAX["standard"],
        "seed": 5,
        "model": "partcrafter@1f2e",
    }


def test_words_and_points_do_not_miss_the_shelf() -> None:
    assert STAGE.params(Brief(prompt="bird", points=256)) == STAGE.params(Brief(prompt="cat", points=512))


@pytest.mark.parametrize("asked, used", [(6, 6), (8, 7), (9, 7)])
def test_a_draft_is_never_deeper_than_seven(asked: int, used: int) -> None:
    assert ImageToParts(Craft(parts_depth=asked), MODEL).params(Brief(quality="draft"))["depth"] == used


@pytest.mark.parametrize("quality", FACES_MAX)
def test_what_every_quality_asks_for_has_a_rung_below_it(quality: str) -> None:
    params = STAGE.params(Brief(quality=quality))
    smaller = STAGE.policy.smaller(params)
    assert smaller is not None
    assert {name for name in params if smaller[name] != params[name]} == {"tokens", "depth"}


def test_whatever_is_clear_is_white_whichever_colour_it_hides() -> None:
    picture = on_white(a_png(Image.new("RGBA", (2, 2), (9, 9, 9, 0))))
    assert (picture.mode, picture.getpixel((1, 1))) == ("RGB", (255, 255, 255))


def test_parts_stay_where_they_are_to_each_other_and_stand_together() -> None:
    low, high = trimesh.creation.box((2, 1, 1)), trimesh.creation.box((1, 1, 1)).apply_translation((0, 1, 0))
    parts = in_place([low, high])
    assert [part.name for part in parts] == ["part_0", "part_1"]
    assert [part.vertices[:, 1].min() for part in parts] == [0, 0.5]
    assert np.ptp(parts[0].vertices[:, 0]) == 1


def test_up_and_front_are_what_they_were() -> None:
    nose = trimesh.creation.box((1, 2, 1)).apply_translation((0, 3, 0.2))
    body = trimesh.creation.box((1, 4, 1))
    parts = in_place([nose, body])
    assert parts[0].vertices[:, 1].max() == 1
    assert parts[0].vertices[:, 2].max() > parts[1].vertices[:, 2].max()


@pytest.mark.parametrize("inverted", [False, True])
def test_faces_look_outward_on_whichever_side_the_field_is_positive(inverted: bool) -> None:
    meshes = [trimesh.creation.icosphere(2), trimesh.creation.box((1, 1, 1))]
    parts = in_place([mesh.invert() for mesh in meshes] if inverted else meshes)
    assert all(volume(part) > 0 for part in parts)


def test_a_part_with_nan_is_refused() -> None:
    broken = trimesh.creation.icosphere(1)
    broken.vertices[0] = np.nan
    with pytest.raises(Refused, match="part_1: 1 of 42 vertices are NaN or infinite"):
        in_place([trimesh.creation.icosphere(1), broken])


def test_all_parts_share_the_faces_that_are_allowed_and_stay_closed() -> None:
    parts = in_place([trimesh.creation.icosphere(4), trimesh.creation.icosphere(4).apply_translation((3, 0, 0))])
    steps: list[tuple[int, int, str]] = []
    fewer = simplified(parts, 1000, lambda *step: steps.append(step), begun=90)
    assert sum(len(part.faces) for part in fewer) <= 1000
    assert all(watertight(part) and a_mesh(part).volume > 0 for part in fewer)
    assert steps == [(95, 100, "simplified part 1 of 2"), (100, 100, "simplified part 2 of 2")]


def test_parts_within_their_share_are_left_alone() -> None:
    parts = in_place([trimesh.creation.icosphere(2)])
    assert simplified(parts, 1000, nothing_is_said, begun=0) == parts
