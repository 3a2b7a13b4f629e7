"""The lexicon: what its file says, and that it agrees with the looks there are."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.concept import read
from models.procedural.make import KINDS
from models.templates import TEMPLATES
from models.words.build import HEADER, looks, table
from models.words.exceptions import ANIMALS
from models.words.find import finder
from models.words.lexicon import PATH, Drawn, lexicon, parse
from models.words.names import MAKERS, NAMES, listed
from models.words.table import Table
from models.words.typos import Speller
from models.words.wordnet import FOLDER, read_wordnet
from tests.needs import needs

LOOKS = [(template, look) for template, kind in KINDS.items() for look in kind.looks]


def test_every_look_is_reached_by_some_word() -> None:
    assert set(LOOKS) - {tuple(drawn) for _, drawn in lexicon().nouns()} == set(), "run `python -m models.words.build`"


def test_a_look_is_reached_by_its_own_name_unless_two_have_it() -> None:
    names = Counter(look for _, look in LOOKS)
    alone = [(template, look) for template, look in LOOKS if names[look] == 1 and look not in ANIMALS]
    read_as = [(read(look).template, read(look).look) for _, look in alone]
    assert read_as == alone, "run `python -m models.words.build`"


def test_no_word_is_drawn_in_a_look_that_does_not_exist() -> None:
    known = {*LOOKS, *((template, "") for template in TEMPLATES)}
    assert {drawn for _, drawn in lexicon().nouns()} <= known, "run `python -m models.words.build`"


@needs(FOLDER.exists(), "WordNet is not installed: apt-get install wordnet-base")
def test_the_build_gives_the_file_byte_for_byte() -> None:
    built = HEADER + table(read_wordnet(), looks()).text()
    assert built == PATH.read_text(encoding="utf-8"), "run `python -m models.words.build`"


@pytest.mark.parametrize(
    "word, template, look",
    [
        ("poodle", "quadruped", {"poodle", "dog"}),
        ("beagle", "quadruped", {"beagle", "dog"}),
        ("mare", "quadruped", {"horse"}),
        ("heron", "bird", {"heron", "crane", "stork", "flamingo"}),
        ("mallard", "bird", {"duck"}),
        ("great white shark", "fish", {"shark"}),
        ("couch", "furniture", {"sofa"}),
        ("spruce", "plant", {"spruce", "pine"}),
        ("bicycle", "vehicle", {"bicycle"}),
        ("motorbike", "vehicle", {"motorcycle"}),
        ("moped", "vehicle", {"motorcycle", "scooter"}),
        ("tricycle", "vehicle", {"tricycle"}),
        ("boeing 747", "aircraft", {"jumbo jet"}),
        ("cessna 172", "aircraft", {"propeller plane"}),
        ("four-poster bed", "furniture", {"four-poster"}),
        ("ferrari", "vehicle", {"sports car"}),
        ("whippet", "quadruped", {"greyhound"}),
        ("granny smith", "object", {"apple"}),
        ("sea lion", "object", {"seal"}),
        ("bumper", "object", {""}),
        ("empire", "object", {""}),
        ("picnic table", "object", {"table"}),
        ("cosmonaut", "biped", {"astronaut"}),
    ],
)
def test_a_word_is_drawn_like_its_nearest_relative(word: str, template: str, look: set[str]) -> None:
    assert read(word).template == template
    assert read(word).look in look


def test_slurs_are_not_in_the_lexicon() -> None:
    assert lexicon().find("greaser") is None


def test_the_file_names_its_source_and_fits_a_repository() -> None:
    assert "Copyright 2006 by Princeton University" in PATH.read_text(encoding="utf-8")
    assert "Princeton University" in PATH.with_name("LICENSE.wordnet").read_text(encoding="utf-8")
    assert PATH.stat().st_size < 1_500_000


NOUNS = st.from_regex(r"[a-z]{2,8}( [a-z]{2,8})?", fullmatch=True)
DRAWN = st.sampled_from([Drawn(template) for template in TEMPLATES] + [Drawn(*look) for look in LOOKS])


WORDS = st.sets(st.from_regex(r"[a-z]{2,8}", fullmatch=True))


@given(st.dictionaries(NOUNS, DRAWN, min_size=1), WORDS, WORDS, WORDS, WORDS, st.data())
def test_what_is_written_is_read_again(
    drawn: dict[str, Drawn],
    others: set[str],
    places: set[str],
    adjectives: set[str],
    gerunds: set[str],
    data: st.DataObject,
) -> None:
    nouns = sorted(drawn)
    names = data.draw(st.sets(st.sampled_from(nouns)))
    familiar = sorted(data.draw(st.sets(st.sampled_from(nouns))) - names)
    written = Table(drawn, names, familiar, {"geese": "goose"}, others, places, adjectives, gerunds)
    found = parse(written.text())
    assert dict(found.nouns()) == {noun: found.find(noun) for noun in drawn} == drawn
    said = {*others, *places, *adjectives, *gerunds, *drawn}
    assert {word for word in said if found.is_other(word)} == others
    assert {word for word in said if found.is_place(word)} == places
    assert {word for word in said if found.can_be_adjective(word)} == adjectives | others
    assert (found.names, sorted(found.familiar), found.plurals) == (names, familiar, {"geese": "goose"})
    assert found.gerunds == gerunds


def test_every_name_leads_to_a_known_noun() -> None:
    for nouns, names in (*MAKERS.items(), *NAMES.items()):
        assert any(noun in lexicon().drawn for noun in listed(nouns))
        assert all(name == name.casefold() for name in listed(names))


@pytest.mark.parametrize("name", "totoro kenobi tanuki dobby groot thanos katniss mothra hagrid".split())
def test_an_invented_name_is_not_taken_for_a_misspelt_word(name: str) -> None:
    assert read(name).how != "typo"


@pytest.mark.parametrize(
    "typo, meant",
    [
        ("eucalyptis", "eucalyptus"),
        ("cactuss", "cactus"),
        ("mattres", "mattress"),
        ("coutch", "couch"),
        ("eagel", "eagle"),
        ("armchare", "armchair"),
        ("hrose", "horse"),
        ("umbrela", "umbrella"),
        ("gitar", "guitar"),
        ("falcan", "falcon"),
        ("firefigher", "firefighter"),
    ],
)
def test_a_slip_in_a_word_that_people_know_is_undone(typo: str, meant: str) -> None:
    assert (read(typo).matched, read(typo).how) == (meant, "typo")


@pytest.mark.parametrize(
    "word, meant",
    [
        ("elefant", "elephant"),
        ("hrose", "horse"),
        ("brid", "bird"),
        ("caar", "car"),
        ("cat", None),
        ("bost", None),
        ("tilapia", None),
        ("a" * 40, None),
        ("été", None),
        ("", None),
    ],
)
def test_a_slip_is_undone_and_a_stranger_is_not(word: str, meant: str | None) -> None:
    speller = Speller.of(["elephant", "element", "horse", "bird", "car", "cat", "boat", "filaria"])
    guess = speller.guess(word)
    assert (guess and guess.word) == meant


@given(st.sampled_from(sorted(word for word in lexicon().familiar if len(word) > 6)), st.data())
def test_two_letters_exchanged_lead_back_to_a_word_as_near(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 2))
    slip = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    guess = finder().speller.guess(slip)
    assert guess is not None
    assert guess.edits <= 1
