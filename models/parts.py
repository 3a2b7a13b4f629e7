"""What a part is, and the one convention every mesh in this project keeps.

The convention is glTF's, so nothing is turned round on export:

- right-handed, +Y is up, the front of the object faces +Z, so its own left hand is at +X;
- unitless: the longest side of the whole object's box is 1;
- the box is centred on x = 0 and z = 0, and its lowest point stands on y = 0;
- angles are radians; faces are counter-clockwise seen from outside.

`pack` and `unpack` are how parts travel between processes and lie on the shelf.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vertices: TypeAlias = NDArray[np.float32]
Faces: TypeAlias = NDArray[np.int32]

# The first moment a zip file can name. A wall clock here would give equal parts unequal bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PartMesh:
    """One named part as triangles, in the convention above.

    Parameters
    ----------
    name : str
        A name from the template, such as "left_wing".
    vertices : (V, 3) float32
        Positions, unitless.
    faces : (F, 3) int32
        Indices into `vertices`, counter-clockwise seen from outside.

    Notes
    -----
    Nothing is checked here: a model may return anything, and `models.mesh.check.refuse` is the
    place that says what is wrong with it.
    """

    name: str
    vertices: Vertices
    faces: Faces


def pack(parts: Sequence[PartMesh]) -> bytes:
    """Parts as the bytes of an .npz file; equal parts give equal bytes.

    Parameters
    ----------
    parts : sequence of PartMesh
        Any number, also none. Order is kept.

    Returns
    -------
    data : bytes
        Arrays `names` (P,) str, and `vertices_i` (V, 3) float32, `faces_i` (F, 3) int32 per part.

    Examples
    --------
    >>> corner = PartMesh("corner", np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    >>> unpack(pack([corner]))[0].name
    'corner'
    """
    arrays: dict[str, NDArray[Any]] = {"names": np.array([part.name for part in parts], np.str_)}
    for index, part in enumerate(parts):
        arrays[f"vertices_{index}"] = np.ascontiguousarray(part.vertices, np.float32)
        arrays[f"faces_{index}"] = np.ascontiguousarray(part.faces, np.int32)
    return archive(arrays)


def unpack(data: bytes) -> tuple[PartMesh, ...]:
    """The parts that `pack` wrote.

    Raises
    ------
    ValueError
        The bytes are damaged, are no archive of parts, or hold pickled objects (never loaded).

    Examples
    --------
    >>> unpack(b"half a file")
    Traceback (most recent call last):
    ...
    ValueError: damaged parts: BadZipFile: File is not a zip file
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = _read(bundle, "names")
            return tuple(_part(bundle, index, str(name)) for index, name in enumerate(names))
    except Exception as error:  # zipfile and numpy raise half a dozen unrelated classes for bad bytes
        raise ValueError(f"damaged parts: {type(error).__name__}: {error}") from error


def archive(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as an uncompressed .npz that `numpy.load` reads, byte for byte the same every time.

    `numpy.savez` stamps each entry with the wall clock; this does not. Nothing is compressed, so
    that the bytes do not depend on the version of zlib.

    Examples
    --------
    >>> archive({"a": np.zeros(3)}) == archive({"a": np.zeros(3)})
    True
    """
    return zipped({f"{name}.npy": _npy(array) for name, array in arrays.items()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as an uncompressed zip, byte for byte the same every time.

    Examples
    --------
    >>> zipfile.ZipFile(io.BytesIO(zipped({"a.txt": b"a"}))).namelist()
    ['a.txt']
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in files.items():
            bundle.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)
    return out.getvalue()


def _npy(array: NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, allow_pickle=False)
    return out.getvalue()


def _read(bundle: zipfile.ZipFile, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.lib.format.read_array(io.BytesIO(bundle.read(f"{name}.npy")), allow_pickle=False)
    return array


def _part(bundle: zipfile.ZipFile, index: int, name: str) -> PartMesh:
    vertices, faces = _read(bundle, f"vertices_{index}"), _read(bundle, f"faces_{index}")
    if vertices.dtype != np.float32 or faces.dtype != np.int32:
        raise TypeError(f"{name} holds {vertices.dtype} and {faces.dtype}, not float32 and int32")
    return PartMesh(name, vertices, faces)
