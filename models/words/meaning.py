"""What a noun of WordNet is drawn as: which of its senses is meant, and where that sense belongs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.words.anchors import ANCHORS
from models.words.exceptions import ANIMALS, OBJECTS, SENSES
from models.words.lexicon import OBJECT, Drawn
from models.words.roots import REST, ROOTS
from models.words.wordnet import DRAWABLE, FOOD, PERSON, PLANT, SUBSTANCE, WordNet

BEASTS = frozenset({"quadruped", "bird", "fish"})

# Fruit and vegetables are eaten without their plant: "tomato" is the fruit although the vine comes first.
PRODUCE = ("edible_fruit.1", "vegetable.1", "edible_nut.1")


@dataclass(frozen=True, slots=True)
class Meanings:
    """WordNet with the decisions applied."""

    wordnet: WordNet
    roots: Mapping[int, str]  #: synset -> template
    rest: Mapping[int, str]  #: the same, for what is under no root
    anchors: Mapping[str, Mapping[int, str]]  #: template -> synset -> look
    produce: frozenset[int]
    placed: dict[int, Drawn] = field(default_factory=dict)  #: what `place` has found before

    def drawn(self, noun: str) -> Drawn:
        """By its senses alone; the look is the nearest anchor's."""
        offset = self.meant(noun)
        return OBJECT if offset is None else self.place(offset)

    def meant(self, noun: str) -> int | None:
        """The sense to draw, or None when that is nothing with parts.

        Senses come commonest first, and the first that can be drawn is meant, but: an animal or plant
        wins over its meat or wood, a fruit over its plant; and a word for something that cannot be
        drawn ("love", "empire") is not the person or the apple that WordNet also knows by it.
        """
        if noun in SENSES:
            return self.wordnet.sense(SENSES[noun].replace("_", " "))
        senses = [sense for sense in self.wordnet.senses[noun] if self._can_be_meant(sense, noun)]
        if not senses or noun.replace(" ", "_") in OBJECTS:
            return None
        if noun in ANIMALS:
            return self._first(senses, BEASTS)
        return None if self._is_seldom_meant(noun, senses[0]) else self._alive(senses)

    def _is_seldom_meant(self, noun: str, sense: int) -> bool:
        """Whether it is the person, the herb or the fruit of a word that means something else first."""
        is_other = self._field(sense) in {PERSON, PLANT} or sense in self.produce
        return is_other and not self.can_be_drawn(self.wordnet.senses[noun][0])

    def _alive(self, senses: list[int]) -> int:
        """The first sense; for meat, leather or wood the animal or plant that it is of; for a plant its fruit."""
        filed = self._field(senses[0])
        if filed not in {FOOD, SUBSTANCE, PLANT}:
            return senses[0]
        fruit = next((sense for sense in senses if sense in self.produce), None)
        if fruit is not None and filed != SUBSTANCE:
            return fruit
        return self._first(senses, BEASTS if filed == FOOD else BEASTS | {"plant"})

    def _first(self, senses: list[int], templates: frozenset[str]) -> int:
        """The first under one of the templates, or else the first."""
        return next((sense for sense in senses if self.place(sense).template in templates), senses[0])

    def place(self, offset: int) -> Drawn:
        """Where a sense belongs: the nearest root, and the nearest look under the same template."""
        if offset not in self.placed:
            self.placed[offset] = self._placed(offset)
        return self.placed[offset]

    def _placed(self, offset: int) -> Drawn:
        above = self.wordnet.distances(offset)
        roots = (table[kind] for table in (self.roots, self.rest) for kind in above if kind in table)
        template = next(roots, "object")
        looks = self.anchors.get(template, {})
        return Drawn(template, next((looks[kind] for kind in above if kind in looks), ""))

    def is_kind_of(self, noun: str, head: str) -> bool:
        """Whether the sense meant of `noun` lies under any sense of `head`."""
        meant = self.meant(noun)
        return meant is not None and not self.wordnet.distances(meant).keys().isdisjoint(self.wordnet.senses[head])

    def _can_be_meant(self, offset: int, noun: str) -> bool:
        synset = self.wordnet.synsets[offset]
        if synset.instance and len(self.wordnet.senses[noun]) > 1 and self.place(offset).template == "biped":
            return False  # "Crane", "Fox", "Rose": people are called after things
        return not synset.slur and (self.can_be_drawn(offset) or self.place(offset) != OBJECT)

    def can_be_drawn(self, offset: int) -> bool:
        """Whether it is a thing or a being rather than an act, a quality or a quantity."""
        return self._field(offset) in DRAWABLE

    def _field(self, offset: int) -> int:
        return self.wordnet.synsets[offset].field


def meanings(wordnet: WordNet, looks: Mapping[str, Iterable[str]]) -> Meanings:
    """WordNet under the decisions, for the looks there are (template -> their names).

    Raises
    ------
    LookupError
        A look stands nowhere: no sense of its name is under its template, and no decision names one.
    """
    roots = {_sense(wordnet, sense): template for template, senses in ROOTS.items() for sense in senses.split()}
    produce = frozenset[int]().union(*(wordnet.kinds(_sense(wordnet, sense)) for sense in PRODUCE))
    rest = {_sense(wordnet, sense): template for sense, template in REST.items()}
    bare = Meanings(wordnet, roots, rest, {}, produce)
    anchors = {template: _anchors(bare, template, list(names)) for template, names in looks.items()}
    return Meanings(wordnet, roots, rest, anchors, produce)


def _anchors(bare: Meanings, template: str, names: list[str]) -> dict[int, str]:
    decided = {
        _sense(bare.wordnet, sense): next((look for look in wanted.split(",") if look in names), "")
        for wanted, senses in ANCHORS.get(template, {}).items()
        for sense in senses.split()
    }
    own = {sense: look for look in names for sense in _first_sense(bare, template, look)}
    return own | decided


def _first_sense(bare: Meanings, template: str, look: str) -> list[int]:
    """None or one: the sense that is decided, or the first under the template that can be drawn."""
    if look in SENSES:
        return [_sense(bare.wordnet, SENSES[look])]
    senses = [sense for sense in bare.wordnet.senses.get(look, ()) if bare.place(sense).template == template]
    return [sense for sense in senses if template != "object" or bare.can_be_drawn(sense)][:1]


def _sense(wordnet: WordNet, name: str) -> int:
    return wordnet.sense(name.replace("_", " "))
