"""Template -> part names: the one table that says which parts a thing has.

A template has a standard row of parts. Fewer parts are had by merging neighbours, more by splitting what
has natural halves; `partition` says which, and `pieces` are the finest of all: what a builder builds.
Some looks lack parts: no stool has a backrest. Nothing is made up for them; `of` is the template without it.

The place of a name in a partition is the part id everywhere: in the GLB's extras, in the point cloud, in
the palette. So a name is appended, never moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

PARTS_MAX = 16  # the palette has 16 colours, and a job may ask for 16 parts at most
CYCLES = ("bicycle", "mountain bike", "tandem", "tricycle", "motorcycle", "scooter")  # one sits on them, not in them
# What animals pull: no windscreen, and where there is one pair of wheels, none before the other.
CARTS = {
    "wagon": ("windshield", "roof", "lights"),
    "covered wagon": ("windshield", "lights"),
    "cart": ("windshield", "roof", "lights", "front_wheels", "back_wheels"),
    "carriage": ("windshield",),
    "stagecoach": ("windshield",),
    "chariot": ("windshield", "roof", "lights", "front_wheels", "back_wheels"),
}

Pair: TypeAlias = tuple[str, tuple[str, str]]  # a part, and the two it is made of


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of thing and the names of its parts.

    Examples
    --------
    >>> TEMPLATES["plant"].part_id("canopy")
    1
    """

    name: str
    parts: tuple[str, ...]  #: in order: the index of a name is its part id
    merges: tuple[Pair, ...] = ()  #: one part fewer each, in this order
    splits: tuple[Pair, ...] = ()  #: one part more each, in this order
    #: look -> the parts it lacks, and the pieces: what lacks a piece has the whole part unsplit
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def part_id(self, part: str) -> int:
        """The id of `part`. Raises ValueError for a part this template does not have."""
        return self.parts.index(part)

    def of(self, look: str) -> Template:
        """The template of one look: without the parts it lacks, and without the merges and splits of these.

        Examples
        --------
        >>> TEMPLATES["furniture"].of("stool").parts
        ('seat', 'legs')
        >>> TEMPLATES["furniture"].of("sofa").parts
        ('seat', 'backrest', 'legs')
        """
        lacking = self.lacks.get(look, ())
        parts = tuple(part for part in self.parts if part not in lacking)
        merges = tuple(_possible(self.merges, parts))
        splits = tuple(row for row in self.splits if row[0] in parts and not set(row[1]) & set(lacking))
        return replace(self, parts=parts, merges=merges, splits=splits, lacks={})

    def partition(self, count: int | None = None, look: str = "") -> Mapping[str, tuple[str, ...]]:
        """Each part and the pieces it is made of, for as many parts as were asked for.

        Parameters
        ----------
        count : int or None
            At least 1. None: the standard parts. More than there are pieces: all the pieces.
        look : str
            What is drawn. One that lacks parts is cut as what it has: see `of`.

        Examples
        --------
        >>> list(TEMPLATES["fish"].partition(3))
        ['head', 'body', 'tail_fin']
        >>> list(TEMPLATES["fish"].partition(16))[-2:]
        ['left_pectoral_fin', 'right_pectoral_fin']
        >>> list(TEMPLATES["furniture"].partition(look="stool"))
        ['seat', 'legs']
        """
        if look in self.lacks:
            return self.of(look).partition(count)
        wanted = len(self.parts) if count is None else count
        made = {part: self._pieces_of(part) for part in self.parts}
        for part, halves in self.splits[: max(0, wanted - len(self.parts))]:
            made = _split(made, part, {half: (half,) if half == part else self._pieces_of(half) for half in halves})
        for part, pair in self.merges[: max(0, len(self.parts) - wanted)]:
            made = _merged(made, part, pair)
        return MappingProxyType(made)

    @property
    def pieces(self) -> tuple[str, ...]:
        """The finest parts: what a builder builds."""
        return tuple(piece for part in self.parts for piece in self._pieces_of(part))

    def _pieces_of(self, part: str) -> tuple[str, ...]:
        halves = dict(self.splits).get(part)
        if halves is None:
            return (part,)
        return tuple(piece for half in halves for piece in ((half,) if half == part else self._pieces_of(half)))


def _possible(merges: tuple[Pair, ...], parts: tuple[str, ...]) -> Iterator[Pair]:
    """The merges, in order, of what is there by then."""
    there = set(parts)
    for part, pair in merges:
        if there.issuperset(pair):
            there = there - set(pair) | {part}
            yield part, pair


def _split(
    made: Mapping[str, tuple[str, ...]], part: str, halves: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """One part replaced by its halves, where it stood."""
    rows = [halves.items() if name == part else [(name, pieces)] for name, pieces in made.items()]
    return {name: pieces for row in rows for name, pieces in row}


def _merged(made: Mapping[str, tuple[str, ...]], part: str, pair: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """Two parts replaced by one, where the first of the template's order stood."""
    together = tuple(piece for name, pieces in made.items() if name in pair for piece in pieces)
    first = next(name for name in made if name in pair)
    kept = {name: pieces for name, pieces in made.items() if name not in pair or name == first}
    return {part if name == first else name: together if name == first else pieces for name, pieces in kept.items()}


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.name: template
        for template in (
            Template(
                "quadruped",
                ("head", "body", "front_legs", "back_legs", "tail", "neck"),
                merges=(
                    ("head", ("head", "neck")),
                    ("legs", ("front_legs", "back_legs")),
                    ("body", ("body", "tail")),
                    ("body", ("body", "legs")),
                    ("body", ("body", "head")),
                ),
                splits=(
                    ("front_legs", ("front_left_leg", "front_right_leg")),
                    ("back_legs", ("back_left_leg", "back_right_leg")),
                ),
            ),
            Template(
                "biped",
                ("head", "torso", "left_arm", "right_arm", "left_leg", "right_leg"),
                merges=(
                    ("arms", ("left_arm", "right_arm")),
                    ("legs", ("left_leg", "right_leg")),
                    ("torso", ("torso", "arms")),
                    ("body", ("torso", "legs")),
                    ("body", ("body", "head")),
                ),
                splits=(
                    ("left_arm", ("left_arm", "left_hand")),
                    ("right_arm", ("right_arm", "right_hand")),
                    ("left_leg", ("left_leg", "left_foot")),
                    ("right_leg", ("right_leg", "right_foot")),
                ),
            ),
            Template(
                "vehicle",
                ("body", "wheels", "windshield", "roof"),
                merges=(
                    ("cabin", ("windshield", "roof")),
                    ("body", ("body", "cabin")),
                    ("body", ("body", "wheels")),
                    ("body", ("body", "roof")),  # of what has no windscreen: a carriage
                ),
                splits=(
                    ("wheels", ("front_wheels", "back_wheels")),
                    ("body", ("body", "lights")),
                    ("windshield", ("windshield", "windows")),
                ),
                lacks=dict.fromkeys(CYCLES, ("windshield", "roof")) | CARTS,
            ),
            Template("plant", ("trunk", "canopy"), merges=(("body", ("trunk", "canopy")),)),
            Template(
                "furniture",
                ("seat", "backrest", "legs"),
                merges=(("seat", ("seat", "backrest")), ("body", ("seat", "legs"))),
                splits=(("legs", ("front_legs", "back_legs")),),
                lacks=dict.fromkeys(("stool", "bar stool", "ottoman"), ("backrest",)),
            ),
            Template(
                "fish",
                ("head", "body", "tail_fin", "dorsal_fin", "pectoral_fins"),
                merges=(
                    ("body", ("body", "dorsal_fin")),
                    ("body", ("body", "pectoral_fins")),
                    ("body", ("body", "tail_fin")),
                    ("body", ("body", "head")),
                ),
                splits=(("pectoral_fins", ("left_pectoral_fin", "right_pectoral_fin")),),
            ),
            Template(
                "aircraft",
                ("fuselage", "left_wing", "right_wing", "tail", "engines"),
                merges=(
                    ("wings", ("left_wing", "right_wing")),
                    ("wings", ("wings", "engines")),
                    ("fuselage", ("fuselage", "tail")),
                    ("body", ("fuselage", "wings")),
                ),
                splits=(("tail", ("fin", "tailplane")),),
            ),
            Template(
                "bird",
                ("head", "body", "left_wing", "right_wing", "tail", "legs"),
                merges=(
                    ("wings", ("left_wing", "right_wing")),
                    ("body", ("body", "tail")),
                    ("body", ("body", "legs")),
                    ("body", ("body", "wings")),
                    ("body", ("body", "head")),
                ),
                splits=(("legs", ("left_leg", "right_leg")), ("head", ("head", "beak"))),
            ),
            Template("object", ("body",)),
        )
    }
)

# The palette and the uint8 of the point cloud rely on both, so they are checked where they are written.
assert all(0 < len(template.pieces) <= PARTS_MAX for template in TEMPLATES.values())
assert all(len(set(template.pieces)) == len(template.pieces) for template in TEMPLATES.values())
assert all(
    len(template.partition(1, look)) == 1 for template in TEMPLATES.values() for look in ("", *template.lacks)
), "merges end too early"
