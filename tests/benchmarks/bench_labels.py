"""Looking, voting and cutting: seconds beside plain library calls, then how many labels are right.

Both sides do the same work on the same arrays in the same run, so a ratio holds on any machine. The table of labels
takes a perfect segmenter's masks, spoils a fifth of them in three ways, and compares with the truth on ALL faces,
those inside another part among them, which no view can see.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import trimesh
from numpy.typing import NDArray

from models.concept import read
from models.mesh.adjacency import face_graph
from models.mesh.cut import cut
from models.mesh.render import NOTHING, Camera, Scene, face_ids
from models.mesh.settle import fill, merge_specks, smooth
from models.mesh.views import cameras, views
from models.mesh.vote import paint, tally, vote
from models.parts import PartMesh
from models.procedural import shape
from tests.benchmarks.oracle import (
    Known,
    as_masks,
    fused,
    painted,
    put_together,
    wrong_blobs,
    wrong_masks,
    wrong_pixels,
)

FACES = (20_000, 100_000, 500_000)
SIZE_PX = 512
LABELS = 6
RUNS = 3
SHARE = 0.2  # of the masks, wrong
CONCEPTS = (
    "cat", "elephant", "giraffe", "person", "car", "oak tree", "pine", "office chair", "fish", "airplane", "biplane",
    "flying bird", "penguin", "vase",
)  # fmt: skip
SEEDS = (0, 1)
SPOILERS = {"pixels": wrong_pixels, "blobs": wrong_blobs, "masks": wrong_masks}
Work = Callable[[], object]


def a_ball(faces: int) -> Known:
    """A bumpy ball of about so many faces in LABELS bands: it fills the view, the most work for a given size."""
    around = int((faces / 4) ** 0.5)
    mesh = trimesh.creation.uv_sphere(count=[around, around])
    places = mesh.vertices / np.linalg.norm(mesh.vertices, axis=1, keepdims=True)
    bumps = 1 + 0.1 * np.sin(9 * places[:, :1]) * np.sin(7 * places[:, 1:2]) * np.cos(8 * places[:, 2:])
    ball = PartMesh("ball", (places * bumps / 2.2).astype(np.float32), mesh.faces.astype(np.int32))
    height = ball.vertices[ball.faces].mean(axis=1)[:, 2]
    truth = np.clip((height + 0.5) * LABELS, 0, LABELS - 1).astype(np.int32)
    return Known(ball, truth, np.zeros(len(truth), bool), LABELS)


def trimesh_looks(part: PartMesh, sides: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> object:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
    return [mesh.ray.intersects_first(eyes, rays) for eyes, rays in sides]


def plain_tally(face_id: NDArray[np.int32], label: NDArray[np.int32], faces: int) -> object:
    votes = np.zeros((faces, LABELS))
    voting = (face_id != NOTHING) & (label != NOTHING)
    np.add.at(votes, (face_id[voting], label[voting]), 1)
    return votes


def plain_fill(part: PartMesh, label: NDArray[np.int32]) -> object:
    """The nearest labelled face through the air, which takes no account of the surface."""
    middles = trimesh.Trimesh(part.vertices, part.faces, process=False).triangles_center
    known = label != NOTHING
    _, nearest = trimesh.proximity.cKDTree(middles[known]).query(middles[~known])
    return label[known][nearest]


def trimesh_cuts(part: PartMesh, label: NDArray[np.int32]) -> object:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
    pieces = mesh.submesh([np.flatnonzero(label == index) for index in range(LABELS)])
    return [piece.fill_holes() for piece in pieces]


def seconds_of(work: Work) -> float:
    """The median of RUNS runs."""
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def steps(known: Known) -> Iterator[tuple[str, Work, Work | None]]:
    """Each step by name: ours, and the plain one where there is one."""
    part, faces = known.mesh, len(known.truth)
    sides = cameras([part])
    rays = [trimesh_rays(camera) for camera in sides]

    def look() -> NDArray[np.int32]:
        scene = Scene.of([part])
        return np.stack([face_ids(scene, camera, size_px=SIZE_PX) for camera in sides])

    face_id = look()
    masks = as_masks(painted(known, face_id))
    label, score = paint(masks, face_id.shape, labels=LABELS)
    votes = tally(face_id, label, score, faces=faces, labels=LABELS)
    graph = face_graph(part.vertices, part.faces)
    gaps = np.where(votes.any(axis=1), votes.argmax(axis=1), NOTHING).astype(np.int32)
    yield "ids of 10 views", look, lambda: trimesh_looks(part, rays)
    yield "cameras", lambda: cameras([part]), None
    yield "views, all of it", lambda: views([part], size_px=SIZE_PX), None
    yield "paint", lambda: paint(masks, face_id.shape, labels=LABELS), None
    yield (
        "tally",
        lambda: tally(face_id, label, score, faces=faces, labels=LABELS),
        lambda: plain_tally(face_id, label, faces),
    )
    yield (
        "face graph",
        lambda: face_graph(part.vertices, part.faces),
        lambda: trimesh.Trimesh(part.vertices, part.faces, process=False).face_adjacency,
    )
    yield "smooth", lambda: smooth(votes, graph), None
    yield "fill", lambda: fill(gaps, graph), lambda: plain_fill(part, gaps)
    yield "vote, all of it", lambda: vote(face_id, masks, part, labels=LABELS), None
    yield "merge specks", lambda: merge_specks(known.truth, graph), None
    yield "cut", lambda: cut(part, known.truth, "abcdef"), lambda: trimesh_cuts(part, known.truth)


def trimesh_rays(camera: Camera) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The rays of one view as a user would make them beforehand; making them is not timed."""
    left, bottom, width = camera.window
    place = (np.arange(SIZE_PX) + 0.5) / SIZE_PX * width
    x, y = np.meshgrid(left + place, (bottom + place)[::-1])
    rays = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], axis=1) @ camera.axes()
    return np.broadcast_to(camera.eye, rays.shape), rays


def print_seconds() -> None:
    print(f"{'median of ' + str(RUNS) + ', s':<18}{'faces':>9}{'ours':>9}{'plain':>9}{'ratio':>7}{'per 100 k':>11}")
    for about in FACES:
        known = a_ball(about)
        faces = len(known.truth)
        for name, ours, plain in steps(known):
            own = seconds_of(ours)
            other = seconds_of(plain) if plain else None
            beside = f"{other:>9.3f}{own / other:>7.2f}" if other else f"{'':>16}"
            print(f"{name:<18}{faces:>9}{own:>9.3f}{beside}{own / faces * 1e5:>11.3f}")


def rights(known: Known, seed: int) -> Iterator[tuple[str, float, float]]:
    """Kind of noise, and the share of right labels: of all faces, of those not inside another part."""
    seen = views([known.mesh], size_px=SIZE_PX).face_id
    perfect = painted(known, seen)
    spoilt = {"none": perfect}
    for kind, spoil in SPOILERS.items():
        spoilt[kind] = spoil(perfect, known.labels, SHARE, np.random.default_rng(seed))
    for kind, label in spoilt.items():
        right = vote(seen, as_masks(label), known.mesh, labels=known.labels).label == known.truth
        yield kind, float(right.mean()), float(right[~known.inner].mean())


def print_rights(kind_of_mesh: str, make: Callable[..., Known], seeds: tuple[int, ...]) -> None:
    print(f"\n{f'{kind_of_mesh}: right (of outer)':<35}" + "".join(f"{kind:>18}" for kind in ("none", *SPOILERS)))
    table: dict[str, list[tuple[float, float]]] = {}
    for concept in CONCEPTS:
        for seed in seeds:
            row = list(rights(make(shape(read(concept), seed=seed)), seed))
            print(f"{concept:<14} seed {seed:<15}" + "".join(f"{f'{a:.2%} ({b:.2%})':>18}" for _, a, b in row))
            for kind, every, outer in row:
                table.setdefault(kind, []).append((every, outer))
    for what, figure in (("mean", np.mean), ("worst", np.min)):
        cells = [figure(np.array(table[kind]), axis=0) for kind in table]
        print(f"{what:<35}" + "".join(f"{f'{a:.2%} ({b:.2%})':>18}" for a, b in cells))


def main() -> None:
    print_seconds()
    print_rights("shells that overlap", put_together, SEEDS)
    print_rights("one fused skin", fused, SEEDS[:1])


if __name__ == "__main__":
    main()
