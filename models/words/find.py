"""Which word of the lexicon a row of words is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from models.words.certainty import least
from models.words.grammar import ARTICLES, COLORS, ENDS, GERUNDS, VERBS
from models.words.lexicon import Drawn, Lexicon, lexicon
from models.words.names import MAKERS, MODELS, NOT_ALONE, listed
from models.words.typos import ENDINGS, LETTERS_MAX, OF_ADJECTIVES, Speller, singled, stems

WORDS_MAX = 5  # of one entry, but for a handful of titles
BEASTS = frozenset({"quadruped", "fish", "bird"})  #: what cars and planes are called after
GERUND_ENDS = ("ng", "in", "ign", "nig")  #: "ing", slips in it included
MAKER_LETTERS_MIN = 7  # in a misspelt maker; shorter ones are near too many words
HALF_MIN = 3  # letters of each half of a word that is taken apart


class Found(NamedTuple):
    """A word of the lexicon, and how it was come by: a key of models.concept.SCORES."""

    word: str
    drawn: Drawn
    how: str

    def no_surer(self, how: str) -> Found:
        return self._replace(how=least(self.how, how))


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks words up. It holds nothing of a prompt."""

    lexicon: Lexicon
    speller: Speller
    verbs: Speller
    familiar: frozenset[str]
    makers: dict[str, str]

    def whole(self, words: Sequence[str]) -> Found | None:
        """The entry that all the words together are: as written, in the plural, apart or in one."""
        if not 0 < len(words) <= WORDS_MAX:
            return None
        for text, how in self._spellings(words):
            for single, number in _numbers(text, self.lexicon.plurals):
                if (
                    found := self._entry(single, how if number == "exact" or how == "compound" else number)
                ) is not None:
                    return found
        return self._apart(words[0]) if len(words) == 1 else None

    def ending(self, words: Sequence[str]) -> Found | None:
        """The longest entry that the words end in."""
        for start in range(max(0, len(words) - WORDS_MAX), len(words)):
            if (found := self.whole(words[start:])) is not None:
                return found if start == 0 else found.no_surer("head noun")
        return None

    def misspelt(self, words: Sequence[str]) -> Found | None:
        """The entry that the words end in once their last word is spelt right."""
        if not words or self.is_english(words[-1]):
            return None
        guesses = (self.speller.guess(single) for single, _ in _numbers(words[-1], {}))
        right = min((guess for guess in guesses if guess is not None), default=None, key=lambda guess: guess[:-1])
        found = right and self.ending((*words[:-1], right.word))
        return found and found.no_surer("typo")

    def made_by(self, words: Sequence[str]) -> Found | None:
        """A maker or another name, and more. A "ford mustang" is no horse, but a "ford driver" is a driver."""
        for length in range(min(2, len(words) - 1), 0, -1):
            name, rest = " ".join(words[:length]), words[length:]
            is_maker = name in self.makers
            if not is_maker and name not in self.lexicon.names:
                continue
            drawn = self.lexicon.drawn[self.makers.get(name, name)]
            head = self.ending(rest) if len(rest[-1]) > 1 and rest[-1].isalpha() else None
            if (
                head is None
                or rest[-1] in MODELS
                or head.drawn.template in BEASTS
                or (head.drawn.template == drawn.template and not is_maker)
            ):
                return Found(name, drawn, "name")
        return None

    def verb(self, word: str) -> str:
        """The gerund of a verb that poses are named after, also of a misspelt one; "" for any other word."""
        if word in VERBS or self._is_known(word) or not word.endswith(GERUND_ENDS):
            return VERBS.get(word, "")
        guess = self.verbs.guess(word)
        if guess is None or (self.is_english(word) and singled(word) != singled(guess.word)):
            return ""  # "fleeing" is no misspelt "flying", but "swiming" is seen as a form of "swim"
        return VERBS[guess.word]

    def is_place(self, words: Sequence[str]) -> bool:
        """Whether they name a place on a map and nothing else."""
        return self.lexicon.is_place(" ".join(words))

    def is_english(self, word: str) -> bool:
        """Whether it is a word as it stands, whatever it means: such words are not corrected."""
        if self._is_known(word) or word in VERBS or word in ENDS or word in ARTICLES:
            return True
        known = self.lexicon
        return any(known.find(stem) is not None or known.is_other(stem) for stem in stems(word, ENDINGS)) or any(
            map(known.is_other, stems(word, OF_ADJECTIVES))
        )

    def is_verb_form(self, gerund: str) -> bool:
        """Whether it is a form of a verb and no noun."""
        return self.lexicon.find(gerund) is None and self.is_english(gerund)

    def is_passed_over(self, word: str) -> bool:
        """Whether a phrase may end in it without being named by it: an adjective, a colour, a number."""
        return word in COLORS or not word.isalpha() or (self.is_english(word) and self.whole((word,)) is None)

    def _is_known(self, word: str) -> bool:
        known = self.lexicon
        return known.find(word) is not None or known.is_other(word) or word in known.plurals

    def _entry(self, word: str, how: str) -> Found | None:
        drawn = self.lexicon.find(word)
        return drawn and Found(word, drawn, "name" if word in self.lexicon.names else how)

    def _spellings(self, words: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The words as one entry may be written: apart, with a hyphen, or two neighbours in one.

        An adjective stays apart: a "white horse" is not Whitehorse.
        """
        yield " ".join(words), "exact"
        if len(words) > 1:
            yield "-".join(words), "exact"
        for at, word in enumerate(words[:-1]):
            if word not in COLORS and not self.lexicon.is_other(word):
                yield " ".join((*words[:at], word + words[at + 1], *words[at + 2 :])), "compound"

    def _apart(self, word: str) -> Found | None:
        """Two nouns written as one: "sportscar", "birdhouse"."""
        if len(word) > LETTERS_MAX or self.is_english(word):
            return None
        halves = [(word[:at], word[at:]) for at in range(HALF_MIN, len(word) - HALF_MIN + 1)]
        for first, second in halves:
            for single, _ in _numbers(f"{first} {second}", self.lexicon.plurals):
                if (found := self._entry(single, "compound")) is not None:
                    return found
        joined = next((second for first, second in halves if {first, second} <= self.familiar), None)
        if joined is None:
            return None
        guess = self.speller.guess(word)  # "airplan" is no plan for the air, but "dogfood" is no dogwood
        slipped = guess is not None and guess.unlike == 0
        return None if slipped else self._entry(joined, "compound")


@cache
def finder() -> Finder:
    """One in a process."""
    import rapidfuzz.process  # noqa: F401  # now rather than at the first misspelt word

    found = lexicon()
    makers = {maker: _first(products, found) for products, names in MAKERS.items() for maker in listed(names)}
    spelt = {*found.familiar, *(name for name in makers if name.isalpha() and len(name) >= MAKER_LETTERS_MIN)}
    return Finder(found, Speller.of(sorted(spelt - NOT_ALONE)), Speller.of(GERUNDS), frozenset(found.familiar), makers)


def _first(products: str, known: Lexicon) -> str:
    """The first of several that there is."""
    return next(product for product in listed(products) if product in known.drawn)


def plain(word: str) -> str:
    """Without accents, as the lexicon is written: "crème" is found as "creme"."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def _numbers(text: str, irregular: dict[str, str]) -> Iterator[tuple[str, str]]:
    """`text`, and what it may be the plural of, likeliest first; of several words the last is in the plural."""
    yield text, "exact"
    before, space, last = text.rpartition(" ")
    singles = [irregular[last]] if last in irregular else _singulars(last)
    yield from ((before + space + single, "plural") for single in singles)


def _singulars(word: str) -> Iterator[str]:
    if word.endswith(("'s", "’s")):
        yield word[:-2]
    if len(word) <= HALF_MIN or not word.endswith("s") or word.endswith("ss"):
        return
    if word.endswith("ies"):
        yield word[:-3] + "y"
    yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
