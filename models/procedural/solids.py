"""What a part is made of: fields to be meshed, and skins drawn ring by ring.

A `Solid` is either a `Field` (blended, organic) or a `Skin` (thin or turned: wings, fins, tails,
wheels), which draws itself at the grain it is given. Every solid becomes a closed shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage.measure import marching_cubes  # type: ignore[import-untyped]  # scikit-image ships no types

from models import sdf
from models.sdf import Field, Vector

Array: TypeAlias = NDArray[np.float64]

GRID_CELLS_MIN = 8  # fewer cells than this along the shortest side lose the shape
TIP = 1e-3  # how thin a pointed end is drawn; thinner and its faces count as degenerate


@dataclass(frozen=True, slots=True)
class Grain:
    """How fine to draw."""

    cells: int  #: grid cells along the longest side of a field
    around: int  #: corners of a ring
    along: int  #: rings of a skin


@dataclass(frozen=True, slots=True)
class Shell:
    """A closed surface: vertices (V, 3) float64, faces (F, 3) int32, counter-clockwise outside."""

    vertices: Array
    faces: NDArray[np.int32]


Skin: TypeAlias = Callable[[Grain], Shell]
Solid: TypeAlias = Field | Skin


def draw(solids: Sequence[Solid], grain: Grain) -> Shell:
    """All solids of a part as one shell (their shells side by side, not united)."""
    sizes = [_size(solid) for solid in solids if isinstance(solid, Field)]
    largest = max(sizes, default=1.0)
    return join([surface(one, grain, largest) if isinstance(one, Field) else one(grain) for one in solids])


def _size(field: Field) -> float:
    return float((field.high - field.low).max())


def surface(field: Field, grain: Grain, largest: float) -> Shell:
    """The zero level of a field by marching cubes, on a grid padded by two cells.

    The padding keeps the surface off the border of the grid: a cut there would leave a hole. A piece
    smaller than the `largest` of its part gets fewer cells, by the root of their ratio: an eye needs
    finer cells than a head, but not as many. A thin piece gets flat cells.
    """
    wanted = float(np.sqrt(_size(field) * largest)) / grain.cells
    step = np.minimum(wanted, (field.high - field.low) / GRID_CELLS_MIN)
    axes = [
        np.arange(low - 2 * one, high + 3 * one, one)
        for low, high, one in zip(field.low, field.high, step, strict=True)
    ]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)
    values = field.distance(points.reshape(-1, 3)).reshape(points.shape[:3])
    # A value of exactly 0 puts several vertices on one grid point, and faces without area between them.
    least = np.float32(step.min() * 1e-3)
    values[np.abs(values) < least] = least
    found = marching_cubes(values, 0.0, spacing=tuple(step), gradient_direction="ascent")
    vertices = found[0].astype(np.float64) + [axis[0] for axis in axes]
    return outward(Shell(vertices, found[1].astype(np.int32)))


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


def outward(shell: Shell) -> Shell:
    """The shell with a positive volume: turned inside out if it has to be."""
    corners = shell.vertices[shell.faces]
    volume = np.einsum("fa,fa->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    return shell if volume > 0 else Shell(shell.vertices, shell.faces[:, ::-1])


def join(shells: Sequence[Shell]) -> Shell:
    starts = np.cumsum([0, *(len(shell.vertices) for shell in shells[:-1])])
    return Shell(
        np.concatenate([shell.vertices for shell in shells]),
        np.concatenate([shell.faces + start for shell, start in zip(shells, starts, strict=True)]).astype(np.int32),
    )


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


def tube(path: Sequence[Vector], radii: Sequence[float], *, flat: float = 1.0, wide: float = 1.0) -> Skin:
    """A tube with round ends along a smooth curve; `flat` scales its height, `wide` its width."""

    def skin(grain: Grain) -> Shell:
        # A straight tube needs rings only for the light to vary along it.
        rings = grain.along if len(path) > 2 else max(3, grain.along // 4)
        line = curve([(*point, radius) for point, radius in zip(path, radii, strict=True)], rings)
        return loft(_round_ended(line[:, :3], np.maximum(line[:, 3], TIP), (wide, flat), grain.around))

    return skin


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
    leading: Sequence[Vector], trailing: Sequence[Vector], thickness: Sequence[float], *, even: bool = False
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
        front, back = curve(leading, grain.along), curve(trailing, grain.along)
        thick = np.maximum(curve([(value,) for value in thickness], grain.along), TIP)
        return loft(_lenses(front, back, thick, _airfoil(grain.around, even=even)))

    return skin


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
    normal = np.cross(span, along)
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


def placed(skin: Skin, *, turn_deg: Vector = (0, 0, 0), to: Vector = (0, 0, 0), scale: ArrayLike = 1.0) -> Skin:
    """A skin scaled, turned about x, y, z, then moved."""

    def moved(grain: Grain) -> Shell:
        shell = skin(grain)
        return Shell((shell.vertices * np.asarray(scale)) @ sdf.rotation(turn_deg).T + np.array(to), shell.faces)

    return moved


def other_side(skin: Skin) -> Skin:
    """The mirror image of a skin in x = 0."""

    def flipped(grain: Grain) -> Shell:
        shell = skin(grain)
        return Shell(shell.vertices * [-1, 1, 1], shell.faces[:, ::-1])

    return flipped


def pair(solid: Solid) -> tuple[Solid, ...]:
    """A solid and its mirror image, as two."""
    if isinstance(solid, Field):
        return (solid, flipped_field(solid))
    return (solid, other_side(cast("Skin", solid)))


def flipped_field(field: Field) -> Field:
    """The mirror image of a field in x = 0."""
    mirror = np.array([-1, 1, 1], np.float32)
    low, high = field.low * mirror, field.high * mirror
    return Field(lambda points: field.distance(points * mirror), np.minimum(low, high), np.maximum(low, high))
