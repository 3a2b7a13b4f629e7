"""What makes each animal what it is, every look and pose closed and in one piece, and legs that stand."""

from functools import cache

import numpy as np
import pytest
import trimesh

from models.concept import Concept
from models.mesh.check import refuse, volume, watertight
from models.parts import PartMesh
from models.procedural import looks, shape
from models.templates import TEMPLATES

QUADRUPEDS = ("", *looks.quadruped.LOOKS)
GAP_MAX = 0.02  # parts touch: nowhere is a part further than this from all the others


def drawn(template: str, look: str, verb: str = "") -> Concept:
    return Concept(look or template, template, look, 1.0, "exact", verb, look)


@cache
def draft(template: str, look: str, verb: str = "", seed: int = 0) -> tuple[PartMesh, ...]:
    return shape(drawn(template, look, verb), quality="draft", seed=seed, num_parts=16)


def complaints(template: str, parts: tuple[PartMesh, ...]) -> list[str]:
    found = [reason] if (reason := refuse(parts, TEMPLATES[template].pieces)) else []
    found += [f"{part.name} is not closed" for part in parts if not watertight(part)]
    found += [f"{part.name} is inside out" for part in parts if not volume(part) > 0]
    return found + [f"{part.name} touches nothing" for part in parts if gap(part, parts) > GAP_MAX]


def gap(part: PartMesh, parts: tuple[PartMesh, ...]) -> float:
    """How far a part is from the nearest of the others, 0 where they overlap."""
    meshes = {one.name: trimesh.Trimesh(one.vertices, one.faces, process=False) for one in parts}
    mine = meshes.pop(part.name)
    if any(other.ray.contains_points(mine.vertices).any() for other in meshes.values()):
        return 0.0
    theirs = np.concatenate([other.vertices for other in meshes.values()])
    steps = range(0, len(mine.vertices), 64)
    return min(float(np.linalg.norm(mine.vertices[at : at + 64, None] - theirs[None], axis=2).min()) for at in steps)


@pytest.mark.parametrize("look", QUADRUPEDS)
def test_every_quadruped_is_closed_and_in_one_piece(look: str) -> None:
    assert complaints("quadruped", draft("quadruped", look)) == []
