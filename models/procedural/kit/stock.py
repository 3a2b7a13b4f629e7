"""The stock that things are made of: skins with a place, so that a thing is a tuple of a few of them.

Everything is drawn with y up and the front to +z, things about 1 long. `turn_deg`, `to` and `scale` place a
skin as `models.procedural.kit.skins.placed` does.

>>> from models.procedural.make import QUALITIES
>>> cup = vessel([(0, 0), (0.3, 0), (0.36, 0.8)], wall=0.04, floor=0.07)
>>> cup(QUALITIES["draft"]).vertices.max(axis=0).round(2).tolist()
[0.36, 0.8, 0.36]
>>> slab([(0, 0), (1, 0), (0, 1)], half=0.1)(QUALITIES["draft"]).faces.shape  # 3 rings of walls, 2 caps
(20, 3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import cos, pi, sin
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.kit.outline import area, inset, line, triangles
from models.procedural.kit.sdf import Vector
from models.procedural.kit.skins import TIP, hoop, loft, other_side, placed, tube
from models.procedural.kit.solids import Array, Grain, Shell, Skin, Solid, outward

Knots: TypeAlias = Sequence[tuple[float, float]]  # (radius, y) of a profile, (x, y) of an outline
Forms: TypeAlias = Mapping[str, tuple[Solid, ...]]  # a catalogue: name -> what the thing is made of

LARGE, SHARE_MIN = 0.6, 0.45  # things are about 1 long: from here on a solid has all its corners, and never fewer
EDGE = 0.015  # how far from an edge the ring beside it lies; things are about 1 long
FORWARD: Vector = (90, 0, 0)  # turns what is drawn along y to point along +z, to the front
SIDEWAYS: Vector = (0, 0, -90)  # turns what is drawn along y to point along +x


def _steps(grain: Grain) -> int:
    """Points for each span between two knots."""
    return 2 + grain.along // 8


def _finer(grain: Grain, size: float) -> Grain:
    """The grain for a solid `size` long: small ones need fewer corners, by the root of their size.

    A cob of corn has 182 kernels: at high quality it has 197 000 faces, and had 955 000 when each had all its corners.
    """
    share = float(np.clip(np.sqrt(size / LARGE), SHARE_MIN, 1))
    return replace(grain, around=max(6, round(grain.around * share)), along=max(4, round(grain.along * share)))


def orb(centre: ArrayLike, radii: ArrayLike, turn_deg: Vector = (0, 0, 0)) -> Skin:
    """An ellipsoid."""

    def skin(grain: Grain) -> Shell:
        grain = _finer(grain, 2 * float(np.max(radii)))
        rise = np.linspace(-pi / 2 + 0.04, pi / 2 - 0.04, grain.around)[:, None]
        turn = np.linspace(0, 2 * pi, 2 * grain.around, endpoint=False)[None, :]
        flat = np.cos(rise)
        return loft(np.stack([flat * np.sin(turn), np.sin(rise) + 0 * turn, flat * np.cos(turn)], axis=-1))

    return placed(skin, turn_deg=turn_deg, to=centre, scale=np.broadcast_to(np.asarray(radii, float), 3))


def rod(start: ArrayLike, end: ArrayLike, radius: float, taper: float = 1.0) -> Skin:
    """A straight round bar with round ends; at its end it is `taper` times as thick."""
    skin = tube([start, end], [radius, radius * taper])
    return lambda grain: skin(_finer(grain, 4 * radius))


def wire(path: Sequence[ArrayLike], radius: float | Sequence[float], *, flat: float = 1.0, wide: float = 1.0) -> Skin:
    """A bent round bar with round ends: one radius, or one for each knot of its path."""
    radii = np.broadcast_to(radius, len(path)).tolist()
    skin = tube(path, radii, flat=flat, wide=wide)
    return lambda grain: skin(replace(_finer(grain, 4 * max(radii)), along=_steps(grain) * len(path)))


def turned(profile: Knots, *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0), scale: ArrayLike = 1.0) -> Skin:
    """A solid of revolution about y through (radius, y) knots."""
    return placed(lambda grain: _lathed(line(profile, _steps(grain)), grain), turn_deg=turn_deg, to=to, scale=scale)


def vessel(
    profile: Knots, wall: float, floor: float, *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0)
) -> Skin:
    """A hollow of revolution, open above.

    Parameters
    ----------
    profile : knots
        The outside, from the middle of the foot to the rim.
    wall : float
        How thick.
    floor : float
        The height at which the hollow begins: above a foot or a stem.
    """

    def skin(grain: Grain) -> Shell:
        outside = line(profile, _steps(grain))
        inside = outside[outside[:, 1] > floor + wall] - [wall, 0]
        foot = float(np.interp(floor, outside[:, 1], outside[:, 0])) - wall
        return _lathed(np.concatenate([outside, inside[::-1], [(max(foot, TIP), floor), (0, floor)]]), grain)

    return placed(skin, turn_deg=turn_deg, to=to)


def _lathed(profile: Array, grain: Grain) -> Shell:
    profile = _supported(profile)
    angle = np.linspace(0, 2 * pi, 2 * grain.around, endpoint=False)
    radius = np.maximum(profile[:, :1], TIP)
    height = np.broadcast_to(profile[:, 1:], (len(profile), len(angle)))
    return loft(np.stack([radius * np.sin(angle), height, radius * np.cos(angle)], axis=-1))


def _supported(profile: Array) -> Array:
    """A profile with a ring beside each end of its long spans: light and bending then stay near the edge."""
    starts, ends = profile[:-1], profile[1:]
    length = np.linalg.norm(ends - starts, axis=1, keepdims=True)
    share = np.where(length > 6 * EDGE, EDGE / np.maximum(length, EDGE), 0.0)
    near = np.stack([starts, starts + share * (ends - starts), ends - share * (ends - starts)], axis=1).reshape(-1, 2)
    kept = np.concatenate([[True], np.linalg.norm(np.diff(near, axis=0), axis=1) > 0])
    return np.concatenate([near[kept], profile[-1:]]) if (near[-1] != profile[-1]).any() else near[kept]


def pipe(profile: Knots, *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0), scale: ArrayLike = 1.0) -> Skin:
    """A ring of revolution about y: a closed outline of (radius, y) knots that stays clear of the axis."""

    def skin(grain: Grain) -> Shell:
        section = line(profile, _steps(grain), closed=True)
        angle = np.linspace(0, 2 * pi, 3 * grain.around, endpoint=False)[:, None]
        height = np.broadcast_to(section[:, 1], (len(angle), len(section)))
        return hoop(np.stack([section[:, 0] * np.sin(angle), height, section[:, 0] * np.cos(angle)], axis=-1))

    return placed(skin, turn_deg=turn_deg, to=to, scale=scale)


def torus(
    radius: float, thick: float, *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0), scale: ArrayLike = 1.0
) -> Skin:
    """A round ring about y, lying in y = 0."""

    def skin(grain: Grain) -> Shell:
        big = np.linspace(0, 2 * pi, 3 * _finer(grain, 2 * radius).around, endpoint=False)[:, None]
        small = np.linspace(0, 2 * pi, _finer(grain, 4 * thick).around, endpoint=False)[None, :]
        out, up = radius + thick * np.cos(small), thick * np.sin(small) + 0 * big
        return hoop(np.stack([out * np.sin(big), up, out * np.cos(big)], axis=-1))

    return placed(skin, turn_deg=turn_deg, to=to, scale=scale)


def loop(path: Sequence[ArrayLike], radius: float, *, flat: float = 1.0) -> Skin:
    """A tube along a closed line, nearly in one plane; `flat` scales its thickness across that plane."""

    def skin(grain: Grain) -> Shell:
        middle = line(np.asarray(path, float), _steps(grain), closed=True)
        normal = np.linalg.svd(middle - middle.mean(axis=0))[2][2]
        forward = np.roll(middle, -1, axis=0) - np.roll(middle, 1, axis=0)
        side = np.cross(normal, forward)
        side /= np.linalg.norm(side, axis=1, keepdims=True)
        angle = np.linspace(0, 2 * pi, _finer(grain, 4 * radius).around, endpoint=False)[None, :, None]
        return hoop(middle[:, None] + radius * (np.cos(angle) * side[:, None] + flat * np.sin(angle) * normal))

    return skin


def slab(
    outline: Knots,
    half: float,
    *,
    bevel: float = 0.012,
    crisp: bool = False,
    turn_deg: Vector = (0, 0, 0),
    to: ArrayLike = (0, 0, 0),
) -> Skin:
    """A board: an outline of (x, y) knots, drawn out along z by `half` to both sides, its edges broken.

    A `crisp` outline bends only at its knots, however bluntly.
    """

    def skin(grain: Grain) -> Shell:
        edge = np.asarray(outline, float) if crisp else line(outline, _steps(grain), closed=True)
        edge = edge if area(edge) > 0 else edge[::-1]
        face = inset(edge, min(bevel, half))
        shelves = ((face, -half), (edge, bevel - half), (edge, half - bevel), (face, half))
        rings = np.array([np.column_stack([flat, np.full(len(flat), z)]) for flat, z in shelves])
        return _capped(rings, triangles(edge))

    return placed(skin, turn_deg=turn_deg, to=to)


def _capped(rings: Array, cap: ArrayLike) -> Shell:
    """A closed shell through rings (R, M, 3), its ends filled with the triangles of `cap`."""
    count, around = rings.shape[:2]
    corner = np.arange(around)
    start = np.arange(count - 1)[:, None] * around
    low, beside = start + corner, start + np.roll(corner, -1)
    walls = [np.stack([low, beside, beside + around], -1), np.stack([low, beside + around, low + around], -1)]
    front = np.asarray(cap)
    faces = [*(wall.reshape(-1, 3) for wall in walls), front[:, ::-1], front + (count - 1) * around]
    return outward(Shell(rings.reshape(-1, 3), np.concatenate(faces).astype(np.int32)))


def puffed(outline: Knots, half: float) -> Skin:
    """A cushion: an outline of (x, y) knots that shrinks to its middle in front and behind."""

    def skin(grain: Grain) -> Shell:
        edge = line(outline, _steps(grain), closed=True)
        rise = np.linspace(-1, 1, 2 * grain.along + 1) * 0.985 * pi / 2
        return loft(
            np.array([np.column_stack([edge * cos(a) ** 0.8, np.full(len(edge), half * sin(a))]) for a in rise])
        )

    return skin


def block(centre: ArrayLike, half: Vector, *, bevel: float = 0.012, turn_deg: Vector = (0, 0, 0)) -> Skin:
    """A box of half sides `half` with broken edges."""
    x, y, z = half
    b = min(bevel, 0.45 * min(half))
    outline = [(x - b, -y), (x, b - y), (x, y - b), (x - b, y), (b - x, y), (-x, y - b), (-x, b - y), (b - x, -y)]
    return slab(outline, z, bevel=b, crisp=True, turn_deg=turn_deg, to=centre)


def pillar(foot: float, head: float, height: float, *, to: ArrayLike = (0, 0, 0)) -> Skin:
    """A square tapered post that stands on `to`: half sides at foot and head. A head near 0 makes a pyramid."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float)

    def skin(grain: Grain) -> Shell:
        del grain
        rings = [np.insert(corners * half, 1, y, axis=1) for half, y in ((foot, 0), (head, height))]
        return _capped(np.array(rings), [(0, 1, 2), (0, 2, 3)])

    return placed(skin, to=to)


def spun(count: int, *skins: Skin) -> tuple[Skin, ...]:
    """Copies of skins, evenly around y."""
    return tuple(placed(skin, turn_deg=(0, 360 * k / count, 0)) for k in range(count) for skin in skins)


def both(*skins: Skin) -> tuple[Skin, ...]:
    """Skins and their mirror images in x = 0."""
    return tuple(side for skin in skins for side in (skin, other_side(skin)))


def moved(
    skins: Sequence[Skin], *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0), scale: ArrayLike = 1.0
) -> tuple[Skin, ...]:
    """A group of skins, scaled, turned, then moved together."""
    return tuple(placed(skin, turn_deg=turn_deg, to=to, scale=scale) for skin in skins)
