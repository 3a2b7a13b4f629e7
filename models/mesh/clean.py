"""From what a model returned to parts that may leave the house, in one line: repair, simplify, pose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.mesh.check import FACES_MAX, unsound
from models.mesh.pose import Axis, pose
from models.mesh.repair import repair
from models.mesh.simplify import simplify_all


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Parts after cleaning, and a sentence for each thing that was done to them."""

    parts: tuple[Any, ...]  #: in the convention of `models.parts`, or as they came: `refuse` tells
    notes: tuple[str, ...]


def clean(parts: Any, *, faces_max: int = FACES_MAX, up: Axis = "y", front: Axis = "z") -> Cleaned:
    """Parts mended, within `faces_max` faces, and in their place.

    Parameters
    ----------
    parts : sequence of PartMesh
        Or whatever came instead of one. It never raises for these.
    faces_max : int
        Over all parts.
    up, front : axis
        Which axes of the given parts point up and forward, see `models.mesh.pose.pose`.

    Returns
    -------
    cleaned : Cleaned
        Parts that cannot be mended come back as they are, for `models.mesh.check.refuse` to say why.

    Raises
    ------
    ValueError
        `up` and `front` are on one axis.

    Examples
    --------
    >>> import numpy as np
    >>> from models.mesh.check import refuse
    >>> from models.parts import PartMesh
    >>> faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], np.int32)
    >>> tip = PartMesh("tip", 9 * np.eye(4, 3, dtype=np.float32), faces)
    >>> cleaned = clean([tip])
    >>> cleaned.notes, refuse([tip]), refuse(cleaned.parts)
    (('tip: 4 faces turned outward',), 'out of bounds: 9 is more than 1.0001', None)
    >>> refuse(clean([None]).parts)
    'part 0 is None'
    """
    repaired = repair(parts)
    if unsound(repaired.parts) is not None:
        return Cleaned(repaired.parts, repaired.notes)
    fewer = simplify_all(repaired.parts, faces_max)
    return Cleaned(pose(fewer.parts, up=up, front=front), repaired.notes + fewer.notes)
