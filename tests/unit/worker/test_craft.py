"""The settings of the craft have the names and the defaults that the environment's have."""

from pathlib import Path

import pytest

from jobs.errors import SettingsInvalid
from jobs.settings import CraftSettings, Settings
from models.craft import NAMES, Craft
from worker.craft import craft_of

BAD = {
    "LUMEN_IMAGE_MODEL": "../weights",
    "LUMEN_IMAGE_REVISION": "main",
    "LUMEN_IMAGE_STEPS": "0",
    "LUMEN_IMAGE_GUIDANCE": "21",
    "LUMEN_IMAGE_PX": "511",
    "LUMEN_IMAGE_PROMPT": "a bird",
    "LUMEN_REMOVER": "scissors",
    "LUMEN_PARTS_STEPS": "201",
    "LUMEN_PARTS_GUIDANCE": "-1",
    "LUMEN_PARTS_TOKENS": "63",
    "LUMEN_PARTS_DEPTH": "10",
    "LUMEN_MESH_STEPS": "101",
    "LUMEN_MESH_GUIDANCE": "nan",
    "LUMEN_MESH_OCTREE": "513",
    "LUMEN_MESH_CHUNK": "999",
    "LUMEN_SEGMENTER": "eyes",
    "LUMEN_BOX_SCORE_MIN": "1.1",
    "LUMEN_TEXT_SCORE_MIN": "-0.1",
    "LUMEN_DEVICE": "tpu",
    "LUMEN_OFFLOAD": "disk",
    "LUMEN_LOAD": "never",
}
NO_BOUNDS = {"routes", "weights", "accept_licenses", "partcrafter"}  # names and folders; looked at where they are used


def test_both_have_the_same_names_and_defaults() -> None:
    assert set(NAMES) == set(CraftSettings.model_fields)
    assert craft_of(Settings()) == Craft()


def test_what_is_set_arrives_in_the_child() -> None:
    env = {"LUMEN_IMAGE_STEPS": "2", "LUMEN_ACCEPT_LICENSES": "one, two", "LUMEN_WEIGHTS": "/mnt/weights"}
    craft = Craft.from_json(craft_of(Settings.from_env(env)).as_json())
    assert (craft.image_steps, craft.accept_licenses, craft.weights) == (2, ("one", "two"), "/mnt/weights")
    assert craft_of(Settings(weights=Path("there"))).weights == "there"


@pytest.mark.parametrize("name", BAD)
def test_a_setting_outside_its_bounds_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        Settings.from_env({name: BAD[name]})


def test_every_setting_of_the_craft_has_a_bound_that_is_tried() -> None:
    assert {name.removeprefix("LUMEN_").lower() for name in BAD} == set(NAMES) - NO_BOUNDS
