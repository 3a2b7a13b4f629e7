"""Words become a template, whatever the words are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.concept import SCORES, read
from models.templates import TEMPLATES
from models.words.grammar import COLORS, ENDS
from models.words.lexicon import lexicon

STRANGE = [
    "",
    "   ",
    "猫",
    "летящая птица",
    "🐱",
    "../../etc/passwd",
    "\x00\x07",
    "\ud800",
    "a" * 5000,
    "xyzzy",
    "the",
    "of of of",
]


@pytest.mark.parametrize(
    "prompt, template, matched, how",
    [
        ("cat", "quadruped", "cat", "exact"),
        ("A Cat!", "quadruped", "cat", "exact"),
        ("ｃａｔ", "quadruped", "cat", "exact"),
        ("palm tree", "plant", "palm tree", "exact"),
        ("school bus", "vehicle", "school bus", "exact"),
        ("guitar", "object", "guitar", "exact"),
        ("cats", "quadruped", "cat", "plural"),
        ("buses", "vehicle", "bus", "plural"),
        ("wolves", "quadruped", "wolf", "plural"),
        ("children", "biped", "child", "plural"),
        ("geese", "bird", "goose", "plural"),
        ("sportscar", "vehicle", "sports car", "compound"),
        ("arm chair", "furniture", "armchair", "compound"),
        ("race-car", "vehicle", "race car", "exact"),
        ("fishbowl", "object", "fishbowl", "exact"),
        ("boeing 747", "aircraft", "boeing 747", "name"),
        ("ford mustang", "vehicle", "ford", "name"),
        ("f-16", "aircraft", "f 16", "name"),
        ("flying bird", "bird", "bird", "verb split"),
        ("bird flying", "bird", "bird", "verb split"),
        ("running dogs", "quadruped", "dog", "verb split"),
        ("red cat", "quadruped", "cat", "head noun"),
        ("cat black", "quadruped", "cat", "head noun"),
        ("two flying red birds", "bird", "bird", "head noun"),
        ("cat with a hat", "quadruped", "cat", "head noun"),
        ("herd of elephants", "quadruped", "elephant", "head noun"),
        ("cat food", "object", "food", "head noun"),
        ("lion's head", "object", "head", "head noun"),
        ("statue of a horse", "quadruped", "horse", "likeness"),
        ("horse statue", "quadruped", "horse", "likeness"),
        ("toy car", "vehicle", "car", "likeness"),
        ("cat-shaped cookie", "quadruped", "cat", "likeness"),
        ("elefant", "quadruped", "elephant", "typo"),
        ("red girafes", "quadruped", "giraffe", "typo"),
        ("sports caar", "vehicle", "sports car", "typo"),
        ("buterfly", "object", "butterfly", "typo"),
        ("airplan", "aircraft", "airplane", "typo"),
        ("dogfood", "object", "food", "compound"),
        ("black cat", "quadruped", "cat", "head noun"),
        ("sitting duck", "bird", "duck", "verb split"),
        ("black sheep", "quadruped", "sheep", "head noun"),
        ("white horse", "quadruped", "horse", "head noun"),
        ("abraham lincoln", "biped", "abraham lincoln", "exact"),
        ("movie star", "biped", "movie star", "exact"),
        ("loan shark", "fish", "shark", "head noun"),
        ("sherlock holmes", "biped", "sherlock holmes", "exact"),
        ("a-10", "aircraft", "a 10", "name"),
        ("porsche 911", "vehicle", "porsche", "name"),
        ("nissan leaf", "vehicle", "nissan", "name"),
        ("ford driver", "biped", "driver", "head noun"),
        ("fish out of water", "fish", "fish", "head noun"),
        ("cat up a tree", "quadruped", "cat", "head noun"),
        ("pull out sofa bed", "furniture", "sofa bed", "head noun"),
        ("valet stand", "object", "stand", "head noun"),
        ("birds stand", "bird", "bird", "verb split"),
        ("xyzzy", "object", "", "none"),
    ],
)
def test_words_find_their_template_and_say_how(prompt: str, template: str, matched: str, how: str) -> None:
    found = read(prompt)
    assert (found.template, found.matched, found.how) == (template, matched, how)
    assert found.score == SCORES[how]


@pytest.mark.parametrize(
    "prompt",
    """bird house; birdhouse; cat food; car key; fish tank; dog house; bird cage; horse shoe; plane ticket;
    chair leg; cat tree; hot dog; family tree; bird's nest; bowl of fruit; computer mouse; construction crane;
    dragonfly; ladybird; starfish; crayfish; jellyfish; toaster; dog hair; ford logo; cup sitting on a cat""".split(
        ";"
    ),
)
def test_what_is_called_after_a_thing_has_not_its_parts(prompt: str) -> None:
    assert read(prompt).template == "object"


@pytest.mark.parametrize("word", ["bat", "cap", "bond", "cut", "oak", "read", "fare", "beer", "boar", "coat", "hair"])
def test_a_real_word_is_never_corrected(word: str) -> None:
    assert read(word).how == "exact"
    assert read(word).matched == word


@pytest.mark.parametrize("word", ["flyer", "quickly", "nicer", "wooden", "hopping", "foxy", "stared"])
def test_nor_is_a_form_of_one(word: str) -> None:
    assert read(word).how != "typo"


@pytest.mark.parametrize(
    "prompt",
    """running shoe; swimming pool; flying saucer; sitting room; walking stick; sleeping bag; rocking chair;
    diving board; racing car; flying fish; flying squirrel""".split(";"),
)
def test_a_verb_that_is_part_of_a_name_poses_nothing(prompt: str) -> None:
    assert (read(prompt).verb, read(prompt).how) == ("", "exact")
    assert read(f"red {prompt}").verb == ""


@pytest.mark.parametrize(
    "prompt, verb, expected",
    [
        ("flying bird", "", "flying"),
        ("dancing bear", "", "dancing"),
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


@pytest.mark.parametrize(
    "prompt, verb",
    [("flyng bird", "flying"), ("runing dog", "running"), ("bird swiming", "swimming"), ("siting cat", "sitting")],
)
def test_a_misspelt_verb_is_a_verb(prompt: str, verb: str) -> None:
    assert read(prompt).verb == verb


@pytest.mark.parametrize("prompt", ["fleeing thief", "man having dinner", "earning man", "wolf howlng"])
def test_another_verb_is_no_misspelt_one(prompt: str) -> None:
    assert read(prompt).verb == ""


@pytest.mark.parametrize("prompt", ["string quartet", "wing", "king", "duckling", "swing", "string", "ring"])
def test_a_noun_in_ing_is_no_misspelt_verb(prompt: str) -> None:
    assert read(prompt).verb == ""


@pytest.mark.parametrize(
    "prompt, matched",
    [
        ("ballerina doing a pirouette", "ballerina"),
        ("fighter jet taking off from an aircraft carrier", "fighter jet"),
        ("phoenix rising from the ashes", "phoenix"),
        ("wolf howling", "wolf"),
        ("man building a house", "man"),
        ("robot painting a picture", "robot"),
        ("dog barking", "dog"),
        ("tall building with windows", "building"),
        ("boxing ring", "boxing ring"),
    ],
)
def test_what_is_done_is_not_what_does_it(prompt: str, matched: str) -> None:
    assert read(prompt).matched == matched


def test_words_are_the_same_however_they_are_written() -> None:
    assert read("Straße").concept == read("STRASSE").concept == "strasse"
    assert read("  The\tBIG   house!! ").concept == "big house"


def test_a_verb_is_not_part_of_the_concept() -> None:
    assert read("flying bird").concept == read("the bird flying").concept == "bird"


def test_the_score_falls_with_certainty() -> None:
    assert list(SCORES.values()) == sorted(SCORES.values(), reverse=True)
    assert len(set(SCORES.values())) == len(SCORES)
    assert (SCORES["exact"], SCORES["none"]) == (1.0, 0.0)


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
    assert found == read(prompt, verb)


WORDS = st.sampled_from(sorted(word for word, _ in lexicon().nouns()))
GLUE = st.sampled_from(
    ["of", "with a", "shaped", "flying", "statue of a", "toy", "two", "'s", "-", "elefant", "ford", "red"]
)


@given(st.lists(st.one_of(WORDS, GLUE), max_size=12))
def test_any_words_in_any_order_can_be_read(words: list[str]) -> None:
    found = read(" ".join(words))
    assert found.template in TEMPLATES
    assert found.score == SCORES[found.how]


# "above", "red" and the like are nouns only by themselves.
ALONE = ENDS | COLORS
SINGLE = sorted(word for word, _ in lexicon().nouns() if word.isalpha())


@given(st.sampled_from(SINGLE))
@example("fly")
def test_a_word_is_what_it_is_and_an_adjective_changes_nothing(word: str) -> None:
    drawn = lexicon().find(word)
    found = read(word)
    assert (found.matched, found.template, found.look) == (word, *drawn)
    assert found.how in {"exact", "name"}
    assert word in ALONE or read(f"beautiful {word}").matched == word
