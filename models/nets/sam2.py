"""SAM 2: boxes -> masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Sam2Model

from models.craft import Craft
from models.model import Model
from models.nets.device import at_work, device_of, placed
from models.nets.held import hold
from models.nets.pixels import masks_of, ready, settings

BOXES_MAX = 64  # at once; their masks are 256 px a side before they are enlarged: 64 of 512 px are 67 MB


@dataclass(frozen=True, slots=True)
class Sam2:
    """Single precision on a GPU too, as its detector is."""

    craft: Craft
    network: Any
    how: dict[str, Any]

    def masks(
        self, picture: NDArray[np.uint8], corners: NDArray[np.float32]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """What fills each box best.

        Parameters
        ----------
        picture : (H, W, 3) uint8
        corners : (N, 4) float32
            Left, top, right, bottom, in pixels.

        Returns
        -------
        masks : (N, H, W) bool
            Tidied; one may be empty.
        quality : (N,) float32 in [0, 1]
            How well the network thinks it drew, as overlap with the truth.
        """
        height, width = picture.shape[:2]
        pixels = ready(picture, self.how, device_of(self.craft))
        scale = np.array([pixels.shape[3] / width, pixels.shape[2] / height] * 2, np.float32)
        drawn, quality = [np.zeros((0, height, width), np.bool_)], [np.zeros(0, np.float32)]
        with torch.inference_mode(), at_work(self.network, self.craft) as network:
            seen = network.get_image_embeddings(pixels)
            for boxes in torch.from_numpy(corners * scale).to(pixels.device).split(BOXES_MAX):
                answer = network(image_embeddings=seen, input_boxes=boxes[None], multimask_output=False)
                drawn.append(masks_of(answer.pred_masks[0, :, 0], height, width))
                quality.append(answer.iou_scores[0, :, 0].float().clamp(0, 1).cpu().numpy())
        return np.concatenate(drawn), np.concatenate(quality)


def sam2(craft: Craft, model: Model) -> Sam2:
    """The one that this process holds."""
    return hold(model.id, lambda: _load(craft, model))


def _load(craft: Craft, model: Model) -> Sam2:
    network = Sam2Model.from_pretrained(model.folder, local_files_only=True, dtype=torch.float32)
    return Sam2(craft, placed(network.eval(), craft), settings(model.folder))
