"""Words -> template: what is meant by "flying bird", and how sure that is.

A small table for now. Words it does not know are no error: they become the template "object", with
`how` "none" and score 0, so the result says plainly that nothing was recognised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "quadruped": """cat dog horse cow elephant giraffe lion tiger bear pig sheep rabbit mouse fox
            wolf deer zebra goat camel rhino hippo donkey crocodile leopard panda""",
        "biped": "person man woman child robot astronaut gorilla monkey",
        "vehicle": "car truck van bus taxi jeep pickup limousine",
        "plant": "tree pine palm cactus flower mushroom bush willow oak sunflower tulip cypress",
        "furniture": "chair sofa armchair bench bed throne",
        "fish": "fish shark goldfish dolphin whale tuna angelfish clownfish orca piranha",
        "aircraft": "airplane jet glider fighter biplane shuttle",
        "bird": """bird eagle penguin owl duck chicken ostrich hummingbird parrot flamingo swan crow
            sparrow pigeon seagull""",
        "object": "table ball cube cup bottle house heart star snowman ring rocket book lamp pyramid",
    }
)

ENTRIES: Mapping[str, str] = MappingProxyType(
    {word: template for template, words in _WORDS.items() for word in words.split()}
)  #: table entry -> template

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "kitten": "cat", "kitty": "cat", "puppy": "dog", "pony": "horse", "foal": "horse", "bull": "cow",
        "ox": "cow", "calf": "cow", "lamb": "sheep", "bunny": "rabbit", "hare": "rabbit", "rat": "mouse",
        "mice": "mouse", "rhinoceros": "rhino", "hippopotamus": "hippo", "alligator": "crocodile",
        "hog": "pig", "piglet": "pig", "reindeer": "deer", "elk": "deer", "coyote": "wolf",
        "human": "person", "people": "person", "men": "man", "women": "woman", "boy": "child",
        "girl": "child", "kid": "child", "children": "child", "baby": "child", "dancer": "person",
        "ape": "gorilla", "chimpanzee": "monkey", "android": "robot", "automobile": "car",
        "sedan": "car", "lorry": "truck", "minivan": "van", "cab": "taxi", "suv": "jeep",
        "fir": "pine", "spruce": "pine", "christmas tree": "pine", "pine tree": "pine",
        "palm tree": "palm", "oak tree": "oak", "rose": "flower", "daisy": "flower", "plant": "bush",
        "shrub": "bush", "toadstool": "mushroom", "couch": "sofa", "settee": "sofa", "loveseat": "sofa",
        "seat": "chair", "plane": "airplane", "aeroplane": "airplane", "airliner": "airplane",
        "aircraft": "airplane", "fighter jet": "fighter", "space shuttle": "shuttle", "hawk": "eagle",
        "falcon": "eagle", "hen": "chicken", "rooster": "chicken", "goose": "swan", "gull": "seagull",
        "raven": "crow", "dove": "pigeon", "macaw": "parrot", "wolves": "wolf", "koi": "goldfish",
        "salmon": "fish", "trout": "fish", "desk": "table", "sphere": "ball", "box": "cube", "mug": "cup",
        "home": "house", "spaceship": "rocket", "donut": "ring", "torus": "ring", "killer whale": "orca",
    }
)  # fmt: skip  #: other words for an entry, among them plurals that no rule gives

VERBS: Mapping[str, str] = MappingProxyType(
    {
        form: gerund
        for gerund, forms in {
            "flying": "fly flies soaring soar gliding hovering",
            "running": "run runs jogging sprinting galloping racing",
            "walking": "walk walks strolling striding marching",
            "sitting": "sit sits seated",
            "standing": "stand stands perching perched resting",
            "jumping": "jump jumps leaping hopping",
            "swimming": "swim swims diving",
            "dancing": "dance dances",
            "waving": "wave waves greeting",
            "sleeping": "sleep sleeps lying",
            "eating": "eat eats grazing drinking feeding",
        }.items()
        for form in (gerund, *forms.split())
    }
)  #: form -> the gerund that poses are named after

ARTICLES = frozenset("a an the my your his her our their one this that some".split())
PREPOSITIONS = frozenset("of with on in at by from under over near without for and who which is are".split())

SCORES: Mapping[str, float] = MappingProxyType(
    {"exact": 1.0, "plural": 0.95, "verb split": 0.9, "head noun": 0.8, "none": 0.0}
)  #: an order rather than a measurement: the fewer words were passed over, the surer


@dataclass(frozen=True, slots=True)
class Concept:
    """What was understood of a prompt."""

    concept: str  #: the words, normalised: lower case, no articles, no punctuation
    template: str  #: a name in models.templates.TEMPLATES
    matched: str  #: the table entry, "" if none
    score: float  #: 0 to 1, see SCORES
    how: str  #: "exact", "plural", "verb split", "head noun" or "none"
    verb: str = ""  #: what it is doing, as a gerund where known; "" for nothing
    look: str = ""  #: what is drawn: a key of the template's looks; "" for its default


def read(prompt: str, verb: str = "") -> Concept:
    """Understand a prompt. Never raises: what is not known becomes an "object".

    Parameters
    ----------
    prompt : str
        Any script. "a red cat", "flying bird", "office chairs", "猫".
    verb : str
        What it does, if the caller knows; it wins over a verb found in the prompt.

    Examples
    --------
    >>> read("Flying birds!")
    Concept(concept='birds', template='bird', matched='bird', score=0.9, how='verb split', verb='flying')
    >>> read("office chair").how, read("cat food").template
    ('head noun', 'object')
    """
    words = _words(prompt)
    if (found := _find(words)) is not None:
        return _concept(words, found, _doing(verb))
    split, sides = _split_verb(words)
    rest = tuple(word for side in sides for word in side)
    doing = _doing(verb) or split
    if split and (found := _find(rest)) is not None:
        return _concept(rest, (found[0], "verb split"), doing)
    heads = (head for side in sides if (head := _head(side)) is not None)
    return _concept(rest, next(heads, ("", "none")), doing)


def _concept(words: tuple[str, ...], found: tuple[str, str], verb: str) -> Concept:
    matched, how = found
    return Concept(" ".join(words), ENTRIES.get(matched, "object"), matched, SCORES[how], how, verb, matched)


def _words(text: str) -> tuple[str, ...]:
    """Words in lower case without leading articles; for a text without words, its characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", folded)
    while len(words) > 1 and words[0] in ARTICLES:
        del words[0]
    return tuple(words) or tuple(folded.split())


def _doing(verb: str) -> str:
    """A verb as the poses know it, or in the caller's own words."""
    words = " ".join(_words(verb))
    return VERBS.get(words, words)


def _split_verb(words: tuple[str, ...]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The first verb, and the words before and after it: whoever does it usually stands before."""
    at = next((index for index, word in enumerate(words) if word in VERBS), None)
    if at is None or len(words) == 1:
        return "", (words,)
    return VERBS[words[at]], (words[:at], words[at + 1 :])


def _find(words: tuple[str, ...]) -> tuple[str, str] | None:
    """The entry that all the words together name, and how."""
    text = " ".join(words)
    for how, candidate in (("exact", text), *(("plural", single) for single in _singulars(text))):
        entry = ALIASES.get(candidate, candidate)
        if entry in ENTRIES:
            return entry, how
    return None


def _head(words: tuple[str, ...]) -> tuple[str, str] | None:
    """The entry that the head of the phrase names: the last words before a preposition."""
    stop = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS), len(words))
    for start in range(stop):
        found = _find(words[start:stop])
        if found is not None:
            return found[0], "head noun"
    return None


def _singulars(word: str) -> Iterator[str]:
    """What `word` might be the plural of, likeliest first."""
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
