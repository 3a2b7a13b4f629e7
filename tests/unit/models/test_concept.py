"""Words become a template, whatever the words are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.concept import ALIASES, ENTRIES, SCORES, VERBS, read
from models.templates import TEMPLATES

STRANGE = [
    "",
    "   ",
    "猫",
    "летящая птица",
    "🐱",
    "'; DROP TABLE jobs; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\x00\x07",
    "\ud800",
    "a" * 5000,
]


@pytest.mark.parametrize(
    "prompt, template, matched, how",
    [
        ("cat", "quadruped", "cat", "exact"),
        ("A Cat!", "quadruped", "cat", "exact"),
        ("ｃａｔ", "quadruped", "cat", "exact"),
        ("palm tree", "plant", "palm", "exact"),
        ("couch", "furniture", "sofa", "exact"),
        ("cats", "quadruped", "cat", "plural"),
        ("buses", "vehicle", "bus", "plural"),
        ("puppies", "quadruped", "dog", "plural"),
        ("wolves", "quadruped", "wolf", "exact"),
        ("flying bird", "bird", "bird", "verb split"),
        ("bird flying", "bird", "bird", "verb split"),
        ("running dogs", "quadruped", "dog", "verb split"),
        ("red cat", "quadruped", "cat", "head noun"),
        ("office chair", "furniture", "chair", "head noun"),
        ("cat with a hat", "quadruped", "cat", "head noun"),
        ("cat eating fish", "quadruped", "cat", "head noun"),
        ("two flying red birds", "bird", "bird", "head noun"),
        ("cat food", "object", "", "none"),
        ("xyzzy", "object", "", "none"),
    ],
)
def test_words_find_their_template_and_say_how(prompt: str, template: str, matched: str, how: str) -> None:
    found = read(prompt)
    assert (found.template, found.matched, found.how) == (template, matched, how)
    assert found.score == SCORES[how]


@pytest.mark.parametrize(
    "prompt, verb, expected",
    [
        ("flying bird", "", "flying"),
        ("cat sitting on a chair", "", "sitting"),
        ("bird", "fly", "flying"),
        ("bird", "Perched", "standing"),
        ("flying bird", "standing", "standing"),
        ("bird", "yodelling", "yodelling"),
        ("bird", "", ""),
    ],
)
def test_a_verb_is_read_from_the_words_unless_the_caller_names_one(prompt: str, verb: str, expected: str) -> None:
    assert read(prompt, verb).verb == expected


def test_words_are_the_same_however_they_are_written() -> None:
    assert read("Straße").concept == read("STRASSE").concept == "strasse"
    assert read("  The\tBIG   house!! ").concept == "big house"


def test_a_verb_is_not_part_of_the_concept() -> None:
    assert read("flying bird").concept == read("the bird flying").concept == "bird"


@pytest.mark.parametrize("prompt", STRANGE)
def test_strange_words_are_an_object_and_no_error(prompt: str) -> None:
    found = read(prompt, prompt)
    assert (found.template, found.score, found.how) == ("object", 0.0, "none")


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_can_be_read(prompt: str, verb: str) -> None:
    found = read(prompt, verb)
    assert found.template in TEMPLATES
    assert 0 <= found.score <= 1
    assert (found.matched == "") == (found.how == "none")


@given(st.sampled_from(sorted(ENTRIES)), st.sampled_from(sorted(VERBS)))
def test_every_entry_is_found_with_and_without_any_verb(entry: str, form: str) -> None:
    assert read(entry).matched == entry
    assert read(f"{form} {entry}").matched == entry
    assert read(f"{form} {entry}").verb == VERBS[form]


def test_the_tables_agree_with_each_other() -> None:
    assert set(ENTRIES.values()) == set(TEMPLATES)
    assert set(ALIASES.values()) <= set(ENTRIES)
    assert not set(ALIASES) & set(ENTRIES), "an alias that hides an entry"
    assert not set(VERBS) & set(ENTRIES), "a verb that is also a thing"
    words = [*ENTRIES, *ALIASES, *VERBS]
    assert words == [unicodedata.normalize("NFKC", word).casefold() for word in words]
