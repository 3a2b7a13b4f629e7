"""The table of words, read from lexicon.txt.

The file is text that can be read and compared: a heading for each look, and under it the words that are
drawn so, in a line for each two first letters. Headings:

- `= quadruped: dog` are nouns; `= quadruped: dog *` are those of them that many people know, and only
  those are what a misspelt word may have meant; `= quadruped: dog ~` are names.
- `= plurals` are the irregular ones, as wolves:wolf.
- `= others` are adjectives, verbs and adverbs: English, so no misspelt nouns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_name("lexicon.txt")
PLURALS, OTHERS = "plurals", "others"
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
    plurals: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    def add(self, heading: str, words: list[str]) -> None:
        """One heading and all words under it."""
        if heading == PLURALS:
            self.plurals.update(word.split(":") for word in words)  # type: ignore[misc]  # pairs, by the format
        elif heading == OTHERS:
            self.others.update(words)
        else:
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
        found.add(heading, words.replace("\n", ",").split(","))
    return found


def written(found: Lexicon) -> str:
    """The text of the file, without its first lines: `parse` reads what was written here."""
    groups: dict[str, list[str]] = {}
    familiar = set(found.familiar)
    for noun, (template, look) in found.drawn.items():
        mark = NAMES if noun in found.names else FAMILIAR if noun in familiar else ""
        groups.setdefault((f"{template}: {look}" if look else template) + mark, []).append(noun)
    ordered = dict(sorted(groups.items()))
    ordered[PLURALS] = [f"{plural}:{single}" for plural, single in found.plurals.items()]
    ordered[OTHERS] = list(found.others)
    return "".join(f"\n= {heading}\n" + "".join(_lines(words)) for heading, words in ordered.items() if words)


def _lines(words: list[str]) -> list[str]:
    rows: dict[str, list[str]] = {}
    for word in sorted(words):
        rows.setdefault(word[:2], []).append(word)
    return [",".join(row) + "\n" for row in rows.values()]
