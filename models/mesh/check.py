"""Whether parts may leave the house: `refuse` names what is wrong, `facts` counts what there is.

Both look at whatever a model returned and never raise: a refusal is a sentence in the report, an
exception would be a lost job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import crosses
from models.parts import PartMesh

FACES_MIN = 4  # a tetrahedron: nothing with fewer faces encloses a volume
BOUND_MAX = 1.0001  # the longest side is 1 and the object stands centred on y = 0; the rest is float32 rounding
SIDE_MIN = 1e-3  # an object less than a thousandth of the unit long was never scaled
DEGENERATE_SHARE_MAX = 0.01  # marching cubes and simplifiers leave a few slivers; 1 in 100 means damage
DUPLICATE_SHARE_MAX = 0.01  # the same for faces that lie twice in one place
AREA_MIN = 1e-12  # twice the area of a face: a sliver below float32's resolution of its corners


def refuse(parts: Any, expected: tuple[str, ...] = ()) -> str | None:
    """What is wrong with these parts, as one sentence; None if nothing is.

    Parameters
    ----------
    parts : sequence of PartMesh
        Or whatever came instead of one: the signature is `Any` because this is where that is found out.
    expected : tuple of str
        Names that must be among the parts. Empty: any names will do.

    Returns
    -------
    reason : str or None

    Examples
    --------
    >>> refuse(())
    'no parts'
    >>> refuse([None])
    'part 0 is None'
    >>> refuse([PartMesh("tail", np.full((3, 3), np.nan, np.float32), np.array([[0, 1, 2]], np.int32))])
    'tail: 3 of 3 vertices are NaN or infinite'
    """
    if not isinstance(parts, Sequence) or not parts:
        return "no parts"
    for index, part in enumerate(parts):
        if (reason := _refuse_part(index, part)) is not None:
            return reason
    return _refuse_names([part.name for part in parts], expected) or _refuse_whole(parts)


def facts(parts: Sequence[PartMesh]) -> dict[str, Any]:
    """What the report says about parts that `refuse` has nothing against.

    Returns
    -------
    facts : dict
        `parts` (per part: name, faces, vertices, watertight, volume_sign, bounds), `faces`, `vertices`,
        `watertight`, `bounds` and `longest_side` of the whole. Only JSON types.

    Raises
    ------
    ValueError
        There is no part, or a part without vertices.
    """
    rows = [_facts_of(part) for part in parts]
    whole = np.concatenate([part.vertices for part in parts])
    return {
        "parts": rows,
        "faces": sum(row["faces"] for row in rows),
        "vertices": sum(row["vertices"] for row in rows),
        "watertight": all(row["watertight"] for row in rows),
        "bounds": _bounds(whole),
        "longest_side": round(float(np.ptp(whole, axis=0).max()), 6),
    }


def watertight(part: PartMesh) -> bool:
    """Whether every edge is walked exactly once each way: closed, and oriented alike everywhere.

    Examples
    --------
    >>> corners = np.eye(4, 3, dtype=np.float32)
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> watertight(PartMesh("", corners, faces)), watertight(PartMesh("", corners, faces[:3]))
    (True, False)
    """
    start = part.faces.astype(np.int64)
    end = np.roll(start, -1, axis=1)
    count = len(part.vertices)
    there, back = np.sort((start * count + end).ravel()), np.sort((end * count + start).ravel())
    return bool(len(there) and np.array_equal(there, back) and (np.diff(there) > 0).all())


def volume(part: PartMesh) -> float:
    """The enclosed volume; negative if the faces look inward.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> round(6 * volume(PartMesh("", np.eye(4, 3, dtype=np.float32), faces)), 3)
    1.0
    """
    corners = part.vertices.astype(np.float64)[part.faces]
    return float(np.einsum("fa,fa->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6)


def _refuse_part(index: int, part: Any) -> str | None:
    if part is None:
        return f"part {index} is None"
    if not isinstance(part, PartMesh):
        return f"part {index} is a {type(part).__name__}"
    if not (part.name and isinstance(part.name, str)):
        return f"part {index} has no name"
    reason = _refuse_arrays(part.vertices, part.faces)
    return None if reason is None else f"{part.name}: {reason}"


def _refuse_arrays(vertices: Any, faces: Any) -> str | None:
    if not _is_rows(vertices, "f"):
        return "vertices are not a (V, 3) array of floats"
    if not _is_rows(faces, "iu"):
        return "faces are not an (F, 3) array of integers"
    if not len(vertices) or not len(faces):
        return "empty"
    return _refuse_vertices(vertices) or _refuse_faces(vertices, faces)


def _is_rows(array: Any, kinds: str) -> bool:
    """Whether this is an (N, 3) array of one of numpy's `kinds` of number: "f" floats, "iu" integers."""
    return isinstance(array, np.ndarray) and array.shape[1:] == (3,) and array.dtype.kind in kinds


def _refuse_vertices(vertices: NDArray[Any]) -> str | None:
    broken = int((~np.isfinite(vertices).all(axis=1)).sum())
    if broken:
        return f"{broken} of {len(vertices)} vertices are NaN or infinite"
    reach = float(np.abs(vertices).max())
    return f"out of bounds: {reach:.4g} is more than {BOUND_MAX}" if reach > BOUND_MAX else None


def _refuse_faces(vertices: NDArray[Any], faces: NDArray[Any]) -> str | None:
    if len(faces) < FACES_MIN:
        return f"{len(faces)} faces, at least {FACES_MIN} are needed"
    astray = int(((faces < 0) | (faces >= len(vertices))).any(axis=1).sum())
    if astray:
        return f"{astray} faces name a vertex that is not there"
    flat = int((np.linalg.norm(crosses(vertices, faces), axis=1) < AREA_MIN).sum())
    if flat > DEGENERATE_SHARE_MAX * len(faces):
        return f"{flat} of {len(faces)} faces are degenerate"
    twice = len(faces) - len(np.unique(np.sort(faces, axis=1), axis=0))
    if twice > DUPLICATE_SHARE_MAX * len(faces):
        return f"{twice} of {len(faces)} faces are duplicates"
    return None


def _refuse_names(names: list[str], expected: tuple[str, ...]) -> str | None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        return f"duplicate names: {', '.join(twice)}"
    missing = [name for name in expected if name not in names]
    return f"missing parts: {', '.join(missing)}" if missing else None


def _refuse_whole(parts: Sequence[PartMesh]) -> str | None:
    side = float(np.ptp(np.concatenate([part.vertices for part in parts]), axis=0).max())
    if side > BOUND_MAX:
        return f"out of bounds: the longest side is {side:.4g}, not 1"
    return f"too small: the longest side is {side:.4g}, not 1" if side < SIDE_MIN else None


def _facts_of(part: PartMesh) -> dict[str, Any]:
    return {
        "name": part.name,
        "faces": len(part.faces),
        "vertices": len(part.vertices),
        "watertight": watertight(part),
        "volume_sign": int(np.sign(volume(part))),
        "bounds": _bounds(part.vertices),
    }


def _bounds(vertices: NDArray[np.float32]) -> list[list[float]]:
    return [[round(float(value), 6) for value in corner] for corner in (vertices.min(axis=0), vertices.max(axis=0))]
