"""Which things are asked for: every template, a spread of looks, verbs, qualities and handling."""

from collections.abc import Mapping
from random import Random
from typing import Any

from models.procedural.make import KINDS

POSED_SHARE = 0.4  # of the things whose kind can do something
TAGS = ("demo", "night", "shop")

Words = Mapping[str, Any]  #: the input of a request


def concepts(count: int, chance: Random) -> list[Words]:
    """So many different inputs, the templates in turns."""
    looks = {kind: chance.sample(sorted(made.looks), len(made.looks)) for kind, made in sorted(KINDS.items())}
    return [_wanted(kind, looks[kind], seed, chance) for seed in range(count) for kind in looks][:count]


def _wanted(kind: str, looks: list[str], seed: int, chance: Random) -> Words:
    poses = sorted(KINDS[kind].poses)
    verb = chance.choice(poses) if poses and chance.random() < POSED_SHARE else ""
    quality = chance.choice(("draft", "standard"))
    return {"prompt": looks[seed % len(looks)], "verb": verb, "quality": quality, "seed": seed}


def handling(chance: Random) -> Words:
    """How a client wants it done: mostly as anybody does."""
    tags = chance.sample(TAGS, chance.choice((0, 0, 0, 1, 2)))
    return {"priority": chance.choice(("normal", "normal", "high", "low")), "tags": tags}
