"""Shapes whose labels are known, and masks that are wrong in known ways: what labelling is measured with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.ndimage import label as regions
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

from models.mesh.render import NOTHING, as_one
from models.mesh.vote import Mask
from models.parts import PartMesh

CELLS = 128  # of the longest side, for a fused skin
BLOB_PX = 20.0  # sigma: blobs about a sixth of an object wide


@dataclass(frozen=True, slots=True)
class Known:
    """A mesh, the label of each face, and which faces lie inside another part, where no view can reach."""

    mesh: PartMesh
    truth: NDArray[np.int32]
    inner: NDArray[np.bool_]
    labels: int


def put_together(parts: Sequence[PartMesh]) -> Known:
    """All parts as one mesh of several shells that overlap."""
    truth = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts]).astype(np.int32)
    return Known(PartMesh("all", *as_one(parts)), truth, _inner(parts), len(parts))


def fused(parts: Sequence[PartMesh], cells: int = CELLS) -> Known:
    """One skin round all parts, as a model gives it that knows no parts; truth is the nearest part."""
    low = np.min([part.vertices.min(axis=0) for part in parts], axis=0) - 3 / cells
    high = np.max([part.vertices.max(axis=0) for part in parts], axis=0) + 3 / cells
    inside = np.zeros(np.ceil((high - low) * cells).astype(int) + 1, bool)
    for part in parts:
        first = np.floor((part.vertices.min(axis=0) - low) * cells).astype(int)
        last = np.ceil((part.vertices.max(axis=0) - low) * cells).astype(int) + 1
        places = np.stack(np.meshgrid(*map(np.arange, first, last), indexing="ij"), axis=-1).reshape(-1, 3)
        inside[tuple(places[_contains(part, places / cells + low)].T)] = True
    vertices, faces, *_ = marching_cubes(gaussian_filter(inside.astype(np.float32), 0.7), 0.5)
    places = (vertices / cells + low).astype(np.float32)
    mesh = PartMesh("all", places, np.ascontiguousarray(faces[:, ::-1], np.int32))
    truth = _nearest_part(parts, places[mesh.faces].mean(axis=1))
    return Known(mesh, truth, np.zeros(len(truth), bool), len(parts))


def painted(known: Known, face_id: NDArray[np.int32]) -> NDArray[np.int32]:
    """The true label of each pixel (K, H, W): what a perfect segmenter paints."""
    return np.where(face_id == NOTHING, NOTHING, known.truth[face_id])


def as_masks(label: NDArray[np.int32]) -> list[Mask]:
    """A label image per view as one mask per view and label."""
    return [
        Mask(view, int(one), image == one)
        for view, image in enumerate(label)
        for one in np.unique(image[image != NOTHING])
    ]


def wrong_pixels(label: NDArray[np.int32], labels: int, share: float, chance: np.random.Generator) -> NDArray[np.int32]:
    """A share of all pixels, each by itself, gets a random other label."""
    hit = (label != NOTHING) & (chance.random(label.shape) < share)
    return np.where(hit, _other(label, labels, chance.integers(1, max(labels, 2), label.shape)), label)


def wrong_blobs(label: NDArray[np.int32], labels: int, share: float, chance: np.random.Generator) -> NDArray[np.int32]:
    """A share of the labelled area of each view, in blobs; each blob gets one random label."""
    out = label.copy()
    for image in out:
        on = image != NOTHING
        hills = gaussian_filter(chance.standard_normal(image.shape), BLOB_PX)
        blob, count = regions(on & (hills > np.quantile(hills[on], 1 - share)))
        wanted = chance.integers(0, labels, count + 1)[blob]
        # A blob that happens to be right in places is wrong there all the same: the share is a share of errors.
        wanted = np.where(wanted == image, _other(image, labels, np.ones_like(image)), wanted)
        image[blob > 0] = wanted[blob > 0]
    return out


def wrong_masks(label: NDArray[np.int32], labels: int, share: float, chance: np.random.Generator) -> NDArray[np.int32]:
    """A share of all masks is wrong as a whole: half of them missing, half under another name."""
    out = label.copy()
    for view, image in enumerate(label):
        for one in np.unique(image[image != NOTHING]):
            if chance.random() < share:
                named = _other(one, labels, chance.integers(1, max(labels, 2)))
                out[view][image == one] = chance.choice([NOTHING, named])
    return out


def _other(label: object, labels: int, step: object) -> NDArray[np.int32]:
    return (np.asarray(label) + step) % labels


def _inner(parts: Sequence[PartMesh]) -> NDArray[np.bool_]:
    """Faces whose middle, a hair outside their own part, lies inside another."""
    inner = []
    for part in parts:
        own = trimesh.Trimesh(part.vertices, part.faces, process=False)
        places = own.triangles_center + own.face_normals * 1e-4
        others = [_contains(other, places) for other in parts if other is not part]
        inner.append(np.any([np.zeros(len(places), bool), *others], axis=0))
    return np.concatenate(inner)


def _contains(part: PartMesh, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
    inside = ((places >= mesh.bounds[0]) & (places <= mesh.bounds[1])).all(axis=1)
    if inside.any():
        inside[inside] = mesh.ray.contains_points(places[inside])
    return inside


def _nearest_part(parts: Sequence[PartMesh], places: NDArray[np.float64]) -> NDArray[np.int32]:
    """The part whose outer surface is nearest: what lies inside another part shows nowhere on the skin."""
    points, owner = [], []
    for index, part in enumerate(parts):
        mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
        drawn, face = trimesh.sample.sample_surface(mesh, 500 + int(200_000 * mesh.area), seed=0)
        lifted = drawn + mesh.face_normals[face] * 1e-4
        hidden = np.any([_contains(other, lifted) for other in parts if other is not part] or [False], axis=0)
        points.append(drawn[~np.broadcast_to(hidden, len(drawn))])
        owner.append(np.full(len(points[-1]), index, np.int32))
    _, nearest = cKDTree(np.concatenate(points)).query(places)
    found: NDArray[np.int32] = np.concatenate(owner)[nearest]
    return found
