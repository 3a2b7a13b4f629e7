"""Everything that lexicon.txt holds, and its text; models/words/lexicon.py reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from models.words.lexicon import ADJECTIVES, FAMILIAR, GERUNDS, NAMES, OTHERS, PLACES, PLURALS, Drawn


@dataclass(frozen=True, slots=True)
class Table:
    """The words, in any order."""

    nouns: Mapping[str, Drawn]  #: names among them
    names: Collection[str]
    familiar: Collection[str]
    plurals: Mapping[str, str]
    others: Collection[str]
    places: Collection[str] = ()
    adjectives: Collection[str] = ()  #: nouns that are adjectives too
    gerunds: Collection[str] = ()  #: nouns that are forms of verbs too

    def text(self) -> str:
        """What `lexicon.parse` reads."""
        groups: dict[str, list[str]] = {}
        for noun in self.nouns:
            groups.setdefault(self._heading(noun), []).append(noun)
        ordered = dict(sorted(groups.items()))
        ordered[PLURALS] = [f"{plural}:{single}" for plural, single in self.plurals.items()]
        ordered[OTHERS] = list(self.others)
        ordered |= {PLACES: list(self.places), ADJECTIVES: list(self.adjectives), GERUNDS: list(self.gerunds)}
        return "".join(f"\n= {heading}\n" + "".join(_lines(words)) for heading, words in ordered.items() if words)

    def _heading(self, noun: str) -> str:
        template, look = self.nouns[noun]
        mark = NAMES if noun in self.names else FAMILIAR if noun in self.familiar else ""
        return (f"{template}: {look}" if look else template) + mark


def _lines(words: list[str]) -> Iterator[str]:
    """A line for each two first letters: a word more changes one line."""
    rows: dict[str, list[str]] = {}
    for word in sorted(words):
        rows.setdefault(word[:2], []).append(word)
    yield from (",".join(row) + "\n" for row in rows.values())
