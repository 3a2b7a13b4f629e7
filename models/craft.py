"""What whoever runs the models may choose: one value, which the parent and its child process share.

The bounds of each are checked where the environment is read (`jobs/settings.py`); a test holds names and defaults of
the two together.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Craft:
    """The settings of the craft. Equal ones and equal briefs give equal shelf keys."""

    routes: tuple[str, ...] = ("procedural",)

    # the machine
    weights: str = ".lumen/weights"  #: the folder of the weights, one folder per model id; never written at run time
    accept_licenses: tuple[str, ...] = ()
    device: str = "auto"  #: auto, cuda or cpu
    offload: str = "none"  #: none, or model: a model is on the GPU during its stage only
    load: str = "eager"  #: eager, background or lazy; see `models/loads.py`

    # words -> picture
    image_model: str = "sdxl-turbo"
    image_revision: str = ""  #: empty: whichever is there
    image_steps: int = 4
    image_guidance: float = 0.0
    image_px: int = 512
    image_prompt: str = "{concept}, full body, single object, centered, plain white background, no shadow, 3D render"

    # picture -> what the shape is made from
    remover: str = "segmenter"  #: segmenter or plain; see `models/removers`

    # picture -> parts
    partcrafter: str = "/opt/partcrafter"  #: a checkout of the code, which no package has
    parts_steps: int = 50
    parts_guidance: float = 7.0
    parts_tokens: int = 1024
    parts_depth: int = 8  #: of the dense octree; the surface is refined one level deeper

    # picture -> one mesh
    mesh_steps: int = 5
    mesh_guidance: float = 5.0
    mesh_octree: int = 380
    mesh_chunk: int = 20_000

    # views -> labels
    segmenter: str = "grounded-sam2"
    box_score_min: float = 0.25
    text_score_min: float = 0.25

    def as_json(self) -> str:
        """For the child's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises: ValueError, TypeError when it is nothing that `as_json` wrote.

        >>> Craft.from_json(Craft(routes=("hunyuan3d",)).as_json()).routes
        ('hunyuan3d',)
        """
        given: dict[str, Any] = json.loads(text)
        values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in given.items()}
        return cls(**values)


NAMES = tuple(field.name for field in fields(Craft))
