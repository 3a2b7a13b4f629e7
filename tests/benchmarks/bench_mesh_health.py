"""CPU seconds to check, repair, simplify and pose, beside the plain library calls, and how they grow.

Both sides work on the same arrays in the same run, and what else runs on the machine does not count. trimesh is given
its arrays anew each time: it remembers what it has computed. Five million faces go through the whole of it last.
"""

import math
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import trimesh
from skimage.measure import marching_cubes

from models.mesh.check import facts, refuse
from models.mesh.clean import clean
from models.mesh.pose import pose
from models.mesh.repair import repair
from models.mesh.simplify import simplify
from models.parts import PartMesh

FACES = (20_000, 100_000, 500_000)
FACES_HUGE = 5_000_000
SIMPLE = 20_000
RUNS, LONG_S = 3, 2.0  # what took longer than that is not run again, nor at a larger size
Work = Callable[[], object]


def a_blob(faces: int) -> PartMesh:
    """A bumpy ball of about so many faces, as marching cubes make them: closed, sound, in its place."""
    cells = round((faces / 4.9) ** 0.5)
    axis = np.linspace(-1, 1, cells, dtype=np.float32)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij", sparse=True)
    depth = np.sqrt(x * x + y * y + z * z) - 0.7 - 0.1 * np.sin(9 * x) * np.sin(7 * y) * np.cos(8 * z)
    vertices, found, _, _ = marching_cubes(depth, 0, gradient_direction="ascent")
    (blob,) = repair([PartMesh("blob", vertices, found)]).parts
    return pose([blob])[0]


def a_crowd(blob: PartMesh, copies: int) -> PartMesh:
    """Copies in a row, as one part."""
    vertices = np.concatenate([blob.vertices + np.float32([2 * at, 0, 0]) for at in range(copies)])
    faces = np.concatenate([blob.faces + at * len(blob.vertices) for at in range(copies)])
    return PartMesh("crowd", vertices, faces.astype(np.int32))


def broken(part: PartMesh) -> PartMesh:
    """A vertex lost, a third of the faces flipped, a hundred of them twice, every vertex of the first 999 its own."""
    faces, vertices = part.faces.copy(), part.vertices.copy()
    vertices[len(vertices) // 2] = np.nan
    faces[::3] = faces[::3, ::-1]
    own = len(vertices) + np.arange(2997, dtype=np.int32).reshape(-1, 3)
    vertices = np.concatenate([vertices, vertices[faces[:999]].reshape(-1, 3)])
    return replace(part, vertices=vertices, faces=np.concatenate([own, faces[999:], faces[-100:]]))


def a_mesh(part: PartMesh) -> trimesh.Trimesh:
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


def trimesh_checks(part: PartMesh) -> object:
    mesh = a_mesh(part)
    closed, agreed, thin = mesh.is_watertight, mesh.is_winding_consistent, mesh.nondegenerate_faces()
    return closed, agreed, thin.all(), mesh.unique_faces().all(), np.isfinite(part.vertices).all(), mesh.bounds


def trimesh_facts(part: PartMesh) -> object:
    mesh = a_mesh(part)
    return mesh.is_watertight, mesh.body_count, mesh.volume, mesh.area, mesh.bounds


def trimesh_repairs(part: PartMesh) -> trimesh.Trimesh:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=True, validate=True)
    trimesh.repair.fix_normals(mesh, multibody=True)
    mesh.fill_holes()
    return mesh


def trimesh_poses(part: PartMesh) -> object:
    mesh = a_mesh(part)
    low, high = mesh.bounds
    mesh.apply_translation([-(low[0] + high[0]) / 2, -low[1], -(low[2] + high[2]) / 2])
    return mesh.apply_scale(1 / max(mesh.extents)).vertices.astype(np.float32)


def trimesh_cleans(part: PartMesh, faces_max: int) -> object:
    mesh = trimesh_repairs(part).simplify_quadric_decimation(face_count=faces_max)
    return trimesh_poses(PartMesh(part.name, mesh.vertices, mesh.faces))


def pairs(part: PartMesh) -> dict[str, tuple[Work, Work]]:
    """What is measured: ours, and what a user would write."""
    simple = min(SIMPLE, len(part.faces) // 4)
    bad, away = broken(part), replace(part, vertices=part.vertices * 7 + 1)
    return {
        "refuse": (lambda: refuse([part], faces_max=FACES_HUGE), lambda: trimesh_checks(part)),
        "facts": (lambda: facts([part]), lambda: trimesh_facts(part)),
        "repair, healthy": (lambda: repair([part]), lambda: trimesh_repairs(part)),
        "repair, broken": (lambda: repair([bad]), lambda: trimesh_repairs(bad)),
        f"simplify to {simple:,}": (
            lambda: simplify(part, simple),
            lambda: a_mesh(part).simplify_quadric_decimation(face_count=simple),
        ),
        "pose": (lambda: pose([away]), lambda: trimesh_poses(away)),
        "clean, all of it": (lambda: clean([bad], faces_max=simple), lambda: trimesh_cleans(bad, simple)),
    }


def seconds_of(work: Work) -> float:
    """The median of RUNS runs, or of fewer if one takes long."""
    took: list[float] = []
    while len(took) < RUNS and sum(took) < LONG_S:
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return statistics.median(took)


def line(label: str, *cells: str) -> None:
    print(f"{label:<20}" + "".join(f"{cell:>12}" for cell in cells))


def memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def huge() -> None:
    """Once: five million faces, broken, through all of it."""
    part = broken(a_crowd(a_blob(FACES[-1]), FACES_HUGE // FACES[-1]))
    before, begun = memory_mb(), time.process_time()
    cleaned = clean([part], faces_max=SIMPLE)
    took = time.process_time() - begun
    small = len(cleaned.parts[0].faces)
    print(f"clean {len(part.faces):,} faces to {small:,}: {took:.1f} s, {took / 50:.3f} s per 100 k")
    print(f"peak memory {memory_mb():,} MB, {before:,} MB before it; refused: {refuse(cleaned.parts)}")
    print("\n".join(cleaned.notes))


def main() -> None:
    assert refuse(clean([broken(a_blob(20_000))]).parts) is None, "what is measured must be what works"
    too_long: set[int] = set()
    for faces in FACES:
        part = a_blob(faces)
        line(f"{len(part.faces):,} faces", "ours, s", "trimesh, s", "ratio", "s per 100 k")
        for row, (label, (ours, theirs)) in enumerate(pairs(part).items()):
            one, other = seconds_of(ours), math.nan if row in too_long else seconds_of(theirs)
            too_long |= {row} if other > LONG_S else set()
            line(label, f"{one:.4f}", f"{other:.4f}", f"{one / other:.3f}", f"{one / len(part.faces) * 1e5:.4f}")
        print(flush=True)
    huge()


if __name__ == "__main__":
    main()
