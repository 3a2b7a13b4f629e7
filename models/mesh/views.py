"""Ten views of a mesh for a segmenter: which face each pixel sees, and a picture of it.

Eight go round: front, back and sides from a little below, the corners between them from a little above, as photographs
are taken. One looks down and one looks up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import crosses, unit
from models.mesh.render import NOTHING, Camera, Scene, as_one, face_ids, orbit
from models.parts import PartMesh

AROUND = 8
# By turns, 80.2 % of the outer faces are seen; from 20 degrees above every time 76.8 %, from 0 degrees 79.4 %
# (ten views of 15 procedural shapes, mean, 2026-11). From 20 degrees below it would be 81 %, but then a car's front
# shows its floor.
ELEVATIONS_DEG = (-10.0, 20.0)
SIZE_PX = 512

# Light, as shares of white. A face turned to the camera is bright, one that only the sky or the ground lights is not,
# so borders between parts show from every side; the lamps are tinted so that left and right differ too.
HEADLIGHT, SKY, GROUND, LAMP = 0.42, 0.30, 0.12, 0.26
LAMP_SIDE = np.array([-0.65, 0.55, 0.52])  # right, up and back of the camera: over its left shoulder
WARM, COOL = np.array([1.0, 0.97, 0.92]), np.array([0.93, 0.97, 1.0])
PAPER = 255  # the background: a segmenter takes white for nothing

assert NOTHING == -1, "`shaded` finds the background in the last row"


@dataclass(frozen=True, slots=True)
class Views:
    """K views of H x W pixels, row 0 at the top.

    Parameters
    ----------
    face_id : (K, H, W) int32
        Index among the faces of all parts together, NOTHING where there is none.
    pictures : (K, H, W, 3) uint8
        Shaded grey on white, sRGB.
    cameras : tuple of K Camera
    """

    face_id: NDArray[np.int32]
    pictures: NDArray[np.uint8]
    cameras: tuple[Camera, ...]


def views(parts: Sequence[PartMesh], *, size_px: int = SIZE_PX) -> Views:
    """Look at parts, or at one mesh, from all sides.

    Parameters
    ----------
    parts : sequence of PartMesh
        At least one, with faces; in the convention of `models.parts`.
    size_px : int
        Width and height of each view.

    Raises
    ------
    ValueError
        There is nothing to look at.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> seen = views([PartMesh("corner", np.eye(4, 3, dtype=np.float32), faces)], size_px=16)
    >>> seen.face_id.shape, seen.pictures.shape, np.unique(seen.face_id).tolist()
    ((10, 16, 16), (10, 16, 16, 3), [-1, 0, 1, 2, 3])
    """
    scene, sides = Scene.of(parts), cameras(parts)
    face_id = np.stack([face_ids(scene, camera, size_px=size_px) for camera in sides])
    normals, middles = _normals_and_middles(parts)
    pictures = [shaded(seen, normals, middles, camera) for seen, camera in zip(face_id, sides, strict=True)]
    return Views(face_id, np.stack(pictures), sides)


def cameras(parts: Sequence[PartMesh]) -> tuple[Camera, ...]:
    """Where the views are taken from: AROUND of them, the first from the front, then from the top and the bottom.

    Examples
    --------
    >>> len(cameras([PartMesh("face", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))]))
    10
    """
    turns = [(360 / AROUND * turn, ELEVATIONS_DEG[turn % len(ELEVATIONS_DEG)]) for turn in range(AROUND)]
    return tuple(
        orbit(parts, azimuth_deg=azimuth, elevation_deg=elevation)
        for azimuth, elevation in [*turns, (0.0, 90.0), (0.0, -90.0)]
    )


def shaded(
    face_id: NDArray[np.int32], normals: NDArray[np.float64], middles: NDArray[np.float64], camera: Camera
) -> NDArray[np.uint8]:
    """The picture of one view, each face in one tone.

    Parameters
    ----------
    face_id : (H, W) int32
    normals, middles : (F, 3) float64
        Unit normal and middle of each face. A face seen from behind is lit as if it were turned round.
    camera : Camera

    Returns
    -------
    picture : (H, W, 3) uint8

    Examples
    --------
    >>> ahead = Camera(eye=(0, 0, 5), target=(0, 0, 0), window=(-1, -1, 2))
    >>> shaded(np.array([[0, NOTHING]]), np.array([[0.0, 0, 1]]), np.zeros((1, 3)), ahead)[0, 1].tolist()
    [255, 255, 255]
    """
    seen = np.zeros(len(normals), bool)
    seen[face_id[face_id != NOTHING]] = True
    tones = np.full((len(normals) + 1, 3), PAPER, np.uint8)
    tones[:-1][seen] = np.minimum(_light(normals[seen], middles[seen], camera), 1) * (PAPER - 1)
    # NOTHING is -1, which wraps to the last row; `take` is three times as fast as brackets.
    picture: NDArray[np.uint8] = tones.take(face_id, axis=0, mode="wrap")
    return picture


def _light(normals: NDArray[np.float64], middles: NDArray[np.float64], camera: Camera) -> NDArray[np.float64]:
    """The light that faces throw back to the camera (F, 3); a little more than 1 where all lamps meet."""
    facing = np.einsum("fa,fa->f", normals, unit(np.asarray(camera.eye) - middles))
    turned = normals * np.where(facing < 0, -1, 1)[:, None]
    lamp = unit(LAMP_SIDE * [1, 1, -1] @ camera.axes())
    sky = GROUND + (SKY - GROUND) * (turned[:, 1:2] + 1) / 2
    light: NDArray[np.float64] = (
        HEADLIGHT * np.abs(facing)[:, None] + sky * COOL + LAMP * np.maximum(turned @ lamp, 0)[:, None] * WARM
    )
    return light


def _normals_and_middles(parts: Sequence[PartMesh]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    vertices, faces = as_one(parts)
    middles = (vertices[faces[:, 0]] + vertices[faces[:, 1]] + vertices[faces[:, 2]]) / 3
    return unit(crosses(vertices, faces)), middles.astype(np.float64)
