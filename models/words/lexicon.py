"""The table of words, read from lexicon.txt.

The file is text that can be read and compared: a heading for each look, and under it the words that are
drawn so, in a line for each two first letters. Headings:

- `= quadruped: dog` are nouns; `= quadruped: dog *` are those of them that many people know, and only
  those are what a misspelt word may have meant; `= quadruped: dog ~` are names.
- `= object` alone are things that few people know and that have no parts of their own.
- `= plurals` are the irregular ones, as wolves:wolf.
- `= places` are names on a map: said after a thing, they are where it stands.
- `= also adjectives` are nouns with no parts of their own that are adjectives too, as old.
- `= also gerunds` are such nouns that are forms of verbs too, as knitting.
- `= others` are adjectives, verbs and adverbs: English, so no misspelt nouns.

Two thirds of the words are in `= object` and `= others`, and all that is asked of these is whether they are there.
They stay text, a string for each two first letters, which halves the time to load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_name("lexicon.txt")
PLURALS, OTHERS, PLACES = "plurals", "others", "places"
ADJECTIVES, GERUNDS = "also adjectives", "also gerunds"
FAMILIAR, NAMES = " *", " ~"
MARKS = FAMILIAR + NAMES


class Drawn(NamedTuple):
    """What stands for a word: a template, and a look in it. "" is the template's default."""

    template: str
    look: str = ""


OBJECT = Drawn("object")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word the house knows."""

    drawn: dict[str, Drawn] = field(default_factory=dict)  #: noun or name -> what is drawn for it
    names: set[str] = field(default_factory=set)  #: those that are names
    familiar: list[str] = field(default_factory=list)
    rare: dict[str, str] = field(default_factory=dict)  #: two letters -> ",nouns,drawn,as,objects,"
    others: dict[str, str] = field(default_factory=dict)  #: two letters -> ",adjectives,verbs,adverbs,"
    places: dict[str, str] = field(default_factory=dict)  #: two letters -> ",names,on,a,map,"
    adjectives: dict[str, str] = field(default_factory=dict)  #: two letters -> ",nouns,that,are,adjectives,too,"
    gerunds: set[str] = field(default_factory=set)  #: nouns that are forms of verbs too
    plurals: dict[str, str] = field(default_factory=dict)

    def find(self, word: str) -> Drawn | None:
        """What is drawn for a noun, or None for no noun."""
        found = self.drawn.get(word)
        return OBJECT if found is None and _is_in(self.rare, word) else found

    def is_other(self, word: str) -> bool:
        """Whether it is an adjective, a verb or an adverb, and no noun."""
        return _is_in(self.others, word)

    def is_place(self, words: str) -> bool:
        """Whether they are a name on a map, and no other noun's."""
        return _is_in(self.places, words)

    def can_be_adjective(self, word: str) -> bool:
        return self.is_other(word) or _is_in(self.adjectives, word)

    def nouns(self) -> Iterator[tuple[str, Drawn]]:
        """All of them."""
        yield from self.drawn.items()
        yield from ((word, OBJECT) for words in self.rare.values() for word in words.strip(",").split(","))

    def add(self, heading: str, text: str) -> None:
        """One heading and the lines under it."""
        as_text = {OBJECT.template: self.rare, OTHERS: self.others, PLACES: self.places, ADJECTIVES: self.adjectives}
        if (kept := as_text.get(heading)) is not None:
            kept.update((line.partition(",")[0][:2], f",{line},") for line in text.split("\n"))
            return
        words = text.replace("\n", ",").split(",")
        if heading == PLURALS:
            self.plurals.update(word.split(":") for word in words)  # type: ignore[misc]  # pairs, by the format
            return
        if heading == GERUNDS:
            self.gerunds.update(words)
            return
        template, _, look = heading.rstrip(MARKS).partition(": ")
        drawn = Drawn(template, look)
        for word in words:  # twice as fast as an update with a dict that is made for it
            self.drawn[word] = drawn
        self.familiar.extend(words if heading.endswith(FAMILIAR) else ())
        self.names.update(words if heading.endswith(NAMES) else ())


@cache
def lexicon() -> Lexicon:
    """Read once in a process: about a megabyte."""
    return parse(PATH.read_text(encoding="utf-8"))


def parse(text: str) -> Lexicon:
    """What lies under each heading; the lines before the first are for people."""
    found = Lexicon()
    for group in text.split("\n= ")[1:]:
        heading, _, words = group.strip().partition("\n")
        found.add(heading, words)
    return found


def _is_in(rows: dict[str, str], word: str) -> bool:
    return f",{word}," in rows.get(word[:2], "")
