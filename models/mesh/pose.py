"""Parts brought into the one convention of `models.parts`, from wherever a model put them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.mesh.measure import box
from models.parts import PartMesh, Vertices

Axis: TypeAlias = Literal["x", "y", "z", "-x", "-y", "-z"]

# Rounding to float32 moves a corner of the box by 6e-8 at most. What stands this well is not moved again, so that
# posing twice gives the same bytes as posing once.
SETTLED = 1e-6


def pose(parts: Sequence[PartMesh], *, up: Axis = "y", front: Axis = "z") -> tuple[PartMesh, ...]:
    """The same object with its longest side 1, centred in x and z, standing on y = 0, facing +z.

    Parameters
    ----------
    parts : sequence of PartMesh
        Finite, in any place and of any size. They are moved together.
    up, front : axis
        Which axes of the given parts point up and forward: "y" and "z" in glTF, "z" and "-y" in Blender.

    Returns
    -------
    parts : tuple of PartMesh
        Float32 and int32, contiguous. Turned by a rotation, never mirrored: the winding of the faces stays right.

    Raises
    ------
    ValueError
        `up` and `front` are on one axis, or a part has no vertices.

    Examples
    --------
    >>> flag = PartMesh("flag", np.array([[4, 4, 4], [4, 4, 8], [4, 2, 8]], np.float32), np.array([[0, 1, 2]]))
    >>> pose([flag], up="z", front="-y")[0].vertices.tolist()
    [[0.0, 0.0, -0.25], [0.0, 1.0, -0.25], [0.0, 1.0, 0.25]]
    """
    turn = rotation(up, front)
    placed = standing([part.vertices.astype(np.float64) @ turn.T for part in parts])
    return tuple(
        PartMesh(part.name, vertices, np.ascontiguousarray(part.faces, np.int32))
        for part, vertices in zip(parts, placed, strict=True)
    )


def standing(clouds: Sequence[NDArray[np.floating]]) -> tuple[Vertices, ...]:
    """Points moved and scaled together until they fit the convention; the arithmetic is float64.

    Parameters
    ----------
    clouds : sequence of (V, 3) floats
        Finite. All together a single point has no size, and is moved only.

    Returns
    -------
    clouds : tuple of (V, 3) float32, contiguous
        What already stands right to a millionth (SETTLED) is returned with its own values.

    Raises
    ------
    ValueError
        A cloud is empty.

    Examples
    --------
    >>> [cloud.tolist() for cloud in standing([np.array([[2.0, 2, 2]]), np.array([[2.0, 6, 2]])])]
    [[[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]]]
    """
    if not clouds:
        return ()
    corners = np.array([box(cloud) for cloud in clouds])
    low, high = corners[:, 0].min(axis=0), corners[:, 1].max(axis=0)
    foot = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    scale = 1 / (float((high - low).max()) or 1.0)
    if max(abs(scale - 1), *np.abs(foot)) <= SETTLED:
        return tuple(np.ascontiguousarray(cloud, np.float32) for cloud in clouds)
    return tuple(np.ascontiguousarray((cloud - foot) * scale, np.float32) for cloud in clouds)


def rotation(up: Axis, front: Axis) -> NDArray[np.float64]:
    """The matrix (3, 3) that turns `up` to +y and `front` to +z; its determinant is 1.

    Raises
    ------
    ValueError
        Both are on one axis, or one is no axis.

    Examples
    --------
    >>> rotation("z", "x").tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    upward, forward = _along(up), _along(front)
    if (upward * forward).any():
        raise ValueError(f"up {up} and front {front} are on one axis")
    return np.stack([np.cross(upward, forward), upward, forward])


def _along(axis: Axis) -> NDArray[np.float64]:
    if axis.removeprefix("-") not in {"x", "y", "z"}:
        raise ValueError(f"{axis} is no axis")
    direction = np.zeros(3)
    direction["xyz".index(axis[-1])] = -1 if axis.startswith("-") else 1
    return direction
