"""Everything else: things of one part, each a form of `things` with proportions of `looks.thing`.

A concept that matched nothing becomes a sculpture whose curves follow from its words and its seed.
It does not pretend to be the thing; the result says `how` "none" and score 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import pi

import numpy as np

from models.procedural.kit.sdf import rotation
from models.procedural.kit.skins import hoop
from models.procedural.kit.solids import Array, Grain, Shell, Skin, Solid, draw
from models.procedural.kit.stock import turned
from models.procedural.looks.thing import GIVES, Thing
from models.procedural.things.catalogue import FORMS

AS_DRAWN = Thing()


def build(p: Thing, chance: np.random.Generator) -> Mapping[str, Sequence[Solid]]:
    """The one part; `chance` shapes the sculpture."""
    solids = _sculpture(chance) if p.form == "sculpture" else FORMS[p.form]
    heeded = replace(AS_DRAWN, **{name: getattr(p, name) for name in GIVES[p.give]})
    return {"body": (_shaped(solids, heeded),)}


def _shaped(solids: Sequence[Solid], p: Thing) -> Skin:
    """All solids as one skin, in the proportions of `p`."""

    def skin(grain: Grain) -> Shell:
        shell = draw(solids, grain)
        return Shell(_proportioned(shell.vertices, p), shell.faces)

    return skin


def _proportioned(points: Array, p: Thing) -> Array:
    """Points (N, 3) stretched, tapered and swollen about their middle axis, then turned."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    share = (points[:, 1] - low[1]) / (high[1] - low[1])
    wide = p.girth * (1 + (p.taper - 1) * (share - 0.5)) * (1 + (p.belly - 1) * 4 * share * (1 - share))
    scale = np.stack([wide, np.full_like(wide, p.height), wide * p.depth], axis=1)
    moved: Array = (points - middle) * scale @ rotation((0, 360 * (p.facing - 1), 0)).T
    return moved


def _sculpture(chance: np.random.Generator) -> tuple[Solid, ...]:
    """An endless ribbon on a plinth, after Max Bill: a loop that swings out, thickens and turns over."""
    plinth = turned([(0, -0.16), (0.30, -0.16), (0.30, -0.02), (0.28, 0), (0, 0)])
    swings = int(chance.integers(2, 4))
    return plinth, _ribbon(swings, *chance.uniform((0.10, 0.16, 0.35, 0, 0.05), (0.20, 0.22, 0.6, 2 * pi, 0.16)))


def _ribbon(swings: int, swing: float, broad: float, thin: float, start: float, bulge: float) -> Skin:
    """A closed band in an upright plane: it leaves the plane `swings` times and turns over once on its way."""

    def skin(grain: Grain) -> Shell:
        t = np.linspace(0, 2 * pi, 6 * grain.along, endpoint=False)
        reach = 0.44 + bulge * np.cos(swings * t + start)
        middle = np.stack([0.85 * reach * np.sin(t), -reach * np.cos(t), swing * np.sin(swings * t + start)], axis=1)
        middle[:, 1] -= middle[:, 1].min() - 0.6 * broad
        forward = np.roll(middle, -1, axis=0) - np.roll(middle, 1, axis=0)
        return hoop(_bands(middle, forward, t + start, (broad, broad * thin), grain.around * 2))

    return skin


def _bands(middle: Array, forward: Array, turn: Array, half: tuple[float, float], around: int) -> Array:
    """Rings (R, around, 3): ellipses across a line, each turned by its own angle about it."""
    forward = forward / np.linalg.norm(forward, axis=1, keepdims=True)
    out = np.cross(forward, [0, 0, 1])
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    beside = np.cross(forward, out)
    broad = np.cos(turn)[:, None] * out + np.sin(turn)[:, None] * beside
    thin = np.cross(forward, broad)
    angle = np.linspace(0, 2 * pi, around, endpoint=False)[None, :, None]
    rings: Array = middle[:, None] + half[0] * np.cos(angle) * broad[:, None] + half[1] * np.sin(angle) * thin[:, None]
    return rings
