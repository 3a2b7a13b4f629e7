"""What makes each animal and each figure what it is. What holds for all is in test_every_look.py."""

from dataclasses import replace

import numpy as np
import pytest

from models.procedural.biped.hats import HATS
from models.procedural.biped.head import EYES
from models.procedural.kit.solids import draw
from models.procedural.make import KINDS, QUALITIES
from models.procedural.quadruped.ears import EARS
from models.procedural.quadruped.horns import ANTLERS
from models.procedural.quadruped.legs import FEET
from models.procedural.quadruped.wings import WINGS
from tests.shapes import complaints, pieces, points


def size(look: str, part: str, axis: int = 1, template: str = "quadruped", verb: str = "") -> float:
    """How far a piece reaches along an axis, where the longest side of the whole is 1."""
    return float(np.ptp(named(look, part, template, verb)[:, axis]))


def named(look: str, part: str, template: str = "quadruped", verb: str = "") -> np.ndarray:
    return points(template, look, part, verb=verb)


@pytest.mark.parametrize(
    "template, name, choices",
    [
        ("quadruped", "ears", {*EARS, "round", "none"}),
        ("quadruped", "foot", {*FEET}),
        ("quadruped", "antlers", {*ANTLERS, "none"}),
        ("quadruped", "wing", {*WINGS}),
        ("quadruped", "nose", {"button", "nostrils", "disc", "none"}),
        ("biped", "hat", {*HATS, "none"}),
        ("biped", "eyes", {*EYES}),
    ],
)
def test_every_choice_of_a_word_is_seen_in_some_look(template: str, name: str, choices: set[str]) -> None:
    kind = KINDS[template]
    assert {getattr(replace(kind.default, **row), name) for row in ({}, *kind.looks.values())} == choices


@pytest.mark.parametrize(
    "more, less, part, axis",
    [
        ("giraffe", "horse", "neck", 1),
        ("brachiosaurus", "triceratops", "neck", 1),
        ("squirrel", "hamster", "tail", 1),
        ("crocodile", "lizard", "head", 2),
        ("greyhound", "dachshund", "front_left_leg", 1),
        ("deer", "doe", "head", 1),
        ("moose", "doe", "head", 0),
        ("elephant", "hippo", "head", 0),
        ("rabbit", "mouse", "head", 1),
        ("tyrannosaurus", "dinosaur", "back_left_leg", 1),
    ],
)
def test_what_an_animal_is_known_by_is_larger_than_in_others(more: str, less: str, part: str, axis: int) -> None:
    assert size(more, part, axis) > 1.2 * size(less, part, axis)


def test_humps_shells_and_plates_stand_above_the_legs_of_their_animals() -> None:
    assert size("camel", "body") > 1.3 * size("giraffe", "body")
    assert size("tortoise", "body", 0) > size("lizard", "body", 0)
    assert size("stegosaurus", "body") > 1.3 * size("dinosaur", "body")


def test_short_arms_hang_and_long_legs_stand() -> None:
    for look in ("kangaroo", "squirrel", "tyrannosaurus"):
        assert named(look, "front_left_leg")[:, 1].min() > 0.15
        assert named(look, "back_left_leg")[:, 1].min() < 0.01


@pytest.mark.parametrize("look", ["", "horse", "elephant", "crocodile"])
def test_who_stands_has_all_feet_on_the_ground(look: str) -> None:
    feet = [part.vertices[:, 1].min() for part in pieces("quadruped", look, "standing") if part.name.endswith("leg")]
    assert len(feet) == 4
    assert max(feet) < 0.03


def test_who_sleeps_lies_and_who_sits_has_its_rump_down() -> None:
    assert named("", "body", verb="sleeping")[:, 1].min() < 0.02
    rear, front = (named("", name, verb="sitting")[:, 1].max() for name in ("back_left_leg", "front_left_leg"))
    assert rear < front


def test_who_eats_has_its_mouth_at_the_ground() -> None:
    for look in ("", "horse", "cow", "giraffe", "sheep"):
        assert named(look, "head", verb="eating")[:, 1].min() < 0.12


def test_a_pose_keeps_what_a_look_is() -> None:
    assert size("giraffe", "neck", verb="running") > 1.5 * size("horse", "neck", verb="running")
    assert named("gorilla", "left_arm", "biped", "walking")[:, 1].min() < 0.25


def test_hands_end_arms_and_feet_end_legs() -> None:
    for look in ("man", "woman", "robot", "astronaut"):
        assert named(look, "left_hand", "biped")[:, 1].min() < named(look, "left_arm", "biped")[:, 1].min()
        assert named(look, "left_foot", "biped")[:, 1].min() < named(look, "left_leg", "biped")[:, 1].min()


def test_people_are_told_apart_by_what_they_wear() -> None:
    assert size("queen", "torso", 0, "biped") > 1.4 * size("man", "torso", 0, "biped")
    assert size("wizard", "head", 1, "biped") > 1.5 * size("man", "head", 1, "biped")
    assert size("astronaut", "torso", 2, "biped") > 1.3 * size("man", "torso", 2, "biped")
    assert size("knight", "right_hand", 2, "biped") > 3 * size("man", "right_hand", 2, "biped")


def test_a_sleeper_lies_on_its_back_with_empty_hands() -> None:
    everything = points("biped", "knight", verb="sleeping")
    high, long = np.ptp(everything[:, 1]), np.ptp(everything[:, 2])
    assert long > 2 * high


@pytest.mark.parametrize("look", ["doe", "zebra"])
def test_a_narrow_neck_is_not_cut_off_where_it_leaves_the_shoulders(look: str) -> None:
    # Only the finest grid is tight enough about a part to show it.
    assert complaints("quadruped", look, quality="high") == []


WINGED = sorted(look for look, row in KINDS["quadruped"].looks.items() if "wings" in row)


def test_what_flies_in_tales_has_wings() -> None:
    assert {"dragon", "griffin", "pegasus"} <= set(WINGED)


@pytest.mark.parametrize("look", WINGED)
def test_wings_stand_out_of_the_body_and_spread_in_flight(look: str) -> None:
    standing, flying = (size(look, "body", 0, verb=verb) for verb in ("standing", "flying"))
    assert standing > 2 * size(look, "back_left_leg", 0)
    assert flying > 1.15 * standing


@pytest.mark.parametrize("look", WINGED)
def test_who_flies_trails_its_hind_legs(look: str) -> None:
    behind, before = (named(look, name, verb="flying")[:, 1].min() for name in ("back_left_leg", "front_left_leg"))
    assert behind > before
    assert complaints("quadruped", look, "flying") == []


def test_a_dragon_ends_in_a_barb_and_is_spiked_to_it() -> None:
    tail = named("dragon", "tail")
    end = tail[tail[:, 2] < tail[:, 2].min() + 0.06]
    assert np.ptp(end[:, 0]) > 0.06
    assert KINDS["quadruped"].looks["dragon"]["spikes"] > 6


def test_a_griffin_has_an_eagles_beak_before_a_lions_body() -> None:
    long, wide = (size("griffin", "head", axis) / size("winged lion", "head", axis) for axis in (2, 0))
    assert long > 1.1 * wide


def test_apes_walk_on_their_knuckles_and_have_ears_that_stand_off() -> None:
    for look in ("gorilla", "chimpanzee"):
        assert named(look, "left_hand", "biped")[:, 1].min() < 0.12
    ears = {look: size(look, "head", 0, "biped") / size(look, "head", 1, "biped") for look in ("chimpanzee", "man")}
    assert ears["chimpanzee"] > 1.1 * ears["man"]


def test_an_aliens_eyes_are_slanted_and_a_mans_are_not() -> None:
    def rise(look: str) -> float:
        """How much higher the outer corner is than the inner one, in heads."""
        figure = replace(KINDS["biped"].default, **KINDS["biped"].looks[look])
        places = draw(EYES[figure.eyes](figure), QUALITIES["draft"]).vertices
        left = places[places[:, 0] > 0]
        return float(left[left[:, 0].argmax(), 1] - left[left[:, 0].argmin(), 1]) / figure.head

    assert rise("alien") > 0.15
    assert rise("man") < 0.1


@pytest.mark.parametrize(
    "more, less, part, axis",
    [
        ("cheetah", "leopard", "front_left_leg", 1),
        ("leopard", "tiger", "tail", 1),
        ("tiger", "leopard", "head", 0),
        ("horse", "pony", "front_left_leg", 1),
        ("pony", "zebra", "tail", 0),
    ],
)
def test_near_relatives_are_told_apart_by_their_build(more: str, less: str, part: str, axis: int) -> None:
    assert size(more, part, axis) > 1.15 * size(less, part, axis)


def test_a_tigers_ruff_makes_its_face_wider_than_other_cats_have_it() -> None:
    wide = {look: size(look, "head", 0) / size(look, "head", 1) for look in ("tiger", "leopard", "cheetah")}
    assert wide["tiger"] > 1.08 * max(wide["leopard"], wide["cheetah"])


def test_a_zebras_mane_stands_higher_than_a_horses() -> None:
    high = {look: named(look, "neck")[:, 1].max() - named(look, "head")[:, 1].max() for look in ("zebra", "horse")}
    assert high["zebra"] > high["horse"]
