"""A labelled point cloud from parts: by area, with a floor, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import crosses, length, smooth_at, unit
from models.parts import PartMesh

# By area alone a cat's tail gets 5 of 2 048 points (reference/models.md, section 7); a learner needs to see it.
FLOOR_SHARE = 0.25  # this share of all points is dealt out evenly, before area is looked at


@dataclass(frozen=True, slots=True)
class PointCloud:
    """Points on a surface, sorted by part.

    Parameters
    ----------
    xyz : (N, 3) float32
        Positions, in the convention of `models.parts`.
    normals : (N, 3) float32
        Of length 1, outward.
    part_id : (N,) uint8
        Never decreasing: the index of the part in the sampled sequence.
    """

    xyz: NDArray[np.float32]
    normals: NDArray[np.float32]
    part_id: NDArray[np.uint8]


def sample(parts: Sequence[PartMesh], count: int, *, seed: int = 0) -> PointCloud:
    """Exactly `count` points on the parts.

    Parameters
    ----------
    parts : sequence of PartMesh, 1 to 256
        Each with area.
    count : int
        At least one per part.
    seed : int, at least 0
        The same seed gives the same points.

    Returns
    -------
    cloud : PointCloud
        A quarter of the points (FLOOR_SHARE) is dealt evenly to the parts, the rest by area.

    Raises
    ------
    ValueError
        No parts, too many, one without area, or fewer points than parts.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> cloud = sample([PartMesh("corner", np.eye(4, 3, dtype=np.float32), faces)], 100, seed=1)
    >>> cloud.xyz.shape, cloud.part_id.dtype
    ((100, 3), dtype('uint8'))
    """
    if not 0 < len(parts) <= min(count, 256):
        raise ValueError(f"{count} points cannot be dealt to {len(parts)} parts")
    areas = [crosses(part.vertices, part.faces) for part in parts]
    shares = allot([float(length(area).sum()) for area in areas], count)
    chance = np.random.default_rng(seed)
    drawn = [_on(part, area, share, chance) for part, area, share in zip(parts, areas, shares, strict=True)]
    return PointCloud(
        xyz=np.concatenate([xyz for xyz, _ in drawn]),
        normals=np.concatenate([normals for _, normals in drawn]),
        part_id=np.repeat(np.arange(len(parts)), shares).astype(np.uint8),
    )


def allot(areas: Sequence[float], count: int) -> list[int]:
    """How many of `count` points each area gets: at least one, a floor for all, the rest by area.

    Raises
    ------
    ValueError
        An area is not a positive number.

    Examples
    --------
    >>> allot([99.0, 1.0], 80)
    [69, 11]
    """
    if not all(0 < area < float("inf") for area in areas):
        raise ValueError("a part without area has no surface to sample")
    floor = max(1, int(FLOOR_SHARE * count) // len(areas))
    rest = count - floor * len(areas)
    exact = rest * np.asarray(areas) / sum(areas)
    extra = exact.astype(int)
    # The points that rounding down left over go to the largest remainders.
    extra[np.argsort(extra - exact, kind="stable")[: rest - int(extra.sum())]] += 1
    return [floor + int(more) for more in extra]


def _on(
    part: PartMesh, area: NDArray[np.float64], count: int, chance: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`count` points on one part, evenly by area (what `crosses` says), and their normals."""
    cumulative = np.cumsum(length(area))
    # One point per equal stretch of area: evener than independent draws, and still unbiased.
    place = (np.arange(count) + chance.random(count)) / count * cumulative[-1]
    face = np.minimum(np.searchsorted(cumulative, place, side="right"), len(area) - 1)
    weights = _inside_triangle(chance.random((count, 2)))
    xyz = np.einsum("nc,nca->na", weights, part.vertices[part.faces[face]])
    # Only the sampled faces are smoothed: of 500 000 faces 2 048 points see few.
    normals = unit(np.einsum("nc,nca->na", weights, smooth_at(area, part.faces, face)))
    return xyz.astype(np.float32), normals.astype(np.float32)


def _inside_triangle(pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """Barycentric weights (N, 3), even over the triangle: the square root undoes its narrowing."""
    root = np.sqrt(pair[:, 0])
    return np.stack([1 - root, root * (1 - pair[:, 1]), root * pair[:, 1]], axis=1)
