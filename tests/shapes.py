"""Procedural shapes as tests look at them: by look, in draft, and in their finest cut.

Whatever is true of pieces is true of the parts that are made of them.
"""

from functools import cache

import numpy as np
import trimesh
from scipy.spatial import cKDTree

from models.concept import Concept
from models.mesh.check import refuse, volume, watertight
from models.parts import PartMesh
from models.procedural import shape
from models.procedural.make import KINDS
from models.templates import PARTS_MAX, TEMPLATES

EVERY_LOOK = tuple((template, look) for template, kind in KINDS.items() for look in ("", *kind.looks))
GAP_MAX = 0.02  # parts touch: no part is further than this from all the others; the longest side is 1


def a_concept(template: str, look: str, verb: str = "") -> Concept:
    """What `read` would give for the look, whether or not a word leads to it."""
    return Concept(look or template, template, look, 1.0, "exact", verb, look)


@cache
def pieces(template: str, look: str, verb: str = "", seed: int = 0, quality: str = "draft") -> tuple[PartMesh, ...]:
    return shape(a_concept(template, look, verb), quality=quality, seed=seed, num_parts=PARTS_MAX)


def points(template: str, look: str, *names: str, verb: str = "") -> np.ndarray:
    """The vertices of the named pieces, or of all."""
    made = {piece.name: piece.vertices for piece in pieces(template, look, verb)}
    return np.concatenate([made[name] for name in names or made])


def size(template: str, look: str, *names: str, verb: str = "") -> np.ndarray:
    """Width, height and length of the named pieces together, in longest sides of the whole."""
    return np.ptp(points(template, look, *names, verb=verb), axis=0)


def complaints(template: str, look: str, verb: str = "", seed: int = 0, quality: str = "draft") -> list[str]:
    """What is wrong with a shape; trimesh is asked too, as somebody else's opinion."""
    parts = pieces(template, look, verb, seed, quality)
    found = [reason] if (reason := refuse(parts, tuple(TEMPLATES[template].partition(PARTS_MAX, look)))) else []
    for part in parts:
        theirs = trimesh.Trimesh(part.vertices, part.faces, process=False)
        if not (watertight(part) and theirs.is_watertight and theirs.is_winding_consistent):
            found.append(f"{part.name} is not closed")
        if not (volume(part) > 0 and theirs.volume > 0):
            found.append(f"{part.name} is inside out")
        if len(parts) > 1 and not touches(part, [other for other in parts if other is not part]):
            found.append(f"{part.name} touches nothing")
    return found + _swapped(parts) + _misplaced(np.concatenate([part.vertices for part in parts]))


def touches(part: PartMesh, others: list[PartMesh]) -> bool:
    """Whether a part is near one of the others, or one begins inside the other."""
    theirs = np.concatenate([other.vertices for other in others])
    if float(cKDTree(theirs).query(part.vertices)[0].min()) <= GAP_MAX or _contains(part, theirs):
        return True
    return any(_contains(other, part.vertices) for other in others)


def _contains(part: PartMesh, vertices: np.ndarray) -> bool:
    return bool(trimesh.Trimesh(part.vertices, part.faces, process=False).ray.contains_points(vertices).any())


def _swapped(parts: tuple[PartMesh, ...]) -> list[str]:
    """An object's own left hand is at +x."""
    middles = {part.name: float(part.vertices[:, 0].mean()) for part in parts}
    pairs = [(name, name.replace("left_", "right_")) for name in middles if "left_" in name]
    return [f"{left} is not left of {right}" for left, right in pairs if not middles[left] > middles[right]]


def _misplaced(everything: np.ndarray) -> list[str]:
    """The convention of models/parts.py."""
    low, high = everything.min(axis=0), everything.max(axis=0)
    found = [] if abs(float((high - low).max()) - 1) < 1e-5 else ["its longest side is not 1"]
    found += [] if abs(low[1]) < 1e-6 else ["it does not stand on the ground"]
    return found + ([] if np.abs((low + high)[[0, 2]]).max() < 1e-5 else ["it is not in the middle"])
