"""`python -m models.words.build`: WordNet, the decisions and the looks there are become lexicon.txt.

Run it after a change of roots.py, anchors.py, exceptions.py, familiar.py, names.py or the LOOKS of a template. The
same sources give the same bytes. It needs Debian's package wordnet-base.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from models.words.exceptions import ANIMALS, LITERAL, OBJECTS, WORDS
from models.words.familiar import FAMILIAR
from models.words.grammar import ENDS, VERBS
from models.words.latin import Latin
from models.words.lexicon import OBJECT, PATH, Drawn
from models.words.meaning import BEASTS, Meanings, meanings
from models.words.names import MAKERS, NAMES, NOT_ALONE, listed
from models.words.table import Table
from models.words.wordnet import WordNet, adjectives, familiarity, irregular_plurals, other_words, read_wordnet

HEADER = """# The words of the house, by `python -m models.words.build`; models/words/lexicon.py says how to read them.
# Derived from WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. See LICENSE.wordnet.
"""
PLACE_WORDS_MAX = 3
FAMILIAR_MIN = 3  # times in 117,000 glosses: "giraffe" has it, "aardwolf" has not

Looks = Mapping[str, Iterable[str]]  #: template -> the names of its looks


def looks() -> Looks:
    """As the procedural route has them now."""
    from models.procedural.make import KINDS

    return {template: tuple(kind.looks) for template, kind in KINDS.items()}


def build(wordnet: WordNet, known: Looks) -> dict[str, Drawn]:
    """Every noun worth a row -> what it is drawn as."""
    found = meanings(wordnet, known)
    latin, acts = Latin.of(wordnet), _acts(found, other_words())
    nouns = {
        noun: found.drawn(noun)
        for noun in wordnet.senses
        if not (latin.is_latin(noun) or noun in LITERAL or _is_slur(wordnet, noun) or noun in acts)
    }
    rows = {
        noun: drawn
        for noun, drawn in nouns.items()
        if " " not in noun or _says_more(noun, drawn, nouns, found) or _is_somebody(wordnet, noun, drawn)
    }
    return rows | _decided(rows, known)


def _decided(rows: Mapping[str, Drawn], known: Looks) -> dict[str, Drawn]:
    """The decisions for single words, the last of which is that a look's own name means that look."""
    looks = ((look, Drawn(template, look)) for template, names in known.items() for look in names)
    # A club is called a bat too, and somebody may draw one.
    own = {look: drawn for look, drawn in looks if look not in ANIMALS or drawn.template in BEASTS}
    have = {**rows, **own}
    like = {word: have[_first(nouns, have)] for nouns, words in WORDS.items() for word in listed(words)}
    spaced = {look.replace("-", " "): drawn for look, drawn in own.items()}
    return like | dict.fromkeys((word.replace("_", " ") for word in OBJECTS), OBJECT) | own | spaced


def _first(nouns: str, have: Mapping[str, Drawn]) -> str:
    """The first of several that there is. Raises: KeyError."""
    return next((noun for noun in listed(nouns) if noun in have), nouns)


def _is_slur(wordnet: WordNet, noun: str) -> bool:
    return all(wordnet.synsets[sense].slur for sense in wordnet.senses[noun])


def _acts(found: Meanings, verbs: Collection[str]) -> set[str]:
    """Gerunds that name nothing to be drawn. They are kept as verbs: what a "wolf howling" shows is the wolf."""
    gerunds = (noun for noun in found.wordnet.senses if _is_gerund(noun, verbs))
    return {noun for noun in gerunds if not _is_thing(noun, found)}


def _is_gerund(noun: str, verbs: Collection[str]) -> bool:
    return noun.endswith("ing") and noun.isalpha() and not _infinitives(noun).isdisjoint(verbs)


def _infinitives(gerund: str) -> set[str]:
    """What it may be a form of: "hopping" of "hop", "hoping" of "hope", "howling" of "howl"."""
    stem = gerund.removesuffix("ing")
    return {stem, stem + "e"} | ({stem[:-1]} if stem[-1:] == stem[-2:-1] else set())


def _is_somebody(wordnet: WordNet, noun: str, drawn: Drawn) -> bool:
    """A person known by name, whatever the last word of it means: "abraham lincoln" is no sheep."""
    return drawn.template == "biped" and wordnet.is_instance(noun)


def _says_more(noun: str, drawn: Drawn, nouns: Mapping[str, Drawn], found: Meanings) -> bool:
    """Whether several words mean more than their last, by which they would be read without a row.

    A verb in front would be taken for what somebody does: no "running shoe" runs, and nobody is carving a "carving
    knife". People named by words that are not people are figures of speech: a "black sheep" is a sheep to someone
    who wants its shape.
    But a "movie star" is a kind of star, in one of the senses of that word.
    """
    if noun.replace(" ", "_") in LITERAL:
        return False
    words = noun.split()
    named_by = next((before for before, word in pairwise(words) if word in ENDS), words[-1])
    head = nouns.get(named_by, OBJECT)
    if drawn.template == "biped" and named_by in nouns and head.template != "biped":
        return head.template not in BEASTS and found.is_kind_of(noun, named_by)
    return drawn != OBJECT or head != OBJECT or (_is_verb(words[0]) and _is_thing(noun, found))


def _is_verb(word: str) -> bool:
    return word in VERBS or word.endswith("ing")


def _is_thing(noun: str, found: Meanings) -> bool:
    """Unlike "running away", which is only done."""
    return any(map(found.can_be_drawn, found.wordnet.senses[noun]))


def table(wordnet: WordNet, known: Looks) -> Table:
    """Everything the file holds."""
    nouns, verbs = build(wordnet, known), other_words()
    often = familiarity()
    plurals = {
        plural: single for plural, single in irregular_plurals().items() if single in nouns and plural not in nouns
    }
    often.update(dict.fromkeys([*FAMILIAR, *(look for names in known.values() for look in names)], FAMILIAR_MIN))
    names = {noun for noun in wordnet.senses if wordnet.is_instance(noun)}
    known_well = (noun for noun, drawn in nouns.items() if often[noun] >= _familiar_min(drawn))
    familiar = {noun for noun in known_well if noun.isalpha() and (noun in FAMILIAR or noun not in names)}
    called = dict(_called(nouns))
    words = {noun for noun in wordnet.senses if noun.isalpha() and noun.endswith("ing")} | verbs
    others = words - nouns.keys() - called.keys()
    rows = nouns | called
    also = {word for word in adjectives() if rows.get(word) == OBJECT}
    gerunds = {noun for noun in rows if _is_gerund(noun, verbs) and rows[noun] == OBJECT}
    return Table(rows, set(called), familiar, plurals, others, _places(wordnet, rows), also, gerunds)


def _places(wordnet: WordNet, nouns: Mapping[str, Drawn]) -> set[str]:
    """Names on a map that mean nothing with parts. "turkey" and "phoenix" do."""
    taxa = Latin.of(wordnet).groups
    short = (
        noun for noun in wordnet.senses if len(noun.split()) <= PLACE_WORDS_MAX and noun.replace(" ", "").isalpha()
    )
    return {noun for noun in short if nouns.get(noun, OBJECT) == OBJECT and wordnet.is_place(noun, taxa)}


def _called(nouns: Mapping[str, Drawn]) -> Iterator[tuple[str, Drawn]]:
    """Names, unless the noun is known and lies under the same template: then WordNet or a look knows more."""
    for like, names in (*MAKERS.items(), *NAMES.items()):
        drawn = nouns[_first(like, nouns)]
        for name in listed(names):
            if name not in NOT_ALONE and nouns.get(name, OBJECT).template != drawn.template:
                yield name, drawn


def _familiar_min(drawn: Drawn) -> int:
    """An animal or a vehicle is more often asked for than written about: one gloss is enough."""
    return FAMILIAR_MIN if drawn.template in {"object", "biped", "plant"} else 1


def main() -> None:
    found = table(read_wordnet(), looks())
    text = HEADER + found.text()
    PATH.write_text(text, encoding="utf-8")
    size = len(text.encode()) / 1e6
    sys.stderr.write(f"{PATH}: {len(found.nouns)} nouns, {len(found.familiar)} familiar, {size:.2f} MB\n")


if __name__ == "__main__":
    main()
