"""Every part that any template can have is asked for in plain words, and its side is known."""

from collections.abc import Iterator

import pytest

from models.prompts import ONE_OF, asked, directions, noun
from models.templates import PARTS_MAX, TEMPLATES


def partitions() -> Iterator[tuple[str, ...]]:
    """The names of every template and look, for every number of parts."""
    for template in TEMPLATES.values():
        for look in ("", *template.lacks):
            for count in range(1, PARTS_MAX + 1):
                yield tuple(template.partition(count, look))


NAMES = sorted({name for names in partitions() for name in names})
NOUNS = {
    "arm", "backrest", "beak", "body", "cabin", "canopy", "dorsal fin", "engine", "fin", "foot", "fuselage", "hand",
    "head", "leg", "light", "neck", "pectoral fin", "roof", "seat", "tail", "tail fin", "tailplane", "torso", "trunk",
    "wheel", "window", "windshield", "wing",
}  # fmt: skip


def test_the_nouns_of_all_templates_are_these() -> None:
    assert {noun(name) for name in NAMES} == NOUNS


def test_every_plural_is_one_of_some_template() -> None:
    assert set(ONE_OF) <= {name.replace("_", " ") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_words_without_a_side_or_a_mark(name: str) -> None:
    words = noun(name).split()
    assert words
    assert all(word.isalpha() and word.islower() for word in words)
    assert not {"left", "right", "front", "back"} & set(words)


def test_names_that_share_a_noun_lie_on_different_sides() -> None:
    for names in partitions():
        for sharing in asked(names).values():
            places = [directions(names[index]) for index in sharing]
            assert len(set(places)) == len(places), names
            assert len(places) == 1 or all(places), names


def test_left_is_the_objects_own_as_everywhere() -> None:
    assert directions("left_wing") == ((1, 0, 0),)
    assert directions("back_right_leg") == ((0, 0, -1), (-1, 0, 0))
    assert directions("backrest") == ()


def test_a_noun_is_asked_for_once() -> None:
    names = tuple(TEMPLATES["quadruped"].partition(8))
    assert asked(names)["leg"] == tuple(index for index, name in enumerate(names) if name.endswith("_leg"))
    assert list(asked(names)) == ["head", "body", "leg", "tail", "neck"]
