"""From a concept to parts: look up its proportions, build its solids, mesh them, stand them up."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from models.concept import Concept
from models.mesh.pose import standing
from models.parts import PartMesh
from models.procedural import looks
from models.procedural.change import changed
from models.procedural.kit.solids import Grain, Shell, Solid, draw
from models.templates import TEMPLATES

Look: TypeAlias = Mapping[str, Any]  # parameter -> value, for the dataclass of one template
Pieces: TypeAlias = Mapping[str, Sequence[Solid]]  # piece -> its solids, in any unit
Build: TypeAlias = Callable[[Any, np.random.Generator], Pieces]  # from proportions

QUALITIES: Mapping[str, Grain] = MappingProxyType(
    {
        "draft": Grain(cells=20, around=12, along=10),
        "standard": Grain(cells=34, around=18, along=18),
        "high": Grain(cells=72, around=36, along=40),
    }
)  #: quality changes how finely a shape is drawn, never the shape

# A seed other than 0 moves each proportion by up to this share: another animal, the same species.
# What is built has parts that must fit each other, so it varies less than what grows.
GROWN, BUILT = 0.07, 0.03


@dataclass(frozen=True, slots=True)
class Kind:
    """How one template is built: proportions in, solids out."""

    default: Any  #: a frozen dataclass of proportions
    looks: Mapping[str, Look]  #: name of a look -> what differs from the default
    poses: Mapping[str, Look]  #: verb -> what differs from the look, as a value or a models.procedural.change
    build: Build
    variation: float = GROWN  #: how far a seed moves each proportion


def _builder(room: str) -> Build:
    """The `build` of a room of this package, which is entered when something of its kind is first drawn.

    All rooms together take 0.22 s to import (2 cores, 2026-11-26), and somebody waits for a model process that starts.
    """

    def build(proportions: Any, chance: np.random.Generator) -> Pieces:
        pieces: Pieces = import_module(f"models.procedural.{room}").build(proportions, chance)
        return pieces

    return build


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "quadruped": Kind(
            looks.quadruped.Quadruped(), looks.quadruped.LOOKS, looks.quadruped.POSES, _builder("quadruped")
        ),
        "biped": Kind(looks.biped.Biped(), looks.biped.LOOKS, looks.biped.POSES, _builder("biped")),
        "vehicle": Kind(looks.vehicle.Vehicle(), looks.vehicle.LOOKS, looks.vehicle.POSES, _builder("vehicle"), BUILT),
        "plant": Kind(looks.plant.Plant(), looks.plant.LOOKS, looks.plant.POSES, _builder("plant")),
        "furniture": Kind(
            looks.furniture.Furniture(), looks.furniture.LOOKS, looks.furniture.POSES, _builder("furniture")
        ),
        "fish": Kind(looks.fish.Fish(), looks.fish.LOOKS, looks.fish.POSES, _builder("fish")),
        "aircraft": Kind(
            looks.aircraft.Aircraft(), looks.aircraft.LOOKS, looks.aircraft.POSES, _builder("aircraft"), BUILT
        ),
        "bird": Kind(looks.bird.Bird(), looks.bird.LOOKS, looks.bird.POSES, _builder("bird")),
        "object": Kind(looks.thing.Thing(), looks.thing.LOOKS, looks.thing.POSES, _builder("things")),
    }
)

assert set(KINDS) == set(TEMPLATES), "a template nobody can build"


def shape(
    concept: Concept,
    *,
    quality: str = "standard",
    seed: int = 0,
    num_parts: int | None = None,
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[PartMesh, ...]:
    """The parts of a concept, in the order of its template.

    Parameters
    ----------
    concept : Concept
        From `models.concept.read`. An unknown `look` is the template's default; an unknown verb
        changes nothing.
    quality : str
        A key of QUALITIES. It changes the resolution only.
    seed : int, at least 0
        0 is the shape as drawn; every other seed varies its proportions by GROWN or BUILT.
    num_parts : int or None
        How many parts: see `models.templates.Template.partition`. It changes the cut, never the shape.
    on_step : function of (done, total)
        Called after each part. What it raises stops the work: that is how a cancel gets in.

    Returns
    -------
    parts : tuple of PartMesh
        Each closed, outward, of positive volume; together in the convention of `models.parts`.

    Raises
    ------
    KeyError
        No such quality or template.

    Examples
    --------
    >>> from models.concept import read
    >>> [part.name for part in shape(read("chair"), quality="draft")]
    ['seat', 'backrest', 'legs']
    """
    grain = QUALITIES[quality]
    partition = TEMPLATES[concept.template].partition(num_parts, concept.look)
    solids = _solids(concept, seed)
    shells = []
    for done, pieces in enumerate(partition.values(), start=1):
        shells.append(draw([solid for piece in pieces for solid in solids[piece]], grain))
        on_step(done, len(partition))
    return _stood_up(tuple(partition), shells)


def _solids(concept: Concept, seed: int) -> Pieces:
    kind = KINDS[concept.template]
    chance = np.random.default_rng([seed, zlib.crc32(concept.concept.encode("utf-8", "surrogatepass"))])
    proportions = _posed(replace(kind.default, **kind.looks.get(concept.look, {})), kind.poses.get(concept.verb, {}))
    varied = proportions if seed == 0 else _varied(proportions, kind.variation, chance)
    return kind.build(varied, chance)


def _posed(proportions: Any, pose: Look) -> Any:
    return replace(proportions, **{name: changed(getattr(proportions, name), change) for name, change in pose.items()})


def _varied(proportions: Any, variation: float, chance: np.random.Generator) -> Any:
    """Every proportion moved a little; counts, words and switches stay what they are."""
    values = {field.name: getattr(proportions, field.name) for field in fields(proportions)}
    return replace(proportions, **{name: _moved(value, variation, chance) for name, value in values.items()})


def _moved(value: Any, variation: float, chance: np.random.Generator) -> Any:
    if is_dataclass(value):  # proportions among proportions: a vehicle may be a cycle
        return _varied(value, variation, chance)
    return value * (1 + variation * chance.uniform(-1, 1)) if isinstance(value, float) else value


def _stood_up(names: Sequence[str], shells: Sequence[Shell]) -> tuple[PartMesh, ...]:
    """As `models.mesh.pose` has it: longest side 1, centred, on the ground."""
    placed = standing([shell.vertices for shell in shells])
    return tuple(
        PartMesh(name, vertices, np.ascontiguousarray(shell.faces, np.int32))
        for name, vertices, shell in zip(names, placed, shells, strict=True)
    )
