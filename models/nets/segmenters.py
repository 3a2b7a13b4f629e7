"""Segmenters by name: `grounded-sam2` is GroundingDINO and SAM 2, `sam3` is SAM 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.craft import Craft
from models.errors import LoadFailed
from models.model import Model
from models.nets.grounding_dino import GroundingDino, grounding_dino
from models.nets.sam2 import Sam2, sam2
from models.nets.sam3 import sam3
from models.segmenter import Detector, Found, Segmenter


@dataclass(frozen=True, slots=True)
class GroundedSam2:
    """A detector finds boxes by their names, and a segmenter draws what is in them."""

    detector: GroundingDino
    drawer: Sam2

    def find(self, picture: NDArray[np.uint8], prompts: Sequence[str]) -> list[Found]:
        """See `models.segmenter.Segmenter`. The score is how sure the box is times how good the mask is."""
        boxes = self.detector.boxes(picture, prompts)
        if not len(boxes.label):
            return []
        masks, quality = self.drawer.masks(picture, boxes.corners)
        sure = (boxes.score * quality).tolist()
        rows = zip(boxes.label.tolist(), masks, sure, strict=True)
        return [Found(label, mask, score) for label, mask, score in rows if mask.any()]


def segmenter_of(craft: Craft, models: tuple[Model, ...]) -> Segmenter:
    """The segmenter that the craft names, loaded in this process at the first call.

    Raises: LoadFailed when its weights are not among `models`.
    """
    if craft.segmenter == "sam3":
        return sam3(craft, _one(models, "sam3"))
    return GroundedSam2(grounding_dino(craft, _one(models, "grounding-dino")), sam2(craft, _one(models, "sam2")))


def detector_of(craft: Craft, models: tuple[Model, ...]) -> Detector:
    """The half of it that knows words, loaded the same way. Raises: LoadFailed."""
    if craft.segmenter == "sam3":
        return sam3(craft, _one(models, "sam3"))
    return grounding_dino(craft, _one(models, "grounding-dino"))


def _one(models: Sequence[Model], kind: str) -> Model:
    """The model whose id begins with `kind`."""
    for model in models:
        if model.id.startswith(kind):
            return model
    raise LoadFailed(f"no {kind} among the weights: {', '.join(model.id for model in models) or 'none'}")
