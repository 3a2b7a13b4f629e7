"""Whether parts may leave the house: `refuse` names what is wrong, `facts` counts what there is.

`refuse` looks at whatever a model returned and never raises: a refusal is a sentence in the report, an
exception would be a lost job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mesh.cells import overlaps
from models.mesh.measure import areas, box, longest_side, volume
from models.mesh.normals import crosses, length
from models.mesh.topology import Mask, edges, repeated, shells, watertight
from models.parts import PartMesh

__all__ = ["refuse", "unsound", "facts", "flat", "is_rows", "volume", "watertight"]

FACES_MIN = 4  # a tetrahedron: nothing with fewer faces encloses a volume
FACES_MAX = 500_000  # over all parts; what tests/benchmarks/bench_mesh_health.py measures up to
BOUND_MAX = 1.0001  # the longest side is 1 and the object stands centred on y = 0; the rest is float32 rounding
SIDE_MIN = 1e-3  # an object less than a thousandth of the unit long was never scaled
DEGENERATE_SHARE_MAX = 0.01  # marching cubes and simplifiers leave a few slivers; 1 in 100 means damage
DUPLICATE_SHARE_MAX = 0.01  # the same for faces that lie twice in one place
AREA_MIN = 1e-12  # twice the area of a face, at a longest side of 1: a sliver below float32's resolution
TWIN_TOLERANCE = 1e-6  # relative; the sum of the same areas in another order differs by less


def refuse(parts: Any, expected: tuple[str, ...] = (), *, faces_max: int = FACES_MAX) -> str | None:
    """What is wrong with these parts, as one sentence; None if nothing is.

    Parameters
    ----------
    parts : sequence of PartMesh
        Or whatever came instead of one: the signature is `Any` because this is where that is found out.
    expected : tuple of str
        Names that must be among the parts. Empty: any names will do.
    faces_max : int
        How many faces all parts may have together.

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
    if (reason := unsound(parts)) is not None:
        return reason
    faces = sum(len(part.faces) for part in parts)
    if faces > faces_max:
        return f"{faces} faces, at most {faces_max} are allowed"
    return _refuse_names([part.name for part in parts], expected) or _refuse_place(parts) or _refuse_twins(parts)


def unsound(parts: Any) -> str | None:
    """What is wrong with the parts themselves, wherever they stand and however large they are.

    Examples
    --------
    >>> unsound("parts")
    'part 0 is a str'
    """
    if not isinstance(parts, Sequence) or not parts:
        return "no parts"
    return next((reason for index, part in enumerate(parts) if (reason := _refuse_part(index, part))), None)


def facts(parts: Sequence[PartMesh]) -> dict[str, Any]:
    """What the report says about parts that `refuse` has nothing against.

    Returns
    -------
    facts : dict
        `parts` (per part: name, faces, vertices, shells, open_edges, watertight, area, volume, volume_sign,
        bounds, and overlap: the share of its space that other parts are in too), `faces`, `vertices`, `shells`,
        `open_edges`, `watertight`, `area`, `bounds` and `longest_side` of the whole. Only JSON types.

    Raises
    ------
    ValueError
        There is no part, or a part without vertices.

    Examples
    --------
    >>> faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    >>> row = facts([PartMesh("tip", np.eye(4, 3, dtype=np.float32), faces)])["parts"][0]
    >>> row["shells"], row["open_edges"], row["area"], row["volume"]
    (1, 0, 2.36603, 0.166667)
    """
    rows = [
        _facts_of(part) | {"overlap": round(overlap, 4)} for part, overlap in zip(parts, overlaps(parts), strict=True)
    ]
    whole = np.concatenate([part.vertices for part in parts])
    sums = {name: sum(row[name] for row in rows) for name in ("faces", "vertices", "shells", "open_edges")}
    return {
        "parts": rows,
        **sums,
        "watertight": all(row["watertight"] for row in rows),
        "area": _brief(sum(row["area"] for row in rows)),
        "bounds": _bounds(whole),
        "longest_side": round(longest_side(whole), 6),
    }


def flat(part: PartMesh) -> Mask:
    """Which faces have no area to speak of, for the size of their part: (F,) bool.

    Examples
    --------
    >>> flat(PartMesh("", np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2], [0, 1, 1]], np.int32))).tolist()
    [False, True]
    """
    least = AREA_MIN * longest_side(part.vertices) ** 2
    thin: Mask = length(crosses(part.vertices, part.faces)) <= least
    return thin


def _refuse_part(index: int, part: Any) -> str | None:
    if part is None:
        return f"part {index} is None"
    if not isinstance(part, PartMesh):
        return f"part {index} is a {type(part).__name__}"
    if not (part.name and isinstance(part.name, str)):
        return f"part {index} has no name"
    reason = _refuse_arrays(part.vertices, part.faces) or _refuse_vertices(part.vertices) or _refuse_faces(part)
    return None if reason is None else f"{part.name}: {reason}"


def _refuse_arrays(vertices: Any, faces: Any) -> str | None:
    if not is_rows(vertices, "f"):
        return "vertices are not a (V, 3) array of floats"
    if not is_rows(faces, "iu"):
        return "faces are not an (F, 3) array of integers"
    return None if len(vertices) and len(faces) else "empty"


def is_rows(array: Any, kinds: str) -> bool:
    """Whether this is an (N, 3) array of one of numpy's `kinds` of number: "f" floats, "iu" integers.

    Examples
    --------
    >>> is_rows(np.zeros((9, 3)), "f"), is_rows(np.zeros((9, 4)), "f"), is_rows([[0, 0, 0]], "f")
    (True, False, False)
    """
    # These two inherit from an array and do not behave like one: an index gives other shapes, a sum may be masked.
    odd = isinstance(array, np.matrix | np.ma.MaskedArray)
    return isinstance(array, np.ndarray) and not odd and array.shape[1:] == (3,) and array.dtype.kind in kinds


def _refuse_vertices(vertices: NDArray[Any]) -> str | None:
    broken = int((~np.isfinite(vertices).all(axis=1)).sum())
    return f"{broken} of {len(vertices)} vertices are NaN or infinite" if broken else None


def _refuse_faces(part: PartMesh) -> str | None:
    count = len(part.faces)
    if count < FACES_MIN:
        return f"{count} faces, at least {FACES_MIN} are needed"
    astray = int(((part.faces < 0) | (part.faces >= len(part.vertices))).any(axis=1).sum())
    if astray:
        return f"{astray} faces name a vertex that is not there"
    if (thin := int(flat(part).sum())) > DEGENERATE_SHARE_MAX * count:
        return f"{thin} of {count} faces are degenerate"
    if (twice := int(repeated(part.faces).sum())) > DUPLICATE_SHARE_MAX * count:
        return f"{twice} of {count} faces are duplicates"
    return None


def _refuse_names(names: list[str], expected: tuple[str, ...]) -> str | None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        return f"duplicate names: {', '.join(twice)}"
    missing = [name for name in expected if name not in names]
    return f"missing parts: {', '.join(missing)}" if missing else None


def _refuse_place(parts: Sequence[PartMesh]) -> str | None:
    """Whether the whole has the size and the place that models/parts.py promises."""
    whole = np.concatenate([part.vertices for part in parts])
    reach, side = float(np.abs(whole).max()), longest_side(whole)
    if reach > BOUND_MAX:
        return f"out of bounds: {reach:.4g} is more than {BOUND_MAX}"
    if side > BOUND_MAX:
        return f"out of bounds: the longest side is {side:.4g}, not 1"
    return f"too small: the longest side is {side:.4g}, not 1" if side < SIDE_MIN else None


def _refuse_twins(parts: Sequence[PartMesh]) -> str | None:
    """The same shape twice in one place is one part that a model has given two names."""
    keys = [np.array([len(part.faces), areas(part).sum(), *np.ravel(box(part.vertices))]) for part in parts]
    for one, other in combinations(range(len(parts)), 2):
        if np.allclose(keys[one], keys[other], rtol=TWIN_TOLERANCE, atol=0) and _same(parts[one], parts[other]):
            return f"{parts[one].name} and {parts[other].name} are the same shape in the same place"
    return None


def _same(one: PartMesh, other: PartMesh) -> bool:
    """Whether two parts have their vertices in the same places, in whatever order."""
    return np.array_equal(np.unique(one.vertices, axis=0), np.unique(other.vertices, axis=0))


def _facts_of(part: PartMesh) -> dict[str, Any]:
    found, enclosed = edges(part), volume(part)
    return {
        "name": part.name,
        "faces": len(part.faces),
        "vertices": len(part.vertices),
        "shells": int(shells(found).max()) + 1,
        "open_edges": len(found.rim),
        "watertight": found.closed,
        "area": _brief(float(areas(part).sum())),
        "volume": _brief(enclosed),
        "volume_sign": int(np.sign(enclosed)),
        "bounds": _bounds(part.vertices),
    }


def _brief(value: float) -> float:
    """Six significant digits: what float32 knows."""
    return float(f"{value:.6g}")


def _bounds(vertices: NDArray[np.float32]) -> list[list[float]]:
    return [[round(float(value), 6) for value in corner] for corner in (vertices.min(axis=0), vertices.max(axis=0))]
