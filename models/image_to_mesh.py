"""A picture becomes one mesh without named parts: Hunyuan3D-2 mini turbo, where PartCrafter has nothing to offer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from models.craft import Craft
from models.errors import Refused
from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params
from models.stages import FACES_MAX, INPUT, SHAPE

if TYPE_CHECKING:
    from models.mesh.clean import Cleaned
    from models.mesh.pose import Axis
    from models.nets.hunyuan3d import Settings

WHOLE = "whole"  #: the name of the one part

# hy3dgen 2.0.2 writes what it makes to a GLB unturned. To paint it, its camera at azimuth and elevation 0, which stands
# for the picture and whose view weighs most, looks from +z, and the one at elevation 90 from +y (texgen/pipelines.py;
# set_mesh and get_mv_matrix in texgen/differentiable_renderer). Hunyuan3D-2 issue 196 has the xz plane as the base too.
# So it is as in models/parts.py. No mesh from the published weights was looked at for this.
UP: Axis = "y"
FRONT: Axis = "z"

# "Standard" among the decoding modes of hy3dgen's own Gradio app. A lumpy ball had 467,000 faces on a grid of 380 a
# side, so it has some 210,000 on this one, and a draft keeps 50,000.
OCTREE_MAX: Mapping[str, int] = MappingProxyType({"draft": 256})


@dataclass(frozen=True, slots=True)
class ImageToMesh:
    """`input.png` -> `shape.npz`: one part, called whole.

    The cost was not measured on a GPU: it is the second that FlashVDM's README claims for a 4090, and what marching
    cubes and `models.mesh.clean` took on 2 cores at octree 380 and 467,000 faces on 2026-11-26.
    """

    craft: Craft
    model: Model
    name: str = "image_to_mesh"
    label: str = "Shaping the object"
    version: int = 1
    reads: tuple[str, ...] = (INPUT,)
    policy: Policy = Policy(
        budget_s=180, ladders={"octree": (512, 380, 256, 192, 128), "chunk": (20_000, 8_000, 4_000)}
    )
    cost_s: float = 5.0

    @property
    def models(self) -> tuple[Model, ...]:
        return (self.model,)

    def params(self, brief: Brief) -> Params:
        return {
            "steps": self.craft.mesh_steps,
            "guidance": self.craft.mesh_guidance,
            "octree": min(self.craft.mesh_octree, OCTREE_MAX.get(brief.quality, self.craft.mesh_octree)),
            "chunk": self.craft.mesh_chunk,
            "faces_max": FACES_MAX[brief.quality],
            "seed": brief.attempt_seed,
            "model": self.model.pinned,
        }

    def load(self) -> None:
        from models.mesh import clean  # noqa: F401
        from models.nets import hunyuan3d

        hunyuan3d.load(self.craft, self.model)

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        from PIL import Image

        from models.nets import hunyuan3d
        from models.parts import pack

        picture = Image.open(io.BytesIO(given[INPUT])).convert("RGBA")
        mesh = hunyuan3d.mesh(self.craft, self.model, picture, settings_of(params), step)
        step(99, 100, f"cleaning {len(mesh.faces):,} faces")
        cleaned = in_place(mesh, int(params["faces_max"] or 0))
        step(1, 1, "; ".join((f"{len(cleaned.parts[0].faces):,} faces", *cleaned.notes)))
        return {SHAPE: pack(cleaned.parts)}


def settings_of(params: Params) -> Settings:
    from models.nets.hunyuan3d import Settings

    return Settings(
        steps=int(params["steps"] or 0),
        guidance=float(params["guidance"] or 0),
        octree=int(params["octree"] or 0),
        chunk=int(params["chunk"] or 0),
        seed=int(params["seed"] or 0),
    )


def in_place(mesh: Any, faces_max: int) -> Cleaned:
    """Hunyuan3D's mesh as the one part of an object in the convention of `models.parts`.

    Specks are dropped as `models.mesh.specks` has it: up to a thousandth of the area, and away from the rest.
    hy3dgen's own FloaterRemover drops whatever has under 0.5 % of the faces, wherever it is, and with it an eye.

    Parameters
    ----------
    mesh : trimesh.Trimesh
        In Hunyuan3D's frame, up to a million faces.
    faces_max : int
        How many are kept.

    Returns
    -------
    cleaned : models.mesh.clean.Cleaned
        One part, and a sentence for each thing that was done to it.

    Raises
    ------
    Refused
        There is something wrong with it that nothing after this can live with, such as noise in thousands of pieces,
        which does not become less.

    Examples
    --------
    >>> import trimesh
    >>> from models.mesh.measure import volume
    >>> cleaned = in_place(trimesh.creation.icosphere(3).invert(), 500)
    >>> part = cleaned.parts[0]
    >>> part.name, len(part.faces), volume(part) > 0
    ('whole', 500, True)
    """
    import numpy as np

    from models.mesh.check import refuse
    from models.mesh.clean import clean
    from models.parts import PartMesh

    part = PartMesh(WHOLE, np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32))
    cleaned = clean((part,), faces_max=faces_max, up=UP, front=FRONT)
    if (reason := refuse(cleaned.parts)) is not None:
        raise Refused(reason)
    return cleaned
