"""The labelled lists in tests/concepts: how often the template is right, in figures that cannot slip unseen."""

import pytest

from models.concept import read
from models.templates import TEMPLATES
from tests.concepts.lists import JUDGED, LISTS, OURS, labelled

RIGHT_MIN = {
    "concepts.tsv": 0.97,
    "heldout.tsv": 0.97,
    "judged.tsv": 0.99,
    "judged_again.tsv": 0.97,
    "judged_by_another.tsv": 0.99,
    "judged_at_last.tsv": 0.96,
}
LENGTH_MIN = {"concepts.tsv": 350, "heldout.tsv": 150, "judged.tsv": 300, "judged_by_another.tsv": 250}


@pytest.mark.parametrize("name", LISTS)
def test_words_of_the_lists_get_their_template(name: str) -> None:
    rows = labelled(name)
    got = {prompt: (expected, read(prompt).template) for prompt, expected in rows}
    wrong = {prompt: pair for prompt, pair in got.items() if len(set(pair)) > 1}
    assert 1 - len(wrong) / len(rows) >= RIGHT_MIN[name], wrong


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_are_large_and_varied(name: str) -> None:
    rows = labelled(name)
    assert len(rows) >= LENGTH_MIN.get(name, 120)
    assert {template for _, template in rows} == set(TEMPLATES)


@pytest.mark.parametrize("names", [OURS, *((name,) for name in JUDGED)])
def test_no_concept_is_said_twice(names: tuple[str, ...]) -> None:
    prompts = [prompt for name in names for prompt, _ in labelled(name)]
    assert len(set(prompts)) == len(prompts)
