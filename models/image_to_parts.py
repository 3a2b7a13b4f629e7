"""A picture becomes parts without names: PartCrafter, an alternative to one mesh that is cut up later."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from models.craft import Craft
from models.errors import Refused
from models.model import Model
from models.policy import Policy
from models.stage import Brief, Files, OnStep, Params
from models.stages import FACES_MAX, INPUT, PLAN, SHAPE, plan_of

if TYPE_CHECKING:
    from PIL import Image

    from models.mesh.pose import Axis
    from models.nets.partcrafter import Settings
    from models.parts import PartMesh

# Its training data are GLB files, which trimesh reads without turning them. Surface points and pictures are made from
# the same meshes, and the camera of the pictures stands on +z, at azimuth and elevation 0, with +y up (commit 269bd41:
# datasets/preprocess/render.py, mesh_to_point.py; create_camera_pose_on_sphere in src/utils/render_utils.py). So what
# the picture shows faces +z, as in models/parts.py. No mesh from the published weights was looked at for this.
UP: Axis = "y"
FRONT: Axis = "z"

# A smooth part had 1.2 million faces on a grid of 512 a side, so it has a quarter of that on one of 256, and a draft
# keeps 50,000 of the whole. An eighth of the points is asked for then. Nothing is deeper than the authors' own 8 and 9.
DEPTH_MAX: Mapping[str, int] = MappingProxyType({"draft": 7})


@dataclass(frozen=True, slots=True)
class ImageToParts:
    """`plan.json` and `input.png` -> `shape.npz`: as many parts as the plan has, called part_0 and so on.

    The cost was not measured: 34 s is what is repeated from PartCrafter's paper (arXiv 2506.05573), without a machine
    or a number of parts.
    """

    craft: Craft
    model: Model
    name: str = "image_to_parts"
    label: str = "Shaping the parts"
    version: int = 1
    reads: tuple[str, ...] = (PLAN, INPUT)
    policy: Policy = Policy(budget_s=240, ladders={"tokens": (2048, 1024, 512, 256), "depth": (9, 8, 7, 6)})
    cost_s: float = 34.0

    @property
    def models(self) -> tuple[Model, ...]:
        return (self.model,)

    def params(self, brief: Brief) -> Params:
        return {
            "steps": self.craft.parts_steps,
            "guidance": self.craft.parts_guidance,
            "tokens": self.craft.parts_tokens,
            "depth": min(self.craft.parts_depth, DEPTH_MAX.get(brief.quality, self.craft.parts_depth)),
            "faces_max": FACES_MAX[brief.quality],
            "seed": brief.attempt_seed,
            "model": self.model.pinned,
        }

    def load(self) -> None:
        from models.mesh import simplify  # noqa: F401
        from models.nets import partcrafter

        partcrafter.load(self.craft, self.model)

    def run(self, given: Files, params: Params, step: OnStep) -> dict[str, bytes]:
        from models.nets import partcrafter
        from models.parts import pack

        count = len(plan_of(given)["parts"])
        settings = settings_of(params)
        meshes = partcrafter.parts(self.craft, self.model, on_white(given[INPUT]), count, settings, step)
        fewer = simplified(in_place(meshes), int(params["faces_max"] or 0), step, begun=partcrafter.PARTS_END)
        return {SHAPE: pack(fewer)}


def settings_of(params: Params) -> Settings:
    from models.nets.partcrafter import Settings

    return Settings(
        steps=int(params["steps"] or 0),
        guidance=float(params["guidance"] or 0),
        tokens=int(params["tokens"] or 0),
        depth=int(params["depth"] or 0),
        seed=int(params["seed"] or 0),
    )


def on_white(png: bytes) -> Image.Image:
    """What PartCrafter was trained on: RGB, the thing before white.

    Parameters
    ----------
    png : bytes
        RGBA, the thing on nothing.

    Examples
    --------
    >>> from PIL import Image
    >>> out = io.BytesIO()
    >>> Image.new("RGBA", (1, 1), (200, 0, 0, 51)).save(out, "PNG")
    >>> on_white(out.getvalue()).getpixel((0, 0))
    (244, 204, 204)
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def in_place(meshes: Sequence[Any]) -> tuple[PartMesh, ...]:
    """Meshes of PartCrafter's as parts in the convention of `models.parts`, part_0 and so on.

    Parameters
    ----------
    meshes : sequence of P trimesh.Trimesh
        In PartCrafter's frame.

    Returns
    -------
    parts : tuple of P PartMesh
        The whole has longest side 1, stands, faces +z and has its faces outward.

    Raises
    ------
    Refused
        There is something wrong with a part that nothing after this can live with, such as NaN.

    Examples
    --------
    >>> import trimesh
    >>> from models.mesh.measure import volume
    >>> (part,) = in_place([trimesh.creation.box((2, 1, 1)).invert()])
    >>> part.name, part.vertices.max(axis=0).tolist(), volume(part) > 0
    ('part_0', [0.5, 0.5, 0.25], True)
    """
    import numpy as np

    from models.mesh.check import unsound
    from models.mesh.measure import volume
    from models.mesh.pose import pose
    from models.parts import PartMesh

    parts = tuple(
        PartMesh(f"part_{index}", np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32))
        for index, mesh in enumerate(meshes)
    )
    if (reason := unsound(parts)) is not None:
        raise Refused(reason)
    # All parts come from one kind of field, whose sign says on which side the faces' fronts are; no document says it.
    if sum(volume(part) for part in parts) < 0:
        parts = tuple(PartMesh(part.name, part.vertices, part.faces[:, ::-1]) for part in parts)
    return pose(parts, up=UP, front=FRONT)


def simplified(parts: Sequence[PartMesh], faces_max: int, step: OnStep, *, begun: int) -> tuple[PartMesh, ...]:
    """Parts with `faces_max` faces together: straight from marching cubes one may have a million.

    Each gets the share that `models.mesh.simplify.budgets` gives it. `step` is told the percent from `begun` to 100.
    """
    from models.mesh.measure import areas
    from models.mesh.simplify import budgets, simplify

    shares = budgets([len(part.faces) for part in parts], [float(areas(part).sum()) for part in parts], faces_max)
    fewer = []
    for number, (part, share) in enumerate(zip(parts, shares, strict=True), 1):
        fewer.append(simplify(part, share))
        step(begun + (100 - begun) * number // len(parts), 100, f"simplified part {number} of {len(parts)}")
    return tuple(fewer)
