"""Prompts of more than a noun phrase: clauses, styles, places, and who does what."""

import pytest

from models.concept import read


@pytest.mark.parametrize(
    "prompt, matched",
    [
        ("bodybuilder lifting weights", "bodybuilder"),
        ("pirate digging treasure", "pirate"),
        ("bomber dropping bombs", "bomber"),
        ("bear riding a bike", "bear"),
        ("cat riding skateboard", "cat"),
        ("horse riding boots", "riding boot"),
        ("bird watching binoculars", "binoculars"),
        ("bride wedding dress", "wedding dress"),
        ("dog grooming clippers", "clipper"),
        ("old fisherman mending nets", "fisherman"),
        ("chef carving knife", "carving knife"),
        ("king building blocks", "building block"),
        ("horse riding a bike", "horse"),
        ("horse racing helmet", "helmet"),
        ("boy running away", "boy"),
        ("dog growling mat", "mat"),
        ("man-eating plant", "plant"),
    ],
)
def test_people_do_what_a_gerund_says_but_a_thing_may_be_made_for_it(prompt: str, matched: str) -> None:
    assert read(prompt).matched == matched


@pytest.mark.parametrize(
    "prompt, matched",
    [
        ("a photorealistic elephant, highly detailed, 4k", "elephant"),
        ("cute, fluffy cat", "cat"),
        ("old, rusty pickup", "pickup"),
        ("dark brown, horse", "horse"),
        ("in the forest, a deer", "deer"),
        ("vase, flowers", "vase"),
        ("birdhouse, robin on the roof", "birdhouse"),
        ("my dog. he is happy", "dog"),
        ("(red) car", "car"),
        ("St. Bernard", "st bernard"),
        ("digital art, dragon", "dragon"),
    ],
)
def test_of_several_clauses_the_first_that_names_a_thing_counts(prompt: str, matched: str) -> None:
    assert read(prompt).matched == matched


@pytest.mark.parametrize("prompt", ["racing red horse", "horse racing", "horse racing across a field"])
def test_a_horse_that_races_is_no_thing_for_racers(prompt: str) -> None:
    assert (read(prompt).template, read(prompt).verb) == ("quadruped", "running")


def test_what_it_does_may_stand_behind_a_comma() -> None:
    assert (read("a robin, flying home").verb, read("a robin, flying home").matched) == ("flying", "robin")


@pytest.mark.parametrize(
    "prompt, matched",
    [
        ("low poly wolf", "wolf"),
        ("low-poly wolf 3D model", "wolf"),
        ("voxel art of a sheep", "sheep"),
        ("concept art of a dragon", "dragon"),
        ("dragon stl file", "dragon"),
        ("close-up of a tiger", "tiger"),
    ],
)
def test_a_style_is_left_out(prompt: str, matched: str) -> None:
    assert (read(prompt).matched, read(prompt).how) == (matched, "head noun")


@pytest.mark.parametrize("prompt", ["voxel art", "3D", "3d model 4k"])
def test_a_style_alone_is_an_object(prompt: str) -> None:
    assert read(prompt).template == "object"


@pytest.mark.parametrize(
    "prompt, matched",
    [
        ("cable car san francisco", "cable car"),
        ("bus london", "bus"),
        ("yellow taxi new york", "taxi"),
        ("eiffel tower paris", "eiffel tower"),
        ("london", "london"),
        ("beautiful london", "london"),
        ("wild turkey", "turkey"),
        ("texas longhorn", "texas longhorn"),
    ],
)
def test_a_place_said_last_is_where_it_stands(prompt: str, matched: str) -> None:
    assert read(prompt).matched == matched


@pytest.mark.parametrize("prompt", ["bird of paradise flower", "red bird of paradise flower"])
def test_a_preposition_inside_an_entry_ends_no_phrase(prompt: str) -> None:
    assert read(prompt).template == "plant"
