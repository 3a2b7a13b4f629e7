"""What makes each animal and each figure what it is; every look closed and in one piece, every pose too."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from models.concept import Concept
from models.mesh.check import refuse, volume, watertight
from models.parts import PartMesh
from models.procedural import shape
from models.procedural.biped_hats import HATS
from models.procedural.make import KINDS
from models.procedural.quadruped_ears import EARS
from models.procedural.quadruped_horns import ANTLERS
from models.procedural.quadruped_legs import FEET
from models.templates import TEMPLATES

EVERY = [(template, look) for template in ("quadruped", "biped") for look in ("", *KINDS[template].looks)]

# The looks that are furthest from the default: what is right for them is right for those between.
EXTREME = [("quadruped", "giraffe"), ("quadruped", "kangaroo"), ("biped", "wizard")]

GAP_MAX = 0.02  # parts touch: nowhere is a part further than this from all the others


@cache
def draft(template: str, look: str, verb: str, seed: int = 0) -> tuple[PartMesh, ...]:
    """In the finest cut: whatever is true of pieces is true of what is made of them."""
    concept = Concept(look or template, template, look, 1.0, "exact", verb, look)
    return shape(concept, quality="draft", seed=seed, num_parts=16)


def complaints(template: str, parts: tuple[PartMesh, ...]) -> list[str]:
    found = [reason] if (reason := refuse(parts, TEMPLATES[template].pieces)) else []
    found += [f"{part.name} is not closed" for part in parts if not watertight(part)]
    found += [f"{part.name} is inside out" for part in parts if not volume(part) > 0]
    return found + [f"{part.name} touches nothing" for part in parts if gap(part, parts) > GAP_MAX]


def gap(part: PartMesh, parts: tuple[PartMesh, ...]) -> float:
    """How far a part is from the nearest of the others, 0 where it begins inside one."""
    others = [one for one in parts if one is not part]
    near = float(cKDTree(np.concatenate([one.vertices for one in others])).query(part.vertices[::5])[0].min())
    if near <= GAP_MAX:
        return near
    solids = [trimesh.Trimesh(one.vertices, one.faces, process=False) for one in others]
    return 0.0 if any(solid.ray.contains_points(part.vertices).any() for solid in solids) else near


def size(look: str, part: str, axis: int = 1, template: str = "quadruped", verb: str = "") -> float:
    """How far a piece reaches along an axis, where the longest side of the whole is 1."""
    return float(np.ptp(named(look, part, template, verb)[:, axis]))


def named(look: str, part: str, template: str = "quadruped", verb: str = "") -> np.ndarray:
    return next(one.vertices for one in draft(template, look, verb) if one.name == part)


@pytest.mark.parametrize("template, look", EVERY)
def test_every_look_is_closed_and_in_one_piece(template: str, look: str) -> None:
    assert complaints(template, draft(template, look, "")) == []


@pytest.mark.parametrize("template, look", EXTREME)
def test_every_pose_suits_the_extreme_looks(template: str, look: str) -> None:
    # A seed too, so that what is varied is posed as well.
    poses = KINDS[template].poses
    found = {verb: complaints(template, draft(template, look, verb, index)) for index, verb in enumerate(poses)}
    assert {verb: what for verb, what in found.items() if what} == {}


@pytest.mark.parametrize("template", ["quadruped", "biped"])
def test_every_proportion_is_used_by_some_look_or_pose(template: str) -> None:
    kind = KINDS[template]
    changed = {name for row in (*kind.looks.values(), *kind.poses.values()) for name in row}
    assert changed == {field.name for field in fields(kind.default)}


@pytest.mark.parametrize(
    "template, name, choices",
    [
        ("quadruped", "ears", {*EARS, "round", "none"}),
        ("quadruped", "foot", {*FEET}),
        ("quadruped", "antlers", {*ANTLERS, "none"}),
        ("quadruped", "nose", {"button", "nostrils", "disc", "none"}),
        ("biped", "hat", {*HATS, "none"}),
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
    feet = [part.vertices[:, 1].min() for part in draft("quadruped", look, "standing") if part.name.endswith("leg")]
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


def test_left_and_right_are_where_they_should_be() -> None:
    for template, look in EVERY:
        names = ("front_{}_leg", "back_{}_leg") if template == "quadruped" else ("{}_hand", "{}_foot")
        for name in names:
            left, right = (named(look, name.format(side), template)[:, 0].mean() for side in ("left", "right"))
            assert left > right, (look, name)


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
    everything = np.concatenate([part.vertices for part in draft("biped", "knight", "sleeping")])
    high, long = np.ptp(everything[:, 1]), np.ptp(everything[:, 2])
    assert long > 2 * high


@pytest.mark.parametrize("look", ["doe", "zebra"])
def test_a_narrow_neck_is_not_cut_off_where_it_leaves_the_shoulders(look: str) -> None:
    # Only the finest grid is tight enough about a part to show it.
    concept = Concept(look, "quadruped", look, 1.0, "exact", "", look)
    assert all(watertight(part) for part in shape(concept, quality="high", num_parts=16))
