"""Our own GLB read back: the other formats are made from the file that a job left, not from the job."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.mesh.export import FLOAT, GENERATOR, UNSIGNED_INT
from models.parts import PartMesh


def parts_of(data: bytes) -> tuple[PartMesh, ...]:
    """The parts that `models.mesh.export.glb` wrote.

    Parameters
    ----------
    data : bytes
        A GLB of ours. No other program's: only ours is known to hold one whole mesh per part.

    Returns
    -------
    parts : tuple of PartMesh
        In order of their ids, with vertices and faces as they were: the copies of a vertex that a crease
        had asked for are one again, so what was closed is closed. Vertices that no face used are gone.

    Raises
    ------
    ValueError
        The bytes are damaged, or somebody else's.

    Examples
    --------
    >>> parts_of(b"half a file")
    Traceback (most recent call last):
    ...
    ValueError: not a GLB of ours: error: unpack requires a buffer of 12 bytes
    """
    try:
        document, blob = _chunks(data)
        return tuple(_part(document, blob, part_id) for part_id in range(len(document["nodes"])))
    except Exception as error:  # whatever json, struct and numpy say of bytes that anybody may have sent
        raise ValueError(f"not a GLB of ours: {type(error).__name__}: {error}") from error


def _chunks(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON and the buffer of a GLB."""
    magic, version, length = struct.unpack("<4sII", data[:12])
    _demand((magic, version, length) == (b"glTF", 2, len(data)), "its head is not that of a whole GLB")
    size, kind = struct.unpack("<I4s", data[12:20])
    _demand(kind == b"JSON", "the first chunk is no JSON")
    document = json.loads(data[20 : 20 + size])
    _demand(document["asset"]["generator"] == GENERATOR, "another program wrote it")
    rest, kind = struct.unpack("<I4s", data[20 + size : 28 + size])
    blob = data[28 + size :]
    _demand((kind, rest) == (b"BIN\0", len(blob)), "the buffer is of another length")
    return document, blob


def _part(document: dict[str, Any], blob: bytes, part_id: int) -> PartMesh:
    mesh = document["meshes"][document["nodes"][part_id]["mesh"]]
    name = mesh["extras"]["part_name"]
    _demand(isinstance(name, str) and mesh["extras"]["part_id"] == part_id, f"part {part_id} is another's")
    primitive = mesh["primitives"][0]
    copies = _array(document, blob, primitive["attributes"]["POSITION"], ("VEC3", FLOAT)).reshape(-1, 3)
    corners = _array(document, blob, primitive["indices"], ("SCALAR", UNSIGNED_INT)).reshape(-1, 3)
    _demand(bool(np.isfinite(copies).all() and (corners < len(copies)).all()), f"{name} is damaged")
    # `creased` writes the copies of a vertex side by side: where neighbours are equal, a vertex goes on.
    begins = np.ones(len(copies), bool)
    begins[1:] = (copies[1:] != copies[:-1]).any(axis=1)
    vertex = np.cumsum(begins) - 1
    return PartMesh(name, copies[begins], vertex[corners].astype(np.int32))


def _array(document: dict[str, Any], blob: bytes, index: int, kind: tuple[str, int]) -> NDArray[Any]:
    """The numbers of an accessor, in one row."""
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    _demand((accessor["type"], accessor["componentType"]) == kind, f"accessor {index} is not {kind}")
    number = np.dtype("<f4" if kind[1] == FLOAT else "<u4")
    count = accessor["count"] * (3 if kind[0] == "VEC3" else 1)
    _demand(0 < count * number.itemsize <= len(blob), f"accessor {index} is of another size")
    return np.frombuffer(blob, number, count, view["byteOffset"])


def _demand(true: bool, otherwise: str) -> None:
    if not true:
        raise ValueError(otherwise)
