"""Skins: surfaces drawn ring by ring, for what is thin or turned. Wings, fins, limbs, tails, wheels.

A skin draws itself at the grain it is given, and is closed at both ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from models.procedural.kit.sdf import Vector, rotation
from models.procedural.kit.solids import Array, Grain, Shell, Skin, crossed, outward

TIP = 1e-3  # how thin a pointed end is drawn; thinner and its faces count as degenerate


def loft(rings: Array) -> Shell:
    """A closed shell through rings, each end closed by a fan to the middle of its ring.

    Parameters
    ----------
    rings : (R, M, 3) float64
        R rings of M corners each, M at least 3; corners run the same way round in every ring.
    """
    count, around = rings.shape[:2]
    corner = np.arange(around)
    beside = np.roll(corner, -1)
    start = np.arange(count - 1)[:, None] * around
    quads = np.stack([start + corner, start + beside, start + around + beside, start + around + corner], axis=-1)
    quads = quads.reshape(-1, 4)
    first, last = count * around, count * around + 1
    top = (count - 1) * around
    fans = [
        np.stack([np.full(around, first), beside, corner], axis=-1),
        np.stack([np.full(around, last), top + corner, top + beside], axis=-1),
    ]
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], *fans]).astype(np.int32)
    vertices = np.concatenate([rings.reshape(-1, 3), rings[[0, -1]].mean(axis=1)])
    return outward(Shell(vertices, faces))


def hoop(rings: Array) -> Shell:
    """A closed shell through rings (R, M, 3) that meet again: the last is joined to the first."""
    count, around = rings.shape[:2]
    below = np.arange(count * around).reshape(count, around)
    above = np.roll(below, -1, axis=0)
    quads = np.stack([below, np.roll(below, -1, axis=1), np.roll(above, -1, axis=1), above], axis=-1).reshape(-1, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    return outward(Shell(rings.reshape(-1, 3), faces))


def curve(knots: ArrayLike, count: int) -> Array:
    """`count` points along a smooth curve through (K, D) knots: Catmull-Rom, evenly in the knots."""
    given = np.asarray(knots, np.float64)
    if len(given) == 2:
        return np.linspace(given[0], given[1], count)
    padded = np.concatenate([[2 * given[0] - given[1]], given, [2 * given[-1] - given[-2]]])
    place = np.linspace(0, len(given) - 1, count)
    knot = np.minimum(place.astype(int), len(given) - 2)
    t = (place - knot)[:, None]
    p0, p1, p2, p3 = (padded[knot + offset] for offset in range(4))
    bent: Array = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return bent


def tube(path: Sequence[ArrayLike], radii: Sequence[float], *, flat: float = 1.0, wide: float = 1.0) -> Skin:
    """A tube with round ends along a smooth curve; `flat` scales its height, `wide` its width."""

    def skin(grain: Grain) -> Shell:
        # A straight tube needs rings only for the light to vary along it.
        rings = grain.along if len(path) > 2 else max(3, grain.along // 4)
        line = curve(np.column_stack([np.asarray(path, np.float64), radii]), rings)
        return loft(_round_ended(line[:, :3], np.maximum(line[:, 3], TIP), (wide, flat), grain.around))

    return skin


def bead(at: ArrayLike, radius: float) -> Skin:
    """A small ball, an eye: drawn in rings, because a grid coarse enough for what it sits on leaves it lumps."""
    middle = np.asarray(at, np.float64)
    return tube([middle, middle + np.array([0, 0, radius * 0.01])], [radius, radius])


def _round_ended(line: Array, radius: Array, squeeze: tuple[float, float], around: int) -> Array:
    """Rings (R, M, 3) around a line, with a half ball of rings at either end."""
    forward = np.gradient(line, axis=0)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    side, up = _frames(forward)
    bow = np.radians([78, 55, 28])
    line = np.concatenate(
        [
            line[0] - forward[0] * radius[0] * np.sin(bow)[:, None],
            line,
            line[-1] + forward[-1] * radius[-1] * np.sin(bow[::-1])[:, None],
        ]
    )
    radius = np.concatenate([radius[0] * np.cos(bow), radius, radius[-1] * np.cos(bow[::-1])])
    side, up = (np.concatenate([axis[:1].repeat(3, 0), axis, axis[-1:].repeat(3, 0)]) for axis in (side, up))
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)[:, None]
    section = squeeze[0] * np.cos(angle) * side[:, None] + squeeze[1] * np.sin(angle) * up[:, None]
    rings: Array = line[:, None] + radius[:, None, None] * section
    return rings


def _frames(forward: Array) -> tuple[Array, Array]:
    """A side and an up axis along a curve that do not twist: each is the one before, bent as little as needed."""
    up = np.array([0.0, 1, 0]) if abs(forward[0, 1]) < 0.9 else np.array([0.0, 0, 1])
    sides, ups = [], []
    for ahead in forward:
        up = up - ahead * (up @ ahead)
        up = up / np.linalg.norm(up)
        sides.append(np.cross(up, ahead))
        ups.append(up)
    return np.array(sides), np.array(ups)


def blade(
    leading: Sequence[ArrayLike], trailing: Sequence[ArrayLike], thickness: Sequence[float], *, even: bool = False
) -> Skin:
    """A thin lens between two edges: a wing, a fin, a leaf, an ear.

    Parameters
    ----------
    leading, trailing : (K, 3) floats, from root to tip
        The two edges; smooth curves run through them.
    thickness : (K,) floats
        Full thickness at each of them.
    even : bool
        A lens, alike on both edges (leaves, feathers), instead of an airfoil.
    """

    def skin(grain: Grain) -> Shell:
        front, back = curve(np.asarray(leading), grain.along), curve(np.asarray(trailing), grain.along)
        thick = np.maximum(curve([(value,) for value in thickness], grain.along), TIP)
        return loft(_lenses(front, back, thick, _airfoil(grain.around, even=even)))

    return skin


def ribbon(middle: Sequence[ArrayLike], side: ArrayLike, widths: Sequence[float], thickness: Sequence[float]) -> Skin:
    """A blade about a middle line, reaching `side` times a width to the left and to the right: a leaf, a feather."""
    line, reach = np.asarray(middle, np.float64), np.outer(widths, np.asarray(side, np.float64))
    return blade(list(line + reach), list(line - reach), thickness, even=True)


def _airfoil(around: int, *, even: bool) -> tuple[Array, Array]:
    """The outline of a section: share of the chord and height, both (M,)."""
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    share = (1 - np.cos(angle)) / 2
    # An airfoil is thickest before its middle, and never quite closed behind.
    return share, np.sin(angle) * (1.0 if even else 1.15 - 0.75 * share) / 2


def _lenses(front: Array, back: Array, thick: Array, outline: tuple[Array, Array]) -> Array:
    """Rings (R, M, 3) of a section between two edges."""
    chord = back - front
    length = np.linalg.norm(chord, axis=1, keepdims=True)
    along = chord / np.maximum(length, 1e-12)
    span = np.gradient((front + back) / 2, axis=0)
    normal = crossed(span, along)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    share, height = outline
    reach = share[None, :, None] * (along * np.maximum(length, TIP))[:, None]
    rings: Array = front[:, None] + reach + (thick * normal)[:, None] * height[None, :, None]
    return rings


def lathe(profile: Sequence[tuple[float, float]], *, smooth: bool = True) -> Skin:
    """A solid of revolution about y from (radius, y) pairs, bottom to top or top to bottom."""

    def skin(grain: Grain) -> Shell:
        line = curve(profile, grain.along) if smooth else np.asarray(profile, np.float64)
        angle = np.linspace(0, 2 * np.pi, 2 * grain.around, endpoint=False)
        radius = np.maximum(line[:, 0], TIP)[:, None]
        height = np.broadcast_to(line[:, 1:], (len(line), len(angle)))
        return loft(np.stack([radius * np.sin(angle), height, radius * np.cos(angle)], axis=-1))

    return skin


def placed(skin: Skin, *, turn_deg: Vector = (0, 0, 0), to: ArrayLike = (0, 0, 0), scale: ArrayLike = 1.0) -> Skin:
    """A skin scaled, turned about x, y, z, then moved."""

    def moved(grain: Grain) -> Shell:
        shell = skin(grain)
        return Shell((shell.vertices * np.asarray(scale)) @ rotation(turn_deg).T + np.array(to), shell.faces)

    return moved


def other_side(skin: Skin) -> Skin:
    """The mirror image of a skin in x = 0."""

    def flipped(grain: Grain) -> Shell:
        shell = skin(grain)
        return Shell(shell.vertices * [-1, 1, 1], shell.faces[:, ::-1])

    return flipped
