"""Words -> template: what is meant by "flying bird", and how sure that is.

The words are read as a noun phrase: what follows "with" or "on" is cut, the last noun names the thing, a verb poses
it. The nouns come from the lexicon (models/words). Words it does not know are no error: they become the template
"object", with `how` "none" and score 0, so the result says plainly that nothing was recognised.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from models.words.certainty import SCORES
from models.words.grammar import ARTICLES, VERBS
from models.words.lexicon import OBJECT
from models.words.phrase import Reading, understand

__all__ = ["SCORES", "VERBS", "Concept", "read"]

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
    reading = understand(_words(prompt)[:WORDS_MAX])
    return _concept(reading, _doing(verb) or reading.verb)


def _concept(reading: Reading, verb: str) -> Concept:
    words = " ".join(reading.words)
    if reading.found is None:
        return Concept(words, OBJECT.template, "", SCORES["none"], "none", verb)
    matched, (template, look), how = reading.found
    return Concept(words, template, matched, SCORES[how], how, verb, look)


def _words(text: str) -> tuple[str, ...]:
    """Words in lower case without leading articles; for a text without words, its characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", folded)
    while len(words) > 1 and words[0] in ARTICLES and not folded.lstrip().startswith(f"{words[0]}-"):  # an A-10
        del words[0]
    return tuple(words) or tuple(folded.split())


def _doing(verb: str) -> str:
    """A verb as the poses know it, or in the caller's own words."""
    words = " ".join(_words(verb))
    return VERBS.get(words, words)
