"""What makes each bird, each fish and each plant what it is. What holds for all is in test_every_look.py."""

import numpy as np
import pytest
import trimesh

from models.procedural.bird.head import CRESTS
from models.procedural.make import KINDS
from models.procedural.plant.crowns import CROWNS
from models.templates import TEMPLATES
from tests.shapes import pieces, points


def named(template: str, look: str, part: str, verb: str = "") -> np.ndarray:
    return points(template, look, part, verb=verb)


def size(template: str, look: str, part: str, axis: int = 1, verb: str = "") -> float:
    """How far a piece reaches along an axis, where the longest side of the whole is 1."""
    return float(np.ptp(named(template, look, part, verb)[:, axis]))


def whole(template: str, look: str, verb: str = "") -> np.ndarray:
    return points(template, look, verb=verb)


def test_every_way_to_be_crested_or_crowned_is_worn() -> None:
    def worn(template: str, name: str) -> set[str]:
        kind = KINDS[template]
        return {row[name] for row in kind.looks.values() if name in row} | {getattr(kind.default, name)}

    assert worn("bird", "crest_form") == set(CRESTS)
    assert worn("plant", "crown") == set(CROWNS)


def test_a_beak_comes_off_the_head_and_a_head_without_one_is_left() -> None:
    assert list(TEMPLATES["bird"].partition(8))[:2] == ["head", "beak"]
    assert TEMPLATES["bird"].partition(6)["head"] == ("head", "beak")
    for look in ("owl", "duck", "toucan", "flamingo", "penguin"):
        assert named("bird", look, "beak")[:, 2].max() > named("bird", look, "head")[:, 2].max() - 0.02, look


def test_a_hummingbird_is_no_ostrich() -> None:
    def beak_to_leg(look: str) -> float:
        return size("bird", look, "beak", 2) / size("bird", look, "left_leg")

    assert beak_to_leg("hummingbird") > 10 * beak_to_leg("ostrich")
    assert size("bird", "ostrich", "left_leg") > 0.35
    assert size("bird", "hummingbird", "left_wing", 0) > 3 * size("bird", "ostrich", "left_wing", 0)


@pytest.mark.parametrize("look", ["stork", "heron", "crane", "flamingo"])
def test_waders_stand_on_long_legs(look: str) -> None:
    assert size("bird", look, "left_leg") > 1.7 * size("bird", "duck", "left_leg")


@pytest.mark.parametrize(
    "look, plain, axis",
    [
        ("peacock", "quail", 0),
        ("turkey", "chicken", 0),
        ("rooster", "chicken", 1),
        ("swallow", "", 2),
        ("parrot", "", 1),
    ],
)
def test_some_birds_are_known_by_their_tails(look: str, plain: str, axis: int) -> None:
    assert size("bird", look, "tail", axis) > 1.25 * size("bird", plain, "tail", axis)


def test_bills_are_as_told_apart_as_birds() -> None:
    long, short = (size("bird", look, "beak", 2) for look in ("pelican", "owl"))
    assert long > 3 * short
    assert size("bird", "toucan", "beak") > 2 * size("bird", "crow", "beak")
    duck, crow = (size("bird", look, "beak", 0) / size("bird", look, "beak") for look in ("duck", "crow"))
    assert duck > 1.5 * crow


@pytest.mark.parametrize("look", ["", "eagle", "gull", "owl", "stork", "swallow"])
def test_a_perched_bird_spreads_its_wings_to_fly(look: str) -> None:
    perched, flying = (size("bird", look, "left_wing", 0, verb) for verb in ("", "flying"))
    assert flying > 2 * perched
    legs = named("bird", look, "left_leg", "flying")
    assert legs[:, 2].mean() < whole("bird", look, "flying")[:, 2].mean() + 0.05, "legs trail"


def test_a_penguin_keeps_its_flippers_in_flight() -> None:
    assert (
        size("bird", "penguin", "left_wing", 0, "flying") < 0.5 * size("bird", "gull", "left_wing", 0, "flying") + 0.2
    )
    assert size("bird", "penguin", "left_wing", 0, "flying") > size("bird", "penguin", "left_wing", 0)


def test_an_eating_bird_lowers_its_head() -> None:
    up, down = (named("bird", "flamingo", "beak", verb)[:, 1].min() for verb in ("standing", "eating"))
    assert down < 0.45 * up


@pytest.mark.parametrize("look", ["whale", "sperm whale", "dolphin", "orca", "narwhal", "manatee"])
def test_what_breathes_air_has_flukes_that_lie(look: str) -> None:
    assert size("fish", look, "tail_fin", 0) > 1.5 * size("fish", look, "tail_fin", 1)


@pytest.mark.parametrize("look", ["shark", "tuna", "goldfish", "salmon", "swordfish"])
def test_a_fish_tail_stands(look: str) -> None:
    assert size("fish", look, "tail_fin", 1) > 1.5 * size("fish", look, "tail_fin", 0)


def test_fish_are_told_apart_by_their_bodies() -> None:
    def slim(look: str) -> float:
        return size("fish", look, "body", 1) / float(np.ptp(whole("fish", look)[:, 2]))

    assert slim("eel") < 0.5 * slim("pike") < 0.5 * slim("") < 0.6 * slim("angelfish")
    assert size("fish", "orca", "dorsal_fin") > 1.6 * size("fish", "dolphin", "dorsal_fin")
    assert size("fish", "manta", "left_pectoral_fin", 0) > 2.5 * size("fish", "shark", "left_pectoral_fin", 1)
    assert size("fish", "hammerhead", "head", 0) > 1.5 * size("fish", "shark", "head", 0)
    assert size("fish", "swordfish", "head", 2) > 1.4 * size("fish", "tuna", "head", 2)


def test_trees_are_told_apart_by_their_outlines() -> None:
    def wide(look: str) -> float:
        crown = named("plant", look, "canopy")
        return float(np.ptp(crown[:, 0]) / np.ptp(crown[:, 1]))

    assert wide("cypress") < 0.5 * wide("birch") < 0.5 * wide("oak") < 0.5 * wide("acacia")
    foot = {look: named("plant", look, "canopy")[:, 1].min() for look in ("", "willow", "palm", "bush")}
    assert foot["willow"] < 0.5 * foot[""]
    assert foot["bush"] < 0.2


def test_a_crown_is_many_leaves() -> None:
    crown = next(part for part in pieces("plant", "oak") if part.name == "canopy")
    assert trimesh.Trimesh(crown.vertices, crown.faces, process=False).body_count > 300


@pytest.mark.parametrize("look", sorted(KINDS["plant"].looks))
def test_a_plant_stands_on_its_trunk(look: str) -> None:
    assert named("plant", look, "trunk")[:, 1].min() < 0.02
