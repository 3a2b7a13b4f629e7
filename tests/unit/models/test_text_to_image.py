"""What the stage asks a model to draw, and with what when memory runs out. Nothing is drawn: that is tests/tiny's."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models.craft import Craft
from models.model import Model
from models.policy import Value
from models.stage import SEEDS, Brief, Stage
from models.text_to_image import TextToImage, concept_words, prompted

FRAME = "{concept}, plain white background"
MODEL = Model("toy", "ada/toy", "1f2e", (), Path("toy"))


def stage_of(px: int = 512) -> Stage:
    return TextToImage(Craft(image_prompt=FRAME, image_steps=2, image_guidance=1.5, image_px=px), MODEL)


def test_the_parameters_are_all_that_the_picture_depends_on() -> None:
    assert stage_of().params(Brief(prompt="bird", verb="flying", seed=3, reseed=2)) == {
        "prompt": "flying bird, plain white background",
        "steps": 2,
        "guidance": 1.5,
        "px": 512,
        "seed": 5,
        "model": "toy@1f2e",
    }


def test_what_is_made_of_the_picture_later_does_not_change_the_parameters() -> None:
    brief = Brief(prompt="bird")
    later = replace(brief, quality="high", num_parts=3, points=256)
    assert stage_of().params(later) == stage_of().params(brief)


def test_an_attempt_after_a_refusal_draws_with_another_seed_within_bounds() -> None:
    seeds = [stage_of().params(Brief(prompt="bird", seed=SEEDS - 1, reseed=reseed))["seed"] for reseed in range(2)]
    assert seeds == [SEEDS - 1, 0]


def test_it_reads_nothing_and_names_its_weights() -> None:
    assert (stage_of().reads, stage_of().models) == ((), (MODEL,))


@pytest.mark.parametrize(
    "prompt, verb, words",
    [
        ("bird", "", "bird"),
        ("bird", "flying", "flying bird"),
        ("bird", "fly", "flying bird"),
        ("bird", "juggling", "juggling bird"),
        ("bird", "standing  up", "standing up bird"),
        ("flying bird", "flying", "flying bird"),
        ("Flying bird", "fly", "Flying bird"),
        ("bird, flying", "FLYING", "bird, flying"),
        ("a bird that flies", "flies", "a bird that flies"),
        ("firefly", "fly", "flying firefly"),
        ("a bird", "flying", "flying bird"),
        ("The old  bird", "flying", "flying old bird"),
        ("A", "flying", "flying A"),
        ("an", "flying", "flying an"),
        (" a\n bird ", " ", "a bird"),
        ("猫", "sleeping", "sleeping 猫"),
        ("飞鸟", "飞", "飞 飞鸟"),
        ("c++ (logo)", "(logo)", "c++ (logo)"),
    ],
)
def test_the_verb_stands_before_the_prompt_unless_the_prompt_has_it(prompt: str, verb: str, words: str) -> None:
    assert concept_words(prompt, verb) == words


@pytest.mark.parametrize("words", ["{concept}", "a {0} bird", "{", "}{", "{{bird}}", r"\g<0>", "100 % 鳥 🐦"])
def test_the_words_stand_in_the_frame_as_they_are(words: str) -> None:
    assert prompted(FRAME, words) == f"{words}, plain white background"
    assert prompted("3D render of {concept} {1}", words) == f"3D render of {words} {{1}}"


@pytest.mark.parametrize(
    "px, rungs",
    [(1024, [768, 512, 384]), (512, [384]), (640, [512, 384]), (1000, [768, 512, 384]), (384, []), (64, [])],
)
def test_without_memory_it_is_drawn_smaller_whatever_width_was_chosen(px: int, rungs: list[int]) -> None:
    stage = stage_of(px)
    params: dict[str, Value] | None = dict(stage.params(Brief(prompt="bird")))
    first, taken = params, []
    while (params := stage.policy.smaller(params or {})) is not None:
        taken.append(params["px"])
        assert params == {**(first or {}), "px": taken[-1]}, "nothing else changes"
    assert taken == rungs


def test_the_stage_is_light_to_hold() -> None:
    heavy = "{'numpy', 'PIL', 'torch', 'diffusers', 'transformers'} & set(sys.modules)"
    code = f"import sys; from models.text_to_image import TextToImage; print(sorted({heavy}))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
