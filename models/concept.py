"""Words -> template: what is meant by "flying bird", and how sure that is.

The words are read as a noun phrase: what follows "with" or "on" is cut, the last noun names the thing, a verb poses
it. Of several clauses the first that names something counts. The nouns come from the lexicon (models/words). Words it
does not know are no error: they become the template "object", with `how` "none" and score 0, so the result says plainly
that nothing was recognised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from models.words.certainty import SCORES
from models.words.clause import Words, without_style
from models.words.grammar import ARTICLES, COLORS, ENDS, VERBS
from models.words.lexicon import OBJECT, lexicon
from models.words.phrase import Reading, understand

__all__ = ["SCORES", "VERBS", "Concept", "read"]

WORD = r"[^\W_]+(?:['’][^\W_]+)*"
HYPHENED = r"[^\W_]+-[^\W_]{2,}ing(?=\s+\w)"  #: an adjective in one piece: a "man-eating plant" is no man
WORDS_MAX = 48  # a prompt has at most 500 characters; a noun phrase is named by then


@dataclass(frozen=True, slots=True)
class Concept:
    """What was understood of a prompt."""

    concept: str  #: the words, normalised: lower case, no articles, no punctuation
    template: str  #: a name in models.templates.TEMPLATES
    matched: str  #: the entry of the lexicon, "" if none
    score: float  #: 0 to 1, see SCORES
    how: str  #: a key of SCORES
    verb: str = ""  #: what it is doing, as a gerund where known; "" for nothing
    look: str = ""  #: what is drawn: a name in the template's LOOKS, "" for the template's default


def read(prompt: str, verb: str = "") -> Concept:
    """Understand a prompt. Never raises: what is not known becomes an "object".

    Parameters
    ----------
    prompt : str
        Any script. "a red cat", "flying bird", "office chairs", "elefant", "猫".
    verb : str
        What it does, if the caller knows; it wins over a verb found in the prompt.

    Examples
    --------
    >>> read("Flying birds!")
    Concept(concept='birds', template='bird', matched='bird', score=0.9, how='verb split', verb='flying', look='')
    >>> read("red beagle").look, read("elefant").how, read("cat food").template
    ('dog', 'typo', 'object')
    """
    clauses = _clauses(prompt)
    reading = _first_named(clauses) if len(clauses) > 1 else None
    if reading is None:
        reading = understand(_words(prompt)[:WORDS_MAX])
    return _concept(reading, _doing(verb) or reading.verb or _said_later(clauses))


def _clauses(prompt: str) -> list[Words]:
    """The words between marks. A dot after a short word is part of it, as in "St. Bernard"."""
    parts = re.split(r"(?:[,;:!?|)]|(?<=\w{3})\.)+(?=\s|$)|\(", prompt)
    return [words[:WORDS_MAX] for words in map(_words, parts) if words]


def _said_later(clauses: Sequence[Words]) -> str:
    """What it does, where a mark stands before that: "a robin, flying home"."""
    return next((VERBS[words[0]] for words in clauses[1:] if words[0] in VERBS), "")


def _first_named(clauses: Sequence[Words]) -> Reading | None:
    """The first clause that names a thing; adjectives stand in clauses too, as in "old, rusty pickup"."""
    said = (words for words in clauses if words[0] not in ENDS and without_style(words) and not _is_adjective(words))
    return next((reading for reading in map(understand, said) if reading.found is not None), None)


def _is_adjective(words: Words) -> bool:
    return words[-1] in COLORS or (len(words) == 1 and lexicon().can_be_adjective(words[0]))


def _concept(reading: Reading, verb: str) -> Concept:
    words = " ".join(reading.words)
    if reading.found is None:
        return Concept(words, OBJECT.template, "", SCORES["none"], "none", verb)
    matched, (template, look), how = reading.found
    return Concept(words, template, matched, SCORES[how], how, verb, look)


def _words(text: str) -> Words:
    """Words in lower case without leading articles; for a text without words, its characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(rf"{HYPHENED}|{WORD}", folded)
    while len(words) > 1 and words[0] in ARTICLES and not folded.lstrip().startswith(f"{words[0]}-"):  # an A-10
        del words[0]
    return tuple(words) or tuple(folded.split())


def _doing(verb: str) -> str:
    """A verb as the poses know it, or in the caller's own words."""
    words = " ".join(_words(verb))
    return VERBS.get(words, words)
