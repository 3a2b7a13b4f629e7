"""WordNet's noun files, read as their manual (`man wndb`) describes them. Only the build reads them.

What the house needs of WordNet is its hierarchy: each synset (a set of words with one meaning) names
its hypernyms, the kinds it is a kind of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("/usr/share/wordnet")  #: where Debian's package wordnet-base puts it

# lexnames(5WN): the field a synset was filed under. Only those that decide something are named.
ARTIFACT, ANIMAL, BODY, FOOD, GROUP, LOCATION, THING = 6, 5, 8, 13, 14, 15, 17
PERSON, PLANT, SUBSTANCE = 18, 20, 27
DRAWABLE = frozenset({ARTIFACT, ANIMAL, BODY, FOOD, THING, PERSON, PLANT, SUBSTANCE})


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning."""

    offset: int  #: its place in data.noun, which is its name
    field: int  #: the number of its lexicographer file
    words: tuple[str, ...]  #: as written: "Boeing", "school bus"
    above: tuple[int, ...]  #: offsets of its hypernyms
    instance: bool  #: of one thing ("Lake Superior") rather than of a kind
    slur: bool  #: as its gloss says


@dataclass(frozen=True, slots=True)
class WordNet:
    """All nouns: their meanings, commonest first, and what each is a kind of."""

    synsets: Mapping[int, Synset]
    senses: Mapping[str, tuple[int, ...]]  #: noun in lower case -> offsets

    def sense(self, name: str) -> int:
        """The synset that "cat.1" names: a noun and the number of its sense. KeyError, IndexError for no such."""
        noun, _, number = name.rpartition(".")
        return self.senses[noun][int(number) - 1]

    def is_instance(self, noun: str) -> bool:
        """Whether it only ever names one thing or person."""
        return all(self.synsets[sense].instance for sense in self.senses[noun])

    def is_place(self, noun: str, besides: Collection[int]) -> bool:
        """Whether it first names one place, and no kind of thing that can be drawn but for the senses `besides`."""
        first, *others = self.senses[noun]
        if not self.synsets[first].instance or self.synsets[first].field != LOCATION:
            return False
        kinds = (sense for sense in others if not self.synsets[sense].instance and sense not in besides)
        return all(self.synsets[sense].field not in DRAWABLE for sense in kinds)

    def kinds(self, offset: int) -> frozenset[int]:
        """Itself and every synset that is a kind of it."""
        below: dict[int, list[int]] = {}
        for synset in self.synsets.values():
            for above in synset.above:
                below.setdefault(above, []).append(synset.offset)
        found, waiting = {offset}, [offset]
        while waiting:
            new = [kind for kind in below.get(waiting.pop(), ()) if kind not in found]
            found.update(new)
            waiting.extend(new)
        return frozenset(found)

    def distances(self, offset: int) -> dict[int, int]:
        """Every kind it is a kind of, itself among them -> how many steps up, nearest first."""
        found = {offset: 0}
        row = [offset]
        for step in range(1, len(self.synsets)):
            row = [above for below in row for above in self.synsets[below].above if above not in found]
            if not row:
                break
            found |= dict.fromkeys(row, step)
        return found


def read_wordnet(folder: Path = FOLDER) -> WordNet:
    """Raises: OSError when the package is not installed."""
    synsets = {synset.offset: synset for synset in map(_synset, _lines(folder / "data.noun"))}
    index = (line.split() for line in _lines(folder / "index.noun"))
    return WordNet(synsets, {_noun(cells[0]): tuple(map(int, cells[-int(cells[2]) :])) for cells in index})


def other_words(folder: Path = FOLDER) -> set[str]:
    """Single adjectives, verbs and adverbs, with the irregular forms of verbs and adjectives."""
    words = {line.split(maxsplit=1)[0] for kind in ("verb", "adv") for line in _lines(folder / f"index.{kind}")}
    forms = {line.split()[0] for kind in ("adj", "verb") for line in _lines(folder / f"{kind}.exc")}
    return {word for word in words | forms if word.isalpha()} | adjectives(folder)


def adjectives(folder: Path = FOLDER) -> set[str]:
    """Single words."""
    words = (line.split(maxsplit=1)[0] for line in _lines(folder / "index.adj"))
    return {word for word in words if word.isalpha()}


def irregular_plurals(folder: Path = FOLDER) -> dict[str, str]:
    """noun.exc: "wolves" -> "wolf", the first where it names several."""
    pairs = (line.split()[:2] for line in _lines(folder / "noun.exc"))
    return {_noun(plural): _noun(single) for plural, single in pairs}


# WordNet says so in the gloss; a house that reads strangers' words need not know these.
SLURS = (
    "ethnic slur",
    "considered offensive",
    *(
        f"{tone} {kind}"
        for tone in ("offensive", "disparaging", "derogatory")
        for kind in ("term", "name", "slang", "and")
    ),
    *(f"{tone} term" for tone in ("insulting", "obscene")),
)


def familiarity(folder: Path = FOLDER) -> Counter[str]:
    """How often each word stands in a gloss or is met in WordNet's tagged texts: so, who knows it."""
    lines = (
        line.partition(" | ")[2] for kind in ("noun", "verb", "adj", "adv") for line in _lines(folder / f"data.{kind}")
    )
    written = Counter(word for line in lines for word in re.findall(r"[a-z]+", line.lower()))
    glosses = written + Counter(
        {word.removesuffix("s"): times for word, times in written.items() if word.endswith("s")}
    )
    tagged = {line.split()[0]: int(line.split()[-int(line.split()[2]) - 1]) for line in _lines(folder / "index.noun")}
    return glosses + Counter({word: times for word, times in tagged.items() if times})


def _lines(path: Path) -> Iterator[str]:
    """Without the licence, whose lines begin with two spaces."""
    with path.open(encoding="ascii") as lines:
        yield from (line for line in lines if not line.startswith("  "))


def _synset(line: str) -> Synset:
    entry, _, gloss = line.partition(" | ")
    cells = entry.split()
    count = int(cells[3], 16)
    words = tuple(word.replace("_", " ") for word in cells[4 : 4 + 2 * count : 2])
    pointers = cells[5 + 2 * count :]
    up = [(pointers[at], int(pointers[at + 1])) for at in range(0, len(pointers), 4) if pointers[at] in {"@", "@i"}]
    instance = any(kind == "@i" for kind, _ in up)
    slur = any(mark in gloss for mark in SLURS)
    return Synset(int(cells[0]), int(cells[1]), words, tuple(above for _, above in up), instance, slur)


def _noun(lemma: str) -> str:
    return lemma.replace("_", " ")
