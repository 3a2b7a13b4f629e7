"""Hats and helmets, each a turned profile or two, set on a head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from models.procedural.biped.frame import head_turn, on_head
from models.procedural.kit.sdf import ball, blend, carve, mirrored
from models.procedural.kit.skins import lathe, placed, tube
from models.procedural.kit.solids import Grain, Shell, Skin, Solid
from models.procedural.looks.biped import Biped

Hat: TypeAlias = Callable[[Biped], tuple[Solid, ...]]


def hat(p: Biped) -> tuple[Solid, ...]:
    """What is on the head: a key of HATS, or "none"."""
    return () if p.hat == "none" else HATS[p.hat](p)


def _turned(p: Biped, profile: list[tuple[float, float]], *, above: float, smooth: bool = True) -> Skin:
    """A profile of (radius, height) in heads, about the axis of the head; deeper than wide, as heads are."""
    r = p.head
    skin = lathe([(out * r, high * r) for out, high in profile], smooth=smooth)
    return placed(skin, turn_deg=head_turn(p), to=on_head(p, above, -0.06), scale=(0.92, 1.0, 1.06))


def _brim(p: Biped) -> tuple[Solid, ...]:
    """A cowboy's: a dented crown on a wide brim that rolls up at its sides."""
    r = p.head
    crown = [(0.02, 0.86), (0.30, 0.98), (0.62, 0.94), (0.84, 0.30), (0.94, 0.02), (0.6, -0.06), (0.02, -0.06)]
    plate = [(0.02, 0.03), (1.45, 0.03), (1.58, -0.01), (1.45, -0.05), (0.02, -0.05)]
    brim = lathe([(out * r, high * r) for out, high in plate], smooth=False)
    return _turned(p, crown, above=0.42), placed(_rolled(brim, r), turn_deg=head_turn(p), to=on_head(p, 0.42, -0.06))


def _rolled(brim: Skin, r: float) -> Skin:
    """A flat brim bent up at its sides, down ahead and behind."""

    def bent(grain: Grain) -> Shell:
        shell = brim(grain)
        x, y, z = shell.vertices.T / r
        lift = 0.16 * np.abs(x) ** 2.4 - 0.07 * z**2
        return Shell(np.column_stack([x * (1 - 0.06 * np.abs(x)), y + lift, z * 1.06]) * r, shell.faces)

    return bent


def _cap(p: Biped) -> tuple[Solid, ...]:
    """A dome with a peak ahead."""
    r = p.head
    dome = [(0.02, 0.72), (0.45, 0.66), (0.80, 0.36), (0.90, 0.0), (0.80, -0.06), (0.02, -0.06)]
    peak = ball(on_head(p, 0.40, 1.06), (r * 0.62, r * 0.07, r * 0.60), turn_deg=head_turn(p))
    return _turned(p, dome, above=0.42), peak


def _cone(p: Biped) -> tuple[Solid, ...]:
    """A wizard's: a brim, and a cone whose tip is bent."""
    r = p.head
    brim = [(0.6, 0.06), (1.62, -0.06), (1.66, -0.12), (0.6, -0.08), (0.02, -0.08)]
    path = [on_head(p, 0.42, -0.06), on_head(p, 1.1, -0.10), on_head(p, 1.75, -0.22), on_head(p, 2.25, -0.62)]
    return _turned(p, [(0.02, 0.06), *brim], above=0.42, smooth=False), tube(
        path, [r * 0.86, r * 0.56, r * 0.28, r * 0.04]
    )


def _crown(p: Biped) -> tuple[Solid, ...]:
    """A band with points, each with a pearl."""
    r = p.head
    band = [(0.80, -0.04), (0.92, -0.04), (0.96, 0.34), (0.90, 0.34), (0.02, 0.20), (0.02, -0.04)]
    turns = [2 * pi * k / 7 for k in range(7)]
    points = [
        tube([on_head(p, 0.62, -0.06 + cos(turn) * 0.94, sin(turn) * 0.82),
              on_head(p, 1.12, -0.06 + cos(turn) * 1.04, sin(turn) * 0.90)], [r * 0.22, r * 0.05])
        for turn in turns
    ]  # fmt: skip
    pearls = [ball(on_head(p, 1.14, -0.06 + cos(turn) * 1.04, sin(turn) * 0.90), (r * 0.085,) * 3) for turn in turns]
    return (_turned(p, band, above=0.42, smooth=False), *points, *pearls)


def _top(p: Biped) -> tuple[Solid, ...]:
    """A cylinder on a brim."""
    profile = [(0.02, 1.30), (0.90, 1.30), (0.94, 1.22), (0.82, 0.10), (1.30, 0.06), (1.32, -0.02), (0.02, -0.04)]
    return (_turned(p, profile, above=0.42, smooth=False),)


def _toque(p: Biped) -> tuple[Solid, ...]:
    """A cook's: a band with a cloud above it."""
    r = p.head
    band = [(0.02, 0.70), (0.84, 0.70), (0.86, -0.06), (0.02, -0.06)]
    puffs = [
        ball(
            on_head(p, 1.40, -0.06 + cos(2 * pi * k / 6) * 0.52, sin(2 * pi * k / 6) * 0.48),
            (r * 0.58, r * 0.50, r * 0.58),
        )
        for k in range(6)
    ]
    return _turned(p, band, above=0.42, smooth=False), blend(r * 0.10, *puffs)


def _hard(p: Biped) -> tuple[Solid, ...]:
    """A dome that stands off the head, with a rim."""
    dome = [
        (0.02, 0.82),
        (0.50, 0.74),
        (0.90, 0.36),
        (1.02, 0.0),
        (1.16, -0.10),
        (1.14, -0.16),
        (0.9, -0.12),
        (0.02, -0.10),
    ]
    return (_turned(p, dome, above=0.36),)


def _horned(p: Biped) -> tuple[Solid, ...]:
    """A dome with a bull's horns."""
    r = p.head
    paths = [
        [on_head(p, 0.62, -0.06, 0.66 * s), on_head(p, 0.80, -0.06, 1.22 * s), on_head(p, 1.42, -0.02, 1.42 * s)]
        for s in (-1, 1)
    ]
    return (*_hard(p), *(tube(path, [r * 0.24, r * 0.17, r * 0.03]) for path in paths))


def _helm(p: Biped) -> tuple[Solid, ...]:
    """A knight's: closed, pointed ahead, slit for the eyes, a crest along the top."""
    r, turn = p.head, head_turn(p)
    bowl = ball(on_head(p, 0.12, -0.04), (r * 1.02, r * 1.10, r * 1.10), turn_deg=turn, power=2.3)
    face = ball(on_head(p, -0.28, 0.40), (r * 0.78, r * 0.86, r * 0.92), turn_deg=turn)
    slit = ball(on_head(p, 0.16, 1.18), (r * 0.72, r * 0.075, r * 0.5), turn_deg=turn)
    holes = [mirrored(ball(on_head(p, -0.32 - 0.2 * k, 1.20, 0.26), (r * 0.07, r * 0.07, r * 0.4))) for k in range(2)]
    plume = tube([on_head(p, 1.0, 0.55), on_head(p, 1.42, 0.1), on_head(p, 1.28, -0.85), on_head(p, 0.55, -1.5)],
                 [r * 0.10, r * 0.28, r * 0.30, r * 0.10], wide=0.5)  # fmt: skip
    return carve(r * 0.03, blend(r * 0.16, bowl, face), slit, *holes), plume


def _bubble(p: Biped) -> tuple[Solid, ...]:
    """An astronaut's: a round shell, a visor set in a frame, a collar below."""
    r, turn = p.head, head_turn(p)
    shell = ball(on_head(p, 0.02, -0.06), (r * 1.30,) * 3)
    opening = ball(on_head(p, 0.06, 1.06), (r * 0.90, r * 0.70, r * 0.62), turn_deg=turn, power=2.6)
    visor = ball(on_head(p, 0.06, 0.34), (r * 0.96, r * 0.78, r * 0.94), turn_deg=turn)
    ears = mirrored(ball(on_head(p, 0.0, -0.06, 1.26), (r * 0.16, r * 0.34, r * 0.34)))
    collar = [(0.02, 0.10), (1.02, 0.10), (1.10, -0.02), (1.02, -0.14), (0.02, -0.14)]
    return carve(r * 0.16, shell, opening), visor, ears, _turned(p, collar, above=-1.02)


HATS: Mapping[str, Hat] = MappingProxyType(
    {
        "brim": _brim,
        "cap": _cap,
        "cone": _cone,
        "crown": _crown,
        "top": _top,
        "toque": _toque,
        "hard": _hard,
        "horned": _horned,
        "helm": _helm,
        "bubble": _bubble,
    }
)
