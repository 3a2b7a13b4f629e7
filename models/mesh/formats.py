"""Parts as the mesh files that other programs ask for: PLY, OBJ, STL, beside our own GLB.

All formats hold the same faces in the same order, in the convention of `models.parts`. A part of several
shells stays several shells: nothing is cut or united where parts or shells run into each other.

References
----------
.. [1] G. Turk, "The PLY Polygon File Format", 1994.
.. [2] Wavefront, "Object Files (.obj)" and "Material Library File (.mtl)", 1995.
.. [3] 3D Systems, "StereoLithography Interface Specification", 1989.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.mesh.conversion import FILES
from models.mesh.export import GENERATOR, creased, glb
from models.mesh.normals import crosses, per_vertex, unit
from models.palette import colour
from models.parts import PartMesh, zipped

PLY_VERTEX = np.dtype([("place", "<f4", 3), ("normal", "<f4", 3), ("colour", "u1", 3)])
PLY_FACE = np.dtype([("corners", "u1"), ("corner", "<i4", 3), ("part_id", "u1")])
PLY_PARTS_MAX = 256  # part_id is one byte
STL_FACE = np.dtype([("normal", "<f4", 3), ("corner", "<f4", (3, 3)), ("unused", "<u2")])
STL_HEAD_BYTES = 80


def ply(parts: Sequence[PartMesh]) -> bytes:
    """All parts as one binary little-endian PLY, for programs that compute with meshes.

    Parameters
    ----------
    parts : sequence of PartMesh, 1 to 256
        The index of a part is its id.

    Returns
    -------
    data : bytes
        Vertex: x y z nx ny nz as float, red green blue as uchar (sRGB, the colour of the part). Face: three
        vertex_indices as int, part_id as uchar. A comment names each part, as JSON in ASCII. Vertices are not
        doubled at creases, so what is closed stays closed; their normals are the mean of their faces.

    Raises
    ------
    ValueError
        No parts, or too many.

    Examples
    --------
    >>> corner = PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> ply([corner]).splitlines()[:4]
    [b'ply', b'format binary_little_endian 1.0', b'comment part 0 "corner"', b'element vertex 3']
    """
    _refuse_none(parts)
    if len(parts) > PLY_PARTS_MAX:
        raise ValueError(f"{len(parts)} parts are more than a PLY of ours has ids for, {PLY_PARTS_MAX}")
    vertices = np.concatenate([_ply_vertices(index, part) for index, part in enumerate(parts)])
    faces = np.zeros(sum(len(part.faces) for part in parts), PLY_FACE)
    faces["corners"] = 3
    faces["corner"] = np.concatenate([part.faces + first for part, first in zip(parts, _firsts(parts), strict=True)])
    faces["part_id"] = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts])
    return _ply_head(parts, len(vertices), len(faces)) + vertices.tobytes() + faces.tobytes()


def obj(parts: Sequence[PartMesh]) -> bytes:
    """A zip of `object.obj`, with one object and material per part, and `object.mtl` with its colour.

    Parameters
    ----------
    parts : sequence of PartMesh
        The index of a part chooses its colour.

    Returns
    -------
    data : bytes
        The zip is not compressed and holds no time. Places have six decimals, a millionth of the object; vertices
        are not doubled at creases, because an OBJ numbers normals by themselves. Blanks in names become `_`.

    Raises
    ------
    ValueError
        No parts.

    Examples
    --------
    >>> import io, zipfile
    >>> corner = PartMesh("left wing", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> bundle = zipfile.ZipFile(io.BytesIO(obj([corner])))
    >>> bundle.namelist(), b"o left_wing" in bundle.read("object.obj").splitlines()
    (['object.obj', 'object.mtl'], True)
    """
    _refuse_none(parts)
    names = _names(parts)
    text, first, first_normal = [f"# {GENERATOR}\nmtllib object.mtl\n"], 1, 1
    for name, part in zip(names, parts, strict=True):
        _, normals, normal_of = creased(part)
        pairs = np.stack([part.faces + first, normal_of + first_normal], axis=2)
        text.append(f"o {name}\n{_rows('v %.6f %.6f %.6f', part.vertices)}{_rows('vn %.4f %.4f %.4f', normals)}")
        text.append(f"usemtl {name}\n{_rows('f %d//%d %d//%d %d//%d', pairs)}")
        first, first_normal = first + len(part.vertices), first_normal + len(normals)
    materials = [f"newmtl {name}\nKd {_kd(index)}\nKs 0.04 0.04 0.04\nNs 40\n" for index, name in enumerate(names)]
    return zipped({"object.obj": "".join(text).encode(), "object.mtl": "\n".join(materials).encode()})


def stl(parts: Sequence[PartMesh]) -> bytes:
    """All parts as one binary STL, for printing: no names, no colours, one unit is the longest side.

    Shells lie side by side in the file, also where they run into each other; slicers unite them.

    Parameters
    ----------
    parts : sequence of PartMesh

    Raises
    ------
    ValueError
        No parts.

    Examples
    --------
    >>> corner = PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> len(stl([corner]))
    134
    """
    _refuse_none(parts)
    rows = np.zeros(sum(len(part.faces) for part in parts), STL_FACE)
    rows["corner"] = np.concatenate([part.vertices[part.faces] for part in parts])
    rows["normal"] = np.concatenate([unit(crosses(part.vertices, part.faces)) for part in parts])
    # A binary STL must not begin with "solid", the first word of the other kind.
    head = f"{GENERATOR}: {len(parts)} parts, +Y up".encode().ljust(STL_HEAD_BYTES)
    return head + struct.pack("<I", len(rows)) + rows.tobytes()


@dataclass(frozen=True, slots=True)
class Format:
    """A file that parts can be had as."""

    file: str  #: what it is called beside the other files of a result
    write: Callable[[Sequence[PartMesh]], bytes]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "glb": Format("object.glb", glb),
        "obj": Format(FILES["obj"], obj),
        "ply": Format(FILES["ply"], ply),
        "stl": Format(FILES["stl"], stl),
    }
)


def _refuse_none(parts: Sequence[PartMesh]) -> None:
    if not parts:
        raise ValueError("a mesh file needs at least one part")


def _firsts(parts: Sequence[PartMesh]) -> NDArray[np.int32]:
    """The index of each part's first vertex among all vertices."""
    return np.cumsum([0, *(len(part.vertices) for part in parts[:-1])], dtype=np.int32)


def _ply_vertices(index: int, part: PartMesh) -> NDArray[np.void]:
    rows = np.zeros(len(part.vertices), PLY_VERTEX)
    rows["place"], rows["colour"] = part.vertices, colour(index)
    rows["normal"] = per_vertex(part.vertices, part.faces)
    return rows


def _ply_head(parts: Sequence[PartMesh], vertices: int, faces: int) -> bytes:
    lines = [
        "ply",
        "format binary_little_endian 1.0",
        *(f"comment part {index} {json.dumps(part.name)}" for index, part in enumerate(parts)),
        f"element vertex {vertices}",
        *(f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz")),
        *(f"property uchar {name}" for name in ("red", "green", "blue")),
        f"element face {faces}",
        "property list uchar int vertex_indices",
        "property uchar part_id",
        "end_header\n",
    ]
    return "\n".join(lines).encode()


def _names(parts: Sequence[PartMesh]) -> list[str]:
    """Names that an OBJ can hold, each once: it ends them at a blank, and joins objects of one name."""
    names: list[str] = []
    for index, part in enumerate(parts):
        name = re.sub(r"[\s\x00-\x1f]+", "_", part.name)
        names.append(f"{name}_{index}" if name in names else name)
    return names


def _rows(line: str, numbers: NDArray[np.generic]) -> str:
    """`line` once per row, filled in; one long format is three times as fast as a format per row."""
    return (f"{line}\n" * len(numbers)) % tuple(numbers.reshape(-1).tolist())


def _kd(index: int) -> str:
    """The diffuse colour of a part; [2] says nothing of its gamma, and programs take it for sRGB."""
    return " ".join(f"{channel / 255:.4f}" for channel in colour(index))
