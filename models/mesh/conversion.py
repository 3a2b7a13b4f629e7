"""A finished object in another format, for whoever asks at a door of ours. numpy comes with the first one made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: What each format's file is called beside the other files of a result; `points.ply` is there already.
FILES: Mapping[str, str] = MappingProxyType({"obj": "object.obj.zip", "ply": "object_mesh.ply", "stl": "object.stl"})


def converted(glb: bytes, name: str) -> bytes:
    """The parts of a GLB of ours in the format of that name.

    Parameters
    ----------
    glb : bytes
        What `models.mesh.export.glb` wrote.
    name : str
        One of `FILES`.

    Returns
    -------
    data : bytes
        The same bytes for the same GLB, see `models.mesh.formats`.

    Raises
    ------
    ValueError
        The GLB is damaged, or somebody else's.
    """
    from models.mesh.formats import FORMATS
    from models.mesh.load import parts_of

    return FORMATS[name].write(parts_of(glb))
