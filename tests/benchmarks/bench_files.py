"""Files, points and pictures beside the plain library call a user would write, at 20 k, 100 k and 500 k faces.

The ratio is ours to theirs: below 1 we are faster. Ours do more than the call beside them: samples have normals and a
floor per part, meshes have normals with creases and named parts. Growth is ours, per 100 k faces more.
"""

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import trimesh

from models.mesh.export import npz, ply
from models.mesh.formats import FORMATS
from models.mesh.load import parts_of
from models.mesh.normals import smooth
from models.mesh.preview import png
from models.mesh.sample import sample
from models.parts import PartMesh

FACES = (20_000, 100_000, 500_000)
POINTS = 2_048
RUNS = 5
WITH_NORMALS = {"glb": {"include_normals": True}, "ply": {"vertex_normal": True}}  # as ours have

Work = Callable[[], Any]


def seconds_of(work: Work) -> float:
    """The median of RUNS runs, after one that is not counted."""
    work()
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def two_parts(faces: int) -> tuple[PartMesh, PartMesh]:
    """A bumpy ball of 9 in 10 faces, and a box with creases: together about as many faces as asked for."""
    around = round((faces * 0.9 / 8) ** 0.5)
    ball = trimesh.creation.uv_sphere(radius=0.35, count=(around, 2 * around))
    ball.vertices *= 1 + 0.05 * np.sin(20 * ball.vertices).sum(axis=1, keepdims=True)
    box = trimesh.creation.box((0.5, 0.1, 0.5))
    while len(box.faces) * 4 < faces / 5:
        box = box.subdivide()
    ball.apply_translation((0, 0.55, 0))
    box.apply_translation((0, 0.05, 0))
    return a_part("ball", ball), a_part("box", box)


def a_part(name: str, mesh: trimesh.Trimesh) -> PartMesh:
    return PartMesh(name, mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


def mesh_of(parts: tuple[PartMesh, ...]) -> trimesh.Trimesh:
    """One mesh as a user holds it, with nothing computed yet."""
    return trimesh.util.concatenate([trimesh.Trimesh(part.vertices, part.faces, process=False) for part in parts])


def rows(parts: tuple[PartMesh, ...]) -> dict[str, tuple[Work, Work]]:
    """What is measured -> our work, and the plain call."""
    vertices, faces = mesh_of(parts).vertices, mesh_of(parts).faces
    data = FORMATS["glb"].write(parts)

    def fresh() -> trimesh.Trimesh:
        return trimesh.Trimesh(vertices, faces, process=False)

    exports = {
        name: (
            lambda kind=kind: kind.write(parts),
            lambda name=name: fresh().export(file_type=name, **WITH_NORMALS.get(name, {})),
        )
        for name, kind in FORMATS.items()
    }
    return {
        "smooth": (lambda: [smooth(part.vertices, part.faces) for part in parts], lambda: fresh().vertex_normals),
        "sample": (lambda: sample(parts, POINTS), lambda: trimesh.sample.sample_surface(fresh(), POINTS, seed=0)),
        **exports,
        "read glb": (lambda: parts_of(data), lambda: trimesh.load(io.BytesIO(data), file_type="glb")),
    }


def points_rows() -> dict[str, tuple[Work, Work]]:
    cloud = sample(two_parts(FACES[0]), POINTS)
    names = ["ball", "box"]

    def plain_npz() -> bytes:
        out = io.BytesIO()
        np.savez(out, points=cloud.xyz, normals=cloud.normals, part_id=cloud.part_id, part_names=np.array(names))
        return out.getvalue()

    return {
        "points.npz": (lambda: npz(cloud, part_names=names), plain_npz),
        "points.ply": (lambda: ply(cloud), lambda: trimesh.PointCloud(cloud.xyz).export(file_type="ply")),
        "both": (lambda: (npz(cloud, part_names=names), ply(cloud)), plain_npz),
    }


def line(name: str, faces: int, ours: float, theirs: float | None, growth: float | None) -> None:
    beside = "" if theirs is None else f"{theirs * 1000:>12.2f}{ours / theirs:>9.2f}"
    print(
        f"{name:<12}{faces:>9,}{ours * 1000:>11.2f}{beside:<21}" + ("" if growth is None else f"{growth * 1000:>14.2f}")
    )


def main() -> None:
    print(
        f"{'ms, median of ' + str(RUNS):<12}{'faces':>5}{'ours':>10}{'plain call':>13}{'ratio':>8}{'a 100 k more':>15}"
    )
    for name, (ours, theirs) in points_rows().items():
        line(name, POINTS, seconds_of(ours), seconds_of(theirs), None)
    before: dict[str, tuple[int, float]] = {}
    for count in FACES:
        parts = two_parts(count)
        faces = sum(len(part.faces) for part in parts)
        work: dict[str, tuple[Work, Work | None]] = {**rows(parts), "preview": (lambda: png(parts), None)}  # noqa: B023
        for name, (ours, theirs) in work.items():
            took = seconds_of(ours)
            growth = (took - before[name][1]) / (faces - before[name][0]) * 100_000 if name in before else None
            line(name, faces, took, seconds_of(theirs) if theirs else None, growth)
            before[name] = faces, took


if __name__ == "__main__":
    main()
