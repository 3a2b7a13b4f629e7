"""A noun phrase: what it is about, what that does, and how sure the reading is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.words.clause import Words, cut, is_for_riders, without_articles, without_style
from models.words.find import Finder, Found, finder, plain
from models.words.grammar import ALSO_NOUNS, AMOUNTS, COLORS, ENDS, LIKENESSES, MATERIALS, PARTICLES, TOYS

GROWN = frozenset({"quadruped", "biped", "fish", "bird", "plant"})
PASSED_OVER_MAX = 3  # words after the head noun
PLACE_WORDS_MAX = 3


class Reading(NamedTuple):
    """What was made of the words."""

    words: Words  #: without the verb
    found: Found | None
    verb: str = ""


def understand(words: Sequence[str]) -> Reading:
    """Read normalised words, leading articles removed. A style is left out: a "low poly wolf" is a wolf."""
    bare = without_style(tuple(words))
    reading = _understand(bare or words)
    if reading.found is None or len(bare) in {0, len(words)}:
        return reading
    return reading._replace(found=reading.found.no_surer("head noun"))


def _understand(words: Sequence[str]) -> Reading:
    """The whole is tried first, so that a "flying fish" is one; then the verb is taken out and the head found."""
    look = finder()
    plainly = tuple(plain(word) for word in words)
    if (found := look.whole(plainly) or look.made_by(plainly)) is not None:
        return Reading(tuple(words), found)
    at = _verb_at(plainly, look)
    if at is None:
        return Reading(tuple(words), Phrase(look).about(plainly))
    rest = (*words[:at], *words[at + 1 :])
    found = _doer(plainly[:at], plainly[at + 1 :], Phrase(look))
    if found is None and (thing := Phrase(look).about(plainly)) is not None:  # nobody does it: a "beautiful fly"
        return Reading(tuple(words), thing)
    bare = found is not None and look.whole(tuple(map(plain, rest))) is not None
    return Reading(rest, found.no_surer("verb split") if found and bare else found, look.verb(plainly[at]))


def _doer(before: Words, after: Words, phrase: Phrase) -> Found | None:
    """Who does it: who stands in front of the verb, unless only the other side is something with parts."""
    sides = [side for side in (before, after) if side and side[0] not in ENDS]
    heads = [found for side in sides if (found := phrase.about(side)) is not None]
    return next((found for found in heads if found.drawn.template != "object"), heads[0] if heads else None)


def _verb_at(words: Words, look: Finder) -> int | None:
    """Where the first verb stands that is no part of an entry: a "red rocking chair" rocks nobody."""
    if len(words) <= 1:
        return None
    is_noun = words[-1] in ALSO_NOUNS and not words[-2].endswith("s")  # unlike in "birds stand"
    verbs = (at for at, word in enumerate(words[: len(words) - is_noun]) if look.verb(word))
    return next((at for at in verbs if not (is_for_riders(words, at) or _is_part(words, at, look))), None)


def _is_part(words: Words, at: int, look: Finder) -> bool:
    around = ((start, end) for start in (at - 1, at) if start >= 0 for end in range(at + 1, at + 4))
    return any(end - start > 1 and end <= len(words) and look.whole(words[start:end]) for start, end in around)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase without a verb."""

    look: Finder

    def about(self, words: Words) -> Found | None:
        """What the phrase is about, or None. Several ways of reading it, the surest first."""
        head, after = cut(words, self.look)
        for reading in (self._of(head, after), self._shaped(head), self._likeness(head)):
            if reading is not None:
                return reading
        found = self._named(head)
        return found if found is None or not after else found.no_surer("head noun")

    def _of(self, head: Words, after: Words) -> Found | None:
        """As in "a herd of elephants", "a statue of a horse"."""
        if not after or after[0] not in {"of", "from"} or len(after) == 1 or head[-1] not in AMOUNTS | LIKENESSES:
            return None
        found = self.about(without_articles(after[1:]))
        if found is None or found.drawn.template == "object":
            return None
        return found.no_surer("likeness" if head[-1] in LIKENESSES else "head noun")

    def _shaped(self, head: Words) -> Found | None:
        """As in "cat-shaped cookie", which has the parts of a cat, and in "egg-shaped chair", with those of a chair."""
        if "shaped" not in head[1:]:
            return None
        at = head.index("shaped", 1)
        like, thing = self._named(head[:at]), self._named(head[at + 1 :])
        if thing is not None and (thing.drawn.template != "object" or like is None):
            return thing.no_surer("head noun")
        return like and like.no_surer("likeness")

    def _likeness(self, head: Words) -> Found | None:
        """As in "horse statue", "toy car", "wooden horse"."""
        if len(head) > 1 and head[-1] in LIKENESSES and self.look.whole(head) is None:
            found = self._named(head[:-1])
            return None if found is None or found.drawn.template == "object" else found.no_surer("likeness")
        before = set(head[:-1])
        if not before & (TOYS | MATERIALS):
            return None
        found = self._named(head)
        if found is None or not (before & TOYS or found.drawn.template in GROWN):
            return None
        return found if found.drawn.template == "object" else found.no_surer("likeness")

    def _named(self, head: Words) -> Found | None:
        """The head noun, without a colour, a place or a particle that is said after it."""
        if (made := self.look.made_by(head)) is not None:
            return made
        bare = self._without_last(head)
        if bare != head and (found := self._head_noun(bare)) is not None:
            return found.no_surer("head noun")
        return self._head_noun(head)

    def _head_noun(self, head: Words) -> Found | None:
        """The entry that the words end in, once words are passed over that name nothing."""
        for stop in range(len(head), max(0, len(head) - PASSED_OVER_MAX), -1):
            ending = head[:stop]
            if (found := self.look.ending(ending) or self.look.misspelt(ending)) is not None:
                return found if ending == head else found.no_surer("head noun")
            if not self.look.is_passed_over(ending[-1]):
                return None
        return None

    def _without_last(self, head: Words) -> Words:
        """Up to a colour or a place, unless it is part of an entry: "cat black", "cable car san francisco"."""
        while (after := self._said_after(head)) and self.look.whole(head[-after - 1 :]) is None:
            head = head[:-after]
        return head

    def _said_after(self, head: Words) -> int:
        """How many words at the end are a place, a colour or a particle; 0 for none."""
        lengths = range(min(PLACE_WORDS_MAX, len(head) - 1), 0, -1)
        place = next((length for length in lengths if self.look.is_place(head[-length:])), 0)
        return place or int(len(head) > 1 and head[-1] in COLORS | PARTICLES)
