"""What makes each bird, each fish and each plant what it is; every look closed and in one piece, every pose too."""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from models.concept import Concept
from models.mesh.check import refuse, volume, watertight
from models.parts import PartMesh
from models.procedural import shape
from models.procedural.bird_head import CRESTS
from models.procedural.crowns import CROWNS
from models.procedural.make import KINDS
from models.templates import TEMPLATES

OURS = ("bird", "fish", "plant")
EVERY = [(template, look) for template in OURS for look in ("", *KINDS[template].looks)]

# The looks that are furthest from the default: what is right for them is right for those between.
EXTREME = [("bird", look) for look in ("ostrich", "hummingbird", "penguin", "flamingo")]
EXTREME += [("fish", look) for look in ("eel", "manta")] + [("plant", "palm")]

GAP_MAX = 0.02  # parts touch: nowhere is a part further than this from all the others


@cache
def draft(template: str, look: str, verb: str = "", seed: int = 0) -> tuple[PartMesh, ...]:
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
    near = float(cKDTree(np.concatenate([one.vertices for one in others])).query(part.vertices)[0].min())
    if near <= GAP_MAX:
        return near
    solids = [trimesh.Trimesh(one.vertices, one.faces, process=False) for one in others]
    return 0.0 if any(solid.ray.contains_points(part.vertices).any() for solid in solids) else near


def named(template: str, look: str, part: str, verb: str = "") -> np.ndarray:
    return next(one.vertices for one in draft(template, look, verb) if one.name == part)


def size(template: str, look: str, part: str, axis: int = 1, verb: str = "") -> float:
    """How far a piece reaches along an axis, where the longest side of the whole is 1."""
    return float(np.ptp(named(template, look, part, verb)[:, axis]))


def whole(template: str, look: str, verb: str = "") -> np.ndarray:
    return np.concatenate([part.vertices for part in draft(template, look, verb)])


@pytest.mark.parametrize("template, look", EVERY)
def test_every_look_is_closed_and_in_one_piece(template: str, look: str) -> None:
    assert complaints(template, draft(template, look)) == []


@pytest.mark.parametrize("template, look", EXTREME)
def test_every_pose_suits_the_extreme_looks(template: str, look: str) -> None:
    # A seed too, so that what is varied is posed as well.
    poses = KINDS[template].poses
    found = {verb: complaints(template, draft(template, look, verb, index)) for index, verb in enumerate(poses)}
    assert {verb: what for verb, what in found.items() if what} == {}


@pytest.mark.parametrize("template", OURS)
def test_every_proportion_is_used_by_some_look_or_pose(template: str) -> None:
    kind = KINDS[template]
    changed = {name for row in (*kind.looks.values(), *kind.poses.values()) for name in row}
    assert changed == {field.name for field in fields(kind.default)}


def test_every_way_to_be_crested_or_crowned_is_worn() -> None:
    def worn(template: str, name: str) -> set[str]:
        kind = KINDS[template]
        return {row[name] for row in kind.looks.values() if name in row} | {getattr(kind.default, name)}

    assert worn("bird", "crest_form") == set(CRESTS)
    assert worn("plant", "crown") == set(CROWNS)


def test_a_beak_comes_off_the_head_and_a_head_without_one_is_left() -> None:
    assert list(TEMPLATES["bird"].partition(8))[:2] == ["head", "beak"]
    assert TEMPLATES["bird"].partition(6)["head"] == ("head", "beak")
    for look in KINDS["bird"].looks:
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
    crown = next(part for part in draft("plant", "oak") if part.name == "canopy")
    shells = trimesh.Trimesh(crown.vertices, crown.faces, process=False).body_count
    assert shells > 300


@pytest.mark.parametrize("look", sorted(KINDS["plant"].looks))
def test_a_plant_stands_on_its_trunk(look: str) -> None:
    assert named("plant", look, "trunk")[:, 1].min() < 0.02
