"""What a call of the stand-in answers."""

from dataclasses import dataclass
from typing import Any


@dataclass
class PartCrafterPipelineOutput:
    samples: Any
    meshes: list[Any]
