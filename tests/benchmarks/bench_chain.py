"""A model's mesh on its way to a result: clean, look, vote, cut, sample, export, beside plain library calls.

The mesh is one skin that knows no parts, out of place and with a third of its faces flipped; the masks are a perfect
segmenter's. The plain side is what a user would write with trimesh and numpy for the same outcome, without creases,
floors per part or notes; nearly all of its time goes into turning flipped faces, and the largest skin would take
minutes there.
"""

import io
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import trimesh

from models.concept import read
from models.mesh.clean import clean
from models.mesh.cut import cut
from models.mesh.export import glb, npz, ply
from models.mesh.render import NOTHING
from models.mesh.sample import sample
from models.mesh.views import cameras, views
from models.mesh.vote import vote
from models.parts import PartMesh
from models.procedural import shape
from tests.benchmarks.bench_labels import trimesh_rays
from tests.benchmarks.oracle import as_masks, fused, painted

CONCEPT = "elephant"
CELLS = {68: True, 148: True, 330: False}  # skins of about 20 k, 100 k and 500 k faces; whether the plain side is run
RUNS = 3
POINTS, FACES_MAX = 2_048, 1_000_000


@dataclass
class Laps:
    """Seconds per step."""

    seconds: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, work: Callable[[], object]) -> object:
        begun = time.perf_counter()
        made = work()
        self.seconds[name] = time.perf_counter() - begun
        return made


def spoilt(part: PartMesh) -> PartMesh:
    faces = part.faces.copy()
    faces[::3] = faces[::3, ::-1]
    return replace(part, vertices=part.vertices * 7 + 1, faces=faces)


def ours(part: PartMesh, names: tuple[str, ...], masks: list, lap: Laps) -> None:
    (mesh,) = lap("clean", lambda: clean([part], faces_max=FACES_MAX).parts)
    seen = lap("look", lambda: views([mesh]))
    labels = lap("vote", lambda: vote(seen.face_id, masks, mesh, labels=len(names)))
    parts = lap("cut", lambda: cut(mesh, labels.label, names).parts)
    cloud = lap("sample", lambda: sample(parts, POINTS))
    lap("export", lambda: (glb(parts), ply(cloud), npz(cloud)))


def plain(part: PartMesh, names: tuple[str, ...], label: np.ndarray, lap: Laps) -> None:
    mesh = lap("clean", lambda: _trimesh_cleans(part))
    rays = [trimesh_rays(camera) for camera in cameras([PartMesh("", mesh.vertices, mesh.faces)])]
    ids = lap("look", lambda: np.stack([mesh.ray.intersects_first(*side) for side in rays]).reshape(label.shape))
    votes = np.zeros((len(mesh.faces), len(names)))
    seen = (ids != NOTHING) & (label != NOTHING)
    lap("vote", lambda: np.add.at(votes, (ids[seen], label[seen]), 1))
    best = votes.argmax(axis=1)
    cuts = lap("cut", lambda: [mesh.submesh([np.flatnonzero(best == at)], append=True) for at in np.unique(best)])
    cloud = lap("sample", lambda: [trimesh.sample.sample_surface(one, POINTS // len(cuts), seed=0) for one in cuts])
    lap("export", lambda: (_trimesh_exports(cuts), np.savez(io.BytesIO(), *(points for points, _ in cloud))))


def _trimesh_cleans(part: PartMesh) -> trimesh.Trimesh:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=True, validate=True)
    trimesh.repair.fix_normals(mesh, multibody=True)
    mesh.apply_translation(-mesh.bounds[0])
    mesh.apply_scale(1 / max(mesh.extents))
    return mesh


def _trimesh_exports(cuts: list[trimesh.Trimesh]) -> bytes:
    made: bytes = trimesh.Scene(cuts).export(file_type="glb", include_normals=True)
    return made


def medians(work: Callable[[Laps], None], runs: int) -> dict[str, float]:
    laps = [Laps() for _ in range(runs)]
    for lap in laps:
        work(lap)
    return {name: statistics.median(lap.seconds[name] for lap in laps) for name in laps[0].seconds}


def rows(cells: int, *, both: bool) -> Iterator[tuple[str, float, float]]:
    parts = shape(read(CONCEPT))
    names = tuple(part.name for part in parts)
    known = fused(parts, cells)
    upright, part = clean([known.mesh], faces_max=FACES_MAX).parts, spoilt(known.mesh)
    label = painted(known, views(upright).face_id)
    mine = medians(lambda lap: ours(part, names, as_masks(label), lap), RUNS)
    theirs = medians(lambda lap: plain(part, names, label, lap), 1) if both else dict.fromkeys(mine, math.nan)
    yield f"{len(known.truth):,} faces", sum(mine.values()), sum(theirs.values())
    for name, seconds in mine.items():
        yield f"  {name}", seconds, theirs[name]


def main() -> None:
    print(f"{f'median of {RUNS}, s':<18}{'ours':>10}{'plain':>10}{'ratio':>8}")
    for cells, both in CELLS.items():
        for name, own, other in rows(cells, both=both):
            print(f"{name:<18}{own:>10.3f}{other:>10.3f}{own / other:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
