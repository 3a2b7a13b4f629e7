"""Part name -> what a segmenter is asked for, and on which side the part is.

A segmenter knows what a wing looks like, and cannot know which wing is the bird's left one: it sees a picture, where
left is anybody's. So it is asked for wings, and the convention of `models.parts` tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

Direction = tuple[int, int, int]

# The convention of models/parts.py: the front faces +Z, so the object's own left is at +X.
SIDES: Mapping[str, Direction] = MappingProxyType(
    {"left": (1, 0, 0), "right": (-1, 0, 0), "front": (0, 0, 1), "back": (0, 0, -1)}
)

# A detector marks every one by itself, so it is asked for one. "Windows" are among them, and "lights".
ONE_OF: Mapping[str, str] = MappingProxyType(
    {
        "arms": "arm",
        "engines": "engine",
        "legs": "leg",
        "lights": "light",
        "pectoral fins": "pectoral fin",
        "wheels": "wheel",
        "windows": "window",
        "wings": "wing",
    }
)


def noun(name: str) -> str:
    """What to ask for.

    Examples
    --------
    >>> noun("front_left_leg"), noun("back_legs"), noun("tail_fin"), noun("backrest")
    ('leg', 'leg', 'tail fin', 'backrest')
    """
    _, words = _read(name)
    said = " ".join(words)
    return ONE_OF.get(said, said)


def directions(name: str) -> tuple[Direction, ...]:
    """Where the part lies, seen from the middle of everything its noun names; none where the noun says it all.

    Examples
    --------
    >>> directions("front_left_leg"), directions("head")
    (((0, 0, 1), (1, 0, 0)), ())
    """
    sides, _ = _read(name)
    return tuple(SIDES[side] for side in sides)


def asked(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Each noun to ask for once, and the names that share it, by their index.

    Examples
    --------
    >>> asked(["head", "left_wing", "right_wing"])
    {'head': (0,), 'wing': (1, 2)}
    """
    nouns = [noun(name) for name in names]
    return {each: tuple(index for index, one in enumerate(nouns) if one == each) for each in dict.fromkeys(nouns)}


def _read(name: str) -> tuple[list[str], list[str]]:
    """The sides that a name begins with, and the words after them."""
    words = name.split("_")
    count = next(index for index, word in enumerate(words) if word not in SIDES)
    return words[:count], words[count:]
