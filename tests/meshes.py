"""Parts that tests need, whole and broken."""

from dataclasses import replace

import numpy as np
import trimesh

from models.parts import PartMesh


def part_of(mesh: trimesh.Trimesh, name: str = "part") -> PartMesh:
    return PartMesh(name, np.array(mesh.vertices, np.float32), np.array(mesh.faces, np.int32))


def a_mesh(part: PartMesh) -> trimesh.Trimesh:
    """For the judge: as it is, nothing merged."""
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


def a_ball(
    name: str = "ball", *, at: tuple[float, float, float] = (0, 0.5, 0), radius: float = 0.5, fine: int = 3
) -> PartMesh:
    """An icosphere of 20 * 4 ** fine faces; by itself in the convention of models/parts.py."""
    mesh = trimesh.creation.icosphere(fine, radius)
    mesh.apply_translation(at)
    return part_of(mesh, name)


def a_box(name: str = "box", *, sides: tuple[float, float, float] = (0.5, 0.5, 1)) -> PartMesh:
    mesh = trimesh.creation.box(sides)
    mesh.apply_translation((0, sides[1] / 2, 0))
    return part_of(mesh, name)


def together(*parts: PartMesh, name: str = "part") -> PartMesh:
    """The shells of several parts as one part."""
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    faces = [part.faces + start for part, start in zip(parts, starts, strict=False)]
    return PartMesh(name, np.concatenate([part.vertices for part in parts]), np.concatenate(faces).astype(np.int32))


def flipped(part: PartMesh) -> PartMesh:
    return replace(part, faces=part.faces[:, [0, 2, 1]])


def soup(part: PartMesh) -> PartMesh:
    """Every face with three vertices of its own, as in an STL file."""
    faces = np.arange(3 * len(part.faces), dtype=np.int32).reshape(-1, 3)
    return PartMesh(part.name, part.vertices[part.faces].reshape(-1, 3), faces)


def with_vertices(part: PartMesh, value: float, *at: int) -> PartMesh:
    vertices = part.vertices.copy()
    vertices[list(at)] = value
    return replace(part, vertices=vertices)


def with_faces(part: PartMesh, *faces: tuple[int, int, int]) -> PartMesh:
    return replace(part, faces=np.concatenate([part.faces, np.array(faces, part.faces.dtype)]))


def scaled(part: PartMesh, factor: float) -> PartMesh:
    return replace(part, vertices=part.vertices * np.float32(factor))


def a_bowl(name: str = "bowl") -> PartMesh:
    """The lower half of a ball, open above."""
    ball = a_ball(name, fine=4)
    low = ball.vertices[ball.faces][:, :, 1].max(axis=1) <= 0.5
    used, faces = np.unique(ball.faces[low], return_inverse=True)
    return PartMesh(name, ball.vertices[used], faces.reshape(-1, 3).astype(np.int32))


def a_moebius_strip(name: str = "strip", *, steps: int = 40) -> PartMesh:
    turn = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    rows = [
        [
            (1 + w * np.cos(angle / 2)) * np.cos(angle),
            w * np.sin(angle / 2),
            (1 + w * np.cos(angle / 2)) * np.sin(angle),
        ]
        for angle in turn
        for w in (-0.3, 0.3)
    ]
    faces = []
    for step in range(steps):
        one, two, three, four = 2 * step, 2 * step + 1, 2 * step + 2, 2 * step + 3
        if step == steps - 1:
            three, four = 1, 0
        faces += [[one, two, three], [two, four, three]]
    return PartMesh(name, np.array(rows, np.float32), np.array(faces, np.int32))
