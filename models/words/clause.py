"""Where a noun phrase ends, and what in a prompt is no part of one: styles, and clauses that say more."""

from __future__ import annotations

from collections.abc import Sequence

from models.words.find import Finder
from models.words.grammar import ARTICLES, ENDS, PARTICLES, PURPOSES, RIDDEN, STYLES

Words = tuple[str, ...]

ENTRY_REACH = 2  # words on each side of a preposition inside an entry: "lily of the valley"
STYLE_WORDS_MAX = 2
MOVERS = frozenset({"quadruped", "bird", "fish", "vehicle", "aircraft"})  #: what does something itself, people aside


def without_style(words: Words) -> Words:
    """The thing alone. Empty for words that name a style and nothing else.

    Examples
    --------
    >>> without_style(("low", "poly", "wolf", "3d", "model"))
    ('wolf',)
    >>> without_style(("voxel", "art", "of", "a", "sheep"))
    ('sheep',)
    """
    if start := _style_in_front(words):
        return without_style(_without_of(words[start:]))
    end = _style_in_front(words[::-1], -1)
    return without_style(words[:-end]) if end else words


def _style_in_front(words: Sequence[str], step: int = 1) -> int:
    """How many words of a style come first, of words in reading order or, with -1, the other way round."""
    lengths = range(min(STYLE_WORDS_MAX, len(words)), 0, -1)
    return next((length for length in lengths if " ".join(words[:length][::step]) in STYLES), 0)


def _without_of(words: Words) -> Words:
    return without_articles(words[1:]) if len(words) > 1 and words[0] == "of" else words


def without_articles(words: Words) -> Words:
    start = next((at for at, word in enumerate(words) if word not in ARTICLES), len(words) - 1)
    return words[start:]


def cut(words: Words, look: Finder) -> tuple[Words, Words]:
    """The words up to the first that ends a noun phrase, and the others."""
    stop = next((at for at in range(1, len(words)) if _ends(words, at, look)), len(words))
    return words[:stop], words[stop:]


def _ends(words: Words, at: int, look: Finder) -> bool:
    """Whether a noun phrase is over before a word: a preposition, or a verb, as in "ballerina doing a pirouette"."""
    word, after = words[at], words[at + 1 :]
    if word in ENDS:
        return not (is_for_riders(words, at) or _is_inside(words, at, look))
    if not after:
        return False
    if word in PARTICLES:
        return after[0] in ENDS or after[0] in ARTICLES
    return word.endswith("ing") and (after[0] in ARTICLES or _is_done(words, at, look))


def _is_inside(words: Words, at: int, look: Finder) -> bool:
    """Whether a preposition is part of an entry, as in "bird of paradise flower"."""
    ends = range(at + 2, min(at + 1 + ENTRY_REACH, len(words)) + 1)
    starts = range(max(0, at - ENTRY_REACH), at)
    return any(look.whole(words[start:end]) is not None for start in starts for end in ends)


def is_for_riders(words: Words, at: int) -> bool:
    """Whether a thing for riders follows: "horse riding boots" are no horse, but a "horse riding a bike" is one."""
    if not 0 < at < len(words) - 1 or words[at] not in PURPOSES or words[at - 1] not in RIDDEN:
        return False
    return words[at + 1] not in ARTICLES | ENDS | PARTICLES


def _is_done(words: Words, at: int, look: Finder) -> bool:
    """Whether a gerund is what somebody does to the bare noun after it, as in "bodybuilder lifting weights".

    People do what is said of them. With animals and machines it is done as often as they do it themselves ("dog
    grooming clippers"), so there the other noun must be in the plural too, as it must after a gerund that is a noun
    ("woman knitting scarves").
    """
    gerund, doer, done_to = words[at], look.ending(words[:at]), look.whole(words[-1:])
    if gerund in PURPOSES or doer is None or done_to is None or _is_named(words, at, look):
        return False
    is_verb, is_plural = look.is_verb_form(gerund), done_to.how == "plural"
    if doer.drawn.template == "biped":
        return is_verb or (is_plural and gerund in look.lexicon.gerunds)
    return is_verb and is_plural and doer.drawn.template in MOVERS


def _is_named(words: Words, at: int, look: Finder) -> bool:
    """Whether the gerund is part of an entry, as in "boxing ring" and "rock climbing"."""
    pairs = (words[at - 1 : at + 1], words[at : at + 2])
    return any(look.whole(pair) is not None for pair in pairs)
