"""How sure a reading is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCORES: Mapping[str, float] = MappingProxyType(
    {
        "exact": 1.0,  # the words are an entry of the lexicon
        "plural": 0.97,  # they are the plural of one
        "compound": 0.94,  # in one word where the lexicon has two, or apart where it has one
        "name": 0.92,  # a proper name of a common thing, or a maker and a model
        "verb split": 0.9,  # an entry that does something
        "head noun": 0.8,  # an entry, and words that say more about it
        "likeness": 0.7,  # in the shape of an entry, and made of something else
        "typo": 0.6,  # close to an entry
        "none": 0.0,  # nothing is known
    }
)  #: how -> score: an order rather than a measurement. Of several, the least sure counts.


def least(first: str, second: str) -> str:
    """The less sure of two.

    Examples
    --------
    >>> least("likeness", "plural")
    'likeness'
    """
    return min(first, second, key=SCORES.__getitem__)
