"""Latin names of groups and species, which nobody means who wants a shape."""

from __future__ import annotations

from dataclasses import dataclass

from models.words.wordnet import WordNet


@dataclass(frozen=True, slots=True)
class Latin:
    """Tells "canidae" and "canis lupus" from the rest."""

    wordnet: WordNet
    groups: frozenset[int]  #: synsets of taxa
    genera: frozenset[int]

    @classmethod
    def of(cls, wordnet: WordNet) -> Latin:
        group, genus = wordnet.sense("taxonomic group.1"), wordnet.sense("genus.1")
        return cls(wordnet, wordnet.kinds(group), wordnet.kinds(genus))

    def is_latin(self, noun: str) -> bool:
        """Whether it is a taxon, or a species whose first word is a genus."""
        if self.groups.issuperset(self.wordnet.senses[noun]):
            return True
        genus, space, _ = noun.partition(" ")
        named = space and not self.genera.isdisjoint(self.wordnet.senses.get(genus, ()))
        return bool(named) and self._is_written_so(noun)

    def _is_written_so(self, noun: str) -> bool:
        """With a capital in front and nowhere else, as "Rosa canina" and not "rose chafer"."""
        words = [word for sense in self.wordnet.senses[noun] for word in self.wordnet.synsets[sense].words]
        return noun.capitalize() in words
