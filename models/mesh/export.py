"""Parts as a GLB, points as PLY and NPZ: bytes out, the same for the same input.

References
----------
.. [1] Khronos, glTF 2.0 specification, sections 3.7 (geometry), 3.9 (materials) and 4.4 (GLB):
       https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mesh.normals import smooth
from models.mesh.sample import PointCloud
from models.palette import colour, linear
from models.parts import PartMesh, archive

GENERATOR = "lumen"
FLOAT, UNSIGNED_INT = 5126, 5125  # glTF component types
VERTEX_DATA, INDEX_DATA = 34962, 34963  # glTF buffer view targets
ROUGHNESS, METALLIC = 0.55, 0.0  # painted wood or soft plastic: shows form, does not mirror
GLB_ALIGNMENT = 4  # bytes; chunks are padded to it


def glb(parts: Sequence[PartMesh]) -> bytes:
    """One node, mesh and material per part, with smooth normals and its id in the mesh's extras.

    Parameters
    ----------
    parts : sequence of PartMesh
        The index of a part is its id, and chooses its colour.

    Returns
    -------
    data : bytes
        A binary glTF 2.0 file. `extras` with `part_id` and `part_name` sit on the *mesh*, where
        viewers keep them; colours are linear, as the format demands.

    Raises
    ------
    ValueError
        There are no parts, which the format has no scene for.
    """
    if not parts:
        raise ValueError("a GLB needs at least one part")
    document = _document([part.name for part in parts])
    blob = bytearray()
    for index, part in enumerate(parts):
        document["meshes"].append(_mesh(document, blob, index, part))
    document["buffers"] = [{"byteLength": len(blob)}]
    return _bundle(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode(), bytes(blob))


def ply(cloud: PointCloud) -> bytes:
    """Points as binary little-endian PLY: x y z nx ny nz as float, part_id as uchar.

    Examples
    --------
    >>> one = PointCloud(np.zeros((1, 3), np.float32), np.eye(1, 3, dtype=np.float32), np.zeros(1, np.uint8))
    >>> ply(one).splitlines()[:3]
    [b'ply', b'format binary_little_endian 1.0', b'element vertex 1']
    """
    rows = np.zeros(len(cloud.xyz), np.dtype([("place", "<f4", 3), ("normal", "<f4", 3), ("part_id", "u1")]))
    rows["place"], rows["normal"], rows["part_id"] = cloud.xyz, cloud.normals, cloud.part_id
    floats = "".join(f"property float {name}\n" for name in ("x", "y", "z", "nx", "ny", "nz"))
    head = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(rows)}\n{floats}"
    return f"{head}property uchar part_id\nend_header\n".encode() + rows.tobytes()


def npz(cloud: PointCloud, *, part_names: Sequence[str] = ()) -> bytes:
    """Points as .npz: `points`, `normals` (N, 3) float32, `part_id` (N,) uint8, `part_names` (P,) str.

    Examples
    --------
    >>> import io
    >>> one = PointCloud(np.zeros((1, 3), np.float32), np.eye(1, 3, dtype=np.float32), np.zeros(1, np.uint8))
    >>> np.load(io.BytesIO(npz(one, part_names=["body"])))["part_names"].tolist()
    ['body']
    """
    return archive(
        {
            "points": cloud.xyz,
            "normals": cloud.normals,
            "part_id": cloud.part_id,
            "part_names": np.array(list(part_names), np.str_),
        }
    )


def _document(names: Sequence[str]) -> dict[str, Any]:
    """Everything of the JSON that does not depend on the geometry."""
    return {
        "asset": {"version": "2.0", "generator": GENERATOR},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(names)))}],
        "nodes": [{"name": name, "mesh": index} for index, name in enumerate(names)],
        "meshes": [],
        "materials": [_material(index, name) for index, name in enumerate(names)],
        "accessors": [],
        "bufferViews": [],
    }


def _material(index: int, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*(round(channel, 6) for channel in linear(colour(index))), 1.0],
            "metallicFactor": METALLIC,
            "roughnessFactor": ROUGHNESS,
        },
    }


def _mesh(document: dict[str, Any], blob: bytearray, index: int, part: PartMesh) -> dict[str, Any]:
    """Append a part's arrays to the buffer, and return the mesh that points at them."""
    vertices, normals, faces = creased(part)
    position = _accessor(document, blob, vertices, "VEC3")
    document["accessors"][position] |= {"min": vertices.min(axis=0).tolist(), "max": vertices.max(axis=0).tolist()}
    attributes = {"POSITION": position, "NORMAL": _accessor(document, blob, normals, "VEC3")}
    indices = _accessor(document, blob, faces.reshape(-1).astype(np.uint32), "SCALAR")
    return {
        "name": part.name,
        "primitives": [{"attributes": attributes, "indices": indices, "material": index}],
        "extras": {"part_id": index, "part_name": part.name},
    }


def creased(part: PartMesh) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]:
    """Vertices, normals and faces of a part, its vertices doubled where a crease runs through them.

    Returns
    -------
    vertices, normals : (W, 3) float32
        W is V or a little more. The copies of a vertex lie side by side, in the order of the vertices, so
        that `models.mesh.load` can make them one again. A vertex that no face uses is left out.
    faces : (F, 3) int32

    Examples
    --------
    >>> roof = np.array([[0, 1, 0], [0, 1, 1], [1, 0, 0], [-1, 0, 0]], np.float32)
    >>> vertices, _, faces = creased(PartMesh("roof", roof, np.array([[0, 1, 2], [1, 0, 3]], np.int32)))
    >>> len(vertices), faces.tolist()
    (6, [[1, 3, 4], [2, 0, 5]])
    """
    normals, vertex = smooth(part.vertices, part.faces).reshape(-1, 3), part.faces.reshape(-1).astype(np.int64)
    # Corners of a vertex whose normals agree to a thousandth share one copy of it; one number says all four.
    grain = (np.rint(normals * 1000).astype(np.int64) + 1000) @ (2001**2, 2001, 1)
    _, corner, copy = np.unique(vertex * 2001**3 + grain, return_index=True, return_inverse=True)
    return part.vertices[vertex[corner]], normals[corner], copy.reshape(-1, 3).astype(np.int32)


def _accessor(document: dict[str, Any], blob: bytearray, array: NDArray[Any], kind: str) -> int:
    """Append an array to the buffer; the index of the accessor that describes it."""
    indices = kind == "SCALAR"
    view = {
        "buffer": 0,
        "byteOffset": len(blob),
        "byteLength": array.nbytes,
        "target": INDEX_DATA if indices else VERTEX_DATA,
    }
    document["bufferViews"].append(view)
    blob += np.ascontiguousarray(array).tobytes()
    described = {
        "bufferView": len(document["bufferViews"]) - 1,
        "componentType": UNSIGNED_INT if indices else FLOAT,
        "count": len(array),
        "type": kind,
    }
    document["accessors"].append(described)
    return len(document["accessors"]) - 1


def _bundle(text: bytes, blob: bytes) -> bytes:
    """The two chunks of a GLB, JSON padded with spaces and binary with zeros, section 4.4 of [1]."""
    text += b" " * (-len(text) % GLB_ALIGNMENT)
    blob += b"\0" * (-len(blob) % GLB_ALIGNMENT)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
