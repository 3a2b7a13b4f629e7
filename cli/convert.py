"""Other mesh formats, made on this machine from the GLB that a job left."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from models.mesh import conversion

Command = TypeVar("Command", bound=Callable[..., Any])

GLB = "object.glb"
NAMES = tuple(sorted(conversion.FILES))


def formats(command: Command) -> Command:
    """The option --format, any number of times."""
    return click.option(
        "--format", "wanted", multiple=True, type=click.Choice(NAMES), help="Also as obj (zipped), ply or stl."
    )(command)


def converted(paths: Sequence[Path], wanted: Sequence[str]) -> list[Path]:
    """The files of a result, and its mesh in other formats beside them."""
    glb = next((path for path in paths if path.name == GLB), None)
    if glb is None or not wanted:
        return list(paths)

    made = [glb.with_name(conversion.FILES[name]) for name in wanted]
    for path, name in zip(made, wanted, strict=True):
        path.write_bytes(conversion.converted(glb.read_bytes(), name))
    return [*paths, *made]
