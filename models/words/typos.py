"""What a misspelt word was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

LETTERS_MIN = 4  # a change in three letters makes another word of them
LETTERS_MAX = 30  # the longest noun that many people know has 19
TWO_EDITS_MIN = 6  # letters; two changes in five leave too little of a word to know it by

# Edits and sounds together. "tilapia" is two letters from "filaria", and no misspelling of it; in a word of up to
# SHORT_MAX letters two edits must leave the sound as it is, as in "dolfin".
SHORT_MAX = 6
DIFFERENCE_MAX, SHORT_DIFFERENCE_MAX = 3, 2

# Vowels and h are the letters most often confused, so they tell words apart the least.
SOUNDS = str.maketrans("ckqxzv", "kkkssf", "aeiouyhw")

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEYS = {letter: (row, at + row / 2) for row, letters in enumerate(KEYBOARD) for at, letter in enumerate(letters)}

# English endings: a word without its ending may be known although the whole is not.
ENDINGS = ("s", "es", "ed", "ing")
OF_ADJECTIVES = ("er", "est", "ly")


class Guess(NamedTuple):
    """A word that may have been meant. The smallest is the likeliest."""

    edits: int
    unlike: int  #: to the ear
    other_first: bool  #: letter
    other_last: bool
    shorter: int  #: letters; one left out is commoner than one too many
    word: str


@dataclass(frozen=True, slots=True)
class Speller:
    """Words by their length and their first or their last letter: a slip seldom changes both letters."""

    by_first: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    by_last: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Iterable[str]) -> Speller:
        found = cls()
        for word in words:
            found.by_first.setdefault((word[0], len(word)), []).append(word)
            found.by_last.setdefault((word[-1], len(word)), []).append(word)
        return found

    def guess(self, word: str) -> Guess | None:
        """The nearest word within the edits that its length allows, or None.

        An edit is a letter more, less or other, or two neighbours exchanged (optimal string alignment).
        """
        if not (LETTERS_MIN <= len(word) <= LETTERS_MAX and word.isascii() and word.isalpha()):
            return None
        edits = 2 if len(word) >= TWO_EDITS_MIN else 1
        near = [
            Guess(
                distance,
                _unlike(word, other),
                other[0] != word[0],
                other[-1] != word[-1],
                len(word) - len(other),
                other,
            )
            for other, distance in self._near(word, edits)
            if len(word) > LETTERS_MIN or _is_slip(word, other)
        ]
        return min((guess for guess in near if _is_likely(word, guess)), default=None)

    def _near(self, word: str, edits: int) -> Iterator[tuple[str, int]]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        for length in range(len(word) - edits, len(word) + edits + 1):
            for words in (self.by_first.get((word[0], length)), self.by_last.get((word[-1], length))):
                found = extract(word, words or (), scorer=OSA.distance, score_cutoff=edits, limit=None, processor=None)
                yield from ((other, int(distance)) for other, distance, _ in found)


def _is_likely(word: str, guess: Guess) -> bool:
    """Whether it is a slip of the pen, the finger or the ear, rather than a name that looks like a word.

    Made-up words are often a word and a vowel more (a "kenobi" is no knob), or begin otherwise ("dobby" is no bobby).
    """
    is_short = len(word) <= SHORT_MAX
    if guess.edits + guess.unlike > (SHORT_DIFFERENCE_MAX if is_short else DIFFERENCE_MAX):
        return False
    # A silent e counts in the word that is meant, since a slip may have moved it: "eagel", "armchare".
    if (is_short or guess.edits > 1) and _syllables(word.removesuffix("e")) > _syllables(guess.word):
        return False
    if word[-1] in "aiou" and guess.word[-1] not in "aeiouhy":
        return False
    return not (guess.unlike and (is_short or guess.other_first)) or _is_slip_of_finger(word, guess.word)


def _syllables(word: str) -> int:
    return len(re.findall("[aeiouy]+", word))


def _is_slip_of_finger(word: str, other: str) -> bool:
    """A letter more, less, exchanged with the one beside it, or of a key beside its own; the first letter stays."""
    changed = [(one, two) for one, two in zip(word, other, strict=False) if one != two]
    if len(word) != len(other) or len(changed) > 1:
        return word[0] == other[0] or sorted(word) == sorted(other)
    return all(map(_are_neighbours, *zip(*changed, strict=True)))


def _are_neighbours(letter: str, other: str) -> bool:
    (row, at), (other_row, other_at) = KEYS[letter], KEYS[other]
    return abs(row - other_row) <= 1 and abs(at - other_at) <= 1


def _unlike(word: str, other: str) -> int:
    """How far apart they are to the ear: "elefant" sounds like "elephant", not like "element"."""
    from rapidfuzz.distance import OSA

    return int(OSA.distance(_sound(word), _sound(other)))


def _sound(word: str) -> str:
    """Consonants as they are heard."""
    return singled(word.replace("ph", "f").replace("tch", "ch").translate(SOUNDS))


def singled(word: str) -> str:
    """Each run of a letter once: "swimming" and "swiming" are one."""
    return "".join(letter for letter, before in zip(word, " " + word, strict=False) if letter != before)


def _is_slip(word: str, other: str) -> bool:
    """For short words: letters in another order, one of them twice, or a vowel left out."""
    same = sorted(word) == sorted(other) or set(word) == set(other)
    return word[0] == other[0] and (same or (len(other) > len(word) and _unlike(word, other) == 0))


def stems(word: str, endings: tuple[str, ...]) -> Iterator[str]:
    """What `word` may be a form of: "hopping" of "hop", "hoping" of "hope"."""
    for ending in endings:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= LETTERS_MIN:
            stem = word[: -len(ending)]
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            if stem.endswith("i"):
                yield stem[:-1] + "y"
