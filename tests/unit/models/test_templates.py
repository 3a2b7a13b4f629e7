"""The part names that everybody else relies on, and how there come to be fewer or more of them."""

import pytest

from models.templates import PARTS_MAX, TEMPLATES, Template

ALL = pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.name)
LACKING = [(template, look) for template in TEMPLATES.values() for look in template.lacks]
EVERY_LOOK_THAT_LACKS_PARTS = pytest.mark.parametrize("template, look", LACKING, ids=[look for _, look in LACKING])


def test_each_template_has_the_parts_it_was_promised_with() -> None:
    assert {name: template.parts for name, template in TEMPLATES.items()} == {
        "quadruped": ("head", "body", "front_legs", "back_legs", "tail", "neck"),
        "biped": ("head", "torso", "left_arm", "right_arm", "left_leg", "right_leg"),
        "vehicle": ("body", "wheels", "windshield", "roof"),
        "plant": ("trunk", "canopy"),
        "furniture": ("seat", "backrest", "legs"),
        "fish": ("head", "body", "tail_fin", "dorsal_fin", "pectoral_fins"),
        "aircraft": ("fuselage", "left_wing", "right_wing", "tail", "engines"),
        "bird": ("head", "body", "left_wing", "right_wing", "tail", "legs"),
        "object": ("body",),
    }


def test_a_template_is_listed_under_its_own_name() -> None:
    assert all(name == template.name for name, template in TEMPLATES.items())


@ALL
def test_without_a_number_there_are_the_standard_parts(template: Template) -> None:
    assert tuple(template.partition()) == tuple(template.partition(len(template.parts))) == template.parts


@ALL
@pytest.mark.parametrize("count", range(1, PARTS_MAX + 1))
def test_there_are_as_many_parts_as_asked_for_up_to_the_pieces(template: Template, count: int) -> None:
    assert len(template.partition(count)) == min(count, len(template.pieces))


@ALL
@pytest.mark.parametrize("count", range(1, PARTS_MAX + 1))
def test_every_piece_is_in_one_part_whatever_the_number(template: Template, count: int) -> None:
    pieces = [piece for part in template.partition(count).values() for piece in part]
    assert sorted(pieces) == sorted(template.pieces)


@ALL
def test_one_part_more_or_less_is_one_merge_or_one_split(template: Template) -> None:
    for count in range(1, len(template.pieces)):
        fewer, more = (set(template.partition(n).values()) for n in (count, count + 1))
        assert len(fewer & more) == count - 1, f"{count} to {count + 1}: the other parts stay as they are"


def test_fewer_parts_have_names_that_say_what_they_are() -> None:
    assert list(TEMPLATES["bird"].partition(3)) == ["head", "body", "wings"]
    assert list(TEMPLATES["quadruped"].partition(4)) == ["head", "body", "legs", "tail"]
    assert list(TEMPLATES["biped"].partition(4)) == ["head", "torso", "arms", "legs"]


def test_more_parts_are_halves_of_the_standard_ones() -> None:
    assert TEMPLATES["quadruped"].partition(8)["front_left_leg"] == ("front_left_leg",)
    assert "front_legs" not in TEMPLATES["quadruped"].partition(8)
    assert TEMPLATES["quadruped"].partition()["front_legs"] == ("front_left_leg", "front_right_leg")


# --- looks that lack parts --------------------------------------------------------------------------


@EVERY_LOOK_THAT_LACKS_PARTS
def test_a_look_without_a_part_has_the_others_where_they_were(template: Template, look: str) -> None:
    names = tuple(template.partition(look=look))
    assert set(template.parts) - set(names) == set(template.lacks[look]) & set(template.parts)
    assert [template.part_id(name) for name in names] == sorted(template.part_id(name) for name in names)


@EVERY_LOOK_THAT_LACKS_PARTS
@pytest.mark.parametrize("count", range(1, PARTS_MAX + 1))
def test_what_a_look_lacks_is_never_among_its_parts_whatever_the_number(
    template: Template, look: str, count: int
) -> None:
    made = template.partition(count, look)
    pieces = [piece for part in made.values() for piece in part]
    assert len(made) == min(count, len(template.of(look).pieces))
    assert sorted(pieces) == sorted(template.of(look).pieces)
    assert not set(template.lacks[look]) & {*made, *pieces}


def test_a_stool_is_merged_and_split_as_what_it_has() -> None:
    furniture = TEMPLATES["furniture"]
    rows = [tuple(furniture.partition(count, "stool")) for count in (1, 2, 3, 16)]
    assert rows == [("body",), ("seat", "legs"), ("seat", "front_legs", "back_legs"), rows[2]]


def test_a_merge_that_leads_on_to_another_falls_away_with_it() -> None:
    thing = Template(
        "x", ("a", "b", "c"), (("bc", ("b", "c")), ("all", ("a", "bc")), ("a", ("a", "b"))), (), {"y": ("c",)}
    )
    assert thing.of("y").merges == (("a", ("a", "b")),)


def test_what_a_look_lacks_is_not_split_in_the_place_of_what_it_has() -> None:
    thing = Template("x", ("a", "b"), (), (("b", ("b", "c")), ("a", ("a", "d"))), {"y": ("b",)})
    assert tuple(thing.partition(2, "y")) == ("a", "d")


def test_what_lacks_a_half_of_a_part_has_the_part_whole() -> None:
    thing = Template("x", ("a", "b"), (), (("a", ("c", "d")), ("b", ("b", "e"))), {"y": ("c", "d"), "z": ("e",)})
    assert [tuple(thing.partition(4, look)) for look in ("y", "z")] == [("a", "b", "e"), ("c", "d", "b")]


def test_a_chariot_has_one_pair_of_wheels_and_a_carriage_has_a_roof() -> None:
    vehicle = TEMPLATES["vehicle"]
    assert tuple(vehicle.partition(16, "chariot")) == ("body", "wheels")
    assert tuple(vehicle.partition(16, "carriage")) == ("body", "lights", "front_wheels", "back_wheels", "roof")
    assert tuple(vehicle.partition(2, "carriage")) == ("body", "roof")


@ALL
def test_a_look_that_lacks_nothing_is_cut_as_the_template_is(template: Template) -> None:
    for count in (None, *range(1, PARTS_MAX + 1)):
        assert template.partition(count, "no such look") == template.partition(count)
